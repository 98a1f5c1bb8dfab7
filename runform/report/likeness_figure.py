"""Likeness to an athlete, stride by stride."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from runform.errors import ShapeError
from runform.report.colours import ACCENT_COLOUR, SIDE_COLOURS, SIDE_MARKERS
from runform.report.layout import RULE_COLOUR, style_figure
from runform.sequences import SIDES, FloatArray, Side, require_shape


def likeness_figure(
    start_s: FloatArray,
    similarity: FloatArray,
    sides: Sequence[Side],
    *,
    mean: float,
    plus_minus: float,
    own: str,
    other: str,
    height: int = 340,
) -> go.Figure:
    """A dot for every stride, the run's mean with its interval, and what 1 and 0 stand for.

    Args:
        start_s: (N,) seconds of real time.
        similarity: (N,) of each stride.
        sides: (N,) whose foot begins it.
        mean: Of the run.
        plus_minus: 95 % half-width of the mean.
        own: Words at 1.
        other: Words at 0.
        height: px.

    Raises:
        ShapeError: Lengths that do not fit.
    """
    require_shape("similarity", similarity, (len(start_s),))
    if len(sides) != len(start_s):
        raise ShapeError("sides must have one entry per stride.")
    figure = go.Figure()
    figure.add_hrect(y0=mean - plus_minus, y1=mean + plus_minus, fillcolor=ACCENT_COLOUR, opacity=0.18, line_width=0)
    figure.add_hline(y=mean, line={"color": ACCENT_COLOUR, "width": 2})
    for at, words in ((1.0, own), (0.0, other)):
        place = "top left" if at else "bottom left"
        figure.add_hline(
            y=at, line={"color": RULE_COLOUR, "dash": "dot"}, annotation_text=words, annotation_position=place
        )
    for side in SIDES:
        rows = [i for i, s in enumerate(sides) if s == side]
        figure.add_scatter(
            x=[float(start_s[i]) for i in rows],
            y=[float(similarity[i]) for i in rows],
            mode="markers",
            name=side,
            marker={"color": SIDE_COLOURS[side], "symbol": SIDE_MARKERS[side], "size": 10},
            hovertemplate="%{y:.2f}<extra>" + side + "</extra>",
        )
    low, high = min(0.0, mean - plus_minus, *similarity.tolist()), max(1.0, mean + plus_minus, *similarity.tolist())
    figure.update_yaxes(range=[low - 0.15, high + 0.15], title="similarity")
    figure.update_xaxes(title="seconds")
    return style_figure(figure, height)
