"""The legs as chains of keypoints, and their length in the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray
from runform.skeletons import Skeleton

# Hip to toe; skeletons without feet have fewer.
CHAIN = ("hip", "knee", "ankle", "heel", "toe", "small_toe")


def leg_columns(skeleton: Skeleton) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Positions of the left and of the right leg's keypoints, hip first, in the same order."""
    left = [skeleton.index[f"left_{part}"] for part in CHAIN if f"left_{part}" in skeleton.index]
    right = [skeleton.index[f"right_{part}"] for part in CHAIN if f"right_{part}" in skeleton.index]
    return np.array(left, dtype=np.intp), np.array(right, dtype=np.intp)


def swap_legs(xy: FloatArray, skeleton: Skeleton) -> FloatArray:
    """A copy of (..., K, 2) or, with one axis more behind K, any such array, with left and right leg exchanged."""
    left, right = leg_columns(skeleton)
    swapped = xy.copy()
    swapped[..., left, :], swapped[..., right, :] = xy[..., right, :], xy[..., left, :]
    return swapped


def compute_leg_length(xy: FloatArray, skeleton: Skeleton) -> float:
    """Length of the stretched leg in px: 90th percentile over the clip of the distance from hip to ankle.

    Args:
        xy: (T, K, 2) px.
        skeleton: Of `xy`.

    Returns:
        NaN where no frame shows a hip and its ankle.
    """
    lengths = [
        np.linalg.norm(xy[:, skeleton.index[f"{s}_ankle"]] - xy[:, skeleton.index[f"{s}_hip"]], axis=-1)
        for s in ("left", "right")
    ]
    found = np.concatenate(lengths)
    found = found[np.isfinite(found)]
    return float(np.percentile(found, 90)) if len(found) else float("nan")
