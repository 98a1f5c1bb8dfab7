"""Figures of what cleaning repaired: when and where in the body, and a keypoint's path before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS
from runform.report.layout import style_figure
from runform.sequences import FloatArray, KeypointSequence, Repair, require_shape
from runform.skeletons import side_of

RepairFlags = npt.NDArray[np.uint8]

LIMBS = ("left leg", "right leg", "arms", "rest")
_LEG_PARTS = ("hip", "knee", "ankle", "heel", "toe", "small_toe")
_ARM_PARTS = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
# As SVG every point is an element of the page; from here on the browser's own drawing takes over.
_MOST_SVG_FRAMES = 2000


@dataclass(frozen=True)
class RepairKind:
    """One kind of repair as figures show it.

    Attributes:
        name: In the legend and over a mark.
        flags: The repairs that count as it.
        unless: Repairs beside which it is not told: what was taken out and then filled in is shown as taken out.
        colour, symbol: Of its marks; colours keep apart for people with any common colour blindness.
    """

    name: str
    flags: Repair
    colour: str
    symbol: str
    unless: Repair = Repair.NONE

    def find(self, repairs: RepairFlags) -> npt.NDArray[np.bool_]:
        """Where it was done, of the shape of `repairs`."""
        found = ((repairs & int(self.flags)) > 0) & ((repairs & int(self.unless)) == 0)
        return np.asarray(found, dtype=np.bool_)


KINDS = (
    RepairKind("sides swapped back", Repair.LEG_SWAP | Repair.ARM_SWAP, "#b0569b", "diamond"),
    RepairKind("taken off the other leg", Repair.MERGED, "#ad8200", "square"),
    RepairKind("jump taken out", Repair.SPIKE, "#2b9a70", "triangle-up"),
    RepairKind("gap filled in", Repair.FILLED, CENTRE_COLOUR, "circle", unless=Repair.MERGED | Repair.SPIKE),
)


def limb_of(keypoint: str) -> str:
    """The row of `LIMBS` that a keypoint belongs to; the head and the middle of the body are the rest."""
    side, _, part = keypoint.partition("_")
    if part in _LEG_PARTS:
        return f"{side} leg"
    return "arms" if part in _ARM_PARTS else "rest"


def repair_timeline(keypoints: KeypointSequence, repairs: RepairFlags, *, height: int = 260) -> go.Figure:
    """One row per limb, with a mark for each frame in which something of it was repaired, by kind.

    Args:
        keypoints: Clean keypoints, for times and names.
        repairs: (T, K) `Repair` flags.
        height: px.

    Raises:
        ShapeError: `repairs` does not fit the keypoints.
    """
    require_shape("repairs", repairs, keypoints.confidence.shape)
    names = np.array(keypoints.layout.keypoints)
    limbs = np.array([limb_of(name) for name in names])
    figure = go.Figure()
    for lane, kind in enumerate(KINDS):
        place = 0.27 - 0.18 * lane  # within the row, so that kinds of one frame do not cover one another
        x: list[float] = []
        y: list[float] = []
        hover: list[str] = []
        for row, limb in enumerate(reversed(LIMBS)):
            hit = kind.find(repairs[:, limbs == limb])  # (T, keypoints of the limb)
            for frame in np.flatnonzero(hit.any(axis=1)):
                time_s = float(keypoints.time_s[frame])
                x.append(time_s)
                y.append(row + place)
                parts = ", ".join(name.replace("_", " ") for name in names[limbs == limb][hit[frame]])
                hover.append(f"{limb}, {time_s:.2f} s: {kind.name}<br>{parts}")
        if x:
            marker = {"color": kind.colour, "symbol": kind.symbol, "size": 7}
            scatter = go.Scattergl if len(x) > _MOST_SVG_FRAMES else go.Scatter
            figure.add_trace(
                scatter(x=x, y=y, mode="markers", name=kind.name, marker=marker, hovertext=hover, hoverinfo="text")
            )
    style_figure(figure, height)
    figure.update_layout(showlegend=True)
    figure.update_xaxes(ticksuffix=" s", range=[float(keypoints.time_s[0]), float(keypoints.time_s[-1])])
    figure.update_yaxes(
        tickvals=list(range(len(LIMBS))),
        ticktext=list(reversed(LIMBS)),
        range=[-0.5, len(LIMBS) - 0.5],
        fixedrange=True,
    )
    return figure


def keypoint_path(
    raw: KeypointSequence, clean: KeypointSequence, repairs: RepairFlags | None, name: str, *, height: int = 300
) -> go.Figure:
    """How far right a keypoint is over time: as it was found, and after cleaning, with the repaired frames marked.

    Args:
        raw: Keypoints as the backend gave them.
        clean: The same after cleaning.
        repairs: (T, K) `Repair` flags; None marks nothing.
        name: Of the keypoint.
        height: px.
    """
    side = side_of(name)
    colour = SIDE_COLOURS["left"] if side == "left" else SIDE_COLOURS["right"] if side == "right" else CENTRE_COLOUR
    scatter = go.Scattergl if len(clean) > _MOST_SVG_FRAMES else go.Scatter
    found, path = _to_list(raw.xy(name)[:, 0]), _to_list(clean.xy(name)[:, 0])
    time_s = clean.time_s.tolist()
    figure = go.Figure()
    figure.add_trace(
        scatter(
            x=time_s, y=found, mode="markers", name="as found", marker={"color": CENTRE_COLOUR, "size": 4},
            hovertemplate="as found, %{x:.2f} s: %{y:.0f} px<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        scatter(
            x=time_s, y=path, mode="lines", name="after cleaning", line={"color": colour, "width": 2},
            hovertemplate="after cleaning, %{x:.2f} s: %{y:.0f} px<extra></extra>",
        )
    )  # fmt: skip
    flags = np.zeros(len(clean), np.uint8) if repairs is None else repairs[:, clean.layout.index[name]]  # (T,)
    for kind in KINDS:
        frames = np.flatnonzero(kind.find(flags))
        if len(frames):
            figure.add_trace(
                scatter(
                    x=[time_s[frame] for frame in frames], y=[path[frame] for frame in frames],
                    mode="markers", name=kind.name,
                    marker={"color": kind.colour, "symbol": kind.symbol, "size": 9},
                    hovertext=[_describe_move(kind, time_s[f], found[f], path[f]) for f in frames], hoverinfo="text",
                )
            )  # fmt: skip
    style_figure(figure, height)
    figure.update_xaxes(ticksuffix=" s", range=[time_s[0], time_s[-1]])
    figure.update_yaxes(title="px from the left", showgrid=True)
    return figure


def _describe_move(kind: RepairKind, time_s: float, found: float | None, path: float | None) -> str:
    """What a repair changed, in words."""
    before = "not found" if found is None else f"found at {found:.0f} px"
    after = "left open" if path is None else f"now at {path:.0f} px"
    return f"{kind.name}, {time_s:.2f} s<br>{before}, {after}"


def _to_list(values: FloatArray) -> list[float | None]:
    """Values as plotly's JSON takes them: a gap (None) for NaN."""
    return [float(value) if np.isfinite(value) else None for value in values]
