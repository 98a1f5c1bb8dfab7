"""Who is proposed as the runner."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.estimator import PoseDetection
from runform.pose.people.propose import UNKNOWN_LEGS, LegMotion, compute_leg_motion, explain, order_people
from runform.pose.people.sightings import Sighting, compute_legs
from runform.skeletons import BLAZEPOSE_33, HALPE_26, Skeleton

COLOURS = np.full(256, 1 / 16)
RUNNING = LegMotion(0.9, 0.9, 1.4, 0.9)
WALKING = LegMotion(0.05, 0.8, 0.9, 0.9)
STANDING = LegMotion(0.0, 0.0, 1.1, 0.2)


def swing(
    strides_per_s: float,
    seconds: float = 4.0,
    *,
    amplitude: float = 0.45,
    every_s: float = 0.1,
    confused: float = 0.0,
    noise: float = 0.03,
) -> list[Sighting]:
    """Sightings of legs that swing; a share of them takes left for right."""
    rng = np.random.default_rng(3)
    sightings = []
    for index, time_s in enumerate(np.arange(0, seconds, every_s)):
        phase = 2 * np.pi * strides_per_s * time_s
        legs = amplitude * np.array([np.sin(phase), 0.3 * np.cos(phase)]) + rng.normal(0, noise, 2)
        legs = -legs if rng.random() < confused else legs
        sightings.append(Sighting(index, float(time_s), (0.0, 0.0, 50.0, 140.0), 0.9, COLOURS, legs))
    return sightings


@pytest.mark.parametrize("strides", [1.2, 1.4, 1.7, 2.0])
def test_running_legs_run(strides: float) -> None:
    legs = compute_leg_motion(swing(strides))
    assert legs.runs > 0.85
    assert legs.strides_per_s == pytest.approx(strides, abs=0.06)


@pytest.mark.parametrize("strides", [0.6, 0.8, 0.95])
def test_walking_legs_swing_and_do_not_run(strides: float) -> None:
    legs = compute_leg_motion(swing(strides))
    assert legs.runs < 0.1
    assert legs.swings > 0.8


def test_standing_legs_do_neither() -> None:
    legs = compute_leg_motion(swing(1.4, amplitude=0.0))
    assert legs.runs < 0.05
    assert legs.swings < 0.05


def test_legs_taken_for_each_other_still_run() -> None:
    legs = compute_leg_motion(swing(1.5, confused=0.5))
    assert legs.runs > 0.7
    assert legs.strides_per_s == pytest.approx(1.5, abs=0.06)


def test_one_second_is_enough() -> None:
    assert compute_leg_motion(swing(1.6, seconds=1.1)).runs > 0.7


def test_too_few_sightings_are_not_judged() -> None:
    legs = compute_leg_motion(swing(1.5, seconds=0.4))
    assert np.isnan(legs.runs)
    assert np.isnan(legs.strides_per_s)


def test_running_after_a_long_stand_counts() -> None:
    stand = swing(1.5, seconds=6.0, amplitude=0.0)
    run = [Sighting(s.index + 60, s.time_s + 6.0, s.box, s.score, s.colours, s.legs) for s in swing(1.5, seconds=6.0)]
    assert compute_leg_motion([*stand, *run]).runs > 0.8


def test_the_runner_comes_before_larger_and_longer_ones() -> None:
    order = order_people([STANDING, WALKING, RUNNING], [1.0, 0.9, 0.5], [300.0, 200.0, 150.0])
    assert order == [2, 1, 0]


def test_among_runners_the_longest_and_largest_comes_first() -> None:
    assert order_people([RUNNING, RUNNING], [0.3, 0.9], [200.0, 200.0]) == [1, 0]
    assert order_people([RUNNING, RUNNING], [0.9, 0.9], [100.0, 200.0]) == [1, 0]


def test_unknown_legs_go_by_time_and_size() -> None:
    assert order_people([UNKNOWN_LEGS, UNKNOWN_LEGS], [0.2, 0.8], [200.0, 200.0]) == [1, 0]
    assert order_people([], [], []) == []


def test_reasons_are_one_sentence() -> None:
    shares, heights = [0.5, 1.0, 1.0, 0.1], [150.0, 200.0, 300.0, 90.0]
    said = [
        explain(number, legs, shares, heights, number)
        for number, legs in enumerate((RUNNING, WALKING, STANDING, UNKNOWN_LEGS))
    ]
    assert "as in running (1.4 strides a second), in 50 % of the clip" in said[0]
    assert "proposed" in said[0]
    assert "not as in running" in said[1]
    assert "hardly move" in said[2]
    assert "the largest" in said[2]
    assert "could not be told" in said[3]
    assert all(sentence.endswith(".") and sentence.count(". ") == 0 for sentence in said)


@pytest.mark.parametrize("skeleton", [BLAZEPOSE_33, HALPE_26])
def test_legs_are_measured_in_leg_lengths(skeleton: Skeleton) -> None:
    xy = np.zeros((len(skeleton), 2))
    for side, x in (("left", 30.0), ("right", -30.0)):
        xy[skeleton.index[f"{side}_knee"]] = (0, 40)
        xy[skeleton.index[f"{side}_ankle"]] = (x, 80)
    legs = compute_legs(PoseDetection(xy, np.ones(len(skeleton))))
    assert legs == pytest.approx([60 / 90, 0])
    assert np.isnan(compute_legs(PoseDetection(xy, np.zeros(len(skeleton))))).all()
    assert np.isnan(compute_legs(PoseDetection(xy[:5], np.ones(5)))).all()
