from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import InputError
from runform.lifting.timebase import LIFTING_RATE
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, Skeleton
from runform.training.cmu_motion import Motion
from runform.training.detector_noise import DetectorNoise
from runform.training.lifter_data import (
    ACTION_SHARE,
    VARIATION,
    WindowSampler,
    add_travel,
    draw_camera,
    interpolate_frames,
)

QUIET = DetectorNoise(
    offset_m=0.0, jitter_m=(0.0, 0.0), gross_share=0.0, swap_share=0.0, lost_joint_share=0.0, lost_frame_share=0.0
)


@pytest.mark.parametrize("skeleton", [HUMAN36M_17, HUMAN36M_FEET_21], ids=lambda skeleton: skeleton.name)
def test_batches_have_their_shapes_and_ranges(made_up_motions: tuple[Motion, ...], skeleton: Skeleton) -> None:
    batch = WindowSampler(made_up_motions, skeleton=skeleton).draw(np.random.default_rng(0), 12, 20)
    assert batch.inputs.shape == batch.targets.shape == (12, 20, len(skeleton), 3)
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


def test_targets_have_feet(made_up_motions: tuple[Motion, ...]) -> None:
    sampler = WindowSampler(made_up_motions, vary=False, noise=QUIET, skeleton=HUMAN36M_FEET_21)
    batch = sampler.draw(np.random.default_rng(2), 8, 10)
    metres = batch.targets * batch.metres[..., None, None]
    at = HUMAN36M_FEET_21.index
    truth = made_up_motions[0].joints[0]
    for side in ("left", "right"):
        foot = np.linalg.norm(metres[:, :, at[f"{side}_toe"]] - metres[:, :, at[f"{side}_ankle"]], axis=-1)
        true_foot = np.linalg.norm(truth[at[f"{side}_toe"]] - truth[at[f"{side}_ankle"]])
        np.testing.assert_allclose(foot, true_foot, atol=1e-4)


def test_a_runner_who_crosses_the_picture_fills_the_box_as_one_in_place(made_up_motions: tuple[Motion, ...]) -> None:
    """The travel is taken off before the box is drawn: left in, 4 m of it leave the body less than half of the box."""
    batch = WindowSampler(made_up_motions[2:3], noise=QUIET).draw(np.random.default_rng(3), 60, 40)
    height = np.ptp(batch.inputs[..., 1], axis=2).mean(axis=1)  # (B,) of 2
    assert np.quantile(height, 0.05) > 1.2


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


def test_a_runner_in_place_is_made_to_go_where_they_face(made_up_motions: tuple[Motion, ...]) -> None:
    joints = made_up_motions[1].joints[:31]  # faces +z
    moved = add_travel(joints, 3.0) - joints
    np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :1], moved.shape), atol=1e-9)
    assert moved[-1, 0, 2] - moved[0, 0, 2] == pytest.approx(3.0 * 30 / LIFTING_RATE)
    np.testing.assert_allclose(moved[..., :2], 0.0, atol=1e-6)
    np.testing.assert_allclose(moved.mean(axis=0), 0.0, atol=1e-9)


def test_confidence_says_more_or_less_in_training_alone(made_up_motions: tuple[Motion, ...]) -> None:
    spread = {
        vary: [
            float(np.ptp(window[window > 0]))
            for window in WindowSampler(made_up_motions, vary=vary).draw(np.random.default_rng(0), 40, 6).inputs[..., 2]
        ]
        for vary in (True, False)
    }
    assert min(spread[True]) == 0
    assert min(spread[False]) > 0.05


def test_every_action_has_a_share_and_virtual_runners_are_varied_less(made_up_motions: tuple[Motion, ...]) -> None:
    assert sum(ACTION_SHARE.values()) == pytest.approx(1.0)
    assert VARIATION.keys() <= ACTION_SHARE.keys()
    virtual = replace(made_up_motions[0], action="virtual_running")
    captured = made_up_motions[0]
    spread = []
    for motion in (virtual, captured):
        batch = WindowSampler([motion], noise=QUIET).draw(np.random.default_rng(0), 60, 4)
        metres = (batch.targets * batch.metres[..., None, None])[:, 0]
        # Of two joints whose meaning nobody doubts.
        at = HUMAN36M_17.index
        shank = np.linalg.norm(metres[:, at["left_ankle"]] - metres[:, at["left_knee"]], axis=-1)
        spread.append(float(np.ptp(shank)))
    assert spread[0] == pytest.approx(0.4 * spread[1], rel=0.25)


def test_frames_between_frames_are_linear() -> None:
    values = np.arange(5.0)[:, None] ** 2
    np.testing.assert_allclose(interpolate_frames(values, np.array([0.0, 0.5, 3.25, 4.0]))[:, 0], [0, 0.5, 10.75, 16])


def test_no_motion_is_refused() -> None:
    with pytest.raises(InputError, match="no motion"):
        WindowSampler(())
