"""The lifted runner in 3D, to be turned and played through two strides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, find_bone_side
from runform.report.layout import CLEAR, style_figure
from runform.report.standing import StandingRunner
from runform.sequences import SIDES, Contact, FloatArray, View
from runform.skeletons import Skeleton

MAX_FRAMES = 45
"""Every plotly frame is a full copy of the skeleton; more of them make a phone stutter."""
STRIDES = 2
WINDOW_S = 1.5
"""Shown where the clip has too few contacts to find strides."""
GRID = 0.5
"""Distance of the ground's lines and of the marks on the height's axis, in the runner's unit."""

_PARTS: dict[str, tuple[str, int]] = {
    "left": (SIDE_COLOURS["left"], 7),
    "right": (SIDE_COLOURS["right"], 7),
    "trunk": (CENTRE_COLOUR, 5),
}
"""Part -> colour and line width in px."""

# In an orthographic scene the box's size is the zoom; this one lets the runner fill the height.
_SIZE = 1.7
# Where the camera first stands, as a direction; it goes this far round to the runner's front.
_EYE_ROUND, _EYE_BACK, _EYE_UP = 0.42, 1.3, 0.36
# What it looks at: a little low, for the ground's near edge lies below the feet, and left, for the height's axis does.
_CENTRE = {"x": -0.13, "y": 0.0, "z": -0.07}
# Plotly paints a button that is pointed at nearly white whatever the theme, so the words on it are dark in both.
_BUTTON_COLOUR, _BUTTON_EDGE, _BUTTON_WORDS = "#dde6e9", CENTRE_COLOUR, "#1c2630"
# Of ticks and titles, which plotly's themes do not reach in 3D: 4 to 1 against the light and the dark page.
_WORDS = "#737c85"
_BEYOND = 0.02  # lines at the very end of an axis are drawn in part
_GROUND_LINE = "#9aa2a9"  # lines in 3D ignore how clear a colour is


def skeleton_3d(
    runner: StandingRunner, contacts: Sequence[Contact] = (), *, view: View = "unclear", height: int = 480
) -> go.Figure:
    """The runner on the ground with a play button and a time slider, first seen from where the camera stood.

    Args:
        runner: Upright over the ground. The figure's axes are x, its depth (away from the camera) and its height.
        contacts: The clip's contacts; two strides from the clip's middle are shown.
        view: Which side of the runner the clip shows.
        height: px.
    """
    frames = choose_frames(runner.time_s, contacts)
    xyz = (runner.xyz[..., [0, 2, 1]] * np.array([1.0, -1.0, 1.0]))[frames]  # (F, J, 3) right, away, up
    seconds = runner.time_s[frames]
    names = [f"{time_s:.2f}" for time_s in seconds]
    low, high = _find_room(xyz)
    parts = list(range(len(_PARTS)))
    figure = go.Figure(
        data=[*_draw_parts(xyz[0], runner.skeleton), _draw_ground(low, high)],
        frames=[
            go.Frame(data=_draw_parts(pose, runner.skeleton), name=name, traces=parts)
            for pose, name in zip(xyz, names, strict=True)
        ],
    )
    style_figure(figure, height)
    figure.update_layout(
        scene=_make_scene(low, high, runner.unit, view),
        updatemenus=[_make_buttons(float(np.diff(seconds).mean()) if len(seconds) > 1 else 0.0)],
        sliders=[_make_slider(names)],
        dragmode="orbit",
        legend={"y": 1.0, "yanchor": "bottom"},
        uirevision="keep the camera",
    )
    return figure


def choose_frames(time_s: FloatArray, contacts: Sequence[Contact]) -> npt.NDArray[np.intp]:
    """Positions of at most `MAX_FRAMES` evenly spread frames over `STRIDES` strides in the clip's middle.

    Args:
        time_s: (T,) seconds of real time.
        contacts: The clip's contacts; with too few of them the middle `WINDOW_S` seconds are taken.
    """
    middle = (time_s[0] + time_s[-1]) / 2
    start, end = middle - WINDOW_S / 2, middle + WINDOW_S / 2
    windows = []
    for side in SIDES:
        landings = sorted(contact.initial_contact_s for contact in contacts if contact.side == side)
        windows += list(zip(landings[:-STRIDES], landings[STRIDES:], strict=True))
    if windows:
        start, end = min(windows, key=lambda window: abs(sum(window) / 2 - middle))
    inside = np.flatnonzero((time_s >= start) & (time_s <= end))
    if not len(inside):
        inside = np.arange(len(time_s))
    count = min(MAX_FRAMES, len(inside))
    return np.asarray(inside[np.linspace(0, len(inside) - 1, count).round().astype(np.intp)])


