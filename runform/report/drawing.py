"""Marks drawn onto a picture with OpenCV, in place. Pictures are RGB, positions px with x right and y down."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, Rgb, to_rgb
from runform.sequences import SIDES, FloatArray, Side
from runform.skeletons import Skeleton, side_of

RgbImage = npt.NDArray[np.uint8]

_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX

# A bone with a repaired end: dashes and gaps in bone widths (their round ends take one of them from a gap), and how
# far its colour goes towards white.
_DASH, _GAP = 2.5, 3.5
_PALER = 0.45

# OpenCV takes positions in whole units of 2^-SHIFT px, so lines move smoothly from frame to frame.
_SHIFT = 4


def line_width(rgb: RgbImage) -> int:
    """Width of a bone in px for a picture of this size."""
    return max(2, round(0.0045 * max(rgb.shape[:2])))


def draw_skeleton(
    rgb: RgbImage, xy: FloatArray, layout: Skeleton, width: int, repaired: npt.NDArray[np.bool_] | None = None
) -> None:
    """Bones and joints, each side in its colour, on a dark edge that keeps them visible on any ground.

    Args:
        rgb: (H, W, 3) uint8 RGB.
        xy: (K, 2) px; bones and joints with a NaN are left out.
        layout: The skeleton of `xy`.
        width: Of a bone, px.
        repaired: (K,) keypoints that cleaning put where they are; their bones are dashed and paler. None: no one.
    """
    bones = [(a, b) for a, b in layout.bone_indices if np.isfinite(xy[[a, b]]).all()]
    for edge in (True, False):
        for a, b in bones:
            colour = _BLACK if edge else _colour_of(layout.keypoints[a], layout.keypoints[b])
            thickness = width + 2 if edge else width
            if repaired is not None and repaired[[a, b]].any():
                _dashes(rgb, xy[a], xy[b], colour if edge else _paler(colour), thickness, width)
            else:
                _line(rgb, xy[a], xy[b], colour, thickness)
    for joint in sorted({joint for bone in bones for joint in bone}):
        _dot(rgb, xy[joint], width, _WHITE)


def draw_foot_on_ground(rgb: RgbImage, xy: FloatArray, layout: Skeleton, side: Side, width: int) -> None:
    """A bar under a foot that is on the ground, in its side's colour.

    The bar spans heel to toe where the skeleton has them, and lies under the ankle otherwise. Nothing is drawn for a
    foot that was not found.
    """
    names = [f"{side}_{part}" for part in ("heel", "toe", "ankle") if f"{side}_{part}" in layout.index]
    foot = xy[[layout.index[name] for name in names]]  # (2 or 3 points, 2)
    foot = foot[np.isfinite(foot).all(axis=1)]
    if not len(foot):
        return
    ground = foot[:, 1].max() + 3 * width
    ends = np.array([[foot[:, 0].min() - 3 * width, ground], [foot[:, 0].max() + 3 * width, ground]])
    _line(rgb, ends[0], ends[1], _WHITE, 2 * width + 2)
    _line(rgb, ends[0], ends[1], to_rgb(SIDE_COLOURS[side]), 2 * width)


def draw_landing(rgb: RgbImage, xy: FloatArray, layout: Skeleton, side: Side, width: int) -> None:
    """The moment of initial contact: a ring round the ankle, the shank, and the vertical to read it against."""
    knee, ankle = xy[layout.index[f"{side}_knee"]], xy[layout.index[f"{side}_ankle"]]
    if not np.isfinite([knee, ankle]).all():
        return
    top = np.array([ankle[0], knee[1]])
    _line(rgb, top, ankle, _BLACK, width + 2)
    _line(rgb, top, ankle, _WHITE, max(1, width // 2))
    _line(rgb, knee, ankle, _BLACK, 2 * width + 2)
    _line(rgb, knee, ankle, _WHITE, 2 * width)
    _line(rgb, knee, ankle, to_rgb(SIDE_COLOURS[side]), width)
    for colour, thickness in ((_BLACK, width + 2), (to_rgb(SIDE_COLOURS[side]), width)):
        cv2.circle(rgb, _fixed(ankle), (5 * width) << _SHIFT, colour, thickness, cv2.LINE_AA, _SHIFT)


def draw_legend(rgb: RgbImage, time_s: float, on_ground: Mapping[Side, bool], *, explain_dashes: bool = False) -> None:
    """The time, and which colour is which side, with a filled mark while that foot is on the ground.

    Args:
        rgb: (H, W, 3) uint8 RGB.
        time_s: Seconds of real time.
        on_ground: Whether each foot is on the ground.
        explain_dashes: Whether to say what a dashed bone means.
    """
    size = max(0.4, 0.0008 * max(rgb.shape[:2]))
    line = round(32 * size)
    left, top, columns, rows = (
        (line // 3, line // 3, round(6.2 * line), round(4.3 * line))
        if explain_dashes
        else (line // 3, line // 3, 5 * line, round(3.3 * line))
    )
    panel = rgb[top : top + rows, left : left + columns]
    panel[:] = (panel * 0.35).astype(np.uint8)
    _text(rgb, f"{time_s:.2f} s", (left + line // 3, top + line), size)
    for row, side in enumerate(SIDES, start=2):
        baseline = top + row * line
        centre = (left + round(0.75 * line), baseline - line // 4)
        cv2.circle(rgb, centre, line // 4, to_rgb(SIDE_COLOURS[side]), -1 if on_ground[side] else 2, cv2.LINE_AA)
        _text(rgb, side, (left + round(1.4 * line), baseline), size)
    if explain_dashes:
        baseline = top + 4 * line
        for begin in (0.3, 0.8):
            start, end = (np.array([left + at * line, baseline - line / 4]) for at in (begin, begin + 0.3))
            _line(rgb, start, end, _WHITE, max(1, line // 8))
        _text(rgb, "repaired", (left + round(1.4 * line), baseline), size)


def _colour_of(start: str, end: str) -> Rgb:
    """A bone within one side has that side's colour, any other the centre's."""
    for side in SIDES:
        if side_of(start) == side_of(end) == side:
            return to_rgb(SIDE_COLOURS[side])
    return to_rgb(CENTRE_COLOUR)


def _paler(colour: Rgb) -> Rgb:
    """A colour on its way to white."""
    red, green, blue = (round(part + _PALER * (255 - part)) for part in colour)
    return red, green, blue


def _fixed(point: FloatArray) -> tuple[int, int]:
    """Px in OpenCV's fixed point."""
    return round(float(point[0]) * (1 << _SHIFT)), round(float(point[1]) * (1 << _SHIFT))


def _line(rgb: RgbImage, start: FloatArray, end: FloatArray, colour: Rgb, width: int) -> None:
    cv2.line(rgb, _fixed(start), _fixed(end), colour, width, cv2.LINE_AA, _SHIFT)


def _dashes(rgb: RgbImage, start: FloatArray, end: FloatArray, colour: Rgb, thickness: int, unit: int) -> None:
    """A dashed line; dashes and gaps are in `unit` px, so that an edge and its filling break at the same places."""
    length = float(np.linalg.norm(end - start))
    if length == 0:
        return
    step = (end - start) / length
    for begin in np.arange(0.0, length, (_DASH + _GAP) * unit):
        _line(rgb, start + begin * step, start + min(begin + _DASH * unit, length) * step, colour, thickness)


def _dot(rgb: RgbImage, centre: FloatArray, radius: int, colour: Rgb) -> None:
    cv2.circle(rgb, _fixed(centre), radius << (_SHIFT - 1), colour, -1, cv2.LINE_AA, _SHIFT)


def _text(rgb: RgbImage, words: str, baseline: tuple[int, int], size: float) -> None:
    cv2.putText(rgb, words, baseline, _FONT, size, _WHITE, max(1, round(1.5 * size)), cv2.LINE_AA)
