from __future__ import annotations

import math
from dataclasses import replace

import pytest

from runform.gait.change import MetricChange
from runform.results import GaitReport, Metric
from runform.ui import text
from runform.ui.result_change import (
    READING_BADGES,
    compare_metrics,
    compare_speeds,
    format_change,
    make_change_table,
    summarise,
)
from tests.fixtures.analyses import make_analysis
from tests.fixtures.measured import with_measurements

BEFORE = with_measurements(make_analysis(cadence=165.0)).gait
NOW = with_measurements(make_analysis(cadence=172.0)).gait


def test_what_both_runs_have_is_compared_in_the_groups_order() -> None:
    changes = compare_metrics(BEFORE, NOW, None)

    assert list(changes)[:3] == ["cadence", "step_time", "ground_contact_time"]
    assert "knee_flexion_swing" not in changes  # withheld
    assert changes["cadence"].difference == pytest.approx(7.0)


def test_a_metric_in_another_unit_is_left_out() -> None:
    metrics = dict(NOW.metrics)
    metrics["vertical_oscillation"] = replace(metrics["vertical_oscillation"], unit="leg lengths")

    assert "vertical_oscillation" not in compare_metrics(BEFORE, replace(NOW, metrics=metrics), None)


def test_the_summary_names_only_what_exceeds_its_error() -> None:
    changes = compare_metrics(BEFORE, NOW, None)

    assert summarise(changes) == "Larger than the error: **cadence, step time**."
    assert summarise({"cadence": MetricChange(1.0, 2.0)}) == text.Change.NOTHING


def test_a_row_reads_before_now_and_change() -> None:
    row = make_change_table(BEFORE, NOW, compare_metrics(BEFORE, NOW, None)).iloc[0].tolist()

    assert row[0].startswith("Cadence (steps/min) :blue-badge[")
    assert text.Change.READINGS[True] in row[0]
    assert row[1:] == ["165 ±\u00a01", "172 ±\u00a01", "+7 ±\u00a01"]


@pytest.mark.parametrize("exceeds", [True, False, None])
def test_every_answer_has_a_badge_and_words(exceeds: bool | None) -> None:
    assert exceeds in READING_BADGES
    assert text.Change.READINGS[exceeds]


@pytest.mark.parametrize(
    ("difference", "plus_minus", "shown"),
    [
        (-0.0123, 0.004, "-12 ±\u00a04"),
        (0.0002, 0.004, "0 ±\u00a04"),
        (0.0123, math.inf, "+12"),
        (0.0036, 0.0042, "+3.6 ±\u00a04.2"),  # both would read 4
    ],
)
def test_changes_carry_their_sign(difference: float, plus_minus: float, shown: str) -> None:
    assert format_change(MetricChange(difference, plus_minus), "s") == shown


def _at(value: float) -> GaitReport:
    return with_measurements(make_analysis(), speed=value).gait


def test_speeds_that_differ_are_said_and_unknown_ones_cautioned() -> None:
    assert compare_speeds(_at(2.5), _at(3.4)) == text.Change.SPEED_DIFFERS.format(before="2.5", now="3.4")
    assert compare_speeds(_at(2.5), _at(2.6)) == text.Change.SPEED_UNKNOWN
    assert compare_speeds(make_analysis().gait, _at(2.6)) == text.Change.SPEED_UNKNOWN


def test_metrics_without_a_group_are_compared_last() -> None:
    new = Metric("a_new_one", 1.0, "", 0.1, 5)
    gait = replace(NOW, metrics={"a_new_one": new, **NOW.metrics})

    assert list(compare_metrics(gait, gait, None))[-1] == "a_new_one"
