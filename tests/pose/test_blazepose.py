"""BlazePose on real pictures: where the runner is, mirrored and in crops, and what is not a find."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from runform.errors import BackendUnavailableError
from runform.pose.blazepose import BlazePose, BlazePoseSession
from runform.pose.cleaning import clean_keypoints
from runform.pose.hypotheses import compute_merged
from runform.pose.legs import compute_leg_length
from runform.pose.track import track_runner
from runform.results import AnalysisOptions
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage, probe, read_frames


@pytest.fixture(scope="module")
def session() -> Iterator[BlazePoseSession]:
    opened = BlazePose().start()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def runner(clips_dir: Path) -> RgbImage:
    """A frame of the treadmill clip: the runner fills its lower half."""
    return next(islice(read_frames(clips_dir / "treadmill_side_portrait.mp4"), 4, None)).rgb


def test_nobody_in_a_blank_picture(session: BlazePoseSession) -> None:
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    assert session.estimate(blank, None) == ()
    assert session.estimate(blank, (50.0, 50.0, 100.0, 150.0)) == ()


def test_a_box_beside_the_picture_is_no_crash(session: BlazePoseSession) -> None:
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    assert session.estimate(blank, (900.0, 900.0, 10.0, 10.0)) == ()


def test_three_looks_agree_on_where_the_body_is(session: BlazePoseSession, runner: RgbImage) -> None:
    (whole,) = session.estimate(runner, None)
    looks = session.estimate(runner, whole.box)
    assert len(looks) == 3
    for look in looks:
        for name in ("left_shoulder", "right_hip", "nose"):
            k = BLAZEPOSE_33.index[name]
            assert np.linalg.norm(look.xy_px[k] - whole.xy_px[k]) < 0.05 * whole.box[3]


def test_sides_are_the_runners(session: BlazePoseSession, runner: RgbImage) -> None:
    """The left side is towards the camera and so the surer one, also in the mirrored look."""
    (whole,) = session.estimate(runner, None)
    left, right = BLAZEPOSE_33.index["left_hip"], BLAZEPOSE_33.index["right_hip"]
    for look in session.estimate(runner, whole.box):
        assert look.confidence[left] >= look.confidence[right]


def test_points_beyond_the_edge_are_not_finds(session: BlazePoseSession, runner: RgbImage) -> None:
    (whole,) = session.estimate(runner, None)
    knees = int(whole.xy_px[BLAZEPOSE_33.index["left_knee"], 1])
    (cut,) = session.estimate(np.ascontiguousarray(runner[:knees]), None)
    toe = BLAZEPOSE_33.index["left_toe"]
    assert np.isnan(cut.xy_px[toe]).all()
    assert cut.confidence[toe] == 0


def test_without_mediapipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe.python.solutions", None)
    with pytest.raises(BackendUnavailableError, match="mediapipe") as refusal:
        BlazePose()
    assert refusal.value.remedy


def test_a_sprinter_who_crosses_the_frame(clips_dir: Path) -> None:
    """She is in the picture for 33 of 47 frames; a bush is not followed once she has left."""
    clip = clips_dir / "sprint_across_frame.mp4"
    raw, record = track_runner(read_frames(clip), BlazePose(), probe(clip), AnalysisOptions())
    assert record.frames_found >= 31
    assert not raw.found[36:].any()
    cleaned, report = clean_keypoints(raw)
    assert 4 <= report.swaps_repaired <= 16
    ankles = cleaned.xy("left_ankle")[:30, 0], cleaned.xy("right_ankle")[:30, 0]
    for ankle in ankles:  # a foot goes forward or stands, within the noise of a 90 px leg
        assert np.nanmin(np.diff(ankle)) > -14


@pytest.mark.slow
def test_treadmill_legs_come_apart(clips_dir: Path) -> None:
    """4 s of the treadmill clip: all frames found, legs merged in hardly any, feet back and forth at 84 strides/min."""
    clip = clips_dir / "treadmill_side_portrait.mp4"
    raw, record = track_runner(islice(read_frames(clip), 120), BlazePose(), probe(clip), AnalysisOptions())
    assert record.frames_found == 120
    cleaned, _ = clean_keypoints(raw)
    length = compute_leg_length(cleaned.xy_px, BLAZEPOSE_33)
    assert (compute_merged(cleaned.xy_px, BLAZEPOSE_33, length) > 0.5).mean() < 0.03
    for side in ("left", "right"):
        swing = cleaned.xy(f"{side}_ankle")[:, 0]
        crossings = np.flatnonzero((swing[:-1] < np.median(swing)) & (swing[1:] >= np.median(swing)))
        strides_per_min = 60 * 30 / float(np.median(np.diff(crossings)))
        assert strides_per_min == pytest.approx(84, abs=6)
