"""Lengths from speeds and times that are set by hand."""

from __future__ import annotations

import math

import pytest

from runform.gait.metrics_length import (
    compute_speed,
    compute_step_length,
    compute_vertical_oscillation,
    compute_vertical_ratio,
)
from runform.results import Metric, SpeedEstimate, StepValue

_STEP_TIME = Metric("step_time", 0.35, "s", 0.002, 10, 0.34, 0.36, None, 0.01, 0.01, (StepValue("left", 0.0, 0.34),))
_NO_SCALE = SpeedEstimate(math.nan, math.nan, 2.5, "")


def test_speed_without_a_scale_is_in_leg_lengths() -> None:
    metric = compute_speed(_NO_SCALE, 12, 60.0)

    assert (metric.value, metric.unit, metric.n) == (2.5, "leg lengths/s", 12)
    assert math.isnan(compute_speed(SpeedEstimate(math.nan, math.nan, math.nan, ""), 12, 60.0).value)


def test_a_stated_speed_stands_on_no_steps() -> None:
    metric = compute_speed(SpeedEstimate(3.0, 0.1, 2.5, "stated"), 12, 60.0)

    assert (metric.value, metric.plus_minus, metric.unit, metric.n) == (3.0, 0.1, "m/s", 0)


def test_step_length_is_speed_times_step_time() -> None:
    metric = compute_step_length(_STEP_TIME, compute_speed(SpeedEstimate(3.0, 0.3, 2.5, "stance"), 12, 60.0))

    assert [metric.value, metric.left, metric.right] == pytest.approx([1.05, 1.02, 1.08])
    assert (metric.name, metric.unit, metric.n) == ("step_length", "m", 10)
    assert metric.plus_minus == pytest.approx(math.hypot(0.3 * 0.35, 3.0 * 0.002))
    assert metric.right_plus_minus == pytest.approx(math.hypot(0.3 * 0.36, 3.0 * 0.01))
    assert [step.value for step in metric.steps] == pytest.approx([1.02])
    assert compute_step_length(_STEP_TIME, compute_speed(_NO_SCALE, 12, 60.0)).unit == "leg lengths"


def test_oscillation_is_in_metres_where_the_leg_s_length_is_known() -> None:
    steps = [StepValue("left", 0.0, 0.10), StepValue("right", 0.3, 0.12), StepValue("left", 0.7, 0.10)]
    relative = compute_vertical_oscillation(steps, math.nan, 60.0)
    metres = compute_vertical_oscillation(steps, 0.9, 60.0)

    assert (relative.unit, metres.unit) == ("leg lengths", "m")
    assert [relative.value, metres.value] == pytest.approx([0.11, 0.099])
    assert [metres.left, metres.right] == pytest.approx([0.09, 0.108])


def test_vertical_ratio_needs_one_unit() -> None:
    oscillation = Metric("vertical_oscillation", 0.08, "m", 0.008, 9)
    length = Metric("step_length", 1.0, "m", 0.1, 10)
    metric = compute_vertical_ratio(oscillation, length)

    assert metric.value == pytest.approx(0.08)
    assert metric.plus_minus == pytest.approx(0.08 * math.hypot(0.1, 0.1))
    assert metric.n == 9
    assert math.isnan(compute_vertical_ratio(oscillation, Metric("step_length", 1.0, "leg lengths", 0.1, 10)).value)
