from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.cmu_motion import Motion
from runform.training.detector_noise import DetectorNoise
from runform.training.lifter_data import WindowSampler, draw_camera, interpolate_frames

QUIET = DetectorNoise(
    offset_m=0.0, jitter_m=(0.0, 0.0), gross_share=0.0, swap_share=0.0, lost_joint_share=0.0, lost_frame_share=0.0
)


def test_batches_have_their_shapes_and_ranges(made_up_motions: tuple[Motion, ...]) -> None:
    batch = WindowSampler(made_up_motions).draw(np.random.default_rng(0), 12, 20)
    assert batch.inputs.shape == batch.targets.shape == (12, 20, 17, 3)
    assert batch.metres.shape == (12, 20)
    assert {batch.inputs.dtype, batch.targets.dtype} == {np.dtype(np.float32)}
    assert np.isfinite(batch.inputs).all()
    assert np.isfinite(batch.targets).all()
    assert batch.inputs.min() >= -1
    assert batch.inputs.max() <= 1
    assert not batch.inputs[batch.inputs[..., 2] == 0].any()
    assert not batch.targets[:, :, 0].any()


def test_the_same_seed_draws_the_same_windows(made_up_motions: tuple[Motion, ...]) -> None:
    first, again, other = (
        WindowSampler(made_up_motions).draw(np.random.default_rng(seed), 3, 10) for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, other.inputs)


def test_inputs_and_targets_share_their_unit(made_up_motions: tuple[Motion, ...]) -> None:
    batch = WindowSampler(made_up_motions, noise=QUIET).draw(np.random.default_rng(1), 12, 20)
    from_root = batch.inputs[..., :2] - batch.inputs[:, :, :1, :2]
    # Perspective is all that differs: a joint at another depth than the root looks a little larger or smaller.
    difference_m = np.linalg.norm(from_root - batch.targets[..., :2], axis=-1) * batch.metres[..., None]
    assert np.median(difference_m) < 0.02


def test_targets_have_a_bodys_size(made_up_motions: tuple[Motion, ...]) -> None:
    batch = WindowSampler(made_up_motions, vary=False, noise=QUIET).draw(np.random.default_rng(2), 8, 10)
    metres = batch.targets * batch.metres[..., None, None]
    trunk = np.linalg.norm(metres[:, :, 8], axis=-1)
    np.testing.assert_allclose(trunk, 0.5, atol=0.01)


def test_running_is_drawn_far_beyond_its_share(made_up_motions: tuple[Motion, ...]) -> None:
    sampler = WindowSampler(made_up_motions)
    running = np.array([motion.action == "running" for motion in made_up_motions])
    length = np.array([len(motion.joints) for motion in made_up_motions])
    assert sampler._weight[running].sum() > 1.5 * length[running].sum() / length.sum()


def test_windows_longer_than_the_motion_take_all_of_it(made_up_motions: tuple[Motion, ...]) -> None:
    batch = WindowSampler(made_up_motions[:1]).draw(np.random.default_rng(0), 2, 200)
    assert np.isfinite(batch.inputs).all()


def test_cameras_stand_clear_of_the_body(made_up_motions: tuple[Motion, ...]) -> None:
    rng = np.random.default_rng(0)
    batch = WindowSampler(made_up_motions[2:3]).draw(rng, 100, 30)
    assert batch.metres.min() > 0.2
    camera = draw_camera(rng, made_up_motions[0].joints[:5], azimuth=0.0, distance_m=(4.0, 4.0), follow=False)
    assert np.hypot(*(camera.position - made_up_motions[0].joints[2, 0])[[0, 2]]) == pytest.approx(4.0)


def test_frames_between_frames_are_linear() -> None:
    values = np.arange(5.0)[:, None] ** 2
    np.testing.assert_allclose(interpolate_frames(values, np.array([0.0, 0.5, 3.25, 4.0]))[:, 0], [0, 0.5, 10.75, 16])


def test_no_motion_is_refused() -> None:
    with pytest.raises(InputError, match="no motion"):
        WindowSampler(())
