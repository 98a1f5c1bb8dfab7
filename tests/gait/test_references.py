"""The ranges file and how a range is found in it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from runform.gait.definitions import DEFINITIONS
from runform.gait.references import find_reference, load_ranges, parse_ranges

_ROW: dict[str, Any] = {
    "metric": "cadence", "unit": "steps/min", "low": 150, "high": 190, "status": "convention", "source": "A test",
}  # fmt: skip


def test_the_file_is_read_whole() -> None:
    rows = load_ranges()

    assert {row.metric for row in rows} <= DEFINITIONS.keys()
    assert {row.status for row in rows} == {"published", "convention"}
    assert all(row.population for row in rows if row.status == "published")


def test_a_range_of_the_runner_s_speed_goes_first() -> None:
    slow, fast, unknown = (find_reference("cadence", "steps/min", speed) for speed in (2.7, 4.0, math.nan))

    assert slow is not None
    assert (slow.low, slow.high, slow.speed_low, slow.speed_high) == (140, 190, 2.4, 3.0)
    assert fast is not None
    assert (fast.low, fast.high) == (155, 203)
    assert fast.status == "published"
    assert "ultramarathon" in fast.population
    assert unknown == fast


def test_a_published_range_goes_before_a_convention() -> None:
    at_border = find_reference("ground_contact_time", "s", 3.0)

    assert at_border is not None
    assert at_border.status == "published"


def test_a_range_of_another_speed_or_unit_is_none() -> None:
    assert find_reference("knee_flexion_swing", "deg", 2.5) is not None
    assert find_reference("knee_flexion_swing", "deg", 4.0) is None
    assert find_reference("knee_flexion_swing", "deg") is None
    assert find_reference("step_length", "leg lengths", 2.7) is None
    assert find_reference("arm_swing", "deg", 2.7) is None


def test_one_end_may_be_open() -> None:
    (row,) = parse_ranges({"range": [{key: value for key, value in _ROW.items() if key != "low"}]})

    assert math.isnan(row.to_reference().low)
    assert row.to_reference().high == 190


@pytest.mark.parametrize(
    "fault",
    [
        {"metric": "hat_size"},
        {"unit": "m"},
        {"low": 200},
        {"low": math.nan, "high": math.nan},
        {"speed_low": 2.0},
        {"speed_low": 3.0, "speed_high": 2.0},
        {"source": ""},
        {"status": "published"},
        {"status": "guessed"},
        {"colour": "green"},
    ],
)
def test_a_row_that_is_none_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_ranges({"range": [_ROW | fault]})
