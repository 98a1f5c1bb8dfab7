from __future__ import annotations

import math
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import AnalysisCancelled, VideoError
from runform.progress import Progress
from runform.report.overlay import draw_analysis, find_contact, find_frame, fit_picture, write_overlay
from runform.sequences import Contact, FloatArray, KeypointSequence
from runform.video.read import probe, read_frames
from runform.video.write import VideoWriter
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis
from tests.fixtures.clips import draw_frame
from tests.fixtures.people import with_repairs

TIMES = (0.0, 0.04, 0.1, 0.13, 0.2, 0.24)  # a phone's uneven rate
GREY = 90


def write_grey_clip(path: Path) -> Path:
    """A plain clip of the fixtures' size, one frame for each of `TIMES`."""
    with VideoWriter(path, WIDTH, HEIGHT) as writer:
        for time_s in TIMES:
            writer.write(np.full((HEIGHT, WIDTH, 3), GREY, dtype=np.uint8), time_s)
    return path


def make_keypoints_at(time_s: FloatArray) -> KeypointSequence:
    """The fixtures' stick figure at other times."""
    whole = make_analysis().keypoints
    count = len(time_s)
    return KeypointSequence(time_s, whole.xy_px[:count], whole.confidence[:count], whole.skeleton, WIDTH, HEIGHT)


def read_pictures(path: Path) -> list[npt.NDArray[np.float64]]:
    return [frame.rgb.astype(np.float64) for frame in read_frames(path)]


@pytest.mark.parametrize("time_scale", [1.0, 8.0])
def test_the_overlay_plays_like_the_clip_with_the_runner_marked(tmp_path: Path, time_scale: float) -> None:
    clip = write_grey_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES) / time_scale)
    out = tmp_path / "out" / "overlay.mp4"
    write_overlay(clip, keypoints, [], out, time_scale=time_scale)
    info = probe(out)
    assert (info.codec, info.width, info.height) == ("h264", WIDTH, HEIGHT)
    assert [frame.time_s for frame in read_frames(out)] == pytest.approx(TIMES, abs=1e-3)
    for picture, xy in zip(read_pictures(out), keypoints.xy_px, strict=True):
        changed = np.abs(picture - GREY).max(axis=2)
        column, row = xy[keypoints.layout.index["left_knee"]].round().astype(int)
        assert changed[row - 1 : row + 2, column - 1 : column + 2].max() > 60
        assert changed[100:200, :60].max() < 12  # nothing is drawn beside the chest; H.264 itself changes a little


def test_frames_without_keypoints_keep_their_picture(tmp_path: Path) -> None:
    clip = write_grey_clip(tmp_path / "clip.mp4")
    out = tmp_path / "overlay.mp4"
    write_overlay(clip, make_keypoints_at(np.array([5.0, 5.04, 5.1])), [], out)
    pictures = read_pictures(out)
    assert len(pictures) == len(TIMES)
    assert all(np.abs(picture[100:] - GREY).max() < 12 for picture in pictures)


def test_progress_is_told_and_cancelling_leaves_no_file(tmp_path: Path) -> None:
    clip = write_grey_clip(tmp_path / "clip.mp4")
    keypoints = make_keypoints_at(np.array(TIMES))
    told: list[float] = []
    write_overlay(clip, keypoints, [], tmp_path / "done.mp4", Progress(lambda _, fraction: told.append(fraction)))
    assert told == sorted(told)
    assert told[-1] > 0.7
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(AnalysisCancelled):
        write_overlay(clip, keypoints, [], tmp_path / "cancelled.mp4", Progress(cancel=cancel))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "done.mp4"]


