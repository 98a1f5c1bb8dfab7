"""What is kept of one person found in one frame: a few numbers, never the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import convolve1d

from runform.pose.estimator import PoseDetection
from runform.pose.people.detector import PersonFind
from runform.sequences import Box, FloatArray
from runform.skeletons import SKELETONS
from runform.video.read import RgbImage

# The middle of the box from below the shoulders to the hips: the shirt, little of the background.
_TORSO_X = (0.3, 0.7)
_TORSO_Y = (0.2, 0.5)
_PATCH = (12, 16)
# Bins of lightness and of the two colour axes of CIE Lab. Shade changes as people move, so colour counts more.
_BINS = (4, 8, 8)
# Few colours lie beyond; those that do count as lying on the rim.
_LAB_RANGE = ((0.0, 100.0), (-64.0, 64.0), (-64.0, 64.0))
_LEAST_CONFIDENCE = 0.3
_LEG_JOINTS = ("hip", "knee", "ankle")


@dataclass(frozen=True)
class Sighting:
    """One person in one frame.

    Attributes:
        index: The frame's position in the clip.
        time_s: Real time, seconds.
        box: px.
        score: How surely it is a person, 0 to 1.
        colours: (256,) square roots of the torso's colour shares; their inner product tells how alike two people look.
        legs: (2,) left minus right ankle in leg lengths, x right and y down; NaN where the finder gives no pose.
    """

    index: int
    time_s: float
    box: Box
    score: float
    colours: FloatArray
    legs: FloatArray


@dataclass(frozen=True)
class Person:
    """One person between two cuts.

    Attributes:
        shot: Number of the uncut stretch.
        sightings: In order of time.
    """

    shot: int
    sightings: tuple[Sighting, ...]


def make_sighting(find: PersonFind, rgb: RgbImage, index: int, time_s: float) -> Sighting:
    """Keep what is needed of a find."""
    legs = np.full(2, np.nan) if find.pose is None else compute_legs(find.pose)
    return Sighting(index, time_s, find.box, find.score, compute_colours(rgb, find.box), legs)


def compute_colours(rgb: RgbImage, box: Box) -> FloatArray:
    """(256,) square roots of the shares of colours about the torso; all equal where it lies outside the picture.

    Args:
        rgb: (H, W, 3) uint8 RGB.
        box: The person's, px.
    """
    height, width = rgb.shape[:2]
    left, right = (int(np.clip(box[0] + box[2] * share, 0, width)) for share in _TORSO_X)
    top, bottom = (int(np.clip(box[1] + box[3] * share, 0, height)) for share in _TORSO_Y)
    if right - left < 1 or bottom - top < 1:
        return np.full(int(np.prod(_BINS)), 1.0 / np.sqrt(np.prod(_BINS)))
    patch = cv2.resize(rgb[top:bottom, left:right], _PATCH, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(patch.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    low, high = np.transpose(_LAB_RANGE)
    bins = np.clip((lab - low) / (high - low) * _BINS, 0, np.array(_BINS) - 1).astype(np.intp)
    counts = np.bincount(np.ravel_multi_index(tuple(bins.T), _BINS), minlength=int(np.prod(_BINS))).reshape(_BINS)
    counts = counts.astype(np.float64)
    for axis in range(3):
        # Spread over neighbouring bins, since a shade on the edge of one falls now here, now there.
        counts = convolve1d(counts, (0.25, 0.5, 0.25), axis=axis, mode="constant")
    return np.asarray(np.sqrt(counts / counts.sum()).ravel())


def compute_unlikeness(a: FloatArray, b: FloatArray) -> float:
    """Hellinger distance of two colour descriptions, 0 (the same) to 1 (nothing in common)."""
    return float(np.sqrt(max(1.0 - float(a @ b), 0.0)))


def compute_legs(pose: PoseDetection) -> FloatArray:
    """(2,) left minus right ankle in leg lengths; NaN where the legs were not found or the skeleton has none."""
    unknown = np.full(2, np.nan)
    layout = next((s for s in SKELETONS.values() if len(s) == len(pose.xy_px) and "left_ankle" in s.index), None)
    if layout is None:
        return unknown
    at = [[layout.index[f"{side}_{joint}"] for joint in _LEG_JOINTS] for side in ("left", "right")]
    if pose.confidence[[leg[-1] for leg in at]].min() < _LEAST_CONFIDENCE:
        return unknown
    legs = pose.xy_px[at]  # (2 sides, 3 joints, 2)
    length = np.linalg.norm(np.diff(legs, axis=1), axis=2).sum(axis=1).mean()
    return np.asarray((legs[0, -1] - legs[1, -1]) / length) if length > 0 else unknown
