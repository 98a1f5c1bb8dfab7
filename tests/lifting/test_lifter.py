from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import BackendUnavailableError, InputError, ShapeError, WeightsError
from runform.hashing import compute_sha256
from runform.lifting.dstformer import LITE, DSTFormer
from runform.lifting.lifter import Float32Array, Lifter, LiftResult, open_lifter
from runform.progress import Progress
from runform.sequences import FloatArray
from runform.settings import Settings
from runform.skeletons import HUMAN36M_17
from runform.weights import find_entry, get_cache_dir

TIME_S = np.arange(75) / 30
SURE = np.full((75, 17), 0.8)


def whole(result: LiftResult) -> Float32Array:
    """The representation of every frame, for tests that asked for it."""
    assert result.representation is not None
    return result.representation


def test_result_has_the_clips_frames(small_lifter: Lifter, joints_px: FloatArray) -> None:
    result = small_lifter.lift(joints_px, SURE, TIME_S, keep_representation=True)
    assert result.joints.xyz.shape == (75, 17, 3)
    assert result.joints.unit == "normalised"
    assert whole(result).shape == (75, 17, 24)
    assert whole(result).dtype == np.float32
    assert np.isfinite(result.joints.xyz).all()
    np.testing.assert_allclose(result.joints.xyz[:, 0], 0, atol=1e-6)


@pytest.mark.parametrize("frames", [1, 2, 19, 20, 21, 75])
def test_clips_of_any_length_are_lifted(small_lifter: Lifter, joints_px: FloatArray, frames: int) -> None:
    result = small_lifter.lift(joints_px[:frames], SURE[:frames], TIME_S[:frames], keep_representation=True)
    assert np.isfinite(result.joints.xyz).all()
    assert np.abs(whole(result)).min() > 0


def test_place_and_size_in_the_picture_do_not_matter(small_lifter: Lifter, joints_px: FloatArray) -> None:
    result = small_lifter.lift(joints_px, SURE, TIME_S, keep_representation=True)
    moved = small_lifter.lift(2.5 * joints_px + np.array([340.0, -90.0]), SURE, TIME_S, keep_representation=True)
    np.testing.assert_allclose(moved.joints.xyz, result.joints.xyz, atol=1e-4)
    np.testing.assert_allclose(whole(moved), whole(result), atol=1e-4)


def test_mirror_averaging_changes_joints_and_never_the_representation(
    small_lifter: Lifter, joints_px: FloatArray
) -> None:
    with_mirror = small_lifter.lift(joints_px, SURE, TIME_S, mirror=True, keep_representation=True)
    without = small_lifter.lift(joints_px, SURE, TIME_S, mirror=False, keep_representation=True)
    np.testing.assert_array_equal(whole(with_mirror), whole(without))
    assert np.abs(with_mirror.joints.xyz - without.joints.xyz).max() > 1e-3


def test_mirror_averaged_joints_of_a_mirrored_clip_are_the_mirrored_joints(
    small_lifter: Lifter, joints_px: FloatArray
) -> None:
    mirrored_px = joints_px[:, HUMAN36M_17.mirror_order] * np.array([-1.0, 1.0])
    result = small_lifter.lift(joints_px, SURE, TIME_S).joints.xyz
    mirrored = small_lifter.lift(mirrored_px, SURE, TIME_S).joints.xyz
    np.testing.assert_allclose(mirrored, result[:, HUMAN36M_17.mirror_order] * np.array([-1.0, 1.0, 1.0]), atol=1e-4)


def test_missing_joints_count_as_missing_however_they_are_told(small_lifter: Lifter, joints_px: FloatArray) -> None:
    holes = joints_px.copy()
    holes[10:14, 3] = np.nan
    doubt = SURE.copy()
    doubt[10:14, 3] = 0.0
    by_nan = small_lifter.lift(holes, SURE, TIME_S, keep_representation=True)
    by_confidence = small_lifter.lift(joints_px, doubt, TIME_S, keep_representation=True)
    assert np.isfinite(by_nan.joints.xyz).all()
    np.testing.assert_array_equal(whole(by_nan), whole(by_confidence))


def test_frames_far_from_the_runner_have_no_joints(small_lifter: Lifter, joints_px: FloatArray) -> None:
    gone = joints_px.copy()
    gone[30:] = np.nan
    result = small_lifter.lift(gone, SURE, TIME_S, keep_representation=True)
    assert np.isfinite(result.joints.xyz[:30]).all()
    assert np.isnan(result.joints.xyz[60:]).all()
    assert not whole(result)[60:].any()
    assert np.isfinite(whole(result)).all()


