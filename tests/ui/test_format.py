from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from runform.results import Reference
from runform.ui import format as formats
from runform.ui import text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (168.4, "steps/min", "168 steps/min"),
        (0.2387, "s", "239 ms"),
        (0.083, "m", "8.3 cm"),
        (0.357, "of stride", "35.7 % of stride"),
        (-0.04, "deg", "0.0°"),
        (0.256, "leg lengths", "0.26 leg lengths"),
        (3.219, "leg lengths/s", "3.22 leg lengths/s"),
        (0.0912, "of step length", "9.1 % of step length"),
        (0.916, "of contacts", "92 % of contacts"),
        (-14.94, "%", "-14.9 %"),
        (math.nan, "s", text.Common.NOT_MEASURED),
    ],
)
def test_quantities_read_as_a_coach_writes_them(value: float, unit: str, shown: str) -> None:
    assert formats.format_quantity(value, unit) == shown


def test_a_half_width_is_never_shown_as_nought() -> None:
    assert formats.format_plus_minus(0.2, "steps/min") == "±\u00a01"
    assert formats.format_plus_minus(0.0123, "s") == "±\u00a012"
    assert formats.format_plus_minus(0.02, "steps/min", more=1) == "±\u00a00.1"


def test_a_number_and_its_error_break_only_between_the_two() -> None:
    assert formats.format_with_error(0.2457, 0.036, "s") == "246 ±\u00a036"
    assert formats.format_with_error(0.2457, math.inf, "s") == "246"
    assert formats.format_with_error(math.nan, math.nan, "s") == text.Common.NONE


def test_a_label_carries_the_unit_of_its_numbers() -> None:
    assert formats.label_with_unit("vertical_oscillation", "m") == "Vertical oscillation (cm)"
    assert formats.label_with_unit("a_new_ratio", "") == "A new ratio"


@pytest.mark.parametrize("unknown", [math.nan, math.inf])
def test_an_unknown_half_width_is_left_out(unknown: float) -> None:
    assert formats.format_plus_minus(unknown, "steps/min") == ""


def test_references_are_in_the_shown_unit() -> None:
    assert formats.format_reference(Reference(0.2, 0.32, "convention", "x"), "s") == "200 to 320"
    assert formats.format_reference(Reference(math.nan, 0.32, "convention", "x"), "s") == "≤ 320"


def test_moments_have_no_leading_nought() -> None:
    assert formats.format_moment(datetime(2026, 3, 5, 12, 0, tzinfo=UTC)).startswith("5 Mar 2026, ")


@pytest.mark.parametrize(("seconds", "shown"), [(0.2, "1 s"), (12.0, "15 s"), (89.0, "90 s"), (91.0, "2 min")])
def test_waiting_times_are_rounded_up(seconds: float, shown: str) -> None:
    assert formats.format_duration(seconds) == shown


def test_markdown_in_names_is_shown_and_not_obeyed() -> None:
    assert formats.escape_markdown("a_b *c* :red[d] $e$") == r"a\_b \*c\* \:red\[d\] \$e\$"
    assert formats.escape_markdown("20:15 Uhr: gut") == r"20\:15 Uhr: gut"
