"""Reads keypoints from RTMPose's output: two rows of logits per keypoint, one along x and one along y.

SimCC (Li et al., 2022) cuts each axis into bins, here two per crop px, and the place is the highest bin. RTMPose trains
the logits towards a Gaussian about 5 bins wide, so that the highest bin's neighbours say where between the bins
its top lies.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray, require_shape
from runform.skeletons import HALPE_26

BINS_PER_PX = 2.0
# The parabola is fitted over 7 bins: about the width of the Gaussian's top, where it still is one.
_REACH = 3

Logits = npt.NDArray[np.float32]

_OFFSETS = np.arange(-_REACH, _REACH + 1)
# Least squares of a + b x + c x^2 over the offsets; rows give a, b and c.
_FIT = np.linalg.pinv(np.stack([np.ones_like(_OFFSETS), _OFFSETS, _OFFSETS**2], axis=1))

_MIRRORED = [
    HALPE_26.index[name.replace("left_", "right_") if name.startswith("left_") else name.replace("right_", "left_")]
    for name in HALPE_26.keypoints
]


def decode_simcc(simcc_x: Logits, simcc_y: Logits, *, refine: bool = True) -> tuple[FloatArray, FloatArray]:
    """Places and confidences from the logits.

    Args:
        simcc_x: (B, K, 384) logits along x.
        simcc_y: (B, K, 512) logits along y.
        refine: Place each keypoint between the bins; False gives the highest bin, as mmpose does.

    Returns:
        (B, K, 2) x and y in px of the crop, NaN where not found, and (B, K) confidence in [0, 1]: the lesser of the two
        highest logits, which training draws towards 1. Not found is a keypoint whose confidence is 0.

    Raises:
        ShapeError: The rows do not belong to one another.
    """
    require_shape("simcc_x", simcc_x, (None, None, None))
    require_shape("simcc_y", simcc_y, (*simcc_x.shape[:2], None))
    confidence = np.minimum(simcc_x.max(axis=2), simcc_y.max(axis=2)).astype(np.float64)  # (B, K)
    axes = [np.argmax(logits, axis=2).astype(np.float64) for logits in (simcc_x, simcc_y)]
    if refine:
        axes = [compute_refined_peak(logits) for logits in (simcc_x, simcc_y)]
    xy = np.stack(axes, axis=2) / BINS_PER_PX  # (B, K, 2)
    xy[~(confidence > 0)] = np.nan
    return xy, np.clip(np.nan_to_num(confidence, nan=0.0), 0.0, 1.0)


def compute_refined_peak(logits: Logits) -> FloatArray:
    """Where the top of each row lies, to a fraction of a bin.

    A parabola is fitted by least squares to the bins about the highest one, and its vertex taken, at most half a bin
    away from it. Rows whose highest bin is too near an end, or where the fit opens upwards, keep the highest bin.

    Args:
        logits: (..., bins).

    Returns:
        (...) places in bins, 0 at the middle of the first.
    """
    bins = logits.shape[-1]
    highest = np.argmax(logits, axis=-1)
    middle = np.clip(highest, _REACH, bins - 1 - _REACH)
    around = np.take_along_axis(logits, middle[..., None] + _OFFSETS, axis=-1).astype(np.float64)  # (..., 7)
    _, slope, bend = np.moveaxis(around @ _FIT.T, -1, 0)
    usable = (middle == highest) & (bend < 0)
    offset = np.where(usable, -slope / (2 * np.where(usable, bend, 1.0)), 0.0)
    return np.asarray(highest + np.clip(offset, -0.5, 0.5), dtype=np.float64)


def average_mirrored(logits: tuple[Logits, Logits], mirrored: tuple[Logits, Logits]) -> tuple[Logits, Logits]:
    """Average the answers for crops and for the same crops mirrored (mmpose's flip test).

    Args:
        logits: (B, 26, 384) along x and (B, 26, 512) along y, of the crops.
        mirrored: The same of the mirrored crops.

    Returns:
        As `logits`.
    """
    (x, y), (mirrored_x, mirrored_y) = logits, mirrored
    return (x + mirrored_x[:, _MIRRORED, ::-1]) / 2, (y + mirrored_y[:, _MIRRORED]) / 2
