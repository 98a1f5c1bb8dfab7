"""A value and its ± beside a range."""

from __future__ import annotations

import math

import pytest

from runform.gait.range_reading import RangeReading, read_range
from runform.results import Metric, Reference

RANGE = Reference(155.0, 203.0, "published", "made up for tests")


@pytest.mark.parametrize(
    ("value", "plus_minus", "reading"),
    [
        (170.0, 10.0, "inside"),
        (160.0, 10.0, "unclear"),
        (150.0, 10.0, "unclear"),
        (140.0, 10.0, "outside"),
        (220.0, 10.0, "outside"),
        (180.0, 60.0, "unclear"),  # wider than the range on both sides
        (180.0, math.inf, "unclear"),
        (180.0, math.nan, "unclear"),
        (math.nan, math.nan, None),
    ],
)
def test_the_error_decides_with_the_value(value: float, plus_minus: float, reading: RangeReading | None) -> None:
    assert read_range(Metric("cadence", value, "steps/min", plus_minus, 20, reference=RANGE)) == reading


def test_an_open_range_has_one_border() -> None:
    least = Reference(10.0, math.nan, "convention", "made up for tests")

    assert read_range(Metric("knee", 500.0, "deg", 8.0, 20, reference=least)) == "inside"
    assert read_range(Metric("knee", 1.0, "deg", 8.0, 20, reference=least)) == "outside"


def test_without_a_range_nothing_is_read() -> None:
    assert read_range(Metric("cadence", 170.0, "steps/min", 1.0, 20)) is None
