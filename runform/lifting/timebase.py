"""Brings clips of any frame rate to the rate the lifter was trained at, and its answers back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from runform.sequences import require_shape

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LIFTING_RATE = 30.0
"""Frames/s that clips are brought to. A window of 81 frames then covers 2.7 s, seven or eight steps of a run; taken
straight from a 240 frames/s clip it would cover a third of a second and hold no stride at all."""

_FAST = 1.5
"""Clips with more frames than this for each lifted one are averaged: every lifted frame then has three or more."""
_REACH_S = 1.25 / LIFTING_RATE
"""Half the time that is averaged over. A parabola fitted over it passes what a clip of 30 frames/s can hold, and bends
the quickest turn of a sprinter's foot by less than half a millimetre."""
_LEAST_SEEN = 0.5
_SAME_TIME_S = 1e-9


def find_lifting_times(time_s: FloatArray) -> FloatArray:
    """The times to lift at: evenly spread from the clip's first frame to its last, 1/30 s apart as nearly as fits.

    Args:
        time_s: (T,) increasing, seconds.
    """
    if len(time_s) < 2:
        return time_s
    steps = max(int(np.rint((time_s[-1] - time_s[0]) * LIFTING_RATE)), 1)
    at_s = np.linspace(time_s[0], time_s[-1], steps + 1)
    # Timestamps are rounded; a clip of 30 frames/s is lifted as it is.
    return time_s if len(at_s) == len(time_s) and np.abs(at_s - time_s).max() < _SAME_TIME_S else at_s


