from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.sequences import KeypointSequence
from runform.settings import Settings
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_FEET_21
from runform.training.reprojection_windows import ClipJoints, TuningWindows, cut_tuning_windows, read_clips, read_npz
from tests.fixtures.motions import make_known_run

AT = HUMAN36M_FEET_21.index


def write_npz(path: Path, keypoints: KeypointSequence, **other: Any) -> Path:
    arrays = {
        "time_s": keypoints.time_s, "keypoints_px": keypoints.xy_px, "confidence": keypoints.confidence,
        "skeleton": np.array(keypoints.skeleton),
    }  # fmt: skip
    np.savez_compressed(path, **(arrays | other))
    return path


@pytest.fixture(scope="module")
def keypoints() -> KeypointSequence:
    """Five seconds at 30 frames/s of a runner who crosses the picture."""
    return make_known_run(seconds=5.0, travel_px_per_s=200.0).keypoints


@pytest.fixture(scope="module")
def clip(keypoints: KeypointSequence, tmp_path_factory: pytest.TempPathFactory) -> ClipJoints:
    return read_npz(write_npz(tmp_path_factory.mktemp("clip") / "run.npz", keypoints))


def _cut(*clips: ClipJoints, joints: int = 17) -> TuningWindows:
    return cut_tuning_windows(clips, joints, frames=30, step=10, least_confidence=0.3)


def test_an_analysis_arrays_are_read_as_joints_with_feet(clip: ClipJoints, keypoints: KeypointSequence) -> None:
    assert clip.name == "run.npz"
    np.testing.assert_array_equal(clip.time_s, keypoints.time_s)
    for name in ("left_knee", "right_heel", "left_toe"):
        np.testing.assert_array_equal(clip.xy_px[:, AT[name]], keypoints.xy_px[:, BLAZEPOSE_33.index[name]])


@pytest.mark.parametrize(
    "other",
    [{"skeleton": np.array("human36m17")}, {"confidence": np.ones(3)}, {"time_s": np.zeros(150)}],
    ids=["no 2D skeleton", "confidence of another length", "time that stands still"],
)
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, keypoints: KeypointSequence, other: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_npz(write_npz(tmp_path / "run.npz", keypoints, **other))


def test_a_file_that_holds_no_keypoints_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no arrays")
    np.savez(tmp_path / "other.npz", numbers=np.ones(3))
    for name in ("text.npz", "other.npz", "absent.npz"):
        with pytest.raises(InputError, match="does not hold the keypoints"):
            read_npz(tmp_path / name)


def test_joints_must_fit_their_times(clip: ClipJoints) -> None:
    with pytest.raises(ShapeError):
        replace(clip, xy_px=clip.xy_px[:, :17])


def test_the_last_fifth_of_a_clip_is_held_out(clip: ClipJoints) -> None:
    windows = _cut(clip)
    # 150 frames: the first 120 in steps of 10, the last 30 as one window.
    assert windows.training.shape == (10, 30, 17, 3)
    assert windows.held_out.shape == (1, 30, 17, 3)
    assert windows.training.dtype == np.float32
    assert np.abs(windows.training[..., :2]).max() <= 1
    assert _cut(clip, joints=21).training.shape == (10, 30, 21, 3)


def test_windows_share_no_frame_with_what_is_held_out(clip: ClipJoints) -> None:
    # Confidence survives the box: it numbers the frames here.
    numbered = replace(clip, confidence=np.tile(np.linspace(0.4, 0.9, 150)[:, None], (1, 21)))
    windows = _cut(numbered)
    assert windows.training[..., 2].max() < windows.held_out[..., 2].min()


def test_of_five_clips_the_fifth_is_held_out_whole(clip: ClipJoints) -> None:
    clips = [replace(clip, confidence=np.full_like(clip.confidence, 0.5 + 0.1 * n)) for n in range(5)]
    windows = _cut(*clips)
    assert len(windows.training) == 4 * 13
    np.testing.assert_allclose(np.unique(windows.training[..., 2]), [0.5, 0.6, 0.7, 0.8], rtol=1e-6)
    assert len(windows.held_out) == 5
    np.testing.assert_allclose(windows.held_out[..., 2], 0.9, rtol=1e-6)


def test_the_travel_is_taken_off_as_for_lifting(clip: ClipJoints) -> None:
    height = np.ptp(_cut(clip).training[..., 1], axis=(1, 2))
    np.testing.assert_allclose(height, 2.0, atol=1e-5)


def test_clips_are_brought_to_the_lifters_rate() -> None:
    fast = make_known_run(seconds=5.0, fps=240.0).keypoints
    clip = _read(fast)
    assert len(_cut(clip).training) == 10


def _read(keypoints: KeypointSequence) -> ClipJoints:
    from runform.skeletons import to_human36m_feet

    xy, confidence = to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    return ClipJoints("clip", keypoints.time_s, xy, confidence)


def test_unsure_windows_are_left_out(clip: ClipJoints) -> None:
    confidence = clip.confidence.copy()
    confidence[:60] = 0.2
    windows = _cut(replace(clip, confidence=confidence))
    assert len(windows.training) < 10
    assert windows.training[..., 2].mean(axis=(1, 2)).min() > 0.3


def test_clips_in_which_nobody_is_seen_surely_are_refused(clip: ClipJoints) -> None:
    with pytest.raises(InputError, match=r"confidence is above 0\.3") as caught:
        _cut(replace(clip, confidence=np.full_like(clip.confidence, 0.3)))
    assert "clips" in caught.value.remedy


def test_a_clip_too_short_to_hold_out_a_part_is_refused(clip: ClipJoints) -> None:
    short = ClipJoints("short", clip.time_s[:45], clip.xy_px[:45], clip.confidence[:45])
    with pytest.raises(InputError, match="too short to hold"):
        _cut(short)
    assert len(_cut(short, clip).training) == 2 + 10


def test_lost_joints_are_zeros_with_no_confidence(clip: ClipJoints) -> None:
    xy = clip.xy_px.copy()
    xy[10:20, AT["left_wrist"]] = np.nan
    window = _cut(replace(clip, xy_px=xy)).training[0]
    assert not window[10:20, AT["left_wrist"]].any()
    assert np.isfinite(window).all()


@pytest.mark.slow
def test_a_real_clips_joints_are_found(clips_dir: Path) -> None:
    settings = Settings(backend="blazepose", allow_downloads=False)
    joints = read_clips([clips_dir / "sprint_across_frame.mp4"], settings)[0]
    assert joints.xy_px.shape == (47, 21, 2)
    seen = joints.confidence.mean(axis=1) > 0.3
    assert 20 < seen.sum() < 47, "she enters and leaves the picture"
    hips = joints.xy_px[seen, AT["root"], 0]
    assert np.ptp(hips) > 200
