"""Marks drawn onto a picture with OpenCV, in place. Pictures are RGB, positions px with x right and y down."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from runform.report.colours import SIDE_COLOURS, Rgb, colour_bone, to_rgb
from runform.sequences import SIDES, FloatArray, Side
from runform.skeletons import Skeleton

RgbImage = npt.NDArray[np.uint8]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX

# A bone with a repaired end: dashes and gaps in bone widths (their round ends take one of them from a gap), and how
# far its colour goes towards white.
_DASH, _GAP = 2.5, 3.5
_PALER = 0.45

# OpenCV takes positions in whole units of 2^-SHIFT px, so lines move smoothly from frame to frame.
SHIFT = 4


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
            colour = BLACK if edge else to_rgb(colour_bone(layout.keypoints[a], layout.keypoints[b]))
            thickness = width + 2 if edge else width
            if repaired is not None and repaired[[a, b]].any():
                _dashes(rgb, xy[a], xy[b], colour if edge else _paler(colour), thickness, width)
            else:
                draw_line(rgb, xy[a], xy[b], colour, thickness)
    for joint in sorted({joint for bone in bones for joint in bone}):
        _dot(rgb, xy[joint], width, WHITE)


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
    draw_line(rgb, ends[0], ends[1], WHITE, 2 * width + 2)
    draw_line(rgb, ends[0], ends[1], to_rgb(SIDE_COLOURS[side]), 2 * width)


def draw_landing(rgb: RgbImage, xy: FloatArray, layout: Skeleton, side: Side, width: int) -> None:
    """The moment of initial contact: a ring round the ankle, the shank, and the vertical to read it against."""
    knee, ankle = xy[layout.index[f"{side}_knee"]], xy[layout.index[f"{side}_ankle"]]
    if not np.isfinite([knee, ankle]).all():
        return
    top = np.array([ankle[0], knee[1]])
    draw_line(rgb, top, ankle, BLACK, width + 2)
    draw_line(rgb, top, ankle, WHITE, max(1, width // 2))
    draw_line(rgb, knee, ankle, BLACK, 2 * width + 2)
    draw_line(rgb, knee, ankle, WHITE, 2 * width)
    draw_line(rgb, knee, ankle, to_rgb(SIDE_COLOURS[side]), width)
    for colour, thickness in ((BLACK, width + 2), (to_rgb(SIDE_COLOURS[side]), width)):
        cv2.circle(rgb, to_fixed(ankle), (5 * width) << SHIFT, colour, thickness, cv2.LINE_AA, SHIFT)


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
    draw_text(rgb, f"{time_s:.2f} s", (left + line // 3, top + line), size)
    for row, side in enumerate(SIDES, start=2):
        baseline = top + row * line
        centre = (left + round(0.75 * line), baseline - line // 4)
        cv2.circle(rgb, centre, line // 4, to_rgb(SIDE_COLOURS[side]), -1 if on_ground[side] else 2, cv2.LINE_AA)
        draw_text(rgb, side, (left + round(1.4 * line), baseline), size)
    if explain_dashes:
        baseline = top + 4 * line
        for begin in (0.3, 0.8):
            start, end = (np.array([left + at * line, baseline - line / 4]) for at in (begin, begin + 0.3))
            draw_line(rgb, start, end, WHITE, max(1, line // 8))
        draw_text(rgb, "repaired", (left + round(1.4 * line), baseline), size)


def _paler(colour: Rgb) -> Rgb:
    """A colour on its way to white."""
    red, green, blue = (round(part + _PALER * (255 - part)) for part in colour)
    return red, green, blue


def to_fixed(point: FloatArray) -> tuple[int, int]:
    """(2,) px in OpenCV's fixed point, for calls that are given `SHIFT`."""
    return round(float(point[0]) * (1 << SHIFT)), round(float(point[1]) * (1 << SHIFT))


def draw_line(rgb: RgbImage, start: FloatArray, end: FloatArray, colour: Rgb, width: int) -> None:
    """A line with round ends from (2,) to (2,) px."""
    cv2.line(rgb, to_fixed(start), to_fixed(end), colour, width, cv2.LINE_AA, SHIFT)


def _dashes(rgb: RgbImage, start: FloatArray, end: FloatArray, colour: Rgb, thickness: int, unit: int) -> None:
    """A dashed line; dashes and gaps are in `unit` px, so that an edge and its filling break at the same places."""
    length = float(np.linalg.norm(end - start))
    if length == 0:
        return
    step = (end - start) / length
    for begin in np.arange(0.0, length, (_DASH + _GAP) * unit):
        draw_line(rgb, start + begin * step, start + min(begin + _DASH * unit, length) * step, colour, thickness)


def _dot(rgb: RgbImage, centre: FloatArray, radius: int, colour: Rgb) -> None:
    cv2.circle(rgb, to_fixed(centre), radius << (SHIFT - 1), colour, -1, cv2.LINE_AA, SHIFT)


def draw_text(rgb: RgbImage, words: str, baseline: tuple[int, int], size: float) -> None:
    """White words whose first letter stands on `baseline`, px; at size 1 a capital is about 22 px high."""
    cv2.putText(rgb, words, baseline, _FONT, size, WHITE, max(1, round(1.5 * size)), cv2.LINE_AA)
