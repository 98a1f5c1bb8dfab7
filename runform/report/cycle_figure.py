"""One quantity over the gait cycle, both sides, each with the band in which its strides lie.

Phase portraits (an angle against its own rate, or two angles against one another) are left out: they hold the same
numbers without the time, there are no ranges to read them against, and rates of a phone's angles are mostly noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, to_rgb
from runform.report.layout import style_figure, to_json_number
from runform.results import CYCLE_POINTS, CycleCurve
from runform.sequences import SIDES, FloatArray, Side

PERCENT = list(range(CYCLE_POINTS))
_DASHES: dict[Side, str] = {"left": "solid", "right": "dash"}
_BAND_OPACITY = 0.18


@dataclass(frozen=True)
class CycleBand:
    """A range to read curves against.

    Attributes:
        name: In the legend.
        low, high: (101,) in the curves' unit, from 0 to 100 % of the cycle.
    """

    name: str
    low: tuple[float, ...]
    high: tuple[float, ...]


def cycle_figure(
    curves: Sequence[CycleCurve],
    *,
    name: str,
    unit: str,
    factor: float = 1.0,
    decimals: int = 1,
    reference: CycleBand | None = None,
    height: int = 340,
) -> go.Figure:
    """Mean curve and ± 1 standard deviation of each side, with its toe-off marked.

    Args:
        curves: Of one quantity, one for each side.
        name: The quantity as printed.
        unit: As printed; empty for a pure number.
        factor: From the curves' unit to the one printed.
        decimals: Of numbers over the curves.
        reference: A range behind the curves, in the curves' unit.
        height: px.
    """
    figure = go.Figure()
    if reference is not None:
        _draw_band(figure, np.array(reference.low) * factor, np.array(reference.high) * factor, CENTRE_COLOUR)
        figure.data[-1].update(name=reference.name, showlegend=True)
    by_side = {curve.side: curve for curve in curves}
    for side in SIDES:
        if side in by_side:
            _draw_curve(figure, by_side[side], factor, f"%{{y:.{decimals}f}} ± %{{customdata:.{decimals}f}} {unit}")
    _mark_toe_off(figure, [curve for curve in curves if np.isfinite(curve.toe_off)])
    style_figure(figure, height)
    figure.update_layout(hovermode="x unified", dragmode=False, legend={"y": -0.24}, margin={"r": 18})
    figure.update_xaxes(
        title="% of the gait cycle", range=[0, 100], tickvals=[0, 25, 50, 75, 100], fixedrange=True, hoverformat=".0f"
    )
    figure.update_yaxes(title=f"{name} ({unit})" if unit else name, fixedrange=True)
    return figure


def _draw_curve(figure: go.Figure, curve: CycleCurve, factor: float, hover: str) -> None:
    """Band, then mean line; both switch off together in the legend."""
    colour = SIDE_COLOURS[curve.side]
    mean, spread = np.array(curve.mean) * factor, np.array(curve.spread) * factor
    _draw_band(figure, mean - spread, mean + spread, colour, group=curve.side)
    figure.add_scatter(
        x=PERCENT,
        y=[to_json_number(float(value)) for value in mean],
        customdata=[to_json_number(float(value)) for value in spread],
        mode="lines",
        name=f"{curve.side} ({curve.n} strides)",
        legendgroup=curve.side,
        line={"color": colour, "width": 2.5, "dash": _DASHES[curve.side]},
        hovertemplate=f"{curve.side}: {hover}<extra></extra>",
    )


def _draw_band(figure: go.Figure, low: FloatArray, high: FloatArray, colour: str, group: str = "") -> None:
    """The area between two curves (101,) as one outline, there and back."""
    known = np.isfinite(low) & np.isfinite(high)
    x = np.flatnonzero(known)
    red, green, blue = to_rgb(colour)
    figure.add_scatter(
        x=[*x.tolist(), *x[::-1].tolist()],
        y=[*high[known].tolist(), *low[known][::-1].tolist()],
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{_BAND_OPACITY})",
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=group,
    )


def _mark_toe_off(figure: go.Figure, curves: Sequence[CycleCurve]) -> None:
    """A thin line for each side and the word once, for left and right lie close together."""
    for curve in curves:
        line = {"color": SIDE_COLOURS[curve.side], "width": 1.5, "dash": _DASHES[curve.side]}
        figure.add_vline(curve.toe_off, line=line, layer="below")
    if curves:
        at = float(np.mean([curve.toe_off for curve in curves]))
        figure.add_annotation(x=at, y=1, yref="paper", yanchor="bottom", text="toe-off", showarrow=False)
