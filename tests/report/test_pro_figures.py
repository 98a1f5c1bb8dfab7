"""Figures of a run beside a pro say what they are given."""

from __future__ import annotations

import json

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.pro_figures import ComparedCurve, cycle_comparison, part_bars

PERCENT = np.linspace(0, 100, 101)


def test_bars_keep_their_order_and_their_sign() -> None:
    figure = part_bars({"Head": 0.3, "Trunk": -0.125, "Arm": 0.0}, title="adds")
    (bars,) = figure.data

    assert list(bars.y) == ["Head", "Trunk", "Arm"]
    assert list(bars.x) == [0.3, -0.125, 0.0]
    assert list(bars.text) == ["+0.30", "-0.12", "+0.00"]
    assert bars.marker.color[0] != bars.marker.color[1]
    low, high = figure.layout.xaxis.range
    assert low < -0.125
    assert high > 0.3


def test_small_bars_have_a_digit_more() -> None:
    assert list(part_bars({"Head": 0.02}, title="adds").data[0].text) == ["+0.020"]


def test_both_curves_and_their_difference_against_its_error_are_drawn() -> None:
    run = ComparedCurve("this run", PERCENT + 5, np.ones(101), 40.0)
    other = ComparedCurve("Ada", np.where(PERCENT == 7, np.nan, PERCENT), np.full(101, 2.0), float("nan"))
    figure = cycle_comparison(
        run, other, np.full(101, 3.0), name="Knee", unit="°", difference="difference", error="its error", axis="%"
    )
    lines = {trace.name: trace for trace in figure.data if trace.line.width}

    assert list(lines) == ["this run", "Ada", "difference"]
    assert lines["this run"].y[10] == 15
    assert lines["Ada"].y[7] is None
    assert lines["difference"].y[10] == 5
    (error,) = (trace for trace in figure.data if trace.name == "its error")
    assert (min(error.y), max(error.y)) == (-3, 3)
    assert len(figure.layout.shapes) == 2  # the run's toe-off, and the difference's zero
    json.dumps(figure.to_plotly_json(), default=str, allow_nan=False)


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ShapeError, match="mean"):
        ComparedCurve("Ada", np.zeros(3), np.zeros(101), 40.0)
