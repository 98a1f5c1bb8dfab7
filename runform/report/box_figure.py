"""A picture of the clip to draw a box on."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from runform.report.colours import ACCENT_COLOUR
from runform.report.layout import style_figure
from runform.sequences import Box

_JPEG_QUALITY = 85


def box_figure(rgb: npt.NDArray[np.uint8], width: int, height: int, box: Box | None, *, tallest: int) -> go.Figure:
    """The picture on axes in px of the clip, ready for a box to be drawn, with the one there is.

    Args:
        rgb: (h, w, 3) uint8 RGB of any size in the clip's proportions.
        width: Of the clip, px.
        height: Of the clip, px.
        box: What is drawn on it, px, or None.
        tallest: The figure's height, px.
    """
    figure = go.Figure()
    # Plotly tells of a selection only where a trace with markers could be selected: these are never seen.
    figure.add_scatter(
        x=[0, width], y=[0, height], mode="markers", marker={"opacity": 0}, hoverinfo="skip", showlegend=False
    )
    figure.add_layout_image(
        source=_to_data_uri(rgb),
        xref="x",
        yref="y",
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        sizing="stretch",
        layer="below",
    )
    if box is not None:
        x, y, w, h = box
        for colour, line in (("#000000", 5), ("#ffffff", 3), (ACCENT_COLOUR, 1)):
            figure.add_shape(type="rect", x0=x, y0=y, x1=x + w, y1=y + h, line={"color": colour, "width": line})
    style_figure(figure, tallest)
    figure.update_layout(
        dragmode="select",
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        newselection={"line": {"color": "#ffffff", "width": 3, "dash": "solid"}, "mode": "immediate"},
    )
    figure.update_xaxes(visible=False, range=[0, width], constrain="domain")
    figure.update_yaxes(visible=False, range=[height, 0], scaleanchor="x", constrain="domain")
    return figure


def _to_data_uri(rgb: npt.NDArray[np.uint8]) -> str:
    """A picture as a browser takes it within a page."""
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode("ascii")
