"""Changes between two sessions whose errors are known."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from runform.gait.change import NEW_SHARE, compute_change, find_shared_rate
from runform.gait.systematic import compute_systematic
from runform.results import Metric
from tests.fixtures.analyses import make_analysis

RATE = 60.0
ANGLE = "shank_angle_at_contact"
SYSTEMATIC = compute_systematic(ANGLE, RATE)


def _angle(value: float, random: float = 1.0, unit: str = "deg") -> Metric:
    return Metric(ANGLE, value, unit, math.hypot(random, SYSTEMATIC), 30)


def test_unlike_setups_add_both_errors() -> None:
    before, after = _angle(4.0), _angle(4.0 + SYSTEMATIC, random=2.0)

    change = compute_change(before, after)

    assert change.difference == pytest.approx(SYSTEMATIC)
    assert change.plus_minus == pytest.approx(math.hypot(before.plus_minus, after.plus_minus))
    assert change.exceeds is False


def test_a_shared_setup_takes_off_its_share_of_the_systematic_error_alone() -> None:
    shared = math.sqrt(0.3**2 + 0.4**2 + 2 * NEW_SHARE * SYSTEMATIC**2)
    before, after = _angle(4.0, 0.3), _angle(4.0 + 1.05 * shared, 0.4)

    change = compute_change(before, after, shared_rate=RATE)

    assert change.plus_minus == pytest.approx(shared)
    assert change.exceeds is True
    assert compute_change(before, after).exceeds is False


def test_a_metric_without_a_systematic_error_gains_nothing() -> None:
    before, after = (Metric("cadence", value, "steps/min", 1.5, 30) for value in (168.0, 171.0))

    assert compute_change(before, after, shared_rate=RATE) == compute_change(before, after)
    assert compute_change(before, after).exceeds is True


@pytest.mark.parametrize(("value", "plus_minus"), [(math.nan, math.nan), (170.0, math.inf), (170.0, math.nan)])
def test_what_was_not_measured_cannot_be_told(value: float, plus_minus: float) -> None:
    known = Metric("cadence", 150.0, "steps/min", 1.0, 30)
    unknown = Metric("cadence", value, "steps/min", plus_minus, 1)

    assert compute_change(known, unknown, shared_rate=RATE).exceeds is None
    assert compute_change(unknown, known).exceeds is None


def test_values_of_other_units_are_not_compared() -> None:
    change = compute_change(_angle(4.0), _angle(9.0, unit="leg lengths"))

    assert math.isnan(change.difference)
    assert change.exceeds is None


def test_the_stated_error_holds_the_change_of_an_unchanged_runner() -> None:
    """95 % of differences between sessions of one runner lie inside ±, with as much shared error as is assumed."""
    rng = np.random.default_rng(0)
    systematic, random = SYSTEMATIC / 1.96, 1.5 / 1.96
    inside = []
    for _ in range(4000):
        habit = rng.normal(0, systematic * math.sqrt(1 - NEW_SHARE))
        own = rng.normal(0, math.hypot(systematic * math.sqrt(NEW_SHARE), random), 2)
        before, after = (_angle(5.0 + habit + error, 1.5) for error in own)
        inside.append(compute_change(before, after, shared_rate=RATE).exceeds is False)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.012)


def test_the_same_setup_has_a_shared_rate_in_real_time() -> None:
    run = make_analysis()
    slow = dataclasses.replace(run.clip, frame_rate=30.0, time_scale=8.0)
    a, b = (dataclasses.replace(run, clip=dataclasses.replace(slow, frame_rate=rate)) for rate in (30.0, 29.0))

    assert find_shared_rate(run, run) == pytest.approx(run.clip.frame_rate)
    assert find_shared_rate(a, b) == pytest.approx(232.0)
    assert find_shared_rate(run, a) is None


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("gait", {"view": "left"}),
        ("gait", {"motion": "passing"}),
        ("pose", {"model_sha256": "another model"}),
        ("clip", {"frame_rate": 60.0}),
    ],
)
def test_another_setup_shares_nothing(part: str, changed: dict[str, Any]) -> None:
    run = make_analysis()
    other = dataclasses.replace(run, **{part: dataclasses.replace(getattr(run, part), **changed)})

    assert find_shared_rate(run, other) is None


def test_an_unclear_view_is_nobodys_setup() -> None:
    run = make_analysis()
    unclear = dataclasses.replace(run, gait=dataclasses.replace(run.gait, view="unclear"))

    assert find_shared_rate(unclear, unclear) is None
