"""Figures of many runs: the form map, a metric over time, pros ranked by similarity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import plotly.graph_objects as go

from runform.errors import ShapeError
from runform.report.colours import (
    ACCENT_COLOUR,
    CENTRE_COLOUR,
    GROUP_COLOURS,
    GROUP_MARKERS,
    VERDICT_COLOURS,
    VERDICT_MARKERS,
)
from runform.report.layout import RULE_COLOUR, style_figure, to_json_number
from runform.results import ProMatch, Reference
from runform.sequences import FloatArray, require_shape

NO_GROUP = "none"


def form_map_figure(
    points: FloatArray,
    run_ids: Sequence[str],
    groups: Sequence[str | None],
    *,
    hover: Sequence[str] | None = None,
    highlight: str | None = None,
    no_group: str = NO_GROUP,
    height: int = 480,
) -> go.Figure:
    """The form map, one point per run.

    Args:
        points: (N, 2) positions on the map.
        run_ids: (N,) carried in each point's customdata, so that a click can open the run.
        groups: (N,) what colours each point (label, athlete, verdict, view); None has no value.
        hover: (N,) text shown over each point; the run's id where not given.
        highlight: A run to ring.
        no_group: Name of the points without a value.
        height: px.

    Raises:
        ShapeError: Lengths that do not fit.
    """
    require_shape("points", points, (len(run_ids), 2))
    texts = list(run_ids) if hover is None else list(hover)
    if not len(groups) == len(texts) == len(run_ids):
        raise ShapeError("run_ids, groups and hover must have one entry per point.")
    figure = go.Figure()
    names: list[str | None] = [*sorted({group for group in groups if group is not None})]
    names += [None] if None in groups else []
    for position, name in enumerate(names):
        own = [i for i, group in enumerate(groups) if group == name]
        colour, symbol = _style_group(name, position)
        figure.add_scatter(
            x=points[own, 0].round(4).tolist(),
            y=points[own, 1].round(4).tolist(),
            mode="markers",
            name=no_group if name is None else name,
            customdata=[[run_ids[i]] for i in own],
            text=[texts[i] for i in own],
            hovertemplate="%{text}<extra></extra>",
            marker={"color": colour, "symbol": symbol, "size": 12, "opacity": 0.85},
        )
    if highlight is not None and highlight in run_ids:
        at = list(run_ids).index(highlight)
        figure.add_scatter(
            x=[float(points[at, 0])],
            y=[float(points[at, 1])],
            mode="markers",
            name="this run",
            hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 22, "color": ACCENT_COLOUR, "line": {"width": 3}},
        )
    style_figure(figure, height)
    figure.update_layout(legend={"y": -0.04}, clickmode="event+select")
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, showgrid=False, scaleanchor="x")
    return figure


def metric_history(
    dates: Sequence[datetime],
    values: Sequence[float],
    plus_minus: Sequence[float],
    run_ids: Sequence[str],
    *,
    name: str,
    unit: str,
    reference: Reference | None = None,
    height: int = 320,
) -> go.Figure:
    """One metric over an athlete's runs, with its ± and the range it is read against.

    Args:
        dates: (N,) of the runs, any order.
        values: (N,) in `unit`; NaN leaves the run out.
        plus_minus: (N,) 95 % half-widths; NaN draws no bar.
        run_ids: (N,) carried in each point's customdata.
        name: The metric's name as printed.
        unit: As printed; empty for a pure number.
        reference: The range, shaded.
        height: px.

    Raises:
        ShapeError: Lengths that do not fit.
    """
    if not len(dates) == len(values) == len(plus_minus) == len(run_ids):
        raise ShapeError("dates, values, plus_minus and run_ids must have one entry per run.")
    order = [i for i in np.argsort(np.array(dates, dtype="datetime64[us]")) if math.isfinite(values[i])]
    label = f"{name} ({unit})" if unit else name
    figure = go.Figure()
    figure.add_scatter(
        x=[dates[i] for i in order],
        y=[values[i] for i in order],
        error_y={"type": "data", "array": [to_json_number(plus_minus[i]) for i in order], "thickness": 1.5},
        customdata=[[run_ids[i], f"± {plus_minus[i]:.3g}" if math.isfinite(plus_minus[i]) else ""] for i in order],
        mode="lines+markers",
        name=name,
        marker={"size": 9, "color": ACCENT_COLOUR},
        line={"color": ACCENT_COLOUR, "width": 1.5},
        hovertemplate=f"%{{x|%d %b %Y %H:%M}}<br>%{{y:.4g}} %{{customdata[1]}} {unit}<extra></extra>",
    )
    if reference is not None:
        figure.add_hrect(reference.low, reference.high, fillcolor=CENTRE_COLOUR, opacity=0.15, line_width=0)
    style_figure(figure, height)
    figure.update_yaxes(title=label)
    return figure


def similarity_bars(matches: Sequence[ProMatch], *, height: int | None = None) -> go.Figure:
    """The pros beside a run in the order given, the first on top.

    Args:
        matches: Ranked pros.
        height: px; grows with the number of pros where not given.
    """
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        y=list(range(len(matches))),  # by place, for two pros may share a name
        x=[match.similarity for match in matches],
        text=[f"{match.similarity:.2f}" for match in matches],
        textposition="auto",
        customdata=[[match.pro_id] for match in matches],
        hovertext=[_describe_match(match) for match in matches],
        hoverinfo="text",
        marker={"color": ACCENT_COLOUR, "line": {"width": 0}},
    )
    style_figure(figure, height if height is not None else 90 + 34 * len(matches))
    figure.update_layout(showlegend=False, bargap=0.25)
    figure.update_yaxes(
        tickvals=list(range(len(matches))),
        ticktext=[match.name for match in matches],
        autorange="reversed",
        fixedrange=True,
        showgrid=False,
    )
    lowest = min((match.similarity for match in matches), default=0.0)
    figure.update_xaxes(title="similarity", range=[min(0.0, 1.1 * lowest), 1.0])
    figure.add_vline(0, line={"color": RULE_COLOUR, "width": 1})
    return figure


def _style_group(name: str | None, position: int) -> tuple[str, str]:
    """Colour and marker of a group; verdicts and labels have their own everywhere."""
    if name is None:
        return CENTRE_COLOUR, "circle-open"
    for verdict, colour in VERDICT_COLOURS.items():
        if name.lower() == verdict:
            return colour, VERDICT_MARKERS[verdict]
    return GROUP_COLOURS[position % len(GROUP_COLOURS)], GROUP_MARKERS[position % len(GROUP_MARKERS)]


def _describe_match(match: ProMatch) -> str:
    """A match in words."""
    percentile = "" if math.isnan(match.percentile) else f"<br>closer than {match.percentile:.0f} % of stored runs"
    kind = "after the stored runs' average was taken off" if match.centred else "plain cosine"
    return f"{match.name}: {match.similarity:.3f}, {kind}{percentile}"
