from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.collection_figures import form_map_figure, metric_history, similarity_bars
from runform.report.colours import VERDICT_COLOURS
from runform.results import ProMatch, Reference

POINTS = np.array([[0.0, 1.0], [0.5, -1.0], [-1.0, 0.2], [0.3, 0.3]])
IDS = ["run-a", "run-b", "run-c", "run-d"]
DAY = datetime(2026, 5, 4, 18, 30)


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


def test_this_run_is_ringed_and_not_a_second_point_to_click() -> None:
    ring = form_map_figure(POINTS, IDS, ["x"] * 4, highlight="run-b").data[-1]
    assert (ring.x, ring.y) == ((0.5,), (-1.0,))
    assert ring.customdata is None
    assert len(form_map_figure(POINTS, IDS, ["x"] * 4, highlight="elsewhere").data) == 1


def test_map_lengths_must_fit() -> None:
    with pytest.raises(ShapeError, match="points"):
        form_map_figure(POINTS[:3], IDS, ["x"] * 4)
    with pytest.raises(ShapeError, match="one entry per point"):
        form_map_figure(POINTS, IDS, ["x"] * 3)


def test_history_is_in_order_of_time_with_error_bars_and_reference() -> None:
    dates = [DAY + timedelta(days=days) for days in (9, 0, 3, 5)]
    reference = Reference(165.0, 180.0, "published", "somebody")
    figure = metric_history(
        dates, [172.0, 168.0, math.nan, 170.0], [1.0, 2.0, 1.0, math.nan], IDS,
        name="Cadence", unit="steps/min", reference=reference,
    )  # fmt: skip
    trace = figure.data[0]
    assert list(trace.y) == [168.0, 170.0, 172.0]
    assert [entry[0] for entry in trace.customdata] == ["run-b", "run-d", "run-a"]
    assert list(trace.error_y.array) == [2.0, None, 1.0]
    assert figure.layout.yaxis.title.text == "Cadence (steps/min)"
    (band,) = figure.layout.shapes
    assert (band.y0, band.y1) == (165.0, 180.0)
    assert "NaN" not in figure.to_json()


def test_history_without_runs_is_empty_and_lengths_must_fit() -> None:
    assert metric_history([], [], [], [], name="Duty factor", unit="").layout.yaxis.title.text == "Duty factor"
    with pytest.raises(ShapeError, match="one entry per run"):
        metric_history([DAY], [1.0, 2.0], [0.1, 0.1], ["a", "b"], name="Cadence", unit="")


def test_bars_keep_the_ranking_and_pros_of_one_name_apart() -> None:
    matches = [
        ProMatch("1", "Ada", 0.9, 80.0, centred=True),
        ProMatch("2", "Ada", 0.4, math.nan, centred=True),
        ProMatch("3", "Bo", -0.2, math.nan, centred=False),
    ]
    figure = similarity_bars(matches)
    bars = figure.data[0]
    assert list(bars.x) == [0.9, 0.4, -0.2]
    assert list(figure.layout.yaxis.ticktext) == ["Ada", "Ada", "Bo"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert [entry[0] for entry in bars.customdata] == ["1", "2", "3"]
    assert "closer than 80 % of stored runs" in bars.hovertext[0]
    assert "stored runs" not in bars.hovertext[2]
    assert figure.layout.xaxis.range[0] < -0.2
    assert len(similarity_bars([]).data) == 1
