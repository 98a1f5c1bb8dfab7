"""Sheets for labelling keypoints by hand: one frame enlarged, with a grid in the picture's own px.

A sheet without labels is for labelling; one with labels is for checking them. No detector's answer is ever drawn, so
that labels do not lean towards one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from runform.errors import InputError
from runform.training.labels import Label
from runform.video.read import RgbImage, read_frames

Region = tuple[int, int, int, int]
"""(x, y, width, height) px of the upright picture."""

_SHEET_SIDE = 1400
_GRID_STEPS = (5, 10, 20, 25, 50, 100)
_MOST_LINES = 16
_MARGIN = 46
# RGB: the runner's left leg blue, the right one orange, as everywhere in RunForm.
_COLOURS = {"left": (40, 130, 255), "right": (255, 150, 0)}


def write_sheets(clip: Path, every: int, region: Region | None, out: Path, labels: Sequence[Label] = ()) -> list[Path]:
    """Write one PNG for each frame asked for.

    Args:
        clip: A video file.
        every: Without labels every so many frames are written, from the first; with labels those that have some.
        region: What part of the picture to enlarge; None for all of it.
        out: Folder, made where it is missing.
        labels: Drawn where they are of this clip and frame.

    Returns:
        The files written.

    Raises:
        VideoError: The clip cannot be read.
        InputError: The region lies beyond the picture.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for frame in read_frames(clip):
        mine = [label for label in labels if label.clip == clip.name and label.frame == frame.index]
        if not mine and (labels or frame.index % every):
            continue
        sheet = draw_sheet(frame.rgb, region, mine)
        path = out / f"{clip.stem}_{frame.index:04d}.png"
        cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
        written.append(path)
    return written


def draw_sheet(rgb: RgbImage, region: Region | None, labels: Sequence[Label]) -> RgbImage:
    """One enlarged picture with a grid whose lines carry the picture's own px, and the labels as small crosses.

    Args:
        rgb: (H, W, 3) uint8 RGB.
        region: Part of the picture; clipped to it.
        labels: To draw.

    Returns:
        (H2, W2, 3) uint8 RGB, its longer side about 1400 px.

    Raises:
        InputError: The region lies beyond the picture.
    """
    x, y, width, height = _clip_region(region, rgb)
    scale = (_SHEET_SIDE - _MARGIN) / max(width, height)
    part = cv2.resize(rgb[y : y + height, x : x + width], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    sheet: RgbImage = np.pad(part.astype(np.uint8), ((_MARGIN, 0), (_MARGIN, 0), (0, 0)))
    step = next((s for s in _GRID_STEPS if max(width, height) / s <= _MOST_LINES), _GRID_STEPS[-1])
    for value in range(-(-x // step) * step, x + width, step):
        at = round((value - x) * scale) + _MARGIN
        _draw_line(sheet, (at, _MARGIN), (at, sheet.shape[0]))
        cv2.putText(sheet, str(value), (at - 18, _MARGIN - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)
    for value in range(-(-y // step) * step, y + height, step):
        at = round((value - y) * scale) + _MARGIN
        _draw_line(sheet, (_MARGIN, at), (sheet.shape[1], at))
        cv2.putText(sheet, str(value), (2, at + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)
    for label in labels:
        if label.seen == "out":
            continue
        at_xy = round((label.x_px - x) * scale) + _MARGIN, round((label.y_px - y) * scale) + _MARGIN
        side, name = label.keypoint.split("_", 1)
        cv2.drawMarker(sheet, at_xy, _COLOURS[side], cv2.MARKER_CROSS, 16, 2)
        text = f"{side[0].upper()} {name}{'' if label.seen == 'clear' else '?'}"
        cv2.putText(sheet, text, (at_xy[0] + 8, at_xy[1] - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _COLOURS[side], 1)
    return sheet


def _clip_region(region: Region | None, rgb: RgbImage) -> Region:
    """The region as far as the picture reaches.

    Raises:
        InputError: Nothing of it is in the picture.
    """
    if region is None:
        return 0, 0, rgb.shape[1], rgb.shape[0]
    x, y = max(region[0], 0), max(region[1], 0)
    width, height = min(region[0] + region[2], rgb.shape[1]) - x, min(region[1] + region[3], rgb.shape[0]) - y
    if width < 1 or height < 1:
        raise InputError(
            f"The region {region} is not in the {rgb.shape[1]} x {rgb.shape[0]} picture.",
            "Give x, y, width, height in px of the upright picture.",
        )
    return x, y, width, height


def _draw_line(sheet: RgbImage, start: tuple[int, int], end: tuple[int, int]) -> None:
    """A grid line that lets the picture through, in place."""
    part = sheet[start[1] : end[1] + 1, start[0] : end[0] + 1]
    part[...] = (part.astype(np.uint16) * 6 // 10 + 255 * 3 // 10).astype(np.uint8)
