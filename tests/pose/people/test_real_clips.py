"""Who is found in the real clips with the finder that needs no download."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.people.find import People, find_people
from runform.pose.people.small_copy import SmallScale
from runform.video.read import probe, read_frames
from tests.conftest import PROJECT_ROOT
from tests.pose.people.worlds import centres

VISIBLE = PROJECT_ROOT / "tests" / "fixtures" / "labels" / "sprint_across_visible.csv"


def find(path: Path) -> People:
    return find_people(read_frames(path), BlazePersonDetector(), probe(path), time_scale=1.0)


def largest_drift(people: People, width: int, height: int) -> float:
    """How far the camera's motion carries a corner of the picture at most, px."""
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]])
    carried = (
        np.einsum("tij,cj->tci", people.camera.to_first[:, :, :2], corners) + people.camera.to_first[:, None, :, 2]
    )
    return float(np.linalg.norm(carried - corners, axis=2).max())


def test_the_sprinter_is_followed_wherever_more_than_half_of_her_is_to_be_seen(clips_dir: Path) -> None:
    people = find(clips_dir / "sprint_across_frame.mp4")
    with VISIBLE.open(encoding="utf-8") as file:
        share = np.array([float(row["visible_share"]) for row in csv.DictReader(file)])
    runner = people.tracks[0]
    assert runner.present[share > 0.5].all()
    assert not runner.present[share < 0.1].any()
    assert runner.runs > 0.5
    assert not people.camera.cuts.any()
    assert largest_drift(people, 480, 352) < 1.0


@pytest.mark.slow
def test_two_people_are_two_and_do_not_change_over(clips_dir: Path) -> None:
    people = find(clips_dir / "two_people_sunflare_walk.mp4")
    # At 3 s one stands high on the left, the other walks below on the right.
    at = {track.number: centres(track.boxes)[90] for track in people.tracks if track.present[90]}
    assert len(at) == 2
    high, low = sorted(at, key=lambda number: float(at[number][1]))
    for track in people.tracks:
        if track.number == low:
            x = centres(track.boxes)[60:190, 0]
            assert np.isfinite(x).all()
            assert (np.diff(x[::10]) < 20).all()  # to the left, all the way
            assert centres(track.boxes)[60:190, 1].min() > 500
        if track.number == high:
            assert centres(track.boxes)[20:130, 1].max() < 500
    assert np.sum([track.present for track in people.tracks], axis=0).max() == 2
    # The high one jumps head over heels across the sun after 4 s; whether he is followed through it hangs on the last
    # bits of the networks' arithmetic. Found anew he is a third track, who lands and does run off.
    assert all(not track.runs >= 0.5 for track in people.tracks if track.number in at)
    assert largest_drift(people, 1768, 994) < 2.0


@pytest.mark.slow
def test_the_walker_is_followed_while_in_the_picture(clips_dir: Path) -> None:
    people = find(clips_dir / "walk_past_wall.mp4")
    walker = people.tracks[0]
    assert walker.present[32:338].all()
    assert not walker.present[362:].any()
    assert not walker.runs >= 0.3
    assert largest_drift(people, 1280, 720) < 4.0


@pytest.mark.slow
def test_the_treadmill_runner_runs_in_place(clips_dir: Path) -> None:
    people = find(clips_dir / "treadmill_side_portrait.mp4")
    runner = people.tracks[0]
    assert runner.present.all()
    assert runner.runs > 0.8
    assert np.ptp(centres(runner.boxes), axis=0).max() < 0.25 * np.median(runner.boxes[:, 3])
    assert SmallScale.of(next(read_frames(clips_dir / "treadmill_side_portrait.mp4")).rgb).factor == 4
    assert largest_drift(people, 720, 1280) < 1.0
