"""The stride as a clock: its frequency and its phase through the clip, from the legs' antisymmetric swing.

Sampled at 30 frames/s a stride of 0.7 s holds 21 pictures, but the next stride is sampled at other moments of the same
movement. Once the phase is known, every frame of the clip helps to draw one finely sampled mean stride.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lombscargle

from runform.gait.local_mean import compute_local_mean
from runform.sequences import FloatArray, require_shape

_LARGEST_TABLE = 1_000_000
STRIDE_FREQUENCY_RANGE_HZ = (0.5, 2.6)
"""From slow walking (60 steps/min) to the fastest sprint cadence published (about 300 steps/min)."""


@dataclass(frozen=True)
class StridePhase:
    """The stride's phase at every frame.

    Attributes:
        time_s: (T,) seconds of real time.
        phase: (T,) strides completed since an arbitrary start, increasing; its fraction is the place in the stride.
        amplitude: (T,) local amplitude of the legs' swing, in the signal's unit.
        frequency_hz: Mean strides per second.
        explained: Share of the signal's variance that the rhythm explains, 0 to 1.
    """

    time_s: FloatArray
    phase: FloatArray
    amplitude: FloatArray
    frequency_hz: float
    explained: float

    def __post_init__(self) -> None:
        frames = len(self.time_s)
        require_shape("phase", self.phase, (frames,))
        require_shape("amplitude", self.amplitude, (frames,))

    def time_at(self, phase: FloatArray) -> FloatArray:
        """Times (N,) in seconds at which the given phases (N,) are reached; NaN outside the clip."""
        rising = np.maximum.accumulate(self.phase)
        return np.interp(phase, rising, self.time_s, left=np.nan, right=np.nan)


def compute_stride_frequency(time_s: FloatArray, swing: FloatArray) -> float:
    """The frequency that explains most of the legs' swing, Hz.

    Lomb-Scargle periodogram, so times may be irregular and frames may be missing.

    Args:
        time_s: (T,) seconds.
        swing: (T,) left minus right foot along the running direction, any unit; NaN where not known.

    Returns:
        Strides per second within `STRIDE_FREQUENCY_RANGE_HZ`; NaN when fewer than 8 frames are known.
    """
    known = np.isfinite(swing)
    if known.sum() < 8:
        return float("nan")
    t, x = time_s[known], swing[known] - swing[known].mean()
    low, high = STRIDE_FREQUENCY_RANGE_HZ
    grid = np.arange(low, high, 0.1 / max(t[-1] - t[0], 1.0))
    # SciPy lays out every sample against every frequency, which is gigabytes for a clip of ten minutes.
    size = max(_LARGEST_TABLE // len(t), 1)
    power = np.concatenate([lombscargle(t, x, 2 * np.pi * grid[at : at + size]) for at in range(0, len(grid), size)])
    best = int(np.argmax(power))
    if 0 < best < len(grid) - 1:
        # The vertex of the parabola through the three highest points refines the grid's step.
        left, mid, right = power[best - 1 : best + 2]
        curvature = left - 2 * mid + right
        if curvature < 0:
            return float(grid[best] + 0.5 * (left - right) / curvature * (grid[1] - grid[0]))
    return float(grid[best])


def compute_stride_phase(time_s: FloatArray, swing: FloatArray) -> StridePhase | None:
    """Follow the stride's phase by complex demodulation with a Gaussian window one stride wide.

    Args:
        time_s: (T,) seconds.
        swing: (T,) left minus right foot along the running direction, any unit; NaN where not known. Antisymmetric
            under a half stride, so its second harmonic is small and a step is not taken for a stride.

    Returns:
        The phase, or None when the clip shows less than one stride.
    """
    frequency = compute_stride_frequency(time_s, swing)
    known = np.isfinite(swing)
    if not np.isfinite(frequency) or (time_s[known][-1] - time_s[known][0]) * frequency < 1.0:
        return None
    t, x = time_s[known], swing[known] - np.mean(swing[known])
    width = 0.5 / frequency
    carrier = np.exp(-2j * np.pi * frequency * t)  # (N,)
    local = 2 * compute_local_mean(t, x * carrier, time_s, width)  # (T,)
    local = np.where(np.isfinite(local), local, 0)
    phase = frequency * time_s + np.unwrap(np.angle(local)) / (2 * np.pi)
    fitted = np.abs(local) * np.cos(2 * np.pi * phase)
    residual = np.var(x - fitted[known])
    total = np.var(x)
    return StridePhase(
        time_s=time_s,
        phase=phase,
        amplitude=np.abs(local),
        frequency_hz=frequency,
        explained=float(np.clip(1 - residual / total, 0, 1)) if total > 0 else 0.0,
    )