def _draw_parts(pose: FloatArray, skeleton: Skeleton) -> list[go.Scatter3d]:
    """One line trace for each part of one pose (J, 3); bones are separated by gaps."""
    traces = []
    for part, (colour, width) in _PARTS.items():
        points: list[list[float | None]] = []
        for start, end in skeleton.bones:
            if (find_bone_side(start, end) or "trunk") == part:
                for name in (start, end):
                    place = pose[skeleton.index[name]]
                    points.append(place.round(3).tolist() if np.isfinite(place).all() else [None, None, None])
                points.append([None, None, None])
        x, y, z = zip(*points, strict=True)
        traces.append(
            go.Scatter3d(
                x=x, y=y, z=z, mode="lines+markers", name=part, hoverinfo="skip",
                line={"color": colour, "width": width}, marker={"color": colour, "size": 3},
            )
        )  # fmt: skip
    return traces


def _find_room(xyz: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(3,) lowest and (3,) highest place on the axes: everything the joints (F, J, 3) reach and the ground below.

    The ground reaches to whole lines of its grid. Without any joint the room is that of one grid's width.
    """
    points = xyz[np.isfinite(xyz).all(axis=2)]
    if not len(points):
        points = np.array([[-GRID, -GRID, 0.0], [GRID, GRID, GRID]])
    low, high = points.min(axis=0), points.max(axis=0)
    low[:2], high[:2] = GRID * np.floor(low[:2] / GRID), GRID * np.ceil(high[:2] / GRID)
    # A runner seen square from the side has hardly any depth: the ground goes a line further both ways.
    low[1], high[1] = min(low[1], -GRID), max(high[1], GRID)
    low[2], high[2] = min(low[2], 0.0), high[2] + 0.05 * (high[2] - low[2])
    return low, high


def _draw_ground(low: FloatArray, high: FloatArray) -> go.Scatter3d:
    """Lines of the level ground, `GRID` apart, as one trace."""
    x: list[float | None] = []
    y: list[float | None] = []
    for at in np.arange(low[0], high[0] + GRID / 2, GRID):
        x, y = [*x, float(at), float(at), None], [*y, float(low[1]), float(high[1]), None]
    for at in np.arange(low[1], high[1] + GRID / 2, GRID):
        x, y = [*x, float(low[0]), float(high[0]), None], [*y, float(at), float(at), None]
    z = [None if value is None else 0.0 for value in x]
    return go.Scatter3d(
        x=x, y=y, z=z, mode="lines", name="ground", hoverinfo="skip", showlegend=False,
        line={"color": _GROUND_LINE, "width": 2},
    )  # fmt: skip


def _make_scene(low: FloatArray, high: FloatArray, unit: str, view: View) -> dict[str, Any]:
    """Equal and steady scales on all axes, no walls, the camera on the clip's own side, a little higher."""
    low, high = low - _BEYOND, high + _BEYOND
    span = high - low
    scene: dict[str, Any] = {
        f"{axis}axis": {"visible": False, "range": [float(low[i]), float(high[i])]} for i, axis in enumerate("xyz")
    }
    scene["zaxis"] |= {
        "visible": True,
        "showbackground": False,
        "showgrid": False,
        "zeroline": False,
        "showspikes": False,
        "dtick": GRID,
        "tickangle": 0,
        "tickfont": {"size": 11, "color": _WORDS},
        "title": {"text": f"height ({unit})", "font": {"size": 12, "color": _WORDS}},
    }
    ratio = _SIZE * span / span.max()
    scene |= {
        "aspectmode": "manual",
        "aspectratio": {axis: float(ratio[i]) for i, axis in enumerate("xyz")},
        "bgcolor": CLEAR,
        "camera": {
            # Who shows the left side runs to the picture's left.
            "eye": {"x": -_EYE_ROUND if view == "left" else _EYE_ROUND, "y": -_EYE_BACK, "z": _EYE_UP},
            "center": _CENTRE,
            "projection": {"type": "orthographic"},
        },
    }
    return scene


def _make_buttons(step_s: float) -> dict[str, Any]:
    """Play at half the real speed, and pause."""
    play = {
        "frame": {"duration": round(2000 * step_s), "redraw": True},
        "transition": {"duration": 0},
        "fromcurrent": True,
        "mode": "immediate",
    }
    pause = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 12},
        "bgcolor": _BUTTON_COLOUR,
        "bordercolor": _BUTTON_EDGE,
        "font": {"color": _BUTTON_WORDS, "size": 13},
        "showactive": False,
        "buttons": [
            {"label": "▶ half speed", "method": "animate", "args": [None, play]},
            {"label": "❚❚", "method": "animate", "args": [[None], pause]},
        ],
    }


def _make_slider(names: Sequence[str]) -> dict[str, Any]:
    """A slider over the frames, labelled in seconds."""
    jump = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate", "transition": {"duration": 0}}
    return {
        "x": 0,
        "y": 0,
        "len": 1.0,
        "pad": {"t": 56, "b": 4},
        "currentvalue": {"suffix": " s", "xanchor": "right", "font": {"color": _WORDS, "size": 12}},
        "bgcolor": _BUTTON_COLOUR,
        "bordercolor": _BUTTON_EDGE,
        "activebgcolor": _BUTTON_COLOUR,
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"size": 10, "color": _WORDS},
        "steps": [{"label": name, "method": "animate", "args": [[name], jump]} for name in names],
    }
