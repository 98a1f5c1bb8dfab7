"""What a cleaned keypoint's confidence means: the probability that it lies within a tenth of the trunk of the truth.

A detector's own confidence says whether a joint is visible more than how exactly it was found, and differs from model
to model. How far the raw keypoints stray from their own path says more. A logistic regression joins both with what
cleaning had to do; its table is fitted on captured motion seen by virtual cameras and damaged as detectors damage it,
by `python -m runform.training.confidence_fit DATA`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from runform.sequences import FloatArray, Repair
from runform.skeletons import Skeleton

WITHIN_TRUNK = 0.1
"""The distance from the truth, in trunk lengths, within which a keypoint counts as right."""

LOOSE = ("hip", "heel", "toe", "small_toe")
"""Keypoints without a landmark that shows, or on whose place detectors and eyes differ."""
FEATURES = ("constant", "jitter", "departure", "merged", "spike", "filled", "swapped", "reach", "doubt", "loose")
COEFFICIENTS: dict[str, float] = {
    "constant": -2.483,
    "jitter": -0.997,
    "departure": -1.631,
    "merged": 0.963,
    "spike": 0.479,
    "filled": -0.531,
    "swapped": -0.003,
    "reach": -0.060,
    "doubt": -0.979,
    "loose": -0.172,
}
"""Of the logit, for the features of `compute_features`."""

_JITTER_WINDOW_S = 0.2
_LEAST_JITTER = 0.002  # leg lengths
_MOST_DEPARTURE = 0.5
_LONGEST_REACH_S = 0.2
_LEAST_CONFIDENCE = 0.02


def calibrate_confidence(
    raw: FloatArray,
    departure: FloatArray,
    repairs: npt.NDArray[np.uint8],
    time_s: FloatArray,
    skeleton: Skeleton,
) -> FloatArray:
    """The probability that each cleaned keypoint lies within a tenth of the trunk's length of the truth.

    Args: see `compute_features`.

    Returns:
        (T, K) in (0, 1); it means nothing where the keypoint is missing.
    """
    features = compute_features(raw, departure, repairs, time_s, skeleton)
    logit = features @ np.array([COEFFICIENTS[name] for name in FEATURES])
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def compute_features(
    raw: FloatArray,
    departure: FloatArray,
    repairs: npt.NDArray[np.uint8],
    time_s: FloatArray,
    skeleton: Skeleton,
) -> FloatArray:
    """(T, K, F) what speaks for and against each keypoint, in the order of `FEATURES`.

    Args:
        raw: (T, K) the backend's confidence, limbs named rightly, 0 where not found.
        departure: (T, K) distance from the raw to the cleaned keypoint in leg lengths; NaN where either is missing.
        repairs: (T, K) flags of `Repair`.
        time_s: (T,) seconds.
        skeleton: Of the keypoints.
    """
    step_s = float(np.median(np.diff(time_s)))
    doubted = (repairs & (Repair.MERGED | Repair.SPIKE)) > 0
    steady = np.isfinite(departure) & ~doubted
    width = _JITTER_WINDOW_S / step_s
    square = gaussian_filter1d(np.where(steady, np.nan_to_num(departure) ** 2, 0.0), width, axis=0)
    weight = gaussian_filter1d(steady.astype(np.float64), width, axis=0)
    jitter = np.sqrt(square / np.maximum(weight, 1e-3))
    # What was said of a place that was given up says nothing of the one that was filled in.
    level = _bridge(np.clip(raw, _LEAST_CONFIDENCE, 1.0), (raw > 0) & ~doubted)
    loose = np.array([name.partition("_")[2] in LOOSE for name in skeleton.keypoints], dtype=np.float64)
    columns = {
        "constant": np.ones_like(jitter),
        "jitter": np.log(jitter + _LEAST_JITTER),
        "departure": np.where(doubted, 0.0, np.minimum(np.nan_to_num(departure), _MOST_DEPARTURE)),
        "merged": (repairs & Repair.MERGED) > 0,
        "spike": (repairs & Repair.SPIKE) > 0,
        "filled": (repairs & Repair.FILLED) > 0,
        "swapped": (repairs & (Repair.LEG_SWAP | Repair.ARM_SWAP)) > 0,
        "reach": np.minimum(_compute_reach(repairs, time_s), _LONGEST_REACH_S),
        "doubt": -np.log(level),
        "loose": np.broadcast_to(loose, jitter.shape),
    }
    return np.stack([columns[name].astype(np.float64) for name in FEATURES], axis=-1)


def _compute_reach(repairs: npt.NDArray[np.uint8], time_s: FloatArray) -> FloatArray:
    """(T, K) seconds from a filled keypoint to the nearest frame that was not filled; 0 elsewhere."""
    filled = (repairs & Repair.FILLED) > 0
    frames = np.arange(len(time_s))[:, None]
    before = np.maximum.accumulate(np.where(filled, 0, frames), axis=0)
    after = np.minimum.accumulate(np.where(filled, len(time_s) - 1, frames)[::-1], axis=0)[::-1]
    return np.asarray(np.minimum(time_s[:, None] - time_s[before], time_s[after] - time_s[:, None]))


def _bridge(values: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    """(T, K) values with those not known taken along straight lines from their neighbours in time."""
    result = values.copy()
    frames = np.arange(len(values))
    for k in np.flatnonzero(~known.all(axis=0) & known.any(axis=0)):
        gaps = ~known[:, k]
        result[gaps, k] = np.interp(frames[gaps], frames[known[:, k]], values[known[:, k], k])
    return result
