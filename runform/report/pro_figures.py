"""A run beside a pro: what each part of the body adds to the likeness, and one angle of both over the gait cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from runform.report.colours import ACCENT_COLOUR, CENTRE_COLOUR, GROUP_COLOURS, to_rgb
from runform.report.cycle_figure import PERCENT
from runform.report.layout import RULE_COLOUR, style_figure, to_json_number
from runform.results import CYCLE_POINTS
from runform.sequences import FloatArray, require_shape

RUN_COLOUR, PRO_COLOUR, DIFFERENCE_COLOUR = ACCENT_COLOUR, GROUP_COLOURS[3], GROUP_COLOURS[4]
_BAND_OPACITY = 0.18


@dataclass(frozen=True)
class ComparedCurve:
    """One runner's curve.

    Attributes:
        name: In the legend.
        mean, spread: (101,) from 0 to 100 % of the cycle.
        toe_off: Percent; NaN where not found.
    """

    name: str
    mean: FloatArray
    spread: FloatArray
    toe_off: float

    def __post_init__(self) -> None:
        require_shape("mean", self.mean, (CYCLE_POINTS,))
        require_shape("spread", self.spread, (CYCLE_POINTS,))


def part_bars(parts: Mapping[str, float], *, title: str, height: int = 320) -> go.Figure:
    """What each part adds, one bar each, the first on top; bars to the left take away.

    Args:
        parts: Name as printed -> what it adds.
        title: Of the axis.
        height: px.
    """
    values = [float(value) for value in parts.values()]
    decimals = 2 if max(map(abs, values), default=0.0) >= 0.1 else 3
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        y=list(parts),
        x=values,
        text=[f"{value:+.{decimals}f}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        marker={"color": [RUN_COLOUR if value >= 0 else CENTRE_COLOUR for value in values], "line": {"width": 0}},
    )
    style_figure(figure, height)
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.2 * max(high - low, 0.05)
    figure.update_layout(showlegend=False, bargap=0.3, dragmode=False)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    figure.update_xaxes(title=title, range=[low - (room if low < 0 else 0.0), high + room], fixedrange=True, nticks=5)
    figure.add_vline(0, line={"color": RULE_COLOUR, "width": 1})
    return figure


def cycle_comparison(
    run: ComparedCurve,
    other: ComparedCurve,
    plus_minus: FloatArray,
    *,
    name: str,
    unit: str,
    difference: str,
    error: str,
    axis: str,
    height: int = 460,
) -> go.Figure:
    """Both curves with the bands of their strides, and below them the difference against its error.

    Args:
        run: The run.
        other: Whom it is compared with.
        plus_minus: (101,) 95 % half-width of the difference.
        name: The angle as printed.
        unit: As printed.
        difference: What the difference is called.
        error: What the band about zero is called.
        axis: Title of the cycle's axis.
        height: px.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.06)
    for curve, colour, dash in ((run, RUN_COLOUR, "solid"), (other, PRO_COLOUR, "dash")):
        _draw_band(figure, curve.mean - curve.spread, curve.mean + curve.spread, colour, 1, group=curve.name)
        _draw_line(figure, curve.mean, colour, dash, curve.name, unit, 1)
        if np.isfinite(curve.toe_off):
            line = {"color": colour, "width": 1.5, "dash": dash}
            figure.add_vline(curve.toe_off, line=line, layer="below", row=1, col=1)
    _draw_band(figure, -plus_minus, plus_minus, CENTRE_COLOUR, 2, name=error)
    _draw_line(figure, run.mean - other.mean, DIFFERENCE_COLOUR, "solid", difference, unit, 2)
    style_figure(figure, height)
    figure.update_layout(hovermode="x unified", dragmode=False, legend={"y": -0.16}, margin={"r": 18})
    figure.update_xaxes(range=[0, 100], tickvals=[0, 25, 50, 75, 100], fixedrange=True, hoverformat=".0f")
    figure.update_xaxes(title=axis, row=2, col=1)
    figure.update_yaxes(fixedrange=True)
    figure.update_yaxes(title=f"{name} ({unit})", row=1, col=1)
    figure.update_yaxes(title=f"± ({unit})", row=2, col=1)
    figure.add_hline(0, line={"color": RULE_COLOUR, "width": 1}, row=2, col=1)
    return figure


def _draw_line(figure: go.Figure, values: FloatArray, colour: str, dash: str, name: str, unit: str, row: int) -> None:
    """A curve (101,) with its value over it."""
    figure.add_scatter(
        x=PERCENT,
        y=[to_json_number(float(value)) for value in values],
        mode="lines",
        name=name,
        legendgroup=name,
        line={"color": colour, "width": 2.5, "dash": dash},
        hovertemplate=f"{name}: %{{y:.0f}} {unit}<extra></extra>",
        row=row,
        col=1,
    )


def _draw_band(
    figure: go.Figure, low: FloatArray, high: FloatArray, colour: str, row: int, *, name: str = "", group: str = ""
) -> None:
    """The area between two curves (101,) as one outline, there and back; in the legend where it has a name."""
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
        name=name,
        showlegend=bool(name),
        legendgroup=group or name,
        row=row,
        col=1,
    )
