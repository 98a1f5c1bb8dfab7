from __future__ import annotations

import math

import pytest

from runform.results import Metric, StepValue
from runform.ui.result_steps import make_points
from tests.fixtures.analyses import make_analysis
from tests.fixtures.measured import with_measurements

GAIT = with_measurements(make_analysis()).gait


def test_contact_times_are_in_ms_with_the_error_of_both_events() -> None:
    metric = GAIT.metrics["ground_contact_time"]

    points = make_points(metric, GAIT.contacts)

    assert [point.value for point in points] == pytest.approx([1000 * step.value for step in metric.steps])
    assert [point.plus_minus for point in points] == pytest.approx([20.0] * len(points))  # 12 and 16 ms


def test_steps_of_other_metrics_have_no_error_of_their_own() -> None:
    steps = (StepValue("right", 0.8, 0.36), StepValue("left", 0.4, 0.35))
    metric = Metric("step_time", 0.355, "s", 0.004, 2, steps=steps)

    points = make_points(metric, GAIT.contacts)

    assert [point.time_s for point in points] == [0.4, 0.8]
    assert all(math.isnan(point.plus_minus) for point in points)
