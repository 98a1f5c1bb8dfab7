from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform.errors import ShapeError, VideoError
from runform.report.contact_frames import (
    FRAME_HEIGHT,
    SHAPE,
    compute_cut_height,
    encode_jpeg,
    find_corner,
    find_nearest_frame,
    read_contact_frames,
)
from runform.sequences import FloatArray, KeypointSequence
from runform.video.write import VideoWriter
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis

TIMES = (0.0, 0.04, 0.1, 0.13, 0.2, 0.24)  # a phone's uneven rate
GREYS = (40, 70, 100, 130, 160, 190)  # of each frame, so that a picture tells which one it is


def write_stepped_clip(path: Path) -> Path:
    with VideoWriter(path, WIDTH, HEIGHT) as writer:
        for time_s, grey in zip(TIMES, GREYS, strict=True):
            writer.write(np.full((HEIGHT, WIDTH, 3), grey, dtype=np.uint8), time_s)
    return path


def make_keypoints_at(time_s: FloatArray) -> KeypointSequence:
    whole = make_analysis().keypoints
    n = len(time_s)
    return KeypointSequence(time_s, whole.xy_px[:n], whole.confidence[:n], whole.skeleton, WIDTH, HEIGHT)


@pytest.mark.parametrize("time_scale", [1.0, 8.0])
def test_each_moment_gets_the_frame_nearest_to_it(tmp_path: Path, time_scale: float) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES) / time_scale)
    asked = [moment / time_scale for moment in (0.135, 0.05, 0.135, 0.0)]

    frames = read_contact_frames(clip, keypoints, asked, time_scale)

    assert [frame.time_s for frame in frames if frame] == pytest.approx(
        [moment / time_scale for moment in (0.13, 0.04, 0.13, 0.0)]
    )
    for frame, grey in zip(frames, (130, 70, 130, 40), strict=True):
        assert frame is not None
        assert frame.rgb.shape == (FRAME_HEIGHT, round(SHAPE * FRAME_HEIGHT), 3)
        assert np.median(frame.rgb[FRAME_HEIGHT // 2, 40:60]) == pytest.approx(grey, abs=4)


def test_moments_beyond_the_clip_and_without_a_runner_have_no_frame(tmp_path: Path) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES))
    lost = keypoints.xy_px.copy()
    lost[2] = np.nan
    keypoints = replace(keypoints, xy_px=lost)

    assert read_contact_frames(clip, keypoints, [0.1, 3.0, -1.0, float("nan")]) == (None,) * 4
    assert read_contact_frames(clip, keypoints, []) == ()


def test_a_clip_that_ends_before_its_keypoints_gives_what_it_has(tmp_path: Path) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.arange(20) / 25)

    first, last = read_contact_frames(clip, keypoints, [0.0, 0.72])

    assert first is not None
    assert last is None


def test_the_skeleton_stands_where_the_runner_is_cut_out(tmp_path: Path) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES))
    frame = read_contact_frames(clip, keypoints, [0.04])[0]
    assert frame is not None
    height = compute_cut_height(keypoints, [1])
    xy = (keypoints.xy_px[1] - find_corner(keypoints.xy_px[1], height)) * FRAME_HEIGHT / height
    assert np.all(xy > 0)
    assert np.all(xy < [SHAPE * FRAME_HEIGHT, FRAME_HEIGHT])
    column, row = xy[keypoints.layout.index["left_knee"]].round().astype(int)
    changed = np.abs(frame.rgb.astype(int) - GREYS[1]).max(axis=2)
    assert changed[row - 1 : row + 2, column - 1 : column + 2].max() > 60


def test_a_landing_is_marked_from_under_the_hips_to_the_ankle(tmp_path: Path) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES))
    plain, marked = read_contact_frames(clip, keypoints, [0.0, 0.0], landing=[None, "left"])
    assert plain is not None
    assert marked is not None
    height = compute_cut_height(keypoints, [0])
    xy = (keypoints.xy_px[0] - find_corner(keypoints.xy_px[0], height)) * FRAME_HEIGHT / height
    index = keypoints.layout.index
    hips = (xy[index["left_hip"]] + xy[index["right_hip"]]) / 2
    ankle = xy[index["left_ankle"]]
    assert abs(ankle[0] - hips[0]) > 20  # the fixtures' left foot lands ahead at 0 s
    column, row = np.round([(hips[0] + ankle[0]) / 2, ankle[1]]).astype(int)
    changed = np.abs(marked.rgb.astype(int) - plain.rgb).max(axis=2)
    assert changed[row - 1 : row + 2, column].max() > 60
    assert changed[: int(hips[1]) - 20].max() == 0  # nothing above the hips


def test_frames_of_one_call_share_their_scale() -> None:
    keypoints = make_keypoints_at(np.array(TIMES))
    assert compute_cut_height(keypoints, [0, 3]) == max(compute_cut_height(keypoints, [row]) for row in (0, 3))


def test_the_nearest_row_is_found_within_one_frame() -> None:
    keypoints = make_keypoints_at(np.array(TIMES))
    assert find_nearest_frame(keypoints, 0.165) in (3, 4)  # in a pause of the phone
    assert find_nearest_frame(keypoints, 0.26) == 5
    assert find_nearest_frame(keypoints, 0.5) is None


def test_a_runner_at_the_edge_is_shown_with_black_beside_the_picture(tmp_path: Path) -> None:
    clip = write_stepped_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES))
    moved = replace(keypoints, xy_px=keypoints.xy_px - [WIDTH / 2, 0.0])
    frame = read_contact_frames(clip, moved, [0.24])[0]
    assert frame is not None
    assert frame.rgb[:, 0].max() == 0
    assert frame.rgb[FRAME_HEIGHT // 2, -1] == pytest.approx([190] * 3, abs=4)


def test_faults_are_named(tmp_path: Path) -> None:
    keypoints = make_keypoints_at(np.array(TIMES))
    with pytest.raises(VideoError):
        read_contact_frames(tmp_path / "gone.mp4", keypoints, [0.0])
    with pytest.raises(ShapeError, match="landing"):
        read_contact_frames(tmp_path / "gone.mp4", keypoints, [0.0], landing=[])


def test_a_picture_survives_as_jpeg() -> None:
    rgb = np.zeros((48, 40, 3), dtype=np.uint8)
    rgb[..., 0] = 200
    decoded = cv2.cvtColor(cv2.imdecode(np.frombuffer(encode_jpeg(rgb), np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert decoded.shape == rgb.shape
    assert np.abs(decoded.astype(int) - rgb).max() < 6
