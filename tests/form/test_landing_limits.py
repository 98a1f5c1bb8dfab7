from __future__ import annotations

import math

import pytest

from runform.form.landing_limits import (
    REFERENCE_SPEED,
    SPEEDS,
    THRESHOLDS,
    compute_step_reach,
    find_limits,
    is_overstride,
)
from runform.sequences import ContactGeometry

FAR, NEAR = (0.40, 21.0, 2.0), (0.18, 6.0, 12.0)


def step(values: tuple[float, float, float]) -> ContactGeometry:
    return ContactGeometry("left", 0.0, *values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (FAR, True),
        (NEAR, False),
        ((0.38, 19.0, 12.0), True),
        ((0.38, 6.0, 3.0), True),
        ((0.18, 19.0, 3.0), True),
        ((0.38, 6.0, 12.0), False),
        ((0.18, 19.0, 12.0), False),
        ((0.18, 6.0, 3.0), False),
        ((math.nan, 19.0, 3.0), None),
    ],
)
def test_two_of_three_limits_make_an_overstride(values: tuple[float, float, float], expected: bool | None) -> None:
    assert is_overstride(step(values), THRESHOLDS) is expected


def test_a_value_on_its_limit_is_not_beyond() -> None:
    on = (THRESHOLDS["ankle_ahead"].value, THRESHOLDS["shank_angle_deg"].value, THRESHOLDS["knee_flexion_deg"].value)
    assert is_overstride(step(on), THRESHOLDS) is False
    assert compute_step_reach(step(on), THRESHOLDS) == 0.0


def test_reach_counts_the_second_largest_exceedance_in_standard_errors() -> None:
    ahead, shank = THRESHOLDS["ankle_ahead"], THRESHOLDS["shank_angle_deg"]
    leg = step((ahead.value + 3 * ahead.error, shank.value + 2 * shank.error, 20.0))
    assert compute_step_reach(leg, THRESHOLDS) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("speed", "values"),
    [
        # Means at initial contact from force plates: hamner04 at 2 m/s (functional joint centres) and rbds001 at
        # 2.5 m/s (anatomical markers), legs of 0.88 and 0.90 m.
        (2.0 / 0.88, (0.157, 5.4, 7.1)),
        (2.5 / 0.90, (0.178, 5.9, 8.5)),
    ],
)
def test_measured_runners_at_easy_speed_lie_well_inside(speed: float, values: tuple[float, float, float]) -> None:
    assert compute_step_reach(step(values), find_limits(speed)) < -0.5


@pytest.mark.parametrize(
    ("speed", "values"),
    [(3.0 / 0.88, (0.253, 13.2, 6.9)), (4.0 / 0.88, (0.297, 16.2, 6.2)), (5.0 / 0.88, (0.346, 18.1, 10.0))],
)
def test_a_measured_runner_who_reaches_far_lies_on_the_border_at_every_speed(
    speed: float, values: tuple[float, float, float]
) -> None:
    # hamner04 from 3 to 5 m/s, anatomical markers: what grows with speed alone must not become an overstride.
    assert abs(compute_step_reach(step(values), find_limits(speed))) < 0.5


def test_limits_go_with_speed_between_two_ends() -> None:
    slow, fast = (find_limits(speed)["ankle_ahead"].value for speed in SPEEDS)
    assert slow < THRESHOLDS["ankle_ahead"].value < fast
    assert find_limits(REFERENCE_SPEED) == THRESHOLDS
    assert find_limits(100.0)["ankle_ahead"].value == fast
    assert find_limits(0.1)["ankle_ahead"].value == slow
    assert find_limits(math.nan) == THRESHOLDS
