"""Signal repair for keypoint tracks: the smooth path through points of different worth, spikes, short gaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import solveh_banded
from scipy.sparse import diags

from runform.sequences import FloatArray

PATH_HZ = 5.0
"""Half-power frequency of the path that spikes are held against: too slow to follow them, fast enough for a foot."""
_ORDER = 3
_LEAST_SAMPLES = 6
_REFITS = 8
_BIWEIGHT = 4.685
_MAD_TO_SD = 1.4826
_LEAST_WEIGHT = 1e-9  # keeps the system solvable where several neighbours weigh nothing


def iterate_runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(start, stop) of every run of True in a (T,) array, stop exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


class PathFitter:
    """Smooth paths over one set of frame times: least squares with a penalty on the third derivative (Whittaker 1923).

    Args:
        time_s: (T,) increasing, even or not; at least 4.
    """

    def __init__(self, time_s: FloatArray) -> None:
        self.step_s = float(np.median(np.diff(time_s)))
        frames = len(time_s)
        derivative = diags(np.ones(frames)).tocsc()
        for order in range(1, _ORDER + 1):
            rows = frames - order
            spans = np.maximum((time_s[order:] - time_s[:rows]) / (order * self.step_s), 1e-3)
            difference = diags([-1.0, 1.0], [0, 1], shape=(rows, rows + 1))
            derivative = diags(1.0 / spans) @ difference @ derivative
        penalty = (derivative.T @ derivative).todia()
        self._bands = np.zeros((_ORDER + 1, frames))  # lower form, as solveh_banded reads it
        for offset, band in zip(penalty.offsets, penalty.data, strict=True):
            if offset <= 0:
                self._bands[-offset, : frames + offset] = band[: frames + offset]

    def gain_at(self, frequency_hz: float) -> float:
        """Penalty on a motion of this frequency relative to the fit, for a stiffness of 1 and even frame times."""
        return float((2 * np.sin(min(np.pi * frequency_hz * self.step_s, np.pi / 2))) ** (2 * _ORDER))

    def fit(self, values: FloatArray, weights: FloatArray, stiffness: float) -> FloatArray:
        """The path through points of different worth.

        Args:
            values: (T, D) without NaN.
            weights: (T,) worth of each point, 0 to 1; where 0 the path goes by its neighbours alone.
            stiffness: Weight of the penalty; 1 / `gain_at(f)` lets half of a motion of frequency f through.

        Returns:
            (T, D).
        """
        bands = stiffness * self._bands
        bands[0] += weights + _LEAST_WEIGHT
        return np.asarray(solveh_banded(bands, values * weights[:, None], lower=True, check_finite=False))


def find_spikes(track: FloatArray, fitter: PathFitter, least_px: FloatArray) -> npt.NDArray[np.bool_]:
    """Frames where a point leaves its path and comes back.

    The path is refitted with Tukey's biweight, so that the spikes themselves lose their say in it.

    Args:
        track: (T, 2) px; NaN where missing.
        fitter: Over the track's frame times.
        least_px: (T,) a departure below this is never a spike, whatever the track's own noise.

    Returns:
        (T,) True where the point lies further from the path than `least_px` and than 4.685 robust standard deviations.
    """
    finite = np.isfinite(track).all(axis=1)
    if finite.sum() < _LEAST_SAMPLES:
        return np.zeros(len(track), dtype=np.bool_)
    values = np.where(finite[:, None], track, 0.0)
    stiffness = 1.0 / fitter.gain_at(PATH_HZ)
    weights = finite.astype(np.float64)
    for _ in range(_REFITS):
        distance = np.linalg.norm(values - fitter.fit(values, weights, stiffness), axis=1)
        limit = np.maximum(_BIWEIGHT * _MAD_TO_SD * float(np.median(distance[finite])), least_px)
        refitted = np.maximum(1.0 - (distance / limit) ** 2, 0.0) ** 2 * finite
        settled = float(np.abs(refitted - weights).max()) < 0.02
        weights = refitted
        if settled:
            break
    return np.asarray(finite & (distance > limit))


def find_fillable(known: npt.NDArray[np.bool_], time_s: FloatArray, longest_s: float) -> npt.NDArray[np.bool_]:
    """(T,) the frames of gaps between known ones that last no longer than `longest_s` seconds."""
    fillable = np.zeros(len(known), dtype=np.bool_)
    if len(known) < 2:
        return fillable
    step_s = float(np.median(np.diff(time_s)))
    for start, stop in iterate_runs(~known):
        if start > 0 and stop < len(known):
            fillable[start:stop] = time_s[stop] - time_s[start - 1] - step_s <= longest_s + 1e-9
    return fillable
