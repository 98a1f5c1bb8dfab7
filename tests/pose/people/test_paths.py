"""Boxes for every frame from a few sightings: steady, without lag, whole at the edges, and no longer than they hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from runform.pose.people.paths import complete_at_edges, compute_boxes
from runform.pose.people.sightings import Sighting
from runform.sequences import Box, FloatArray

SIZE = (1000, 600)
TIME_S: FloatArray = np.arange(90) / 30
COLOURS = np.full(256, 1 / 16)


def sight(box_at: Callable[[float], Box], frames: range, noise_px: float = 0.0) -> list[Sighting]:
    rng = np.random.default_rng(2)
    sightings = []
    for frame in frames:
        x, y, width, height = (v + rng.normal(0, noise_px) for v in box_at(float(TIME_S[frame])))
        legs = np.full(2, np.nan)
        sightings.append(Sighting(frame, float(TIME_S[frame]), (x, y, width, height), 0.9, COLOURS, legs))
    return sightings


def follow(sightings: list[Sighting], to_first: FloatArray | None = None) -> FloatArray:
    motion = np.tile(np.eye(2, 3), (len(TIME_S), 1, 1)) if to_first is None else to_first
    return compute_boxes(sightings, TIME_S, motion, (0, len(TIME_S)), SIZE)


def speeding_up(time_s: float) -> Box:
    """A start from the blocks: 5 heights/s² for a while."""
    return 100 + 0.5 * 200 * time_s**2 / 3, 200.0, 80.0, 200.0


def test_someone_who_speeds_up_is_not_lagged_behind() -> None:
    boxes = follow(sight(speeding_up, range(0, 90, 3)))
    truth = np.array([speeding_up(float(t)) for t in TIME_S])
    assert np.abs(boxes - truth).max() < 4.0


def test_noise_is_smoothed_away() -> None:
    boxes = follow(sight(lambda t: (100 + 150 * t, 200, 80, 200), range(0, 90, 3), noise_px=8))
    truth = np.array([(100 + 150 * t, 200, 80, 200) for t in TIME_S])
    off = (boxes[:, :2] + boxes[:, 2:] / 2) - (truth[:, :2] + truth[:, 2:] / 2)
    assert np.sqrt((off[5:-5] ** 2).mean()) < 5.0
    assert np.abs(np.diff(boxes[:, 3])).max() < 2.5


def test_the_swing_of_arms_and_legs_does_not_shake_the_box() -> None:
    def swinging(t: float) -> Box:
        width = 100 + 40 * np.sin(2 * np.pi * 2.8 * t)
        return 400 - width / 2, 200.0, float(width), 200.0

    boxes = follow(sight(swinging, range(0, 90, 3)))
    assert np.ptp(boxes[10:-10, 2]) < 16  # of 80
    assert boxes[:, 2].mean() == pytest.approx(97, abs=5)


def test_one_wild_find_does_not_pull_the_path() -> None:
    sightings = sight(lambda t: (100 + 150 * t, 200, 80, 200), range(0, 90, 3))
    wild = sightings[15]
    sightings[15] = Sighting(wild.index, wild.time_s, (700, 50, 80, 200), 0.4, COLOURS, wild.legs)
    boxes = follow(sightings)
    assert np.abs(boxes[:, 0] - (100 + 150 * TIME_S)).max() < 12


def test_a_pause_is_bridged() -> None:
    sightings = sight(lambda t: (100 + 150 * t, 200, 80, 200), range(0, 90, 3))
    boxes = follow([s for s in sightings if not 33 < s.index < 60])
    assert np.abs(boxes[:, 0] - (100 + 150 * TIME_S)).max() < 5


def test_nobody_is_made_up_long_before_or_after() -> None:
    boxes = follow(sight(lambda t: (400, 200, 80, 200), range(30, 61, 3)))
    there = np.isfinite(boxes).all(axis=1)
    assert there[26:65].all()
    assert not there[:23].any()
    assert not there[68:].any()


def test_who_walks_out_is_followed_until_half_out() -> None:
    """The last find is well inside; the finder does not see those cut by the edge."""
    speed = 400.0
    sightings = sight(lambda t: (300 + speed * t, 200, 80, 200), range(0, 46, 3))
    boxes = follow(sightings)
    visible = np.clip((1000 - (300 + speed * TIME_S)) / 80, 0, 1)
    there = np.isfinite(boxes).all(axis=1)
    assert there[visible > 0.6].all()
    assert not there[visible < 0.4].any()


def test_boxes_stop_at_cuts() -> None:
    sightings = sight(lambda t: (400, 200, 80, 200), range(30, 61, 3))
    motion = np.tile(np.eye(2, 3), (90, 1, 1))
    boxes = compute_boxes(sightings, TIME_S, motion, (29, 62), SIZE)
    there = np.isfinite(boxes).all(axis=1)
    assert np.flatnonzero(there).tolist() == list(range(29, 62))


def test_one_sighting_is_enough() -> None:
    boxes = follow(sight(lambda t: (400, 200, 80, 200), range(30, 31)))
    assert boxes[30] == pytest.approx((400, 200, 80, 200))


def test_the_cameras_motion_is_followed_between_sightings() -> None:
    """A camera that jerks to and fro within a tenth of a second: the box goes with every frame's picture."""
    jerk = 30 * np.sin(2 * np.pi * 4 * TIME_S)
    to_first = np.tile(np.eye(2, 3), (90, 1, 1))
    to_first[:, 0, 2] = jerk
    sightings = []
    for sighting in sight(lambda t: (100 + 150 * t, 200, 80, 200), range(0, 90, 4)):
        x, y, width, height = sighting.box
        moved = (x - float(jerk[sighting.index]), y, width, height)
        sightings.append(Sighting(sighting.index, sighting.time_s, moved, 0.9, COLOURS, sighting.legs))
    boxes = follow(sightings, to_first)
    assert np.abs(boxes[:, 0] - (100 + 150 * TIME_S - jerk)).max() < 3


def test_boxes_cut_by_the_edge_are_completed() -> None:
    inside = (400.0, 200.0, 80.0, 200.0)
    left, right, low = (0.0, 200.0, 30.0, 200.0), (960.0, 200.0, 40.0, 200.0), (400.0, 450.0, 80.0, 150.0)
    completed = complete_at_edges([inside, left, right, low], SIZE)
    assert completed[0] == inside
    assert completed[1] == pytest.approx((-50, 200, 80, 200))
    assert completed[2] == pytest.approx((960, 200, 80, 200))
    assert completed[3] == pytest.approx((400, 450, 80, 200))


def test_someone_who_always_touches_the_edge_is_left_as_found() -> None:
    low = (400.0, 450.0, 80.0, 150.0)
    assert complete_at_edges([low, low], SIZE) == [low, low]
