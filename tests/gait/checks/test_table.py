"""The table of checks holds what the checks say, and every outcome says all that a coach needs."""

from __future__ import annotations

import math

import pytest

from runform.gait import checks
from runform.gait.clock import OtherClock
from runform.gait.definitions import DEFINITIONS
from runform.gait.speed import check_speed_agrees
from runform.gait.vertical_motion import VerticalMotion
from runform.gait.view import ViewEstimate
from runform.results import AnalysisOptions, Check
from tests.gait.checks.grounds import make_clip, make_detection

_DISAGREES = check_speed_agrees(AnalysisOptions(height_cm=180, belt_speed=5.0), 2.0)
_BAD: list[Check | None] = [
    checks.check_standing(0.02),
    checks.check_rhythm(None),
    checks.check_rhythm(make_detection(0.1, explained=0.2)),
    checks.check_running(make_detection(-0.05), None),
    checks.check_running(make_detection(-0.02, duty_factor=0.46), None),
    checks.check_running(make_detection(0.1), VerticalMotion(0.1, 0.05)),
    checks.check_running(make_detection(0.1, duty_factor=math.nan), None),
    checks.check_running(make_detection(0.02, 0.03), None),
    checks.check_time_scale(make_clip(), OtherClock(4.0, 170.0, 1.0)),
    checks.check_time_scale(make_clip(), by_gravity=2.0),
    checks.check_time_scale(make_clip(), by_gravity=2.0, by_belt=2.0),
    checks.check_cadence(60, make_clip()),
    checks.check_cadence(300, make_clip()),
    _DISAGREES,
    checks.check_view(ViewEstimate("left", 30.0, 10.0, "left")),
    checks.check_view(ViewEstimate("left", 44.0, 10.0, "left")),
    checks.check_view(ViewEstimate("front", 70.0, 10.0, "left")),
    checks.check_view(ViewEstimate("unclear", 30.0, 40.0, "unclear")),
    checks.check_one_direction(0.4),
    checks.check_found(0.4),
    checks.check_found(0.7),
    checks.check_visibility(0.2),
    checks.check_visibility(0.5),
    checks.check_frame_rate(make_clip(15)),
    checks.check_frame_rate(make_clip(30)),
    checks.check_contacts(3),
    checks.check_contacts(3, cuts=1),
    checks.check_motion("passing", 6.0),
    checks.check_motion("panning", 6.0),
    checks.check_shake(0.2),
    checks.check_shake(0.5),
    checks.check_cuts(2, 0.0, 3.0),
    checks.check_cuts(2, 0.0, 3.0, 1),
]
_OUTCOMES = [check for check in _BAD if check is not None]


@pytest.mark.parametrize("check", _OUTCOMES, ids=lambda check: f"{check.name}-{check.status}")
def test_whatever_warns_or_refuses_says_what_was_measured_the_limit_and_the_remedy(check: Check) -> None:
    assert check.status in ("warn", "refuse")
    assert check.message.endswith((".", "?"))
    assert check.remedy.endswith(".")
    assert math.isfinite(check.measured)
    assert math.isfinite(check.limit)


def test_the_table_says_which_checks_warn_and_refuse() -> None:
    seen = {(check.name, check.status) for check in _OUTCOMES}
    told = {(each.name, "warn") for each in checks.CHECKS.values() if math.isfinite(each.warns)}
    told |= {(each.name, "refuse") for each in checks.CHECKS.values() if math.isfinite(each.refuses)}

    assert seen == told


def test_limits_are_those_of_the_table() -> None:
    # These judge by several measures, or one with two ends; the table names the first.
    for check in _OUTCOMES:
        if check.name not in ("running", "time_scale", "plausible_cadence", "steady_stride", "side_view"):
            definition = checks.CHECKS[check.name]
            assert check.limit == (definition.warns if check.status == "warn" else definition.refuses), check.name


def test_nobody_seen_is_refused_without_a_number() -> None:
    unseen = checks.check_view(ViewEstimate("unclear", math.nan, math.nan, "unclear"))
    undirected = checks.check_one_direction(math.nan)

    for check in (unseen, undirected):
        assert check.status == "refuse"
        assert "could not be told" in check.message
        assert "nan" not in check.message
        assert check.remedy


def test_every_check_that_a_metric_needs_exists() -> None:
    for definition in DEFINITIONS.values():
        assert set(definition.needs) <= checks.CHECKS.keys(), definition.name
