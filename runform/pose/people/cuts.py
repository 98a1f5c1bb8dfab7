"""Finds hard cuts in edited footage.

A cut changes the whole picture from one frame to the next, for good. So a change is first measured on thumbnails freed
of exposure; then whatever one scene could still explain is ruled out: a swing of the camera (the pictures fit once
shifted), things that pass before the lens (corners of the background are found again: ORB, Rublee and others, 2011),
and flashes (the picture before comes back).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from runform.pose.people.small_copy import GreyImage
from runform.sequences import FloatArray

CutState = Literal["steady", "waiting", "cut"]

_THUMB = (32, 32)
# Thumbnails of one scene, a thirtieth of a second apart, correlate above 0.9; those of two scenes seldom above 0.6.
_LIKE = 0.8
_LIKE_SHIFTED = 0.7
_LEAST_OVERLAP = 0.35
# After this long a flash has passed. Nobody cuts shots shorter than that.
_FLASH_S = 0.15
_LEAST_WAIT = 2
_CORNERS = 300
_BIT_DISTANCE = 50
_LEAST_FOUND_AGAIN = 12
_LEAST_SHARE_FOUND = 0.2
_RANSAC_PX = 3.0
_FLAT = 1e-3


@dataclass(frozen=True)
class _Look:
    """A small copy and its thumbnail."""

    small: GreyImage
    thumb: FloatArray


@dataclass
class _Waiting:
    """A change that may be a cut: the picture before it, and when it came."""

    before: _Look
    index: int
    time_s: float


class CutFinder:
    """Takes the small copy of every frame in turn and says where the clip is cut."""

    def __init__(self) -> None:
        self._last: _Look | None = None
        self._waiting: _Waiting | None = None
        self._found: list[int] = []

    @property
    def found(self) -> tuple[int, ...]:
        """Index of the first frame after each cut so far."""
        return tuple(self._found)

    def push(self, small: GreyImage, index: int, time_s: float) -> CutState:
        """Look at the next frame.

        Args:
            small: (h, w) grey.
            index: The frame's position in the clip.
            time_s: Seconds as played.

        Returns:
            "steady" within a shot; "waiting" while a change may yet be a flash; "cut" once, when it was none. The new
            shot then began at `found[-1]`, a few frames ago.
        """
        look = _Look(small, _make_thumb(small))
        last, self._last = self._last, look
        if self._waiting is not None:
            return self._wait(look, index, time_s)
        if last is None or _is_same_scene(last, look):
            return "steady"
        self._waiting = _Waiting(last, index, time_s)
        return "waiting"

    def finish(self) -> bool:
        """Say that the clip is over; a change still waited on counts as a cut, and True is returned."""
        if self._waiting is None:
            return False
        self._found.append(self._waiting.index)
        self._waiting = None
        return True

    def _wait(self, look: _Look, index: int, time_s: float) -> CutState:
        """Hold a frame after a change against the picture before it."""
        waiting = self._waiting
        assert waiting is not None
        if _is_same_scene(waiting.before, look):
            self._waiting = None
            return "steady"
        if time_s - waiting.time_s < _FLASH_S or index - waiting.index < _LEAST_WAIT:
            return "waiting"
        self._found.append(waiting.index)
        self._waiting = None
        return "cut"


def compute_likeness(a: GreyImage, b: GreyImage) -> float:
    """Correlation of two pictures' thumbnails, -1 to 1; brightness and contrast do not matter."""
    return _correlate(_make_thumb(a), _make_thumb(b))


def _make_thumb(image: GreyImage) -> FloatArray:
    """(32, 32) means over parts of a picture."""
    return np.asarray(cv2.resize(image, _THUMB, interpolation=cv2.INTER_AREA), dtype=np.float64)


def _is_same_scene(a: _Look, b: _Look) -> bool:
    """Whether two pictures, a moment apart, can be of one shot; the cheap test comes first."""
    return _correlate(a.thumb, b.thumb) >= _LIKE or _is_shifted(a.small, b.small) or _is_found_again(a.small, b.small)


def _is_shifted(a: GreyImage, b: GreyImage) -> bool:
    """Whether one picture fits the other once it is shifted, as when the camera swings."""
    window = cv2.createHanningWindow((a.shape[1], a.shape[0]), cv2.CV_64F)
    (x, y), _ = cv2.phaseCorrelate(a.astype(np.float64), b.astype(np.float64), window)
    x, y = round(x), round(y)
    height, width = a.shape
    across, down = width - abs(x), height - abs(y)
    if across < _LEAST_OVERLAP * width or down < _LEAST_OVERLAP * height:
        return False
    part_a = a[max(-y, 0) :, max(-x, 0) :][:down, :across]
    part_b = b[max(y, 0) :, max(x, 0) :][:down, :across]
    return compute_likeness(part_a, part_b) >= _LIKE_SHIFTED


def _is_found_again(a: GreyImage, b: GreyImage) -> bool:
    """Whether many corners of one picture lie in the other as one similarity carries them."""
    orb = cv2.ORB.create(nfeatures=_CORNERS, edgeThreshold=15, fastThreshold=10)
    everywhere = np.full(a.shape, 255, dtype=np.uint8)
    points_a, words_a = orb.detectAndCompute(a, everywhere)
    points_b, words_b = orb.detectAndCompute(b, everywhere)
    if not points_a or not points_b:
        return False
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(words_a, words_b)
    pairs = [pair for pair in pairs if pair.distance <= _BIT_DISTANCE]
    if len(pairs) < _LEAST_FOUND_AGAIN:
        return False
    source = np.array([points_a[pair.queryIdx].pt for pair in pairs])
    target = np.array([points_b[pair.trainIdx].pt for pair in pairs])
    _, inliers = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=_RANSAC_PX)
    found = int(np.sum(inliers == 1)) if inliers is not None else 0
    return found >= _LEAST_FOUND_AGAIN and found >= _LEAST_SHARE_FOUND * min(len(points_a), len(points_b))


def _correlate(a: FloatArray, b: FloatArray) -> float:
    """Correlation of two arrays; a flat one is like another flat one and like nothing else."""
    spread_a, spread_b = float(a.std()), float(b.std())
    if spread_a < _FLAT or spread_b < _FLAT:
        return 1.0 if spread_a < _FLAT and spread_b < _FLAT else 0.0
    return float(((a - a.mean()) * (b - b.mean())).mean() / (spread_a * spread_b))
