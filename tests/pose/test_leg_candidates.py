"""Legs read from maps whose peaks are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from runform.pose.blazepose_nets import Circle, make_view
from runform.pose.leg_candidates import LegCandidate, LegPair, compute_difference, find_leg_pairs, find_peaks
from runform.pose.limb_maps import LIMB_KEYPOINTS, MAP_CELLS, LimbMaps
from runform.sequences import FloatArray

RADIUS = 250.0
HIP = np.array([400.0, 500.0])
HIPS = np.array([[396.0, 500.0], [404.0, 500.0]])
VIEW = make_view(Circle(400.0, 500.0, RADIUS), 1.25)
CELL_PX = 2 * 1.25 * RADIUS / MAP_CELLS
THIGH, SHANK, HEEL, FOOT = 0.41 * RADIUS, 0.44 * RADIUS, 0.16 * RADIUS, 0.24 * RADIUS


def make_leg(thigh_deg: float, shank_deg: float, foot_deg: float = 0.0) -> FloatArray:
    """(4, 2) knee, ankle, heel, toe px; angles from straight down, forward (to the right) positive."""

    def step(length: float, angle_deg: float) -> FloatArray:
        angle = np.radians(angle_deg)
        return np.asarray(length * np.array([np.sin(angle), np.cos(angle)]))

    knee = HIP + step(THIGH, thigh_deg)
    ankle = knee + step(SHANK, shank_deg)
    return np.stack([knee, ankle, ankle + step(HEEL, foot_deg - 35), ankle + step(FOOT, foot_deg + 55)])


def add_leg(maps: LimbMaps, side: str, leg: FloatArray, height: float) -> None:
    """Add a bump for each keypoint of a leg to one side's maps."""
    row, column = np.mgrid[:MAP_CELLS, :MAP_CELLS]
    for part, cell in zip(("knee", "ankle", "heel", "toe"), maps.to_cells(leg), strict=True):
        channel = maps.chance[..., LIMB_KEYPOINTS.index(f"{side}_{part}")]
        away = (column - cell[0]) ** 2 + (row - cell[1]) ** 2
        np.maximum(channel, height * np.exp(-away / 5), out=channel, casting="same_kind")


def make_maps(*legs: tuple[str, FloatArray, float]) -> LimbMaps:
    maps = LimbMaps(np.zeros((MAP_CELLS, MAP_CELLS, len(LIMB_KEYPOINTS)), dtype=np.float32), VIEW)
    for side, leg, height in legs:
        add_leg(maps, side, leg, height)
    return maps


def distance(candidate: LegCandidate | None, leg: FloatArray) -> float:
    """The furthest keypoint's distance, cells."""
    assert candidate is not None
    return float(np.linalg.norm(candidate.xy_px - leg, axis=1).max()) / CELL_PX


AHEAD, BEHIND = make_leg(25, 5, 5), make_leg(-20, -45, -60)
PASSING_AHEAD, PASSING_BEHIND = make_leg(8, -2), make_leg(2, -75, -80)


@pytest.mark.parametrize(("left", "right"), itertools.permutations([AHEAD, BEHIND, PASSING_BEHIND], 2))
def test_one_peak_each_gives_the_legs(left: FloatArray, right: FloatArray) -> None:
    pairs = find_leg_pairs(make_maps(("left", left, 0.9), ("right", right, 0.6)), HIPS, RADIUS)
    assert len(pairs) == 1
    assert distance(pairs[0].left, left) < 0.3
    assert distance(pairs[0].right, right) < 0.3
    assert pairs[0].left is not None
    np.testing.assert_allclose(pairs[0].left.chance, 0.9, atol=0.1)
    assert pairs[0].right is not None
    np.testing.assert_allclose(pairs[0].right.chance, 0.6, atol=0.1)


def test_bones_of_the_right_length_cost_nothing() -> None:
    """What is left is the chances: eight keypoints of 0.8."""
    (pair,) = find_leg_pairs(make_maps(("left", AHEAD, 0.8), ("right", BEHIND, 0.8)), HIPS, RADIUS)
    assert pair.cost == pytest.approx(-8 * np.log(0.8), abs=0.4)


def test_of_two_peaks_each_the_true_legs_come_first() -> None:
    """Each side's maps also show the other leg, lower, as a network's do."""
    maps = make_maps(
        ("left", AHEAD, 0.8), ("left", BEHIND, 0.5), ("right", BEHIND, 0.8), ("right", AHEAD, 0.5)
    )  # fmt: skip
    pairs = find_leg_pairs(maps, HIPS, RADIUS)
    assert distance(pairs[0].left, AHEAD) < 0.5
    assert distance(pairs[0].right, BEHIND) < 0.5
    swapped = [p for p in pairs if distance(p.left, BEHIND) < 0.5 and distance(p.right, AHEAD) < 0.5]
    assert len(swapped) == 1  # stays a rival: the clip may know better


def test_legs_that_cross() -> None:
    """Knees side by side, one foot up behind: each leg keeps its own foot."""
    maps = make_maps(
        ("left", PASSING_AHEAD, 0.7), ("left", PASSING_BEHIND, 0.4),
        ("right", PASSING_BEHIND, 0.6), ("right", PASSING_AHEAD, 0.5),
    )  # fmt: skip
    best = find_leg_pairs(maps, HIPS, RADIUS)[0]
    assert distance(best.left, PASSING_AHEAD) < 1.0
    assert distance(best.right, PASSING_BEHIND) < 1.0


