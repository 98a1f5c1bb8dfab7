"""Steady bones: a lifter answers frame by frame, and a body's bones do not change their length."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray, require_shape
from runform.skeletons import Skeleton, mirror_name

_MIDDLE = (0.25, 0.75)
"""Between these shares of the weight lie the lengths that are averaged: mistakes make bones long or short."""


def find_parents(skeleton: Skeleton) -> dict[int, int]:
    """Joint -> the joint it hangs on, parents before children; the root, the first joint, is not among them.

    Args:
        skeleton: Whose bones lead away from the root; a joint that two bones lead to hangs on the first.
    """
    parents: dict[int, int] = {}
    for start, end in skeleton.bone_indices:
        if end != 0:
            parents.setdefault(end, start)
    return parents


def compute_bone_lengths(xyz: FloatArray, confidence: FloatArray, skeleton: Skeleton) -> FloatArray:
    """One length for each bone of a clip, the same on both sides.

    Frames are brought to one size first, for a runner who comes nearer grows. Then the mean of the middle half of a
    bone's lengths, both sides' and all frames' together, each weighed by the less sure of its two joints.

    Args:
        xyz: (T, J, 3) joints, any frame and unit; NaN where not known.
        confidence: (T, J), 0 where not found.
        skeleton: Of the joints.

    Returns:
        (J,) the length of the bone that ends in each joint, in the unit of `xyz`; 0 for the root, NaN where no frame
        shows the bone or its counterpart.
    """
    require_shape("xyz", xyz, (None, len(skeleton), 3))
    require_shape("confidence", confidence, xyz.shape[:2])
    parents = find_parents(skeleton)
    bones, hangs_on = list(parents), list(parents.values())
    lengths = np.linalg.norm(xyz[:, bones] - xyz[:, hangs_on], axis=-1)  # (T, B)
    weights = np.minimum(confidence[:, bones], confidence[:, hangs_on])
    lengths = lengths / _compute_sizes(lengths)[:, None]
    steady = np.full(len(skeleton), np.nan)
    steady[0] = 0.0
    for at, joint in enumerate(bones):
        other = bones.index(skeleton.index[mirror_name(skeleton.keypoints[joint])])
        both = [at, other]
        steady[joint] = _average_middle(lengths[:, both].ravel(), weights[:, both].ravel())
    return steady


def lay_bones(xyz: FloatArray, lengths: FloatArray, skeleton: Skeleton) -> FloatArray:
    """The joints laid anew from the root, each bone at its length in the direction it had.

    Args:
        xyz: (T, J, 3) joints, any frame and unit; NaN where not known.
        lengths: (J,) as from `compute_bone_lengths`.
        skeleton: Of the joints.

    Returns:
        (T, J, 3); the root stays, and what hangs on a joint that is not known is not known either.
    """
    require_shape("xyz", xyz, (None, len(skeleton), 3))
    require_shape("lengths", lengths, (len(skeleton),))
    laid = xyz.copy()
    for joint, parent in find_parents(skeleton).items():
        bone = xyz[:, joint] - xyz[:, parent]
        length = np.linalg.norm(bone, axis=-1, keepdims=True)
        laid[:, joint] = laid[:, parent] + lengths[joint] * bone / np.where(length > 0, length, np.nan)
    return laid


def _compute_sizes(lengths: FloatArray) -> FloatArray:
    """(T, B) lengths of bones -> (T,) each frame's size over the clip's middle one, by the bones every frame shows."""
    known = np.isfinite(lengths)
    shown = known.any(axis=1)
    steady = known[shown].all(axis=0)
    sums: npt.NDArray[np.float64] = lengths[:, steady].sum(axis=1)
    middle = float(np.median(sums[shown])) if shown.any() and steady.any() else 0.0
    return np.where(shown & (sums > 0), sums / middle, np.nan) if middle > 0 else np.ones(len(lengths))


def _average_middle(values: FloatArray, weights: FloatArray) -> float:
    """The weighted mean of the values between the first and the third weighted quartile; NaN where there is none."""
    there = np.isfinite(values) & (weights > 0)
    if not there.any():
        return float("nan")
    order = np.argsort(values[there], kind="stable")
    value, weight = values[there][order], weights[there][order]
    upto = np.cumsum(weight) / weight.sum()
    # The part of each value's weight that lies between the quartiles.
    low, high = np.concatenate([[0.0], upto[:-1]]), upto
    inside = np.maximum(np.minimum(high, _MIDDLE[1]) - np.maximum(low, _MIDDLE[0]), 0.0)
    return float((inside * value).sum() / inside.sum())
