"""The look that every figure shares: legible on the light and the dark page, and on a phone."""

from __future__ import annotations

import math

import plotly.graph_objects as go

CLEAR = "rgba(0,0,0,0)"
GRID_COLOUR = "rgba(128,128,128,0.25)"
RULE_COLOUR = "rgba(128,128,128,0.6)"


def style_figure(figure: go.Figure, height: int) -> go.Figure:
    """Set what all figures share, in place.

    The background is clear and text has no colour of its own, so the page's theme decides; the legend lies below, so
    the plot keeps a phone's whole width.

    Args:
        figure: Any figure.
        height: px; the width follows the page.

    Returns:
        The same figure.
    """
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "xanchor": "left", "x": 0, "title": None},
        hoverlabel={"namelength": -1},
        modebar={"bgcolor": CLEAR, "orientation": "v"},
        dragmode="pan",
    )
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(gridcolor=GRID_COLOUR, zeroline=False, automargin=True)
    return figure


def to_json_number(value: float) -> float | None:
    """A number as plotly's JSON takes it: None for NaN and infinity, which JSON does not know."""
    return value if math.isfinite(value) else None
