"""The places where a runner's legs may be in one picture, likeliest first, read from maps of their keypoints.

The clip then chooses among them by how steadily they move (`hypotheses.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from runform.pose.limb_maps import LIMB_KEYPOINTS, MAP_CELLS, FloatMaps, LimbMaps
from runform.sequences import SIDES, FloatArray, Side

LEG_PARTS = ("knee", "ankle", "heel", "toe")
_PEAKS = 4
_LEAST_CHANCE = 0.08
_LEAST_SHARE = 0.2
_PEAK_KERNEL = np.ones((5, 5), dtype=np.uint8)
_AROUND = np.arange(-2, 3)  # 5 x 5 cells make a peak's centre
_LEGS = 4
_PAIRS = 8
# Two answers whose furthest keypoints are nearer than this, in body radii, are one.
_SAME_LEG = 0.08
# Log chances beyond the best at which an answer is no longer worth a thought.
_HOPELESS = 5.0
_MISSING = 6.0
# Legs nearer to each other than this, in leg lengths, knee, ankle and foot at once, are one leg found twice.
_MERGED_REACH = 0.15
_MERGED = 20.0
_LEG_SHARE = 0.85


@dataclass(frozen=True)
class _Segment:
    """A bone whose length in the picture is known about, in radii of the circle around the body.

    Lengths are shares of stature by Winter (Biomechanics and Motor Control of Human Movement) over the circle's radius
    of 0.57 statures. Seen at an angle a bone looks shorter, never longer, so `least` is generous and `most` is not.
    """

    start: int
    end: int
    length: float
    least: float
    most: float
    weight: float


# Indices are those of (hip, knee, ankle, heel, toe).
_SEGMENTS = (
    _Segment(0, 1, 0.41, 0.35, 1.2, 1.0),
    _Segment(1, 2, 0.44, 0.4, 1.2, 1.0),
    _Segment(2, 3, 0.16, 0.0, 1.3, 2.0),
    _Segment(3, 4, 0.29, 0.3, 1.25, 2.0),
    _Segment(2, 4, 0.24, 0.3, 1.5, 2.0),
)
_LONG_SCALE, _SHORT_SCALE = 0.15, 0.2


@dataclass(frozen=True)
class LegCandidate:
    """One place where a leg may be.

    Attributes:
        xy_px: (4, 2) knee, ankle, heel, toe, px of the picture.
        chance: (4,) of each, 0 to 1.
        cost: Minus log chances, and how ill the bones fit; lower is likelier.
    """

    xy_px: FloatArray
    chance: FloatArray
    cost: float


@dataclass(frozen=True)
class LegPair:
    """One place for both legs.

    Attributes:
        left, right: None where that leg's keypoints show nowhere.
        cost: Of both by themselves, and of lying on one another, in log chances; lower is likelier.
    """

    left: LegCandidate | None
    right: LegCandidate | None
    cost: float


def find_leg_pairs(maps: LimbMaps, hips_px: FloatArray, radius_px: float) -> list[LegPair]:
    """Up to eight places for both legs, likeliest first.

    Args:
        maps: Of the looks at this picture.
        hips_px: (2, 2) left and right hip, px.
        radius_px: Of the circle around the body.

    Returns:
        At least one pair, of two Nones where no leg shows.
    """
    radius = radius_px * maps.cells_per_px
    hips = maps.to_cells(hips_px)
    peaks = find_peaks(maps.chance)
    legs: list[Sequence[LegCandidate | None]] = [
        _find_leg(maps, peaks, side, hips[n], radius) or [None] for n, side in enumerate(SIDES)
    ]
    pairs = [LegPair(left, right, _compute_pair_cost(left, right, radius_px)) for left in legs[0] for right in legs[1]]
    return sorted(pairs, key=lambda pair: pair.cost)[:_PAIRS]


def compute_difference(a: LegPair, b: LegPair) -> float:
    """The furthest that a keypoint of one pair lies from its like in the other, px; 0 where a leg is missing."""
    distances = [
        np.linalg.norm(one.xy_px - other.xy_px, axis=1).max()
        for one, other in ((a.left, b.left), (a.right, b.right))
        if one is not None and other is not None
    ]
    return float(max(distances, default=0.0))


def _compute_pair_cost(left: LegCandidate | None, right: LegCandidate | None, radius_px: float) -> float:
    """Log chances of both legs, dearer the more of one lies on the other."""
    cost = sum(_MISSING if leg is None else leg.cost for leg in (left, right))
    if left is None or right is None:
        return cost
    apart = np.linalg.norm(left.xy_px - right.xy_px, axis=1) / (_LEG_SHARE * radius_px)
    return cost + _MERGED * float(np.exp(-((apart / _MERGED_REACH) ** 2)).mean())


def _find_leg(
    maps: LimbMaps, all_peaks: Sequence[FloatArray], side: Side, hip: FloatArray, radius: float
) -> list[LegCandidate]:
    """Places of one leg; hip (2,) and radius in cells."""
    peaks = [all_peaks[LIMB_KEYPOINTS.index(f"{side}_{part}")] for part in LEG_PARTS]
    if any(len(p) == 0 for p in peaks):
        return []
    grids = np.meshgrid(*[np.arange(len(p)) for p in peaks], indexing="ij")
    points = np.stack([p[g.ravel()] for p, g in zip(peaks, grids, strict=True)], axis=1)  # (C, 4, 3)
    chain = np.concatenate([np.broadcast_to(hip, (len(points), 1, 2)), points[..., :2]], axis=1)  # (C, 5, 2)
    cost = -np.log(points[..., 2]).sum(axis=1)
    for segment in _SEGMENTS:
        length = np.linalg.norm(chain[:, segment.end] - chain[:, segment.start], axis=1)
        cost += segment.weight * _compute_misfit(length / (segment.length * radius), segment)
    kept: list[LegCandidate] = []
    taken: list[FloatArray] = []
    order = np.argsort(cost)
    for n in order:
        if len(kept) == _LEGS or cost[n] > cost[order[0]] + _HOPELESS:
            break
        here = points[n, :, :2]
        if all(np.linalg.norm(here - other, axis=1).max() > _SAME_LEG * radius for other in taken):
            taken.append(here)
            kept.append(LegCandidate(maps.to_picture(here), points[n, :, 2], float(cost[n])))
    return kept


def find_peaks(chance: FloatMaps) -> list[FloatArray]:
    """The highest places of each map.

    Args:
        chance: (64, 64, L) rows, columns and keypoints.

    Returns:
        For each keypoint (N, 3) column and row in cells and height, highest first; at most four, none below 0.08 or a
        fifth of the highest.
    """
    high = cv2.dilate(chance, _PEAK_KERNEL).reshape(chance.shape)
    least = np.maximum(_LEAST_CHANCE, _LEAST_SHARE * chance.max(axis=(0, 1)))
    rows, columns, of = np.nonzero((chance == high) & (chance > least))
    at_rows, at_columns = rows[:, None] + _AROUND, columns[:, None] + _AROUND  # (N, 5)
    there = [(at >= 0) & (at < MAP_CELLS) for at in (at_rows, at_columns)]
    cells = chance[
        np.clip(at_rows, 0, MAP_CELLS - 1)[:, :, None],
        np.clip(at_columns, 0, MAP_CELLS - 1)[:, None],
        of[:, None, None],
    ].astype(np.float64)
    weights = cells**2 * (there[0][:, :, None] & there[1][:, None])  # (N, 5, 5)
    total = weights.sum(axis=(1, 2))
    column = (weights.sum(axis=1) * at_columns).sum(axis=1) / total
    row = (weights.sum(axis=2) * at_rows).sum(axis=1) / total
    peaks = np.stack([column, row, chance[rows, columns, of].astype(np.float64)], axis=1)
    order = np.argsort(-peaks[:, 2], kind="stable")
    return [peaks[order[of[order] == n]][:_PEAKS] for n in range(chance.shape[2])]


def _compute_misfit(ratio: FloatArray, segment: _Segment) -> FloatArray:
    """How far a bone's length over the expected one leaves its bounds, squared, in units of what is common."""
    long = np.maximum(ratio - segment.most, 0.0) / _LONG_SCALE
    short = np.maximum(segment.least - ratio, 0.0) / _SHORT_SCALE
    return np.asarray(long**2 + short**2)
