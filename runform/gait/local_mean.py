"""Means over a moving Gaussian window, for samples at any times."""

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
