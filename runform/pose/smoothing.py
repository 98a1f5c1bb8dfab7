"""How much to smooth a track: as much as its own noise asks for.

A cut-off fixed beforehand harms a clean track or leaves a noisy one noisy. Here each keypoint's own spectrum says where
its motion ends and its noise begins: the Whittaker smoother is the best linear estimate of a motion whose third
difference is random, seen in white noise, so its stiffness follows from the spectrum by maximum likelihood (Whittle
1953). Time is not shifted.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import dct

from runform.pose.signals import PathFitter
from runform.sequences import FloatArray

LEAST_CUTOFF_STRIDES = 4.0
"""The cut-off follows cadence: it is never below this many times the stride's frequency, 6 Hz for a jog and 9 Hz for a
sprint. What repeats from stride to stride is taken out beforehand and not smoothed at all."""
LEAST_CUTOFF_HZ = 4.0
"""Where there is no stride."""
_GRID = 40
_LEAST_SAMPLES = 16
# Slow travel is no part of the question, and its leakage would look like noise.
_SLOWEST_TERMS = 4


def find_stiffness(track: FloatArray, fitter: PathFitter, least_cutoff_hz: float) -> float:
    """The stiffness for `PathFitter.fit` that the track's own noise asks for.

    Args:
        track: (N, 2) px, an even stretch without NaN.
        fitter: Over the same frame rate.
        least_cutoff_hz: The cut-off is never below.

    Returns:
        0 (no smoothing) for fewer than 16 frames, up to what lets half of a motion of `least_cutoff_hz` through.
    """
    nyquist_hz = 0.5 / fitter.step_s
    if len(track) < _LEAST_SAMPLES or least_cutoff_hz >= nyquist_hz:
        return 0.0
    count = len(track)
    drift = np.linspace(0, 1, count)[:, None] * (track[-1] - track[0])
    power = dct(track - drift, type=2, axis=0, norm="ortho")[_SLOWEST_TERMS:] ** 2  # (M, 2)
    frequency_hz = np.arange(_SLOWEST_TERMS, count) / (2 * count * fitter.step_s)
    gain = (2 * np.sin(np.pi * np.minimum(frequency_hz, nyquist_hz) * fitter.step_s)) ** 6  # (M,)
    highest = np.log(1.0 / fitter.gain_at(least_cutoff_hz))
    best, stiffness = np.inf, 0.0
    for log_stiffness in np.linspace(np.log(1e-4), highest, _GRID):
        shape = 1.0 + 1.0 / (np.exp(log_stiffness) * gain)  # the spectrum in units of the noise
        level = (power / shape[:, None]).mean(axis=0)  # (2,) noise variance
        surprise = float(2 * np.log(shape).sum() + len(shape) * np.log(np.maximum(level, 1e-12)).sum())
        if surprise < best:
            best, stiffness = surprise, float(np.exp(log_stiffness))
    return stiffness


def compute_cutoff(stiffness: float, fitter: PathFitter) -> float:
    """Frequency in Hz at which a path of this stiffness lets half of a motion through; half the frame rate at most."""
    nyquist_hz = 0.5 / fitter.step_s
    if stiffness <= 0:
        return nyquist_hz
    half = stiffness ** (-1 / 6) / 2
    return nyquist_hz if half >= 1 else float(np.arcsin(half) / (np.pi * fitter.step_s))
