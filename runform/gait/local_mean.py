"""Means and lines over a moving Gaussian window, for samples at any times."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray

_REACH = 4.0  # standard deviations; what lies beyond weighs under 1 in 2000
_BLOCK = 512  # times answered at once, so that memory grows with the window and not with the clip


def compute_local_mean(
    time_s: FloatArray, values: npt.NDArray[Any], at_s: FloatArray, width_s: float
) -> npt.NDArray[Any]:
    """Gaussian-weighted mean of samples around each time.

    Args:
        time_s: (N,) seconds, increasing.
        values: (N,) real or complex, finite.
        at_s: (M,) seconds, increasing.
        width_s: Standard deviation of the window.

    Returns:
        (M,) means; NaN where no sample lies within four widths.
    """
    means = np.full(len(at_s), np.nan, dtype=np.result_type(values.dtype, np.float64))
    for start in range(0, len(at_s), _BLOCK):
        at = at_s[start : start + _BLOCK]
        low, high = np.searchsorted(time_s, [at[0] - _REACH * width_s, at[-1] + _REACH * width_s])
        distance = (at[:, None] - time_s[None, low:high]) / width_s  # (B, N)
        kernel = np.where(np.abs(distance) <= _REACH, np.exp(-0.5 * distance**2), 0.0)
        weight = kernel.sum(axis=1)
        seen = weight > 0
        means[start : start + _BLOCK][seen] = (kernel @ values[low:high])[seen] / weight[seen]
    return means


def compute_local_line(time_s: FloatArray, values: FloatArray, at_s: FloatArray, width_s: float) -> FloatArray:
    """Height at each time of the straight line that fits the samples around it best, Gaussian-weighted.

    Unlike a local mean it does not lag at the ends of a signal that rises or falls.

    Args:
        time_s: (N,) seconds, increasing.
        values: (N,) any unit, finite.
        at_s: (M,) seconds, increasing.
        width_s: Standard deviation of the window.

    Returns:
        (M,) in the values' unit; NaN where no sample lies within four widths.
    """
    heights = np.full(len(at_s), np.nan)
    for start in range(0, len(at_s), _BLOCK):
        at = at_s[start : start + _BLOCK]
        low, high = np.searchsorted(time_s, [at[0] - _REACH * width_s, at[-1] + _REACH * width_s])
        distance = (time_s[None, low:high] - at[:, None]) / width_s  # (B, N)
        kernel = np.where(np.abs(distance) <= _REACH, np.exp(-0.5 * distance**2), 0.0)
        weight = kernel.sum(axis=1)
        seen = weight > 0
        kernel, distance, weight = kernel[seen], distance[seen], weight[seen]
        centre = (kernel * distance).sum(axis=1) / weight
        mean = kernel @ values[low:high] / weight
        spread = (kernel * (distance - centre[:, None]) ** 2).sum(axis=1)
        lever = (kernel * (distance - centre[:, None])) @ values[low:high]
        # One lone sample carries no slope.
        slope = np.divide(lever, spread, out=np.zeros_like(lever), where=spread > 1e-9)
        heights[start : start + _BLOCK][seen] = mean - slope * centre
    return heights
