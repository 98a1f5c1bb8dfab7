"""A cadence that questions the clip's clock, and what gravity and the belt say of it."""

from __future__ import annotations

import math

import pytest

from runform.gait.checks import check_cadence, check_time_scale
from runform.gait.clock import OtherClock
from runform.sequences import ClipInfo, TimeScaleSource
from tests.gait.checks.grounds import make_clip


@pytest.mark.parametrize("cadence", [131, 170, 239])
@pytest.mark.parametrize("source", ["assumed", "container", "stated"])
def test_running_cadences_pass(cadence: float, source: TimeScaleSource) -> None:
    assert check_cadence(cadence, make_clip(30, 8, source)).status == "ok"


@pytest.mark.parametrize("truth", [1.0, 2.0, 4.0, 8.0, 16.0])
@pytest.mark.parametrize("taken", [1.0, 2.0, 4.0, 8.0, 16.0])
@pytest.mark.parametrize("source", ["container", "stated"])
def test_the_factor_that_fits_is_named(truth: float, taken: float, source: TimeScaleSource) -> None:
    cadence = 172 * taken / truth
    check = check_cadence(cadence, make_clip(30, taken, source if taken != 1 else "assumed"))
    assert check.status == ("ok" if taken == truth else "refuse")
    if taken != truth:
        assert f"a factor of {truth:g}." in check.remedy
        assert check.limit == (130 if taken < truth else 240)


@pytest.mark.parametrize(
    ("rate", "truth"), [(24, 5), (24, 10), (24, 2.5), (25, 4), (23.976, 5), (29.97, 8), (60, 4), (31.4, 8), (170, 2)]
)
def test_factors_follow_the_rate_at_which_the_clip_plays(rate: float, truth: float) -> None:
    assert f"a factor of {truth:g}." in check_cadence(165 / truth, make_clip(rate)).remedy


def test_a_clip_that_plays_too_fast() -> None:
    assert "faster than life, state a factor of 0.5." in check_cadence(344, make_clip()).remedy


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        (make_clip(30, 1, "assumed"), "the clip's clock is wrong"),
        (make_clip(30, 1, "stated"), "the clip's clock is wrong"),
        (make_clip(30, 8, "stated"), "the stated factor of 8 is wrong"),
        (make_clip(30, 8, "container"), "the file's own word that it plays 8 times slower than life is wrong"),
    ],
)
def test_it_says_whose_word_is_questioned(clip: ClipInfo, words: str) -> None:
    assert words in check_cadence(344, clip).message


def test_nothing_is_named_where_nothing_fits() -> None:
    check = check_cadence(3.0, make_clip())
    assert check.status == "refuse"
    assert "factor" not in check.remedy


@pytest.mark.parametrize(
    ("by_gravity", "by_belt", "status"),
    [
        (1.0, 1.0, "ok"),
        (1.4, math.nan, "ok"),
        (0.7, math.nan, "ok"),
        (1.6, math.nan, "warn"),
        (0.6, math.nan, "warn"),
        (1.6, 1.1, "warn"),  # the belt stands by the clock
        (1.6, 0.6, "warn"),  # the belt doubts it the other way
        (1.6, 1.7, "refuse"),
        (0.6, 0.5, "refuse"),
        (1.0, 2.0, "ok"),  # what is stated of the belt has a check of its own
        (math.nan, math.nan, "ok"),
    ],
)
def test_one_witness_warns_and_two_refuse(by_gravity: float, by_belt: float, status: str) -> None:
    assert check_time_scale(make_clip(), by_gravity=by_gravity, by_belt=by_belt).status == status


@pytest.mark.parametrize(
    ("by_gravity", "words"), [(1.8, "1.8 times slower than the clip's clock"), (0.5, "2.0 times faster")]
)
def test_gravity_says_which_way_the_clock_is_wrong(by_gravity: float, words: str) -> None:
    check = check_time_scale(make_clip(), by_gravity=by_gravity)

    assert words in check.message
    assert check.measured == by_gravity


def test_running_at_another_time_scale_refuses_with_that_factor() -> None:
    check = check_time_scale(make_clip(30, 8, "container"), OtherClock(1.0, 168.0, 0.97))

    assert check.status == "refuse"
    assert "the file's own word that it plays 8 times slower than life this is not running" in check.message
    assert "168 steps/min" in check.message
    assert "state a factor of 1." in check.remedy
    assert (check.measured, check.limit) == (1.0, 8.0)
