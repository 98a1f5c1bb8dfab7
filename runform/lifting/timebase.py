"""Brings clips of any frame rate to the rate the lifter was trained at, and its answers back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LIFTING_RATE = 30.0
"""Frames/s that clips are brought to. A window of 30 frames then covers a second, two or three steps of a run; taken
straight from a 240 frames/s clip it would cover an eighth of a second and hold no stride at all."""

_UNCHANGED = (20.0, 40.0)
_LONGEST_STEP = 1.5


def find_lifting_times(time_s: FloatArray) -> FloatArray:
    """The times to lift at: the clip's own between 20 and 40 steady frames/s, else every 1/30 s.

    Args:
        time_s: (T,) increasing, seconds.
    """
    if len(time_s) < 2:
        return time_s
    steps = np.diff(time_s)
    step = float(np.median(steps))
    if _UNCHANGED[0] <= 1 / step <= _UNCHANGED[1] and steps.max() <= _LONGEST_STEP * step:
        return time_s
    count = max(int(np.ceil((time_s[-1] - time_s[0]) * LIFTING_RATE)), 1) + 1
    return np.asarray(np.linspace(time_s[0], time_s[-1], count))


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


def _find_between(time_s: FloatArray, at_s: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """For each of `at_s` the frame before it, and how far it lies towards the next, 0 to 1."""
    low = np.clip(np.searchsorted(time_s, at_s, side="right") - 1, 0, len(time_s) - 2)
    return low, (at_s - time_s[low]) / (time_s[low + 1] - time_s[low])
