from __future__ import annotations

import math
from dataclasses import replace

import pytest

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, to_rgb
from runform.report.cycle_figure import CycleBand, cycle_figure
from runform.results import CYCLE_POINTS
from tests.fixtures.measured import make_curve

CURVES = (make_curve("knee_flexion", "deg", "left"), make_curve("knee_flexion", "deg", "right", toe_off=39.0))


def _rgba(colour: str) -> str:
    return f"rgba({','.join(map(str, to_rgb(colour)))}"


def test_each_side_has_a_line_in_its_colour_and_a_band_of_one_standard_deviation() -> None:
    figure = cycle_figure(CURVES, name="Knee flexion", unit="°")

    band, line = figure.data[2:]
    assert line.name == "right (5 strides)"
    assert line.line.color == SIDE_COLOURS["right"]
    assert list(line.x) == list(range(CYCLE_POINTS))
    assert list(line.y) == pytest.approx(CURVES[1].mean)
    assert band.fillcolor.startswith(_rgba(SIDE_COLOURS["right"]))
    there, back = band.y[:CYCLE_POINTS], band.y[CYCLE_POINTS:][::-1]
    assert [high - low for high, low in zip(there, back, strict=True)] == pytest.approx([4.0] * CYCLE_POINTS)
    assert figure.layout.yaxis.title.text == "Knee flexion (°)"


def test_the_sides_differ_by_more_than_colour() -> None:
    left, right = (trace for trace in cycle_figure(CURVES, name="Knee", unit="°").data if trace.name)

    assert left.line.dash != right.line.dash


def test_toe_off_is_marked_for_each_side_and_named_once() -> None:
    figure = cycle_figure(CURVES, name="Knee", unit="°")

    assert [(shape.x0, shape.line.color) for shape in figure.layout.shapes] == [
        (36.0, SIDE_COLOURS["left"]),
        (39.0, SIDE_COLOURS["right"]),
    ]
    assert [annotation.text for annotation in figure.layout.annotations] == ["toe-off"]


def test_without_a_toe_off_nothing_is_marked() -> None:
    figure = cycle_figure([replace(CURVES[0], toe_off=math.nan)], name="Knee", unit="°")

    assert not figure.layout.shapes
    assert not figure.layout.annotations


def test_numbers_are_in_the_unit_shown() -> None:
    figure = cycle_figure(CURVES[:1], name="Knee", unit="°", factor=100.0, decimals=2)

    assert figure.data[1].y[0] == pytest.approx(4000.0)
    assert figure.data[1].customdata[0] == pytest.approx(200.0)
    assert "%{y:.2f}" in figure.data[1].hovertemplate


def test_a_reference_lies_behind_in_grey_and_is_named() -> None:
    reference = CycleBand("runners of a study", (30.0,) * CYCLE_POINTS, (50.0,) * CYCLE_POINTS)

    figure = cycle_figure(CURVES, name="Knee", unit="°", reference=reference)

    assert figure.data[0].name == "runners of a study"
    assert figure.data[0].showlegend
    assert figure.data[0].fillcolor.startswith(_rgba(CENTRE_COLOUR))
    assert (min(figure.data[0].y), max(figure.data[0].y)) == (30.0, 50.0)


def test_what_was_not_seen_leaves_a_gap() -> None:
    mean = list(CURVES[0].mean)
    mean[10] = math.nan

    figure = cycle_figure([replace(CURVES[0], mean=tuple(mean))], name="Knee", unit="°")

    assert figure.data[1].y[10] is None
    assert "NaN" not in figure.to_json()
