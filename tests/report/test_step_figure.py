from __future__ import annotations

import math

import pytest

from runform.report.colours import SIDE_COLOURS, SIDE_MARKERS
from runform.report.step_figure import StepPoint, step_figure
from runform.results import Reference

POINTS = (
    StepPoint("left", 0.4, 240.0, 30.0),
    StepPoint("right", 0.8, 260.0),
    StepPoint("left", 1.2, 250.0, 20.0),
)


def test_every_step_is_a_dot_of_its_side() -> None:
    figure = step_figure(POINTS, "time", name="Ground contact time", unit="ms")

    left, right = figure.data
    assert (list(left.x), list(left.y)) == ([0.4, 1.2], [240.0, 250.0])
    assert list(right.x) == [0.8]
    assert left.marker.color == SIDE_COLOURS["left"]
    assert {left.marker.symbol, right.marker.symbol} == set(SIDE_MARKERS.values())
    assert figure.layout.yaxis.title.text == "Ground contact time (ms)"


def test_steps_are_numbered_across_both_sides() -> None:
    figure = step_figure(POINTS, "number", name="Contact", unit="ms")

    assert [list(trace.x) for trace in figure.data] == [[1, 3], [2]]


def test_each_sides_mean_is_a_line() -> None:
    figure = step_figure(POINTS, "time", name="Contact", unit="ms")

    assert [(shape.y0, shape.line.color) for shape in figure.layout.shapes] == [
        (245.0, SIDE_COLOURS["left"]),
        (260.0, SIDE_COLOURS["right"]),
    ]


def test_only_known_errors_are_drawn_and_all_of_them_are_in_sight() -> None:
    figure = step_figure(POINTS, "time", name="Contact", unit="ms", decimals=0)

    assert list(figure.data[0].error_y.array) == [30.0, 20.0]
    assert figure.data[1].error_y.array is None
    assert "± 30" in figure.data[0].customdata[0]
    assert "±" not in figure.data[1].customdata[0]
    low, high = figure.layout.yaxis.range
    assert low < 210.0
    assert high > 270.0


@pytest.mark.parametrize(
    ("reference", "shaded"),
    [
        (Reference(230.0, 250.0, "convention", "made up"), (230.0, 250.0)),
        (Reference(math.nan, 250.0, "convention", "made up"), ("low", 250.0)),
        (Reference(100.0, 900.0, "convention", "made up"), ("low", "high")),
    ],
)
def test_a_range_is_shaded_as_far_as_it_is_in_sight(reference: Reference, shaded: tuple[float | str, ...]) -> None:
    figure = step_figure(POINTS, "time", name="Contact", unit="ms", reference=reference)

    low, high = figure.layout.yaxis.range
    (area,) = (shape for shape in figure.layout.shapes if shape.type == "rect")
    sight = {"low": low, "high": high}
    assert (area.y0, area.y1) == pytest.approx(tuple(sight[end] if isinstance(end, str) else end for end in shaded))


def test_a_range_out_of_sight_is_not_drawn() -> None:
    far = Reference(800.0, 900.0, "convention", "made up")
    figure = step_figure(POINTS, "time", name="Contact", unit="ms", reference=far)

    assert [shape.type for shape in figure.layout.shapes] == ["line", "line"]


def test_equal_steps_and_no_steps_are_still_drawn() -> None:
    same = [StepPoint("left", t, 0.0) for t in (0.0, 1.0)]

    assert step_figure(same, "time", name="x", unit="").layout.yaxis.range == (-1.0, 1.0)
    assert "NaN" not in step_figure([], "time", name="x", unit="").to_json()
