from __future__ import annotations

import pytest

from runform.report import colours

LIGHT_PAGE, DARK_PAGE = "#fcfbf8", "#11181f"
ALL = {
    *colours.SIDE_COLOURS.values(),
    *colours.VERDICT_COLOURS.values(),
    *colours.GROUP_COLOURS,
    colours.CENTRE_COLOUR,
    colours.ACCENT_COLOUR,
    colours.LIMIT_COLOUR,
}


def compute_luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""
    channels = [value / 255 for value in colours.to_rgb(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def compute_contrast(one: str, other: str) -> float:
    low, high = sorted((compute_luminance(one), compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_hex_becomes_rgb() -> None:
    assert colours.to_rgb("#2e86c8") == (46, 134, 200)


@pytest.mark.parametrize("page", [LIGHT_PAGE, DARK_PAGE])
@pytest.mark.parametrize("colour", sorted(ALL))
def test_marks_stand_out_on_both_pages(colour: str, page: str) -> None:
    # WCAG 2.2, 1.4.11: 3 to 1 for graphical objects.
    assert compute_contrast(colour, page) >= 3.0


def test_no_two_verdicts_share_a_marker() -> None:
    assert len(set(colours.VERDICT_MARKERS.values())) == len(colours.VERDICT_MARKERS)
    assert colours.VERDICT_MARKERS.keys() == colours.VERDICT_COLOURS.keys()
    assert len(set(colours.SIDE_MARKERS.values())) == 2
