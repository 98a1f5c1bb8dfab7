"""One quantity step by step, left and right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, SIDE_MARKERS
from runform.report.layout import style_figure, to_json_number
from runform.results import Reference
from runform.sequences import SIDES, Side

StepAxis = Literal["time", "number"]
_PAD = 0.08


@dataclass(frozen=True)
class StepPoint:
    """One step in the figure.

    Attributes:
        side: Whose step.
        time_s: Of its initial contact, seconds of real time.
        value: In the unit printed.
        plus_minus: 95 % half-width of this one value, NaN where none is known.
    """

    side: Side
    time_s: float
    value: float
    plus_minus: float = math.nan


def step_figure(
    points: Sequence[StepPoint],
    axis: StepAxis,
    *,
    name: str,
    unit: str,
    decimals: int = 1,
    reference: Reference | None = None,
    height: int = 320,
) -> go.Figure:
    """A dot for every step, each side's mean as a line, and the range to read them against.

    Args:
        points: In order of time.
        axis: Seconds of the clip, or the steps' numbers from 1.
        name: The metric as printed.
        unit: As printed; empty for a pure number.
        decimals: Of numbers over the dots.
        reference: The range in the unit printed, shaded as far as it is in sight.
        height: px.
    """
    place = [point.time_s if axis == "time" else number for number, point in enumerate(points, start=1)]
    figure = go.Figure()
    for side in SIDES:
        own = [(x, point) for x, point in zip(place, points, strict=True) if point.side == side]
        if own:
            _draw_side(figure, side, own, unit, decimals)
    style_figure(figure, height)
    figure.update_layout(legend={"y": -0.24}, dragmode=False)
    figure.update_xaxes(title="s" if axis == "time" else "step", fixedrange=True)
    figure.update_yaxes(title=f"{name} ({unit})" if unit else name, fixedrange=True)
    if points:
        low, high = _find_sight(points)
        figure.update_yaxes(range=[low, high])
        _shade_reference(figure, reference, low, high)
    return figure


def _draw_side(figure: go.Figure, side: Side, own: Sequence[tuple[float, StepPoint]], unit: str, decimals: int) -> None:
    """One side's dots with their ±, and its mean across the whole figure."""
    errors = [to_json_number(point.plus_minus) for _, point in own]
    figure.add_scatter(
        x=[x for x, _ in own],
        y=[point.value for _, point in own],
        error_y={"type": "data", "array": errors, "thickness": 1, "width": 0} if any(errors) else None,
        customdata=[_describe(point, decimals) for _, point in own],
        mode="markers",
        name=side,
        marker={"color": SIDE_COLOURS[side], "symbol": SIDE_MARKERS[side], "size": 9},
        hovertemplate=f"{side}, %{{customdata}} {unit}<extra></extra>",
    )
    mean = float(np.mean([point.value for _, point in own]))
    figure.add_hline(mean, line={"color": SIDE_COLOURS[side], "width": 1.5, "dash": "dot"}, layer="below")


def _describe(point: StepPoint, decimals: int) -> str:
    """When, and how much with its ±."""
    error = f" ± {point.plus_minus:.{decimals}f}" if math.isfinite(point.plus_minus) else ""
    return f"{point.time_s:.2f} s: {point.value:.{decimals}f}{error}"


def _find_sight(points: Sequence[StepPoint]) -> tuple[float, float]:
    """The lowest and highest value to show, with each dot's ± and some room."""
    errors = [point.plus_minus if math.isfinite(point.plus_minus) else 0.0 for point in points]
    low = min(point.value - error for point, error in zip(points, errors, strict=True))
    high = max(point.value + error for point, error in zip(points, errors, strict=True))
    pad = _PAD * (high - low) or 0.1 * abs(high) or 1.0
    return low - pad, high + pad


def _shade_reference(figure: go.Figure, reference: Reference | None, low: float, high: float) -> None:
    """The part of the range that is in sight; an end that is NaN is open."""
    if reference is None:
        return
    start = low if math.isnan(reference.low) else max(reference.low, low)
    end = high if math.isnan(reference.high) else min(reference.high, high)
    if start < end:
        figure.add_hrect(start, end, fillcolor=CENTRE_COLOUR, opacity=0.15, line_width=0, layer="below")
