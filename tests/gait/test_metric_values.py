"""Means and half-widths of values that are drawn from known distributions."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.metric_values import combine_steps, compute_half_width
from runform.gait.systematic import compute_systematic
from runform.results import StepValue
from runform.sequences import SIDES, Side

_NAME = "knee_flexion_swing"


def _steps(**values: list[float]) -> list[StepValue]:
    sides: tuple[Side, ...] = SIDES
    return [StepValue(side, float(i), value) for side in sides for i, value in enumerate(values.get(side, []))]


def test_both_sides_weigh_the_same_however_many_steps_each_has() -> None:
    metric = combine_steps(_NAME, _steps(left=[90.0, 92.0, 91.0, 91.0], right=[101.0, float("nan"), 101.0]), 60.0)

    assert (metric.left, metric.right, metric.value) == (91.0, 101.0, 96.0)
    assert metric.n == len(metric.steps) == 6
    assert [step.time_s for step in metric.steps] == sorted(step.time_s for step in metric.steps)


def test_a_difference_between_the_sides_is_no_spread() -> None:
    metric = combine_steps(_NAME, _steps(left=[90.0, 90.0], right=[110.0, 110.0]), 60.0)

    assert metric.plus_minus == compute_systematic(_NAME, 60.0)
    assert metric.left_plus_minus == compute_systematic(_NAME, 60.0, one_side=True)


def test_one_side_alone_leaves_the_other_unknown() -> None:
    metric = combine_steps(_NAME, _steps(left=[90.0, 91.0]), 60.0)

    assert metric.value == metric.left == 90.5
    assert np.isnan(metric.right)
    assert np.isnan(metric.right_plus_minus)


def test_one_value_says_nothing_of_its_spread() -> None:
    assert combine_steps(_NAME, _steps(left=[90.0]), 60.0).plus_minus == float("inf")


def test_no_value_is_missing_in_the_unit_asked_for() -> None:
    metric = combine_steps("vertical_oscillation", _steps(left=[float("nan")]), 60.0, unit="leg lengths")

    assert np.isnan(metric.value)
    assert (metric.n, metric.unit) == (0, "leg lengths")


def test_a_metric_without_sides_has_none() -> None:
    metric = combine_steps("trunk_lean", _steps(left=[5.0, 6.0], right=[7.0, 8.0]), 60.0)

    assert metric.value == 6.5
    assert np.isnan(metric.left)
    assert np.isnan(metric.left_plus_minus)


def test_strides_of_both_feet_are_counted_once() -> None:
    metric = combine_steps("stride_time", _steps(left=[0.70, 0.71, 0.72], right=[0.70, 0.71]), 60.0, strides=True)

    assert metric.n == 3
    assert len(metric.steps) == 5


@pytest.mark.parametrize("sizes", [(3,), (4, 4), (9, 2), (12, 11)])
def test_95_percent_of_the_half_widths_hold_the_truth(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        groups = [rng.normal(10 * side, 2.0, size) for side, size in enumerate(sizes)]
        off = np.mean([group.mean() for group in groups]) - np.mean([10 * side for side in range(len(sizes))])
        held += abs(off) <= compute_half_width(groups)

    assert held / 2000 == pytest.approx(0.95, abs=0.015)
