from __future__ import annotations

import math
from typing import get_args

import pytest

from runform.gait.definitions import DEFINITIONS
from runform.gait.range_reading import RangeReading
from runform.results import Check, Metric, Reference
from runform.ui import text
from runform.ui.result_numbers import (
    READING_BADGES,
    describe_metric,
    describe_range,
    explain_missing,
    group_metrics,
    make_metric_table,
)
from tests.fixtures.analyses import make_analysis
from tests.fixtures.measured import RANGE, WITHHELD, with_measurements

NAN = float("nan")
MISSING = Metric("flight_time", NAN, "s", NAN, 0)
CONTACT_TIME = with_measurements(make_analysis()).gait.metrics["ground_contact_time"]


def _contact_time(value: float, plus_minus: float, reference: Reference | None = RANGE) -> Metric:
    return Metric("ground_contact_time", value, "s", plus_minus, 34, reference=reference)


def test_every_metric_has_a_name_a_meaning_and_a_group() -> None:
    grouped = [name for names in text.Metrics.GROUPS.values() for name in names]

    assert sorted(grouped) == sorted(DEFINITIONS)
    assert text.Metrics.LABELS.keys() == text.Metrics.MEANING.keys() == DEFINITIONS.keys()


def test_metrics_come_in_the_groups_order_and_unknown_ones_last() -> None:
    metrics = [Metric(name, 1.0, "", 0.1, 5) for name in ("a_new_one", "trunk_lean", "step_time", "cadence")]

    groups = {title: [metric.name for metric in group] for title, group in group_metrics(metrics).items()}

    assert list(groups.items()) == [
        ("Rhythm", ["cadence", "step_time"]),
        ("Trunk and arms", ["trunk_lean"]),
        (text.Metrics.OTHER_GROUP, ["a_new_one"]),
    ]


def test_a_row_has_each_sides_error_and_steps() -> None:
    row = make_metric_table([CONTACT_TIME]).iloc[0]

    n = {side: sum(step.side == side for step in CONTACT_TIME.steps) for side in ("left", "right")}
    assert row[text.Metrics.COLUMN_METRIC].startswith("**Ground contact time** (ms) :gray-badge[")
    assert row[text.Metrics.COLUMN_VALUE] == f"254 ±\u00a036 :gray[:small[n\u00a0{len(CONTACT_TIME.steps)}]]"
    assert row[text.Metrics.COLUMN_LEFT] == f"249 ±\u00a037 :gray[:small[n\u00a0{n['left']}]]"
    assert row[text.Metrics.COLUMN_RIGHT] == f"259 ±\u00a038 :gray[:small[n\u00a0{n['right']}]]"


def test_a_run_of_an_earlier_version_shows_its_sides_without_error() -> None:
    old = Metric("step_time", 0.356, "s", 0.004, 12, 0.354, 0.358)

    row = make_metric_table([old, Metric("cadence", 168.0, "steps/min", math.inf, 1)]).to_numpy().tolist()

    assert row[0][2:] == ["354", "358"]
    assert row[1] == ["**Cadence** (steps/min)", "168 :gray[:small[n\u00a01]]", "–", "–"]


def test_metrics_without_sides_have_no_columns_for_them() -> None:
    table = make_metric_table([Metric("step_time_symmetry", -1.2, "%", 5.1, 30)])

    assert table.columns.tolist() == [text.Metrics.COLUMN_METRIC, text.Metrics.COLUMN_VALUE]


@pytest.mark.parametrize("reading", get_args(RangeReading))
def test_every_reading_has_a_badge_and_words(reading: RangeReading) -> None:
    assert reading in READING_BADGES
    assert "{range}" in text.Metrics.READINGS[reading]


@pytest.mark.parametrize(
    ("value", "plus_minus", "said"),
    [
        (0.27, 0.02, "inside 229 to 320"),
        (0.20, 0.02, "outside 229 to 320"),
        (0.24, 0.02, "cannot be told: 229 to 320"),
    ],
)
def test_a_badge_says_where_the_value_lies_and_what_the_range_is(value: float, plus_minus: float, said: str) -> None:
    shown = describe_range(_contact_time(value, plus_minus))

    assert said in shown
    assert "published, 2.4 to 3.0\u00a0m/s" in shown


def test_a_convention_for_any_speed_says_so() -> None:
    shown = describe_range(_contact_time(0.27, 0.02, Reference(0.2, 0.32, "convention", "a rule")))

    assert shown.endswith(":small[convention]]")
    assert describe_range(_contact_time(0.27, 0.02, None)) == ""


def test_a_withheld_metric_names_its_check_and_the_remedy() -> None:
    withheld = Metric("hip_extension", NAN, "deg", NAN, 0, withheld_by=("side_view",))
    refuse = Check("running", "refuse", "This is walking.", remedy="Film running.")

    lines = explain_missing([MISSING, withheld], [refuse, WITHHELD])

    assert lines == [
        "Not shown: flight time. This is walking. Film running.",
        f"Not shown: peak hip extension. {WITHHELD.message} {WITHHELD.remedy}",
    ]


def test_a_refusal_explains_a_missing_metric_before_a_warning() -> None:
    warn = Check("light", "warn", "The picture is dark.")
    refuse = Check("running", "refuse", "This is walking.")

    assert explain_missing([MISSING], [warn, refuse]) == ["Not shown: flight time. This is walking."]
    assert explain_missing([MISSING], [warn]) == ["Not shown: flight time. The picture is dark."]
    assert explain_missing([MISSING], []) == [f"Not shown: flight time. {text.Metrics.WHY_NO_STEPS}"]
    assert explain_missing([], [warn]) == []


def test_where_nothing_is_shown_for_one_reason_metrics_are_not_listed() -> None:
    gait = make_analysis(refused=True).gait

    (line,) = explain_missing(list(gait.metrics.values()), gait.checks, everything=True)

    assert line == "No metric is shown. There is no flight phase: this is walking. Film the runner running."


def test_a_metric_is_explained_with_its_definition_and_the_ranges_source() -> None:
    shown = describe_metric(CONTACT_TIME)

    assert text.Metrics.MEANING["ground_contact_time"] in shown
    assert DEFINITIONS["ground_contact_time"].definition in shown
    assert "Range 229 to 320 ms (published, 2.4 to 3.0\u00a0m/s): a study made up for tests; 12 runners." in shown
