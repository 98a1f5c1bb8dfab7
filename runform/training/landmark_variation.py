"""What detectors and marker sets mean by a hip, a shoulder, a heel or a toe: not the same place.

A heel is the shoe's rear edge to one and a marker on its back to another, a hip the joint's centre or the trochanter
beside it. A lifter that learns one meaning moves what it is given to that place: pelvis and feet of another's runner
come out centimetres too high or too low. So the places themselves are moved in training, in the 2D and in the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runform.sequences import SIDES, FloatArray


@dataclass(frozen=True)
class Reach:
    """How far one landmark's meanings lie apart, metres, from where the motion data has it.

    Attributes:
        ahead: Least and greatest shift forward, along the trunk's or the foot's own axes.
        up: The same upward.
    """

    ahead: tuple[float, float]
    up: tuple[float, float]


REACHES: dict[str, Reach] = {
    "hip": Reach((-0.02, 0.02), (-0.035, 0.035)),
    "shoulder": Reach((-0.015, 0.015), (-0.03, 0.03)),
    "heel": Reach((-0.03, 0.01), (-0.015, 0.04)),
    "toe": Reach((-0.06, 0.02), (-0.015, 0.03)),
}
"""Our estimate for an adult, from where marker sets put them on body and shoe; heels and toes of virtual runners lie
near the sole's ends already, so most other meanings are above and within."""

_ONE_SIDE_M = 0.004
"""Standard deviation of what differs between left and right."""
_MIDDLES = {"root": ("hip",), "thorax": ("shoulder",), "spine": ("hip", "shoulder")}


def vary_landmarks(points: FloatArray, at: Mapping[str, int], rng: np.random.Generator) -> FloatArray:
    """The same motion with hips, shoulders, heels and toes meant elsewhere, the same throughout.

    Args:
        points: (T, P, 3) metres, y up.
        at: Name of a point -> its place in P: both sides' hips, shoulders, ankles, heels and toes. Root, thorax and
            spine follow where they are among them.
        rng: Source of chance.

    Returns:
        (T, P, 3) as `points`.
    """
    varied = points.copy()
    trunk = _find_trunk_axes(points, at)
    for part, reach in REACHES.items():
        shift = np.array([rng.uniform(*reach.ahead), rng.uniform(*reach.up)])
        for side in SIDES:
            axes = trunk if part in ("hip", "shoulder") else _find_foot_axes(points, at, side)
            own = shift + _ONE_SIDE_M * rng.standard_normal(2)
            varied[:, at[f"{side}_{part}"]] += own[0] * axes[0] + own[1] * axes[1]
    for name, parts in _MIDDLES.items():
        if name in at:
            varied[:, at[name]] = np.mean([varied[:, at[f"{s}_{p}"]] for s in SIDES for p in parts], axis=0)
    return varied


def _find_trunk_axes(points: FloatArray, at: Mapping[str, int]) -> tuple[FloatArray, FloatArray]:
    """Ahead and up of the trunk, (T, 3) each of length 1, at right angles."""
    left = points[:, at["left_hip"]] - points[:, at["right_hip"]]
    hips, shoulders = (sum(points[:, at[f"{side}_{part}"]] for side in SIDES) for part in ("hip", "shoulder"))
    ahead = _unit(np.cross(left, np.asarray(shoulders - hips)))
    return ahead, _unit(np.cross(ahead, left))


def _find_foot_axes(points: FloatArray, at: Mapping[str, int], side: str) -> tuple[FloatArray, FloatArray]:
    """Ahead and up of a foot, (T, 3) each of length 1, at right angles; up points to the ankle's side of the sole."""
    ankle, heel, toe = (points[:, at[f"{side}_{part}"]] for part in ("ankle", "heel", "toe"))
    ahead = _unit(toe - heel)
    above = ankle - heel
    return ahead, _unit(above - (above * ahead).sum(axis=1, keepdims=True) * ahead)


def _unit(vectors: FloatArray) -> FloatArray:
    """(T, 3) vectors at length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
