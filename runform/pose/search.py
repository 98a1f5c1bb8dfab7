"""Finds the people in one picture: in the whole of it, then in overlapping tiles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from runform.pose.estimator import Box, PoseDetection, PoseSession
from runform.video.read import RgbImage

# Tile sides over the picture's shorter side; tiles overlap by half so that nobody is cut by every one of them.
_TILE_SCALES = (1.0, 0.5)
# Two finds are the same person when their boxes share more than this part of the smaller one.
_SAME_PERSON = 0.4


def find_people(session: PoseSession, rgb: RgbImage) -> list[PoseDetection]:
    """Everyone in the picture, tallest first.

    Args:
        session: Finds one person at a time.
        rgb: (H, W, 3) uint8 RGB.

    Returns:
        One answer for each person; empty where nobody is found.
    """
    finds = list(session.estimate(rgb, None)[:1])
    for tile in iterate_tiles(rgb.shape[1], rgb.shape[0]):
        finds.extend(find_in_tile(session, rgb, tile))
    finds.sort(key=lambda find: find.box[3], reverse=True)
    people: list[PoseDetection] = []
    for find in finds:
        if all(compute_overlap(find.box, other.box) < _SAME_PERSON for other in people):
            people.append(find)
    return people


def find_tallest(session: PoseSession, rgb: RgbImage) -> PoseDetection | None:
    """The person the whole picture shows, or else the tallest that its tiles show."""
    whole = session.estimate(rgb, None)
    if whole:
        return whole[0]
    people = find_people(session, rgb)
    return people[0] if people else None


def find_in_tile(session: PoseSession, rgb: RgbImage, tile: tuple[int, int, int, int]) -> Iterator[PoseDetection]:
    """At most one person within a tile (x, y, width, height) px, in px of the whole picture."""
    x, y, width, height = tile
    for find in session.estimate(rgb[y : y + height, x : x + width], None)[:1]:
        yield PoseDetection(xy_px=find.xy_px + np.array([x, y]), confidence=find.confidence)


def iterate_tiles(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """(x, y, width, height) px of overlapping squares that cover a picture, large ones first."""
    for scale in _TILE_SCALES:
        side = max(round(min(width, height) * scale), 1)
        for y in _starts(height, side):
            for x in _starts(width, side):
                yield x, y, side, side


def compute_overlap(a: Box, b: Box) -> float:
    """Area that two boxes share over the area of the smaller, 0 to 1."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    smaller = min(a[2] * a[3], b[2] * b[3])
    return across * down / smaller if across > 0 and down > 0 and smaller > 0 else 0.0


def _starts(length: int, side: int) -> list[int]:
    """Where tiles of one side begin along a length: half a side apart, the last flush with the end."""
    last = length - side
    if last <= 0:
        return [0]
    count = -(-last // max(side // 2, 1))
    return [round(last * i / count) for i in range(count + 1)]