def test_a_clip_that_is_gone_is_reported(tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        write_overlay(tmp_path / "gone.mp4", make_keypoints_at(np.array(TIMES)), [], tmp_path / "out.mp4")


def test_large_pictures_shrink_in_proportion_and_are_copies() -> None:
    large = np.zeros((2160, 3840, 3), dtype=np.uint8)
    assert fit_picture(large).shape == (720, 1280, 3)
    small = draw_frame(0)
    fitted = fit_picture(small)
    assert np.array_equal(fitted, small)
    fitted[:] = 0
    assert small.any()


def test_the_foot_on_the_ground_and_the_landing_are_marked() -> None:
    analysis = make_analysis()
    keypoints = analysis.keypoints
    contact = analysis.gait.contacts[2]
    assert contact.side == "left"
    pictures = {}
    for name, contacts in (("flight", []), ("stance", [contact])):
        for moment, time_s in (("landing", contact.initial_contact_s + 0.02), ("later", contact.toe_off_s - 0.01)):
            rgb = np.full((keypoints.height, keypoints.width, 3), 90, dtype=np.uint8)
            draw_analysis(rgb, keypoints, contacts, time_s)
            pictures[name, moment] = rgb
    at = find_frame(keypoints.time_s, contact.toe_off_s - 0.01)
    assert at is not None
    foot = keypoints.xy_px[at, [keypoints.layout.index[f"left_{part}"] for part in ("heel", "toe", "ankle")]]
    row, column = round(foot[:, 1].max()) + 6, round(foot[:, 0].mean())
    assert pictures["stance", "later"][row, column, 2] > pictures["stance", "later"][row, column, 0] + 60  # blue: left
    assert pictures["flight", "later"][row, column].tolist() == [90, 90, 90]
    marked = {
        moment: int((pictures["stance", moment] != pictures["flight", moment]).any(axis=2).sum())
        for moment in ("landing", "later")
    }
    assert marked["landing"] > marked["later"] > 0


def test_repaired_bones_are_dashed_and_paler_and_the_legend_says_so() -> None:
    analysis = with_repairs(make_analysis())
    keypoints, repairs = analysis.keypoints, analysis.repairs
    assert repairs is not None
    pictures = {}
    for name, flags in (("plain", None), ("repaired", repairs)):
        for frame in (5, 40):  # in 40 the left leg was put back
            rgb = np.full((3 * keypoints.height, 3 * keypoints.width, 3), GREY, dtype=np.uint8)
            draw_analysis(rgb, keypoints, [], float(keypoints.time_s[frame]), flags)
            pictures[name, frame] = rgb
    below_legend = slice(270, None)
    assert np.array_equal(pictures["plain", 5][below_legend], pictures["repaired", 5][below_legend])
    assert (pictures["plain", 5][:270] != pictures["repaired", 5][:270]).any()
    knee, ankle = (keypoints.xy_px[40, keypoints.layout.index[f"left_{part}"]] for part in ("knee", "ankle"))
    along = [np.round(3 * knee + 3 * share * (ankle - knee)).astype(int) for share in np.linspace(0.15, 0.85, 60)]
    left_blue = {name: [pictures[name, 40][y, x] for x, y in along] for name in ("plain", "repaired")}
    drawn = {name: [bool((rgb != GREY).any()) for rgb in values] for name, values in left_blue.items()}
    assert all(drawn["plain"])
    assert 0.2 < np.mean(drawn["repaired"]) < 0.9
    reddest = {name: max(int(rgb[0]) for rgb in values) for name, values in left_blue.items()}
    assert reddest["repaired"] > reddest["plain"] + 40


def test_keypoints_that_were_not_found_are_left_out() -> None:
    analysis = make_analysis()
    missing = analysis.keypoints.xy_px.copy()
    missing[:] = np.nan
    keypoints = KeypointSequence(
        analysis.keypoints.time_s, missing, analysis.keypoints.confidence, "blazepose33", 320, 480
    )
    rgb = np.full((480, 320, 3), 90, dtype=np.uint8)
    draw_analysis(rgb, keypoints, analysis.gait.contacts, 0.12)
    assert (rgb[200:] == 90).all()
    assert (rgb[:40, :60] != 90).any()  # the legend


def test_frames_are_found_by_time() -> None:
    time_s = np.array([0.0, 0.04, 0.1, 0.13])
    assert [find_frame(time_s, t) for t in (0.0, 0.019, 0.021, 0.09, 0.14)] == [0, 0, 1, 2, 3]
    assert find_frame(time_s, 0.2) is None
    assert find_frame(time_s, 0.07) is None
    assert find_frame(np.array([0.0]), 0.0) is None


def test_contacts_are_found_by_time_and_side() -> None:
    contacts = [Contact("left", 1.0, 1.2, 0.01), Contact("right", 1.3, math.nan, 0.01), Contact("left", 1.7, 1.9, 0.01)]
    assert find_contact(contacts, "left", 1.1) is contacts[0]
    assert find_contact(contacts, "left", 1.2) is None
    assert find_contact(contacts, "left", 0.9) is None
    assert find_contact(contacts, "left", 1.75) is contacts[2]
    assert find_contact(contacts, "right", 9.0) is contacts[1]
