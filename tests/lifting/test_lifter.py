from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import BackendUnavailableError, InputError, ShapeError, WeightsError
from runform.hashing import compute_sha256
from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import LITE, DSTFormer
from runform.lifting.facing import mirror_joints
from runform.lifting.lifter import Float32Array, Lifter, LiftResult, open_lifter
from runform.lifting.windows import cut_windows
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


def mirror_px(joints_px: FloatArray) -> FloatArray:
    """The joints in a picture 700 px wide, seen in a mirror."""
    return np.asarray(joints_px[:, HUMAN36M_17.mirror_order] * np.array([-1.0, 1.0]) + np.array([700.0, 0.0]))


def sample_motion(time_s: FloatArray) -> FloatArray:
    """(T, 17, 2) px: each joint on an ellipse of its own, once or twice in a stride of 0.7 s."""
    rng = np.random.default_rng(4)
    centre, size, phase = rng.uniform(200, 500, (17, 2)), rng.uniform(10, 60, (17, 2)), rng.uniform(0, 6, (17, 2))
    turns = rng.integers(1, 3, (17, 2))
    return np.asarray(centre + size * np.sin(2 * np.pi * turns * time_s[:, None, None] / 0.7 + phase))


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
    for px in (joints_px, mirror_px(joints_px)):
        with_mirror = small_lifter.lift(px, SURE, TIME_S, mirror=True, keep_representation=True)
        without = small_lifter.lift(px, SURE, TIME_S, mirror=False, keep_representation=True)
        np.testing.assert_allclose(whole(with_mirror), whole(without), atol=1e-6)
        assert np.abs(with_mirror.joints.xyz - without.joints.xyz).max() > 1e-3


def test_a_clip_and_its_mirror_image_have_one_representation_and_mirrored_joints(
    small_lifter: Lifter, joints_px: FloatArray
) -> None:
    confidence = np.random.default_rng(3).uniform(0.2, 1.0, (75, 17))
    one = small_lifter.lift(joints_px, confidence, TIME_S, keep_representation=True)
    other = small_lifter.lift(
        mirror_px(joints_px), confidence[:, HUMAN36M_17.mirror_order], TIME_S, keep_representation=True
    )
    assert {one.mirrored, other.mirrored} == {True, False}
    np.testing.assert_allclose(whole(other), whole(one), atol=1e-6)
    np.testing.assert_allclose(other.mean_representation, one.mean_representation, atol=1e-7)
    expected = one.joints.xyz[:, HUMAN36M_17.mirror_order] * np.array([-1.0, 1.0, 1.0])
    np.testing.assert_allclose(other.joints.xyz, expected, atol=1e-6)


def test_without_mirror_averaging_the_joints_are_the_models_own_of_the_view_that_faces_right(
    small_model: DSTFormer, joints_px: FloatArray
) -> None:
    lifter = Lifter(LoadedModel(small_model, "small", "0" * 64, 40, {}))
    mirrored = set()
    for px in (joints_px[:40], mirror_px(joints_px[:40])):
        lifted = lifter.lift(px, SURE[:40], TIME_S[:40], mirror=False)
        mirrored.add(lifted.mirrored)
        (window,) = cut_windows(mirror_px(px) if lifted.mirrored else px, SURE[:40], 40)
        with torch.inference_mode():
            expected = small_model(torch.from_numpy(window.inputs[None]))[0].numpy()
        expected = expected - expected[:, :1]
        expected = mirror_joints(expected) if lifted.mirrored else expected
        np.testing.assert_allclose(lifted.joints.xyz, expected, atol=1e-5)
    assert mirrored == {True, False}


def test_missing_joints_count_as_missing_however_they_are_told(small_lifter: Lifter, joints_px: FloatArray) -> None:
    holes = joints_px.copy()
    holes[10:14, 3] = np.nan
    doubt = SURE.copy()
    doubt[10:14, 3] = 0.0
    by_nan = small_lifter.lift(holes, SURE, TIME_S, keep_representation=True)
    by_confidence = small_lifter.lift(joints_px, doubt, TIME_S, keep_representation=True)
    assert np.isfinite(by_nan.joints.xyz).all()
    np.testing.assert_array_equal(whole(by_nan), whole(by_confidence))


def test_a_joint_of_low_confidence_reaches_the_model_as_such(small_lifter: Lifter, joints_px: FloatArray) -> None:
    doubt = SURE.copy()
    doubt[:, 3] = 0.1
    sure, unsure = (small_lifter.lift(joints_px, confidence, TIME_S).joints.xyz for confidence in (SURE, doubt))
    assert np.abs(sure - unsure).max() > 1e-3


def test_frames_in_which_nobody_was_found_have_no_joints(small_lifter: Lifter, joints_px: FloatArray) -> None:
    gone = joints_px.copy()
    gone[22:25] = np.nan
    gone[60:] = np.nan
    result = small_lifter.lift(gone, SURE, TIME_S, keep_representation=True)
    absent = np.zeros(75, dtype=bool)
    absent[22:25] = absent[60:] = True
    assert np.isfinite(result.joints.xyz[~absent]).all()
    assert np.isnan(result.joints.xyz[absent]).all()
    assert not whole(result)[absent].any()
    np.testing.assert_allclose(result.mean_representation, whole(result)[~absent].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("rate", [24, 60, 120, 240])
def test_the_frame_rate_does_not_matter(small_lifter: Lifter, rate: int) -> None:
    at_thirty = small_lifter.lift(sample_motion(TIME_S), SURE, TIME_S)
    time_s = np.arange(int(TIME_S[-1] * rate) + 1) / rate
    at_rate = small_lifter.lift(sample_motion(time_s), np.full((len(time_s), 17), 0.8), time_s)
    assert at_rate.joints.xyz.shape == (len(time_s), 17, 3)
    one, other = at_thirty.mean_representation.ravel(), at_rate.mean_representation.ravel()
    assert one @ other / (np.linalg.norm(one) * np.linalg.norm(other)) > 0.999
    # At the moments that both clips show: half a second apart, whatever the rate.
    away = np.abs(at_rate.joints.xyz[:: rate // 2] - at_thirty.joints.xyz[::15][: len(time_s[:: rate // 2])])
    scale = np.abs(at_thirty.joints.xyz).max()
    assert away[1:-1].max() < 0.02 * scale


@pytest.mark.parametrize("rate", [30, 240])
def test_the_mean_representation_is_that_of_the_frames_that_count(small_lifter: Lifter, rate: int) -> None:
    time_s = np.arange(75 * rate // 30 - rate // 30 + 1) / rate
    counts = time_s < 1.3

    result = small_lifter.lift(
        sample_motion(time_s),
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
    assert lifter.name == "runform-small"
    assert len(lifter.sha256) == 64
    result = lifter.lift(joints_px[:40], SURE[:40], TIME_S[:40], keep_representation=True)
    assert whole(result).shape == (40, 17, 512)
    assert np.isfinite(result.joints.xyz).all()
