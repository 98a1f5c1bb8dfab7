"""Figures of many runs: a metric over time, pros ranked by similarity."""

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
)
from runform.report.layout import RULE_COLOUR, style_figure, to_json_number
from runform.results import ProMatch, Reference


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


def _describe_match(match: ProMatch) -> str:
    """A match in words."""
    percentile = "" if math.isnan(match.percentile) else f"<br>closer than {match.percentile:.0f} % of stored runs"
    kind = "after the stored runs' average was taken off" if match.centred else "plain cosine"
    return f"{match.name}: {match.similarity:.3f}, {kind}{percentile}"
