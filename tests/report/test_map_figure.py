from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.colours import VERDICT_COLOURS
from runform.report.map_figure import MANY_POINTS, form_map_figure, form_map_number_figure

POINTS = np.array([[0.0, 1.0], [0.5, -1.0], [-1.0, 0.2], [0.3, 0.3]])
IDS = ["run-a", "run-b", "run-c", "run-d"]


def test_map_points_carry_their_run() -> None:
    figure = form_map_figure(POINTS, IDS, ["overstride", "optimal", None, "optimal"], hover=["A", "B", "C", "D"])
    found = {
        customdata[0]: (trace.name, x, y, text)
        for trace in figure.data
        for customdata, x, y, text in zip(trace.customdata, trace.x, trace.y, trace.text, strict=True)
    }
    assert found == {
        "run-a": ("overstride", 0.0, 1.0, "A"),
        "run-b": ("optimal", 0.5, -1.0, "B"),
        "run-c": ("none", -1.0, 0.2, "C"),
        "run-d": ("optimal", 0.3, 0.3, "D"),
    }
    colours = {trace.name: trace.marker.color for trace in figure.data}
    assert colours["overstride"] == VERDICT_COLOURS["overstride"]
    assert colours["optimal"] == VERDICT_COLOURS["optimal"]


def test_groups_differ_in_more_than_colour() -> None:
    figure = form_map_figure(POINTS, IDS, ["Ada", "Bo", "Cy", None])
    assert len({trace.marker.symbol for trace in figure.data}) == 4
    many = form_map_figure(np.zeros((9, 2)), [str(i) for i in range(9)], [f"athlete {i}" for i in range(9)])
    assert len(many.data) == 9
    assert len({(trace.marker.color, trace.marker.symbol) for trace in many.data}) == 9


def test_small_groups_lie_on_top_and_runs_without_a_value_beneath() -> None:
    groups = ["many"] * 5 + ["few"] + ["some"] * 3 + [None] * 2
    figure = form_map_figure(np.zeros((11, 2)), [str(i) for i in range(11)], groups)
    assert [trace.name for trace in figure.data] == ["none", "many", "some", "few"]


def test_this_run_is_ringed_and_not_a_second_point_to_click() -> None:
    ring = form_map_figure(POINTS, IDS, ["x"] * 4, highlight=["run-b"]).data[-1]
    assert (ring.x, ring.y) == ((0.5,), (-1.0,))
    assert ring.customdata is None
    assert len(form_map_figure(POINTS, IDS, ["x"] * 4, highlight=["elsewhere"]).data) == 1


def test_map_lengths_must_fit() -> None:
    with pytest.raises(ShapeError, match="points"):
        form_map_figure(POINTS[:3], IDS, ["x"] * 4)
    with pytest.raises(ShapeError, match="one entry per point"):
        form_map_figure(POINTS, IDS, ["x"] * 3)


def test_a_number_has_a_scale_and_sizes_and_is_grey_where_it_is_not_known() -> None:
    figure = form_map_number_figure(
        POINTS, IDS, np.array([3.0, np.nan, 5.0, 4.0]), title="Speed (m/s)", name="known", no_number="not in m/s"
    )
    grey, known = figure.data
    assert (grey.name, grey.customdata) == ("not in m/s", (["run-b"],))
    assert known.marker.color == (3.0, 5.0, 4.0)
    assert list(np.argsort(known.marker.size)) == [0, 2, 1]
    assert known.marker.colorbar.title.text == "Speed (m/s)"
    assert (known.marker.cmin, known.marker.cmax) == (3.0, 5.0)


def test_one_speed_and_no_speed_are_drawn_too() -> None:
    one = form_map_number_figure(POINTS, IDS, np.full(4, 3.0), title="", name="known")
    none = form_map_number_figure(POINTS, IDS, np.full(4, np.nan), title="", name="known")
    assert len(one.data) == len(none.data) == 1
    assert none.data[0].marker.symbol == "circle-open"
    with pytest.raises(ShapeError):
        form_map_number_figure(POINTS, IDS, np.zeros(3), title="", name="known")


def test_many_points_are_drawn_by_webgl_in_a_small_payload() -> None:
    rng = np.random.default_rng(0)
    ids = [rng.bytes(16).hex() for _ in range(10_000)]
    figure = form_map_figure(
        rng.normal(0, 50, (10_000, 2)), ids, ["Ada", "Bo"] * 5000, hover=["Ada Example · 1 May 2026"] * 10_000
    )
    assert {trace.type for trace in figure.data} == {"scattergl"}
    assert len(figure.to_json()) < 1.2e6
    few = form_map_figure(np.zeros((MANY_POINTS, 2)), ids[:MANY_POINTS], [None] * MANY_POINTS)
    assert {trace.type for trace in few.data} == {"scatter"}