def sample_joints(
    xy: FloatArray, confidence: FloatArray, time_s: FloatArray, at_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Joints of a clip read at the times to lift at.

    A clip with few frames is read along a cubic spline: straight lines between the frames of 25 a second would cut the
    turns of the feet. A clip with many is averaged, each place by a parabola through the frames about it, so that the
    detector's noise in single frames falls as the frame rate rises. No gap is bridged: a place is given only where the
    frames before and after it, or of many frames about it more than half, show the joint.

    Args:
        xy: (T, J, 2) any unit; NaN where not found.
        confidence: (T, J), 0 where not found. In an average a surer frame counts more.
        time_s: (T,) increasing, seconds.
        at_s: (S,) increasing, within `time_s`.

    Returns:
        (S, J, 2) places, NaN where not found, and (S, J) confidence, 0 there.
    """
    require_shape("xy", xy, (len(time_s), None, 2))
    require_shape("confidence", confidence, xy.shape[:2])
    found = (confidence > 0) & np.isfinite(xy).all(axis=-1)
    values = np.where(found[..., None], np.dstack([xy, confidence]), np.nan)  # (T, J, 3)
    read = interpolate(values, time_s, at_s)
    if len(time_s) > 2 and float(np.median(np.diff(time_s))) * LIFTING_RATE * _FAST <= 1:
        read = _average(values, np.where(found, confidence, 0.0), time_s, at_s, read)
    seen = np.isfinite(read).all(axis=-1)
    # A spline may swing beyond its points.
    at_confidence = np.where(seen, np.clip(read[..., 2], 0.0, 1.0), 0.0)
    return np.where(seen[..., None], read[..., :2], np.nan), at_confidence


def interpolate(values: FloatArray, time_s: FloatArray, at_s: FloatArray) -> FloatArray:
    """Values (T, J, C) at `time_s`, read at `at_s` (S,) along a cubic spline through each stretch without NaN.

    Returns:
        (S, J, C); NaN where the frame before or after has a NaN in that column.
    """
    if len(time_s) == len(at_s) and np.array_equal(time_s, at_s):
        return values
    read = np.full((len(at_s), *values.shape[1:]), np.nan)
    known = np.isfinite(values).all(axis=-1)  # (T, J)
    # Most joints are there in the same frames, and one spline serves them all.
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    for pattern, holds in enumerate(patterns.T):
        columns = np.flatnonzero(which.reshape(-1) == pattern)
        for start, end in _find_stretches(holds):
            inside = np.flatnonzero((at_s >= time_s[start]) & (at_s <= time_s[end - 1]))
            if not len(inside):
                continue
            stretch = values[start:end, columns]
            spline = CubicSpline(time_s[start:end], stretch)(at_s[inside]) if end - start > 1 else stretch
            read[np.ix_(inside, columns)] = spline
    return read


def resample(values: npt.NDArray[Any], time_s: FloatArray, at_s: FloatArray) -> npt.NDArray[Any]:
    """Values (T, ...) at `time_s`, read at `at_s` (S,), linear between frames.

    A frame that falls between one with a value and one with NaN gets NaN: nothing is bridged.

    Returns:
        (S, ...) of the values' type.
    """
    if len(time_s) == len(at_s) and np.array_equal(time_s, at_s):
        return values
    if len(time_s) == 1:
        return np.repeat(values, len(at_s), axis=0)
    low, share = _find_between(time_s, at_s)
    share = share.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
    # A frame of its own time takes only its own value, so that a NaN next to it does not reach it.
    before = np.where(share < 1, (1 - share) * values[low], 0)
    after = np.where(share > 0, share * values[low + 1], 0)
    return np.asarray(before + after)


def gather_weights(weights: FloatArray, time_s: FloatArray, at_s: FloatArray) -> FloatArray:
    """What weights (S,) of values read at `at_s` amount to for the values (T,) at `time_s` they are read from.

    The weighted sum of what `resample` reads is the sum of the values with these weights.
    """
    if len(time_s) == len(at_s) and np.array_equal(time_s, at_s):
        return weights
    if len(time_s) == 1:
        return np.array([weights.sum()])
    low, share = _find_between(time_s, at_s)
    frames = len(time_s)
    before = np.bincount(low, weights * (1 - share), minlength=frames)
    return np.asarray(before + np.bincount(low + 1, weights * share, minlength=frames))


def _average(
    values: FloatArray, weights: FloatArray, time_s: FloatArray, at_s: FloatArray, otherwise: FloatArray
) -> FloatArray:
    """Values (T, J, C), weights (T, J) -> (S, J, C) of the parabolas through the frames about each time.

    Weighted least squares, the weights falling to nothing at `_REACH_S` (local regression, Cleveland 1979). Where fewer
    than three frames are there it is `otherwise`; NaN where no more than half of those nearest show the joint.
    """
    present = np.nan_to_num(values)
    joints = weights.shape[1]
    moments = np.zeros((5, len(at_s), joints))  # sums of weight times the 0th to 4th power of time
    sums = np.zeros((3, *otherwise.shape))
    frames_near, seen_near = np.zeros((len(at_s), 1)), np.zeros((len(at_s), joints))
    count, shares = np.zeros((len(at_s), joints)), np.zeros((len(at_s), joints))
    first = np.searchsorted(time_s, at_s - _REACH_S)
    last = np.searchsorted(time_s, at_s + _REACH_S, side="right")
    for offset in range(int((last - first).max())):
        at = np.minimum(first + offset, len(time_s) - 1)
        away = (time_s[at] - at_s) / _REACH_S  # (S,) -1 to 1
        share = np.where(first + offset < last, np.maximum(1 - away**2, 0.0), 0.0)
        weight = share[:, None] * weights[at]
        count += weight > 0
        shares += share[:, None] * (weights[at] > 0)
        for power in range(5):
            moment = weight * away[:, None] ** power
            moments[power] += moment
            if power < 3:
                sums[power] += moment[..., None] * present[at]
        near = (first + offset < last) & (np.abs(time_s[at] - at_s) <= 0.5 / LIFTING_RATE)
        frames_near += near[:, None]
        seen_near += near[:, None] * (weights[at] > 0)
    s0, s1, s2, s3, s4 = moments
    # The first row of the normal equations' inverse: the parabola's value at the time itself.
    row = np.stack([s2 * s4 - s3 * s3, s2 * s3 - s1 * s4, s1 * s3 - s2 * s2])  # (3, S, J)
    determinant = s0 * row[0] + s1 * row[1] + s2 * row[2]
    enough = (count >= 3) & (determinant > 1e-9 * s0**3)
    fitted = (row[..., None] * sums).sum(axis=0) / np.where(enough, determinant, 1.0)[..., None]
    # Confidence is no path: it takes the mean, and it is what the frames' shares were weighed by.
    fitted[..., 2] = s0 / np.where(shares > 0, shares, 1.0)
    read = np.where(enough[..., None], fitted, otherwise)
    return np.where((seen_near > _LEAST_SEEN * frames_near)[..., None], read, np.nan)


def _find_stretches(holds: BoolArray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of True in (T,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _find_between(time_s: FloatArray, at_s: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """For each of `at_s` the frame before it, and how far it lies towards the next, 0 to 1."""
    low = np.clip(np.searchsorted(time_s, at_s, side="right") - 1, 0, len(time_s) - 2)
    return low, (at_s - time_s[low]) / (time_s[low + 1] - time_s[low])
