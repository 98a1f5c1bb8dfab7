"""Legs and arms as chains of keypoints, and the body's length in the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from runform.sequences import FloatArray
from runform.skeletons import Skeleton

# Hip to toe; skeletons without feet have fewer.
CHAIN = ("hip", "knee", "ankle", "heel", "toe", "small_toe")
ARM_CHAIN = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
_SIZE_WINDOW_S = 0.5


def leg_columns(skeleton: Skeleton) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Positions of the left and of the right leg's keypoints, hip first, in the same order."""
    return _columns(skeleton, CHAIN)


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


def arm_columns(skeleton: Skeleton) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Positions of the left and of the right arm's keypoints, shoulder first, in the same order."""
    return _columns(skeleton, ARM_CHAIN)


def compute_size(xy: FloatArray, time_s: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(T,) leg length in px as the runner comes nearer or goes farther; the same whichever limb is called left.

    Args:
        xy: (T, K, 2) px; NaN where missing.
        time_s: (T,) increasing.
        skeleton: Of `xy`.

    Returns:
        Trunk plus thighs and shanks, evened out over about a second and scaled to `compute_leg_length`; NaN throughout
        where that is.
    """

    def middle(part: str) -> FloatArray:
        return np.asarray((xy[:, skeleton.index[f"left_{part}"]] + xy[:, skeleton.index[f"right_{part}"]]) / 2)

    def bone(side: str, a: str, b: str) -> FloatArray:
        return np.asarray(
            np.linalg.norm(xy[:, skeleton.index[f"{side}_{a}"]] - xy[:, skeleton.index[f"{side}_{b}"]], axis=1)
        )

    bones = [bone(s, a, b) for s in ("left", "right") for a, b in (("hip", "knee"), ("knee", "ankle"))]
    legs = np.asarray(np.sum(bones, axis=0))
    trunk = np.linalg.norm(middle("shoulder") - middle("hip"), axis=1)
    size = legs + 2 * trunk if np.isfinite(trunk).any() else legs
    leg_length = compute_leg_length(xy, skeleton)
    known = np.isfinite(size)
    if not known.any():
        return np.full(len(xy), leg_length)
    width = _SIZE_WINDOW_S / max(float(np.median(np.diff(time_s))), 1e-6)
    clipped = np.clip(size[known], *np.percentile(size[known], (5, 95)))
    filled = np.interp(time_s, time_s[known], clipped)
    even = gaussian_filter1d(filled, width, mode="nearest")
    return np.asarray(leg_length * even / np.median(even))


def _columns(skeleton: Skeleton, chain: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    parts = [part for part in chain if f"left_{part}" in skeleton.index]
    left, right = ([skeleton.index[f"{side}_{part}"] for part in parts] for side in ("left", "right"))
    return np.array(left, dtype=np.intp), np.array(right, dtype=np.intp)
