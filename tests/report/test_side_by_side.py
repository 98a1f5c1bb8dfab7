from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from runform.errors import AnalysisCancelled, VideoError
from runform.progress import Progress
from runform.report.side_by_side import (
    LEAST_HEIGHT,
    MAX_WIDTH,
    MOST_FRAMES_PER_S,
    MOST_HEIGHT,
    plan_halves,
    write_side_by_side,
)
from runform.report.standing import StandingRunner
from runform.sequences import Contact, FloatArray, KeypointSequence
from runform.video.read import probe, read_frames
from runform.video.write import VideoWriter
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis
from tests.fixtures.standing import make_runner

TIMES = (0.0, 0.04, 0.1, 0.13, 0.2, 0.24)  # a phone's uneven rate
GREY = 90


def write_grey_clip(path: Path, times: tuple[float, ...] = TIMES) -> Path:
    """A plain clip of the fixtures' size."""
    with VideoWriter(path, WIDTH, HEIGHT) as writer:
        for time_s in times:
            writer.write(np.full((HEIGHT, WIDTH, 3), GREY, dtype=np.uint8), time_s)
    return path


def make_both(time_s: FloatArray) -> tuple[KeypointSequence, StandingRunner]:
    """The fixtures' stick figure in 2D, and a runner in 3D whose arms go up frame by frame."""
    whole = make_analysis().keypoints
    count = len(time_s)
    keypoints = KeypointSequence(time_s, whole.xy_px[:count], whole.confidence[:count], whole.skeleton, WIDTH, HEIGHT)
    runner = make_runner(time_s)
    index = runner.skeleton.index
    for name in ("left_wrist", "right_wrist"):
        runner.xyz[:, index[name], 1] += np.linspace(0.0, 0.6, count)
    return keypoints, runner


def read_pictures(path: Path) -> list[FloatArray]:
    return [frame.rgb.astype(np.float64) for frame in read_frames(path)]


@pytest.mark.parametrize("time_scale", [1.0, 8.0])
def test_it_plays_like_the_clip_with_both_halves_at_the_same_moment(tmp_path: Path, time_scale: float) -> None:
    clip, out = write_grey_clip(tmp_path / "clip.mp4"), tmp_path / "new" / "both.mp4"
    keypoints, runner = make_both(np.array(TIMES) / time_scale)
    write_side_by_side(clip, keypoints, [], runner, out, view="right", time_scale=time_scale)
    info, halves = probe(out), plan_halves(WIDTH, HEIGHT)
    assert (info.codec, info.width, info.height) == ("h264", halves.clip_width + halves.panel_width, halves.height)
    assert [frame.time_s for frame in read_frames(out)] == pytest.approx(TIMES, abs=1e-3)
    pictures = read_pictures(out)
    scale = halves.height / HEIGHT
    for picture, xy in zip(pictures, keypoints.xy_px, strict=True):
        column, row = (scale * xy[keypoints.layout.index["left_knee"]]).round().astype(int)
        assert np.abs(picture[row - 1 : row + 2, column - 1 : column + 2] - GREY).max() > 60
    rights = [picture[:, halves.clip_width :] for picture in pictures]
    for before, after in pairwise(rights):
        assert np.abs(before - after).max() > 60  # the arms go up


def test_a_contact_is_marked_on_both_halves(tmp_path: Path) -> None:
    clip = write_grey_clip(tmp_path / "clip.mp4")
    keypoints, runner = make_both(np.array(TIMES))
    halves = plan_halves(WIDTH, HEIGHT)
    pictures = {}
    for name, contacts in (("flight", []), ("stance", [Contact("left", -0.5, 1.0, 0.01)])):
        write_side_by_side(clip, keypoints, contacts, runner, tmp_path / f"{name}.mp4", view="right")
        pictures[name] = read_pictures(tmp_path / f"{name}.mp4")[3]
    changed = np.abs(pictures["stance"] - pictures["flight"]).max(axis=2) > 60
    assert changed[halves.height // 2 :, : halves.clip_width].sum() > 50
    assert changed[halves.height // 2 :, halves.clip_width :].sum() > 50


def test_frames_without_keypoints_keep_their_picture_and_show_an_empty_ground(tmp_path: Path) -> None:
    clip, out = write_grey_clip(tmp_path / "clip.mp4"), tmp_path / "both.mp4"
    keypoints, runner = make_both(np.array([5.0, 5.04, 5.1]))
    write_side_by_side(clip, keypoints, [], runner, out)
    pictures, width = read_pictures(out), plan_halves(WIDTH, HEIGHT).clip_width
    assert len(pictures) == len(TIMES)
    assert all(np.abs(picture[120:, :width] - GREY).max() < 12 for picture in pictures)
    assert all(np.abs(picture[:, width:] - pictures[0][:, width:]).max() < 12 for picture in pictures)


def test_slow_motion_can_be_played_at_life_s_speed_with_no_more_frames_than_a_screen_shows(tmp_path: Path) -> None:
    times = tuple(i / 30 for i in range(48))  # 0.2 s of life, recorded at 240 frames/s
    clip, out = write_grey_clip(tmp_path / "clip.mp4", times), tmp_path / "both.mp4"
    keypoints, runner = make_both(np.array(times) / 8)
    write_side_by_side(clip, keypoints, [], runner, out, time_scale=8.0, real_time=True)
    shown = np.array([frame.time_s for frame in read_frames(out)])
    assert shown[-1] == pytest.approx(times[-1] / 8, abs=1 / MOST_FRAMES_PER_S)
    assert np.diff(shown).min() > 0.9 / MOST_FRAMES_PER_S
    assert len(shown) == pytest.approx(0.2 * MOST_FRAMES_PER_S, abs=1)


def test_progress_is_told_and_cancelling_leaves_no_file(tmp_path: Path) -> None:
    clip = write_grey_clip(tmp_path / "clip.mp4")
    keypoints, runner = make_both(np.array(TIMES))
    told: list[float] = []
    write_side_by_side(clip, keypoints, [], runner, tmp_path / "done.mp4", Progress(lambda _, f: told.append(f)))
    assert told == sorted(told)
    assert told[-1] > 0.7
    cancel = threading.Event()
    with pytest.raises(AnalysisCancelled):
        write_side_by_side(
            clip, keypoints, [], runner, tmp_path / "cancelled.mp4", Progress(lambda *_: cancel.set(), cancel)
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "done.mp4"]


def test_a_clip_that_is_gone_is_reported(tmp_path: Path) -> None:
    keypoints, runner = make_both(np.array(TIMES))
    with pytest.raises(VideoError):
        write_side_by_side(tmp_path / "gone.mp4", keypoints, [], runner, tmp_path / "out.mp4")


@pytest.mark.parametrize(
    ("width", "height"), [(720, 1280), (1080, 1920), (1920, 1080), (3840, 2160), (3840, 1600), (320, 240), (101, 333)]
)
def test_halves_are_even_as_high_as_one_another_and_not_too_wide(width: int, height: int) -> None:
    halves = plan_halves(width, height)
    assert halves.clip_width + halves.panel_width <= MAX_WIDTH
    assert halves.height <= MOST_HEIGHT
    assert halves.height >= min(LEAST_HEIGHT, MAX_WIDTH / (width / height + 1))
    assert not any(size % 2 for size in (halves.height, halves.clip_width, halves.panel_width))
    assert halves.clip_width / halves.height == pytest.approx(width / height, rel=0.01)
