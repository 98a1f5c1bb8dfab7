"""Signal repair for keypoint tracks: spikes out, short gaps filled, zero-lag low-pass; all by the true frame times."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt
from scipy.sparse import diags
from scipy.sparse.linalg import splu

from runform.sequences import FloatArray

# Frame times that stray less than this from even spacing are filtered as they are.
_EVEN = 0.05
_ORDER = 2  # run forward and back, so the whole filter is of fourth order and shifts nothing in time
_LEAST_SAMPLES = 6
# The path that spikes are held against: slow enough not to follow them, fast enough for a running foot.
_PATH_HZ = 5.0
_REFITS = 8
_BIWEIGHT = 4.685
_MAD_TO_SD = 1.4826
_LEAST_WEIGHT = 1e-6  # keeps the system solvable where several neighbours are spikes


def iterate_runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(start, stop) of every run of True in a (T,) array, stop exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def find_spikes(track: FloatArray, time_s: FloatArray, least_px: float) -> npt.NDArray[np.bool_]:
    """Frames where a point leaves its path and comes back.

    The path (`fit_path`) is refitted with Tukey's biweight, so that the spikes themselves lose their say in it.

    Args:
        track: (T, 2) px; NaN where missing.
        time_s: (T,) increasing.
        least_px: A departure below this is never a spike, whatever the track's own noise.

    Returns:
        (T,) True where the point lies further from the path than `least_px` and than 4.685 robust standard deviations.
    """
    finite = np.isfinite(track).all(axis=1)
    spikes = np.zeros(len(track), dtype=np.bool_)
    if finite.sum() < _LEAST_SAMPLES:
        return spikes
    values, times = track[finite], time_s[finite]
    weights = np.ones(len(values))
    for _ in range(_REFITS):
        path = fit_path(values, times, weights)
        distance = np.linalg.norm(values - path, axis=1)
        limit = max(_BIWEIGHT * _MAD_TO_SD * float(np.median(distance)), least_px)
        weights = np.maximum(1.0 - (distance / limit) ** 2, 0.0) ** 2
    spikes[finite] = distance > limit
    return spikes


def fit_path(values: FloatArray, time_s: FloatArray, weights: FloatArray) -> FloatArray:
    """A smooth path by points of different worth: least squares with a penalty on the third derivative (Whittaker).

    Args:
        values: (T, D) without NaN.
        time_s: (T,) increasing, even or not.
        weights: (T,) worth of each point, 0 to 1; where 0 the path goes by its neighbours alone.

    Returns:
        (T, D); with full weights half of a 5 Hz motion remains, and nearly all of one below 3 Hz.
    """
    step_s = float(np.median(np.diff(time_s)))
    frames = len(time_s)
    derivative = diags(np.ones(frames)).tocsc()
    for order in (1, 2, 3):
        rows = frames - order
        spans = np.maximum((time_s[order:] - time_s[:rows]) / (order * step_s), 1e-3)
        difference = diags([-1.0, 1.0], [0, 1], shape=(rows, rows + 1))
        derivative = diags(1.0 / spans) @ difference @ derivative
    gain = (2 * np.sin(min(np.pi * _PATH_HZ * step_s, np.pi / 2))) ** 6
    system = diags(weights + _LEAST_WEIGHT) + derivative.T @ derivative / gain
    return np.asarray(splu(system.tocsc()).solve(values * weights[:, None]))


def fill_gaps(track: FloatArray, time_s: FloatArray, longest_s: float) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Fill short gaps between found points with the smooth path through them (`fit_path`).

    Args:
        track: (T, 2) px; NaN where missing.
        time_s: (T,) increasing.
        longest_s: Missing time that is still filled.

    Returns:
        The track, NaN in longer gaps and beyond its first and last point, and (T,) which frames were filled.
    """
    finite = np.isfinite(track).all(axis=1)
    filled = np.zeros(len(track), dtype=np.bool_)
    if finite.sum() < 2:
        return track.copy(), filled
    result = track.copy()
    step_s = float(np.median(np.diff(time_s)))
    for start, stop in iterate_runs(~finite):
        if start == 0 or stop == len(track):
            continue
        filled[start:stop] = time_s[stop] - time_s[start - 1] - step_s <= longest_s + 1e-9
    if filled.any():
        # A short stretch cannot bear a curve; a straight line through its points is all it says.
        enough = finite.sum() >= _LEAST_SAMPLES
        result[filled] = (_path_of(track, time_s) if enough else _line_of(track, time_s))[filled]
    return result, filled


def _path_of(track: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, 2) the smooth path by the points that are there."""
    finite = np.isfinite(track).all(axis=1)
    return fit_path(np.where(finite[:, None], track, 0.0), time_s, finite.astype(np.float64))


def _line_of(track: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, 2) straight lines between the points that are there."""
    finite = np.isfinite(track).all(axis=1)
    return np.stack([np.interp(time_s, time_s[finite], track[finite, axis]) for axis in (0, 1)], axis=1)


def low_pass(track: FloatArray, time_s: FloatArray, cutoff_hz: float) -> FloatArray:
    """Zero-lag Butterworth low-pass of every unbroken stretch.

    Stretches with uneven frame times are filtered on an even grid and read back at their own times. Stretches of fewer
    than six frames are left as they are.

    Args:
        track: (T, 2) px; NaN where missing.
        time_s: (T,) increasing.
        cutoff_hz: Below half the frame rate.

    Returns:
        (T, 2) px, NaN where `track` is.
    """
    result = track.copy()
    for start, stop in iterate_runs(np.isfinite(track).all(axis=1)):
        if stop - start >= _LEAST_SAMPLES:
            result[start:stop] = _low_pass_stretch(track[start:stop], time_s[start:stop], cutoff_hz)
    return result


def _low_pass_stretch(values: FloatArray, time_s: FloatArray, cutoff_hz: float) -> FloatArray:
    """Filter (T, 2) without NaN."""
    steps = np.diff(time_s)
    step_s = float(np.median(steps))
    even = bool(np.all(np.abs(steps - step_s) < _EVEN * step_s))
    grid_s = time_s if even else np.arange(time_s[0], time_s[-1] + step_s / 2, step_s)
    signal = values if even else PchipInterpolator(time_s, values, axis=0, extrapolate=True)(grid_s)
    sections = butter(_ORDER, cutoff_hz * 2 * step_s, output="sos")
    padding = min(3 * (2 * len(sections) + 1), len(signal) - 1)
    smooth = sosfiltfilt(sections, signal, axis=0, padlen=padding)
    return np.asarray(smooth if even else PchipInterpolator(grid_s, smooth, axis=0, extrapolate=True)(time_s))
