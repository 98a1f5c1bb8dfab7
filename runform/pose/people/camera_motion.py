"""How the camera moved: background corners followed from frame to frame, outside the people.

Corners (Shi and Tomasi, 1994) of a key picture are followed into later ones by pyramidal Lucas-Kanade, forward and
back, and one similarity is fitted to them by RANSAC. Each picture is held against the same key picture for as long as
enough of it is in view, so that small errors do not add up, and a still camera does not seem to drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from runform.pose.people.boxes import get_centre
from runform.pose.people.small_copy import GreyImage, SmallScale
from runform.sequences import Box, CameraMotion, FloatArray

Points = npt.NDArray[np.float32]

_CORNERS = 90
_QUALITY = 0.003
_APART_PX = 7
_WINDOW = (15, 15)
_LEVELS = 3
_ROUND_TRIP_PX = 0.5
_RANSAC_PX = 1.0
_LEAST_CORNERS = 10
_LEAST_SHARE = 0.35
# Corners that all lie in one spot tell nothing about the rest of the picture: their spread over the longer side.
_LEAST_SPREAD = 0.05
# A key picture of which fewer corners than this are left in view is replaced.
_KEY_SHARE = 0.5
# Where most corners moved less than this (small px), the camera stood still: it is the noise of following them.
_STILL_PX = 0.4
_STILL_SHARE = 0.6
# People reach a little beyond their boxes.
_BOX_GROWTH = 1.2
# Below this share of samples whose motion could be told, the clip's camera motion is not known.
_LEAST_KNOWN = 0.7

_IDENTITY: FloatArray = np.eye(2, 3)


@dataclass
class _Key:
    """A picture that later ones are held against.

    Attributes:
        small: The picture.
        corners: (N, 1, 2) px of its background corners.
        to_first: (2, 3) from its px to those of the shot's first picture.
    """

    small: GreyImage
    corners: Points
    to_first: FloatArray


@dataclass(frozen=True)
class _Sample:
    """One measured picture: its frame, its motion (small px), and whether that was told or only carried on."""

    index: int
    to_first: FloatArray
    told: bool


class CameraTracker:
    """Takes small copies of some frames in turn and follows the background through them.

    Args:
        scale: Of the small copies.
    """

    def __init__(self, scale: SmallScale) -> None:
        self._scale = scale
        self._key: _Key | None = None
        self._last: _Key | None = None
        self._samples: list[_Sample] = []
        self._step: FloatArray = _IDENTITY

    @property
    def to_first(self) -> FloatArray:
        """(2, 3) from whole px of the last picture to those of its shot's first."""
        return self._scale.enlarge_motion(self._samples[-1].to_first) if self._samples else _IDENTITY.copy()

    @property
    def moving(self) -> bool:
        """Whether the background moved between the last two pictures."""
        return not np.array_equal(self._step, _IDENTITY)

    @property
    def small_to_first(self) -> FloatArray:
        """(2, 3) as `to_first`, in px of the small copies."""
        return self._samples[-1].to_first if self._samples else _IDENTITY

    def start_shot(self, small: GreyImage, index: int, people: Sequence[Box]) -> None:
        """Begin anew with the first picture of a shot.

        Args:
            small: (h, w) grey.
            index: The frame's position in the clip.
            people: Where people are, whole px.
        """
        self._step = _IDENTITY
        self._key = self._last = self._make_key(small, people, _IDENTITY)
        self._samples.append(_Sample(index, _IDENTITY, told=True))

    def push(self, small: GreyImage, index: int, people: Sequence[Box]) -> None:
        """Follow the background into the next picture of the shot; arguments as for `start_shot`."""
        if self._key is None or self._last is None:
            self.start_shot(small, index, people)
            return
        before = self._samples[-1].to_first
        expected = compose(self._step, invert(before))  # first px -> where they should be by now
        motion = self._follow(self._key, small, expected)
        if motion is None and self._last is not self._key:
            self._key = self._last
            motion = self._follow(self._key, small, expected)
        if motion is None:
            motion = self._follow_shift(self._last, small)
        told = motion is not None
        to_first = before if motion is None else motion
        self._step = _IDENTITY if motion is None else _tidy(compose(invert(to_first), before))
        self._samples.append(_Sample(index, to_first, told))
        still = told and np.array_equal(to_first, self._last.to_first) and len(self._last.corners) > 0
        self._last = self._last if still else self._make_key(small, people, to_first)
        if not told:
            self._key = self._last

    def finish(self, frames: int, cuts: Sequence[int]) -> CameraMotion:
        """The motion of every frame, between samples by interpolation.

        Args:
            frames: How many the clip holds.
            cuts: Index of the first frame after each cut.
        """
        flags = np.zeros(frames, dtype=np.bool_)
        flags[list(cuts)] = True
        told = np.array([sample.told for sample in self._samples])
        if len(told) == 0 or told.mean() < _LEAST_KNOWN:
            still = CameraMotion.still(frames)
            return CameraMotion(still.to_first, flags, known=False)
        to_first = np.tile(_IDENTITY, (frames, 1, 1))
        edges = [0, *cuts, frames]
        for start, stop in pairwise(edges):
            shot = [sample for sample in self._samples if start <= sample.index < stop]
            if shot:
                to_first[start:stop] = self._interpolate(shot, np.arange(start, stop))
        return CameraMotion(to_first, flags)

    def _interpolate(self, shot: Sequence[_Sample], indices: npt.NDArray[np.int_]) -> FloatArray:
        """(N, 2, 3) whole px motions from a shot's samples; turn, scale and the picture's middle go linearly."""
        middle = np.array([self._scale.width, self._scale.height]) * self._scale.factor / 2
        motions = [self._scale.enlarge_motion(sample.to_first) for sample in shot]
        known = np.array([[*_split(motion), *(motion[:, :2] @ middle + motion[:, 2])] for motion in motions])
        known[:, 1] = np.unwrap(known[:, 1])
        at = [sample.index for sample in shot]
        if len(shot) > 1:  # a moving camera goes on beyond the last sample for as long as between the last two
            at.append(2 * at[-1] - at[-2])
            known = np.vstack([known, 2 * known[-1] - known[-2]])
        log_scale, turn, x, y = (np.interp(indices, at, known[:, column]) for column in range(4))
        real, imaginary = np.exp(log_scale) * np.cos(turn), np.exp(log_scale) * np.sin(turn)
        linear = np.stack([np.stack([real, -imaginary], -1), np.stack([imaginary, real], -1)], -2)
        shift = np.stack([x, y], -1) - linear @ middle
        return np.concatenate([linear, shift[..., None]], axis=-1)

    def _make_key(self, small: GreyImage, people: Sequence[Box], to_first: FloatArray) -> _Key:
        """A key picture with its background corners."""
        mask = np.full(small.shape, 255, dtype=np.uint8)
        for box in people:
            x, y = (value / self._scale.factor for value in get_centre(box))
            half_w, half_h = (side * _BOX_GROWTH / (2 * self._scale.factor) for side in box[2:])
            left, right = (int(np.clip(x + d, 0, small.shape[1])) for d in (-half_w, half_w))
            top, bottom = (int(np.clip(y + d, 0, small.shape[0])) for d in (-half_h, half_h))
            mask[top:bottom, left:right] = 0
        found = cv2.goodFeaturesToTrack(small, _CORNERS, _QUALITY, _APART_PX, mask=mask)
        corners = np.zeros((0, 1, 2), dtype=np.float32) if found is None else np.asarray(found, dtype=np.float32)
        return _Key(small, corners, to_first)

    def _follow(self, key: _Key, small: GreyImage, expected: FloatArray) -> FloatArray | None:
        """(2, 3) small px of this picture to the shot's first, by way of a key picture; None where that fails."""
        guess = compose(expected, key.to_first)
        source, target = _follow_corners(key, small, guess)
        if len(source) < max(_LEAST_CORNERS, _KEY_SHARE * len(key.corners)):
            return None
        motion = _fit(source, target, max(small.shape))
        return None if motion is None else compose(key.to_first, invert(motion))

    def _follow_shift(self, key: _Key, small: GreyImage) -> FloatArray | None:
        """As `_follow`, after a swing too wide for Lucas-Kanade alone: first the whole picture's shift."""
        window = cv2.createHanningWindow((small.shape[1], small.shape[0]), cv2.CV_64F)
        shift, _ = cv2.phaseCorrelate(key.small.astype(np.float64), small.astype(np.float64), window)
        guess = _IDENTITY.copy()
        guess[:, 2] = shift
        source, target = _follow_corners(key, small, guess)
        motion = _fit(source, target, max(small.shape)) if len(source) >= _LEAST_CORNERS else None
        return None if motion is None else compose(key.to_first, invert(motion))


