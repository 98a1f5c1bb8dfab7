"""The lifted runner in 3D, to be turned and played through two strides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS
from runform.report.layout import CLEAR, style_figure
from runform.sequences import SIDES, Contact, FloatArray, JointSequence
from runform.skeletons import HUMAN36M_17, side_of

MAX_FRAMES = 45
"""Every plotly frame is a full copy of the skeleton; more of them make a phone stutter."""
STRIDES = 2
WINDOW_S = 1.5
"""Shown where the clip has too few contacts to find strides."""

_PARTS: dict[str, tuple[str, int]] = {
    "left": (SIDE_COLOURS["left"], 7),
    "right": (SIDE_COLOURS["right"], 7),
    "trunk": (CENTRE_COLOUR, 5),
}
"""Part -> colour and line width in px."""

# In an orthographic scene the box's size is the zoom; this one lets the runner fill the height.
_SIZE = 1.8


def skeleton_3d(joints: JointSequence, contacts: Sequence[Contact] = (), *, height: int = 460) -> go.Figure:
    """The runner's joints with a play button and a time slider, first seen from where the camera stood.

    Args:
        joints: Root-centred joints; x right and y down as in the picture, z away from the camera. The figure's vertical
            axis is up.
        contacts: The clip's contacts; two strides from the clip's middle are shown.
        height: px.
    """
    frames = choose_frames(joints.time_s, contacts)
    xyz = np.stack([joints.xyz[..., 0], joints.xyz[..., 2], -joints.xyz[..., 1]], axis=-1)[frames]  # (F, 17, 3)
    seconds = joints.time_s[frames]
    names = [f"{time_s:.2f}" for time_s in seconds]
    figure = go.Figure(
        data=_draw_parts(xyz[0]),
        frames=[go.Frame(data=_draw_parts(pose), name=name) for pose, name in zip(xyz, names, strict=True)],
    )
    style_figure(figure, height)
    figure.update_layout(
        scene=_make_scene(xyz),
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


def _draw_parts(pose: FloatArray) -> list[go.Scatter3d]:
    """One line trace for each part of one pose (17, 3); bones are separated by gaps."""
    traces = []
    for part, (colour, width) in _PARTS.items():
        points: list[list[float | None]] = []
        for start, end in HUMAN36M_17.bones:
            if _part_of(start, end) == part:
                ends = [pose[HUMAN36M_17.index[name]].round(3).tolist() for name in (start, end)]
                points += [*ends, [None, None, None]]
        x, y, z = zip(*points, strict=True)
        traces.append(
            go.Scatter3d(
                x=x, y=y, z=z, mode="lines+markers", name=part, hoverinfo="skip",
                line={"color": colour, "width": width}, marker={"color": colour, "size": 3},
            )
        )  # fmt: skip
    return traces


def _part_of(start: str, end: str) -> str:
    """Left or right for a bone that leads into a limb of that side, trunk otherwise."""
    side = side_of(end)
    return "trunk" if side == "centre" or start in ("root", "thorax") else side


def _make_scene(xyz: FloatArray) -> dict[str, Any]:
    """Equal scales on all axes, no walls, the camera where the clip's camera stood (looking along +y of the figure)."""
    low, high = np.nanmin(xyz, axis=(0, 1)), np.nanmax(xyz, axis=(0, 1))  # (3,)
    span = np.maximum(high - low, 0.2 * (high - low).max()) * 1.1
    middle = (low + high) / 2
    scene: dict[str, Any] = {
        f"{axis}axis": {"visible": False, "range": [float(middle[i] - span[i] / 2), float(middle[i] + span[i] / 2)]}
        for i, axis in enumerate("xyz")
    }
    ratio = _SIZE * span / span.max()
    scene |= {
        "aspectmode": "manual",
        "aspectratio": {axis: float(ratio[i]) for i, axis in enumerate("xyz")},
        "bgcolor": CLEAR,
        "camera": {"eye": {"x": 0.35, "y": -1.35, "z": 0.15}, "projection": {"type": "orthographic"}},
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
        "bgcolor": "rgba(128,128,128,0.2)",
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
        "currentvalue": {"suffix": " s", "xanchor": "right"},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"size": 10},
        "steps": [{"label": name, "method": "animate", "args": [[name], jump]} for name in names],
    }
