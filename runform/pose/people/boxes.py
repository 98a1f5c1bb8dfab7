"""Boxes about people: how much they share, how much of them is in the picture, and how a camera's motion moves them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from runform.sequences import Box, FloatArray


def as_box(values: FloatArray | Sequence[float]) -> Box:
    """Four numbers as a box."""
    return float(values[0]), float(values[1]), float(values[2]), float(values[3])


def compute_shared_area(a: Box, b: Box) -> float:
    """Area that two boxes share, px²."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return across * down if across > 0 and down > 0 else 0.0


def compute_iou(a: Box, b: Box) -> float:
    """Area that two boxes share over the area that either covers, 0 to 1."""
    shared = compute_shared_area(a, b)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared) if shared > 0 else 0.0


def compute_cover(a: Box, b: Box) -> float:
    """Area that two boxes share over the area of the smaller, 0 to 1."""
    smaller = min(a[2] * a[3], b[2] * b[3])
    return compute_shared_area(a, b) / smaller if smaller > 0 else 0.0


def compute_visible_share(box: Box, width: int, height: int) -> float:
    """Share of a box that lies in a picture of that size, 0 to 1."""
    area = box[2] * box[3]
    return compute_shared_area(box, (0.0, 0.0, float(width), float(height))) / area if area > 0 else 0.0


def get_centre(box: Box) -> tuple[float, float]:
    """(x, y) px of a box's middle."""
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def square_around(box: Box, scale: float, width: int, height: int) -> Box:
    """The part of a picture in a square about a box's centre, its side `scale` times the box's longer side.

    Where the square reaches beyond the picture it is moved inside as far as it fits, to show as much as it can.
    """
    side = max(box[2], box[3]) * scale
    across, down = min(side, float(width)), min(side, float(height))
    x, y = get_centre(box)
    left = min(max(x - across / 2, 0.0), width - across)
    top = min(max(y - down / 2, 0.0), height - down)
    return left, top, across, down


def join_boxes(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes."""
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h in boxes])
    left, top = corners[:, :2].min(axis=0)
    right, bottom = corners[:, 2:].max(axis=0)
    return float(left), float(top), float(right - left), float(bottom - top)


def move_box(box: Box, motion: FloatArray) -> Box:
    """A box carried along by a similarity: its middle moved, its sides scaled, still upright.

    Args:
        box: px.
        motion: (2, 3) from px to px.
    """
    x, y = motion[:, :2] @ np.array(get_centre(box)) + motion[:, 2]
    scale = float(np.sqrt(abs(np.linalg.det(motion[:, :2]))))
    width, height = box[2] * scale, box[3] * scale
    return float(x - width / 2), float(y - height / 2), width, height
