"""Finds what moves against the background where nobody is followed: people who come into the picture, mostly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from runform.pose.people.boxes import compute_cover, compute_iou, square_around
from runform.pose.people.small_copy import GreyImage, SmallScale
from runform.sequences import Box, FloatArray

_LEAST_CHANGE = 14.0
_NOISE_FACTOR = 6.0
_JOIN_PX = 9
# The least height and area of what moves, in parts of the small picture.
_LEAST_HEIGHT = 0.1
_LEAST_AREA = 0.002
_LARGEST_AREA = 0.6
_FOLLOWED_COVER = 0.4
_BOX_GROWTH = 1.3
_SQUARE = 1.8
_MOST = 2
# A place where something moved and nobody was found (leaves, a treadmill's belt) is let be for this long, twice as
# long each time after, and forgotten where nothing moved for the longest of it again.
_LET_BE_S, _LONGEST_LET_BE_S = 0.4, 1.6
_SAME_PLACE_IOU = 0.3


@dataclass(frozen=True)
class _LetBe:
    """A place that was looked at for what moved there: px of the whole picture, until when, and for how long."""

    square: Box
    until_s: float
    wait_s: float


class MotionWatch:
    """Takes the small copies of sampled frames in turn.

    Args:
        scale: Of the small copies.
        width, height: Of the whole pictures, px.
    """

    def __init__(self, scale: SmallScale, width: int, height: int) -> None:
        self._scale = scale
        self._size = width, height
        self._last: GreyImage | None = None
        self._let_be: list[_LetBe] = []

    def start_shot(self, small: GreyImage) -> None:
        """Begin anew with the first picture of a shot."""
        self._last = small
        self._let_be = []

    def find(self, small: GreyImage, motion: FloatArray, followed: Sequence[Box], time_s: float) -> list[Box]:
        """Squares to look for people in, px of the whole picture.

        Args:
            small: (h, w) grey.
            motion: (2, 3) the camera's, from small px of the picture before to this one.
            followed: Boxes of the people followed, px of the whole picture.
            time_s: Real time.
        """
        last, self._last = self._last, small
        self._let_be = [place for place in self._let_be if time_s < place.until_s + _LONGEST_LET_BE_S]
        if last is None:
            return []
        boxes = [tuple(value * self._scale.factor for value in box) for box in _find_changes(last, small, motion)]
        grown = [_grow(box) for box in followed]
        squares: list[Box] = []
        for x, y, width, height in boxes:
            box = (x, y, width, height)
            known = any(compute_cover(box, other) >= _FOLLOWED_COVER for other in grown)
            square = square_around(box, _SQUARE, *self._size)
            tried = [place for place in self._let_be if compute_iou(square, place.square) >= _SAME_PLACE_IOU]
            if not known and len(squares) < _MOST and all(place.until_s <= time_s for place in tried):
                squares.append(square)
                wait_s = min(max((2 * place.wait_s for place in tried), default=_LET_BE_S), _LONGEST_LET_BE_S)
                self._let_be = [place for place in self._let_be if place not in tried]
                self._let_be.append(_LetBe(square, time_s + wait_s, wait_s))
        return squares


def _find_changes(last: GreyImage, small: GreyImage, motion: FloatArray) -> list[Box]:
    """Boxes of what changed between two small pictures beyond the camera's motion, the largest first."""
    height, width = small.shape
    carried = cv2.warpAffine(last, motion, (width, height), borderMode=cv2.BORDER_REPLICATE)
    # The exposure's own change, and the noise, from every fourth px each way.
    some = small[::4, ::4].astype(np.float64) - carried[::4, ::4]
    shift = float(np.median(some))
    limit = max(_LEAST_CHANGE, _NOISE_FACTOR * float(np.median(np.abs(some - shift))))
    change = np.abs(small.astype(np.int16) - carried.astype(np.int16) - round(shift))
    seen_before = cv2.warpAffine(np.full_like(last, 255), motion, (width, height)) == 255
    moved = np.asarray((change > limit) & seen_before, dtype=np.uint8)
    joined = cv2.morphologyEx(moved, cv2.MORPH_CLOSE, np.ones((_JOIN_PX, _JOIN_PX), dtype=np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = [
        (float(x), float(y), float(w), float(h))
        for x, y, w, h, area in stats[1:]
        if h >= _LEAST_HEIGHT * height and _LEAST_AREA <= area / (width * height) <= _LARGEST_AREA
    ]
    return sorted(found, key=lambda box: -box[2] * box[3])


def _grow(box: Box) -> Box:
    """A box grown about its middle."""
    dx, dy = box[2] * (_BOX_GROWTH - 1) / 2, box[3] * (_BOX_GROWTH - 1) / 2
    return box[0] - dx, box[1] - dy, box[2] + 2 * dx, box[3] + 2 * dy