def test_a_pair_on_one_another_loses_even_where_both_maps_show_the_same_leg() -> None:
    """Both sides' maps are higher at one leg; the other leg's peak is half as high and still taken by one of them."""
    maps = make_maps(("left", AHEAD, 0.9), ("left", BEHIND, 0.45), ("right", AHEAD, 0.85), ("right", BEHIND, 0.5))
    pairs = find_leg_pairs(maps, HIPS, RADIUS)
    assert distance(pairs[0].left, AHEAD) < 0.5
    assert distance(pairs[0].right, BEHIND) < 0.5
    merged = [p.cost for p in pairs if distance(p.left, AHEAD) < 0.5 and distance(p.right, AHEAD) < 0.5]
    assert all(cost > pairs[0].cost + 10 for cost in merged)


def test_bones_that_do_not_fit_lose() -> None:
    """A foot two leg lengths ahead of its knee is surer by the map, and cannot be."""
    impossible = AHEAD.copy()
    impossible[1:] += (170.0, -60.0)
    maps = make_maps(("left", AHEAD, 0.5), ("right", BEHIND, 0.8))
    for n, part in enumerate(("ankle", "heel", "toe"), start=1):
        lone = np.full((4, 2), 1e6)
        lone[n] = impossible[n]
        add_leg(maps, "left", lone, 0.9)
        assert len(find_peaks(maps.chance)[LIMB_KEYPOINTS.index(f"left_{part}")]) == 2
    assert distance(find_leg_pairs(maps, HIPS, RADIUS)[0].left, AHEAD) < 0.5


def test_a_foreshortened_leg_is_no_misfit() -> None:
    """Seen at 60 degrees the bones look half as long sideways: no other answer is there, and it costs little."""
    ahead, behind = (HIP + (leg - HIP) * (0.5, 1.0) for leg in (AHEAD, BEHIND))
    (pair,) = find_leg_pairs(make_maps(("left", ahead, 0.8), ("right", behind, 0.8)), HIPS, RADIUS)
    assert pair.cost < -8 * np.log(0.8) + 2.0


@pytest.mark.parametrize("lost", ["left", "right"])
def test_a_leg_that_shows_nowhere(lost: str) -> None:
    shown = "right" if lost == "left" else "left"
    (pair,) = find_leg_pairs(make_maps((shown, AHEAD, 0.9)), HIPS, RADIUS)
    assert getattr(pair, lost) is None
    assert distance(getattr(pair, shown), AHEAD) < 0.3


def test_no_leg_at_all() -> None:
    (pair,) = find_leg_pairs(make_maps(), HIPS, RADIUS)
    assert (pair.left, pair.right) == (None, None)


def test_at_most_eight_pairs_the_likeliest_first_and_all_different() -> None:
    legs = [make_leg(a, b) for a, b in ((30, 0), (10, -20), (-10, -30), (-30, -60))]
    maps = make_maps(
        *((side, leg, h) for side in ("left", "right") for leg, h in zip(legs, (0.9, 0.85, 0.8, 0.75), strict=True))
    )
    pairs = find_leg_pairs(maps, HIPS, RADIUS)
    assert len(pairs) == 8
    costs = [pair.cost for pair in pairs]
    assert costs == sorted(costs)
    assert all(compute_difference(a, b) > 0.08 * RADIUS for a, b in itertools.combinations(pairs, 2))


def test_the_difference_of_two_pairs() -> None:
    def candidate(leg: FloatArray) -> LegCandidate:
        return LegCandidate(leg, np.full(4, 0.9), 0.0)

    moved = BEHIND.copy()
    moved[2] += (3.0, 4.0)
    a, b = LegPair(candidate(AHEAD), candidate(BEHIND), 0.0), LegPair(candidate(AHEAD), candidate(moved), 0.0)
    assert compute_difference(a, b) == pytest.approx(5.0)
    assert compute_difference(a, a) == 0
    assert compute_difference(a, LegPair(None, candidate(moved), 0.0)) == pytest.approx(5.0)
    assert compute_difference(LegPair(None, None, 0.0), a) == 0


def test_peaks_lie_between_cells() -> None:
    row, column = np.mgrid[:MAP_CELLS, :MAP_CELLS]
    chance = 0.7 * np.exp(-((column - 20.4) ** 2 + (row - 41.7) ** 2) / 6)
    chance += 0.3 * np.exp(-((column - 50.0) ** 2 + (row - 10.0) ** 2) / 6)
    peaks = find_peaks(chance.astype(np.float32)[..., None])[0]
    np.testing.assert_allclose(peaks, [[20.4, 41.7, 0.7], [50.0, 10.0, 0.3]], atol=0.1)


def test_peaks_at_the_edge() -> None:
    row, column = np.mgrid[:MAP_CELLS, :MAP_CELLS]
    chance = 0.8 * np.exp(-((column - 63.0) ** 2 + row**2) / 4)
    ((x, y, height),) = find_peaks(chance.astype(np.float32)[..., None])[0]
    assert x == pytest.approx(63, abs=0.8)
    assert y == pytest.approx(0, abs=0.8)
    assert height == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(("second", "expected"), [(0.5, 2), (0.15, 1)])
def test_what_is_far_below_the_highest_is_no_peak(second: float, expected: int) -> None:
    row, column = np.mgrid[:MAP_CELLS, :MAP_CELLS]
    chance = 0.9 * np.exp(-((column - 20) ** 2 + (row - 20) ** 2) / 6)
    chance += second * np.exp(-((column - 50) ** 2 + (row - 50) ** 2) / 6)
    assert len(find_peaks(chance.astype(np.float32)[..., None])[0]) == expected


def test_a_faint_map_has_no_peak() -> None:
    chance = np.zeros((MAP_CELLS, MAP_CELLS), dtype=np.float32)
    chance[30, 30] = 0.07
    assert find_peaks(chance[..., None])[0].shape == (0, 3)