def _follow_corners(key: _Key, small: GreyImage, guess: FloatArray) -> tuple[Points, Points]:
    """(N, 2) corners of a key picture and where they are now, as far as following them there and back agrees."""
    nothing = np.zeros((0, 2), dtype=np.float32)
    if not len(key.corners):
        return nothing, nothing
    start = (key.corners.reshape(-1, 2) @ guess[:, :2].T + guess[:, 2]).astype(np.float32)[:, None]
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        key.small, small, key.corners, start.copy(), winSize=_WINDOW, maxLevel=_LEVELS, flags=flags
    )
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(
        small, key.small, there, key.corners.copy(), winSize=_WINDOW, maxLevel=_LEVELS, flags=flags
    )
    off = np.linalg.norm((back - key.corners).reshape(-1, 2), axis=1)
    inside = np.all((there >= 0) & (there < np.array([small.shape[1], small.shape[0]])), axis=(1, 2))
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (off < _ROUND_TRIP_PX) & inside
    return key.corners[good, 0], there[good, 0]


def _fit(source: Points, target: Points, side: int) -> FloatArray | None:
    """(2, 3) the simplest motion that carries most corners: none, else a similarity; None where there is no such."""
    fitted = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=_RANSAC_PX)
    chosen = np.asarray(fitted[1]).ravel() == 1
    if fitted[1] is None or not chosen.any():
        return None
    spread = float(np.linalg.norm(source[chosen].std(axis=0)))
    if chosen.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * len(source)) or spread < _LEAST_SPREAD * side:
        return None
    if np.mean(np.linalg.norm(target - source, axis=1) < _STILL_PX) >= _STILL_SHARE:
        return _IDENTITY
    return np.asarray(fitted[0], dtype=np.float64)


def compose(second: FloatArray, first: FloatArray) -> FloatArray:
    """(2, 3) the motion `first`, then `second`."""
    return np.concatenate([second[:, :2] @ first[:, :2], (second[:, :2] @ first[:, 2] + second[:, 2])[:, None]], axis=1)


def invert(motion: FloatArray) -> FloatArray:
    """(2, 3) a motion the other way round."""
    return np.asarray(cv2.invertAffineTransform(motion), dtype=np.float64)


def _tidy(motion: FloatArray) -> FloatArray:
    """The identity itself where a motion is nothing but rounding."""
    return _IDENTITY if np.allclose(motion, _IDENTITY, atol=1e-9) else motion


def _split(motion: FloatArray) -> tuple[float, float]:
    """Log of the scale and turn in radians of a similarity."""
    real, imaginary = float(motion[0, 0]), float(motion[1, 0])
    return float(np.log(np.hypot(real, imaginary))), float(np.arctan2(imaginary, real))
