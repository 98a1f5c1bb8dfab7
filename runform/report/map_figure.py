"""The form map as a figure: every run a point, coloured by group or by a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

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
from runform.report.layout import style_figure
from runform.sequences import FloatArray, require_shape

NO_GROUP = "none"
MANY_POINTS = 1000
"""More are drawn by WebGL; fewer as SVG, which every browser has and prints sharply."""
_SIZES = (8.0, 15.0)
"""Of points coloured by a number, px, from the least to the largest: the number is told by more than its colour."""


def form_map_figure(
    points: FloatArray,
    run_ids: Sequence[str],
    groups: Sequence[str | None],
    *,
    hover: Sequence[str] | None = None,
    highlight: Sequence[str] = (),
    no_group: str = NO_GROUP,
    height: int = 480,
) -> go.Figure:
    """The form map, one point per run, each group in its colour and sign.

    Args:
        points: (N, 2) positions on the map.
        run_ids: (N,) carried in each point's customdata, so that a click can open the run.
        groups: (N,) what colours each point (label, athlete, verdict, view); None has no value.
        hover: (N,) text shown over each point; the run's id where not given.
        highlight: Runs to ring; those not on the map are passed over.
        no_group: Name of the points without a value.
        height: px.

    Raises:
        ShapeError: Lengths that do not fit.
    """
    texts = _check(points, run_ids, hover, len(groups))
    figure = go.Figure()
    names: list[str | None] = [*sorted({group for group in groups if group is not None})]
    counts = Counter(groups)
    # Later groups are drawn over earlier ones: those without a value first, then the largest, so that none is buried.
    for name in sorted(counts, key=lambda name: (name is not None, -counts[name], name or "")):
        rows = [row for row, group in enumerate(groups) if group == name]
        colour, symbol = _style_group(name, 0 if name is None else names.index(name))
        marker: dict[str, Any] = {"color": colour, "symbol": symbol, "size": _choose_size(len(points))}
        marker["opacity"] = 0.85 if len(points) <= MANY_POINTS else 0.6  # what lies beneath shines through
        _add_points(figure, points, run_ids, texts, rows, no_group if name is None else name, marker)
    return _finish(figure, points, run_ids, highlight, height)


def form_map_number_figure(
    points: FloatArray,
    run_ids: Sequence[str],
    numbers: FloatArray,
    *,
    title: str,
    name: str,
    hover: Sequence[str] | None = None,
    highlight: Sequence[str] = (),
    no_number: str = NO_GROUP,
    height: int = 480,
) -> go.Figure:
    """The form map coloured by a number: the larger, the brighter and the larger its point.

    Args:
        points: (N, 2) positions on the map.
        run_ids: (N,) carried in each point's customdata.
        numbers: (N,) what colours each point; NaN is grey and open.
        title: Of the colour bar, with the unit.
        name: Of the points with a number.
        hover: (N,) text shown over each point; the run's id where not given.
        highlight: Runs to ring; those not on the map are passed over.
        no_number: Name of the points without a number.
        height: px.

    Raises:
        ShapeError: Lengths that do not fit.
    """
    texts = _check(points, run_ids, hover, len(numbers))
    figure = go.Figure()
    known = np.isfinite(numbers)
    size = _choose_size(len(points))
    if not known.all():
        grey = {"color": CENTRE_COLOUR, "symbol": "circle-open", "size": size, "opacity": 0.85}
        _add_points(figure, points, run_ids, texts, np.flatnonzero(~known).tolist(), no_number, grey)
    if known.any():
        rows = np.flatnonzero(known)
        values = numbers[rows]
        low, high = float(values.min()), float(values.max())
        share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
        sizes = (_SIZES[0] + (_SIZES[1] - _SIZES[0]) * share) * size / 12
        marker = {
            "color": values.round(3).tolist(),
            "colorscale": "Cividis",  # made to look alike to people with and without colour blindness
            "cmin": low,
            "cmax": high,
            "showscale": True,
            "colorbar": {"title": {"text": title, "side": "right"}, "thickness": 12, "len": 0.8},
            "size": sizes.round(1).tolist(),
            "opacity": 0.9,
            "line": {"width": 0.5, "color": CENTRE_COLOUR},
        }
        _add_points(figure, points, run_ids, texts, rows.tolist(), name, marker)
    return _finish(figure, points, run_ids, highlight, height)


def _check(points: FloatArray, run_ids: Sequence[str], hover: Sequence[str] | None, values: int) -> Sequence[str]:
    """Texts to show over the points, after the lengths were found to fit."""
    require_shape("points", points, (len(run_ids), 2))
    texts = run_ids if hover is None else hover
    if not values == len(texts) == len(run_ids):
        raise ShapeError("run_ids, groups and hover must have one entry per point.")
    return texts


def _choose_size(count: int) -> float:
    """Of a point, px: 12 on a small map, 5 where thousands share it."""
    return 12.0 if count <= 200 else 9.0 if count <= MANY_POINTS else 5.0


def _add_points(
    figure: go.Figure,
    points: FloatArray,
    run_ids: Sequence[str],
    texts: Sequence[str],
    rows: Sequence[int],
    name: str,
    marker: dict[str, Any],
) -> None:
    """A trace of the points in `rows`."""
    add = figure.add_scattergl if len(points) > MANY_POINTS else figure.add_scatter
    add(
        x=points[rows, 0].round(2).tolist(),
        y=points[rows, 1].round(2).tolist(),
        mode="markers",
        name=name,
        customdata=[[run_ids[row]] for row in rows],
        text=[texts[row] for row in rows],
        hovertemplate="%{text}<extra></extra>",
        marker=marker,
        # What is not selected fades a little; it stays readable.
        unselected={"marker": {"opacity": 0.35}},
    )


def _finish(
    figure: go.Figure, points: FloatArray, run_ids: Sequence[str], highlight: Sequence[str], height: int
) -> go.Figure:
    """Rings round the highlighted runs, and the map's look: no axes, one scale in both directions."""
    wanted = set(highlight)
    rows = [row for row, run in enumerate(run_ids) if run in wanted] if wanted else []
    if rows:
        figure.add_scatter(
            x=points[rows, 0].round(2).tolist(),
            y=points[rows, 1].round(2).tolist(),
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 22, "color": ACCENT_COLOUR, "line": {"width": 3}},
        )
    style_figure(figure, height)
    figure.update_layout(legend={"y": -0.04, "itemsizing": "constant"}, clickmode="event+select", uirevision="map")
    # On a clear background plotly's own choice of colour is white, which the light page does not show.
    figure.update_layout(modebar={"color": CENTRE_COLOUR, "activecolor": ACCENT_COLOUR})
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, showgrid=False, scaleanchor="x")
    return figure


def _style_group(name: str | None, position: int) -> tuple[str, str]:
    """Colour and marker of a group; verdicts and labels have their own everywhere, and no two of 49 look the same."""
    if name is None:
        return CENTRE_COLOUR, "circle-open"
    for verdict, colour in VERDICT_COLOURS.items():
        if name.lower() == verdict:
            return colour, VERDICT_MARKERS[verdict]
    turn = position + position // len(GROUP_COLOURS)
    return GROUP_COLOURS[position % len(GROUP_COLOURS)], GROUP_MARKERS[turn % len(GROUP_MARKERS)]
