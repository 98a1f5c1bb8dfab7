from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest

from runform.errors import ShapeError
from runform.report.collection_figures import metric_history, similarity_bars
from runform.results import ProMatch, Reference

IDS = ["run-a", "run-b", "run-c", "run-d"]
DAY = datetime(2026, 5, 4, 18, 30)


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