def test_slow_motion_footage_is_lifted_at_thirty_frames_per_second(small_lifter: Lifter, joints_px: FloatArray) -> None:
    fast_s = np.arange(8 * 74 + 1) / 240
    fast_px = np.stack(
        [[np.interp(fast_s, TIME_S, joints_px[:, j, axis]) for axis in range(2)] for j in range(17)]
    ).transpose(2, 0, 1)
    fast = small_lifter.lift(fast_px, np.full((len(fast_s), 17), 0.8), fast_s, keep_representation=True)
    plain = small_lifter.lift(joints_px, SURE, TIME_S, keep_representation=True)
    assert fast.joints.xyz.shape == (593, 17, 3)
    np.testing.assert_allclose(fast.joints.xyz[::8], plain.joints.xyz, atol=1e-4)
    np.testing.assert_allclose(whole(fast)[::8], whole(plain), atol=1e-4)


@pytest.mark.parametrize("rate", [30, 240])
def test_the_mean_representation_is_that_of_the_frames_that_count(
    small_lifter: Lifter, joints_px: FloatArray, rate: int
) -> None:
    time_s = np.arange(75 * rate // 30 - rate // 30 + 1) / rate
    px = np.stack([[np.interp(time_s, TIME_S, joints_px[:, j, axis]) for axis in range(2)] for j in range(17)])
    counts = time_s < 1.3

    result = small_lifter.lift(
        px.transpose(2, 0, 1),
        np.full((len(time_s), 17), 0.8),
        time_s,
        frame_weights=counts,
        keep_representation=True,
    )

    np.testing.assert_allclose(result.mean_representation, whole(result)[counts].mean(axis=0), atol=1e-5)


def test_the_representation_of_every_frame_is_kept_only_when_asked_for(
    small_lifter: Lifter, joints_px: FloatArray
) -> None:
    assert small_lifter.lift(joints_px, SURE, TIME_S).representation is None


def test_nothing_found_is_told_to_the_user(small_lifter: Lifter, joints_px: FloatArray) -> None:
    with pytest.raises(InputError, match="none was found") as caught:
        small_lifter.lift(joints_px, np.zeros((75, 17)), TIME_S)
    assert caught.value.remedy


def test_arrays_must_fit(small_lifter: Lifter, joints_px: FloatArray) -> None:
    with pytest.raises(ShapeError, match="confidence"):
        small_lifter.lift(joints_px, SURE[:-1], TIME_S)
    with pytest.raises(ShapeError, match="time_s must increase"):
        small_lifter.lift(joints_px, SURE, TIME_S[::-1])


def test_progress_reaches_the_end(small_lifter: Lifter, joints_px: FloatArray) -> None:
    told: list[float] = []
    progress = Progress(lambda stage, fraction: told.append(fraction))
    progress.enter("Lifting", 0.0, 1.0)
    small_lifter.lift(np.tile(joints_px, (4, 1, 1)), np.tile(SURE, (4, 1)), np.arange(300) / 30, progress=progress)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == 1.0


def test_the_public_weights_open_when_they_are_there_and_chosen(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path, device="cpu", lifter="motionbert-lite-3d")
    with pytest.raises(WeightsError, match="models fetch motionbert-lite-3d"):
        open_lifter(settings)
    file = get_cache_dir(settings) / find_entry("motionbert-lite-3d", settings).file
    file.parent.mkdir()
    torch.save({"model_pos": {f"module.{k}": v for k, v in DSTFormer(LITE).state_dict().items()}}, file)
    lifter = open_lifter(settings)
    assert (lifter.name, lifter.window) == ("motionbert-lite-3d", 243)
    assert lifter.sha256 == compute_sha256(file)


@pytest.mark.skipif(torch.cuda.is_available(), reason="the GPU that must be missing is there")
def test_a_gpu_that_is_not_there_is_named_with_the_remedy() -> None:
    with pytest.raises(BackendUnavailableError, match="RUNFORM_DEVICE"):
        open_lifter(Settings(device="cuda"))


def test_the_shipped_weights_open_and_lift(joints_px: FloatArray, tmp_path: Path) -> None:
    # A models folder of the user's own need not hold them.
    lifter = open_lifter(Settings(models_dir=tmp_path, device="cpu"))
    assert lifter.name == "motionbert-lite-cmu"
    assert len(lifter.sha256) == 64
    result = lifter.lift(joints_px[:40], SURE[:40], TIME_S[:40], keep_representation=True)
    assert whole(result).shape == (40, 17, 512)
    assert np.isfinite(result.joints.xyz).all()
