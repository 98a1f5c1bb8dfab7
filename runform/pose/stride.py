"""The stride as a clock that swapped legs cannot disturb, and the mean stride as a curve over it.

The gait room has a stride phase of its own, made from clean keypoints; this one is for keypoints that are not clean
yet. The difference of both ankles changes its sign when the legs are swapped; its square does not, and beats twice
a stride.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.ndimage import gaussian_filter1d, median_filter
from scipy.signal import spectrogram

from runform.sequences import FloatArray, require_shape

STRIDE_RANGE_HZ = (0.5, 2.6)
"""From slow walking (60 steps/min) to the fastest sprint published (about 300 steps/min)."""
MOST_HARMONICS = 8
_LEAST_FRAMES = 16
_LEAST_STRIDES = 1.2
_WINDOW_S = 5.0
_HOP_S = 1.0
# Cadence may drift by this share about the clip's own; beyond it the beat of something else is followed.
_DRIFT = 0.3
_LEAST_TRUST = 0.25


@dataclass(frozen=True)
class StrideClock:
    """The stride's phase at every frame, known but for half a stride: which leg leads is for the names to say.

    Attributes:
        phase: (T,) strides since an arbitrary start.
        trust: (T,) 0 where the legs keep no rhythm to 1 where they are a pendulum.
        stretch: (T,) number of the unbroken stretch of rhythm; between two of them the phase may slip by half a stride.
        frequency_hz: Strides per second, the median over the clip.
    """

    phase: FloatArray
    trust: FloatArray
    stretch: npt.NDArray[np.intp]
    frequency_hz: float

    def __post_init__(self) -> None:
        require_shape("trust", self.trust, (len(self.phase),))
        require_shape("stretch", self.stretch, (len(self.phase),))


def read_stride_clock(swing: FloatArray, time_s: FloatArray) -> StrideClock | None:
    """Follow the stride's phase by complex demodulation of the legs' squared swing at the step frequency.

    Args:
        swing: (T, 2) left minus right ankle, any unit, its sign open in every frame; NaN where not known.
        time_s: (T,) seconds, increasing, even or not.

    Returns:
        The clock, or None when the clip shows less than 1.2 strides or no swing.
    """
    known = np.isfinite(swing).all(axis=1)
    if known.sum() < _LEAST_FRAMES:
        return None
    step_s = float(np.median(np.diff(time_s)))
    grid_s = np.arange(time_s[0], time_s[-1] + step_s / 2, step_s)
    beat = _compute_beat(swing[known])
    # Found or not, on the even grid; in gaps the beat's mean stands in and weighs nothing.
    weight = np.interp(grid_s, time_s, known.astype(np.float64))
    signal = np.interp(grid_s, time_s[known], beat) * weight
    frequency = _follow_frequency(signal, grid_s, step_s)
    if frequency is None or known.sum() * step_s * np.median(frequency) < 2 * _LEAST_STRIDES:
        return None
    carrier = 2 * np.pi * np.cumsum(frequency) * step_s
    width = 1.0 / float(np.median(frequency)) / step_s  # half a stride
    local = _smooth(signal * np.exp(-1j * carrier), weight, width)
    power = _smooth(signal**2, weight, width)
    phase = (carrier + np.unwrap(np.angle(local))) / (4 * np.pi)
    # A sinusoid of amplitude a has the mean square a²/2, and half of a stays after demodulation.
    coherence = np.clip(2 * np.abs(local) ** 2 / np.maximum(power, 1e-12), 0.0, 1.0)
    strength = np.abs(local) / max(float(np.median(np.abs(local)[weight > 0.5])), 1e-12)
    trust = coherence * np.clip(strength / 0.3, 0.0, 1.0) * (_smooth(weight, np.ones_like(weight), width) > 0.2)
    at_frames = np.interp(time_s, grid_s, trust)
    return StrideClock(
        phase=np.interp(time_s, grid_s, phase),
        trust=at_frames,
        stretch=np.cumsum(np.diff(at_frames < _LEAST_TRUST, prepend=False)).astype(np.intp),
        frequency_hz=float(np.median(frequency)) / 2,
    )


def settle_phase(clock: StrideClock, swing: FloatArray) -> StrideClock:
    """The clock without slips of half a stride, by the names that most frames of each stretch of rhythm have.

    Args:
        clock: As from `read_stride_clock`.
        swing: (T, 2) left minus right ankle, named rightly in most frames; NaN where not known.
    """
    known = np.isfinite(swing).all(axis=1)
    weighted = np.where(known[:, None], swing, 0.0) * (clock.trust * np.exp(-2j * np.pi * clock.phase))[:, None]
    numbers = np.unique(clock.stretch)
    sums = np.array([weighted[clock.stretch == n].sum(axis=0) for n in numbers])  # (S, 2) complex
    main = sums[np.abs(sums).sum(axis=1).argmax()]
    slipped = numbers[(sums * main.conj()).sum(axis=1).real < 0]
    return replace(clock, phase=clock.phase + 0.5 * np.isin(clock.stretch, slipped))


def count_harmonics(clock: StrideClock, time_s: FloatArray, frames: int) -> int:
    """How many harmonics of the stride the frame rate and the number of frames can carry, 1 to 8."""
    nyquist_hz = 0.5 / float(np.median(np.diff(time_s)))
    return int(np.clip(min(0.8 * nyquist_hz / clock.frequency_hz, frames / 10), 1, MOST_HARMONICS))


def stride_design(phase: FloatArray, harmonics: int) -> FloatArray:
    """(T, 1 + 2 H) columns of a Fourier series over phases (T,) in strides: one, H cosines, H sines."""
    angle = 2 * np.pi * phase[:, None] * np.arange(1, harmonics + 1)
    return np.concatenate([np.ones((len(phase), 1)), np.cos(angle), np.sin(angle)], axis=1)


def fit_stride(design: FloatArray, values: FloatArray, weights: FloatArray, ridge: FloatArray) -> FloatArray:
    """Weighted least-squares coefficients of periodic curves.

    Args:
        design: (T, C) as from `stride_design`.
        values: (T, D); what is NaN must weigh 0.
        weights: (T,) for all D alike.
        ridge: (C,) penalty on each squared coefficient, as a share of the sum of weights.

    Returns:
        (C, D) coefficients.
    """
    weighted = design * weights[:, None]
    normal = design.T @ weighted + np.diag(ridge * max(float(weights.sum()), 1.0) + 1e-9)
    # By Cholesky: OpenBLAS spreads even a small general system over threads that wait longer than they work.
    return np.asarray(cho_solve(cho_factor(normal, check_finite=False), weighted.T @ np.nan_to_num(values)))


def _compute_beat(swing: FloatArray) -> FloatArray:
    """(N,) squared swing along its main axis, centred, in units of its own spread, gross values clipped."""
    axis = np.linalg.eigh(swing.T @ swing)[1][:, -1]
    square = (swing @ axis) ** 2
    square = np.minimum(square, 1.5 * np.percentile(square, 95))
    return np.asarray((square - square.mean()) / max(float(square.std()), 1e-12))


def _follow_frequency(signal: FloatArray, grid_s: FloatArray, step_s: float) -> FloatArray | None:
    """(N,) step frequency in Hz along an even grid, or None where the clip is too short to tell."""
    low, high = (2 * f for f in STRIDE_RANGE_HZ)
    length = min(len(signal), int(_WINDOW_S / step_s))
    if high >= 0.5 / step_s or length < _LEAST_FRAMES:
        return None
    hop = max(int(_HOP_S / step_s), 1)
    points = 1 << int(np.ceil(np.log2(max(16 * length, 512))))
    frequencies, centres, power = spectrogram(
        signal,
        1 / step_s,
        window="hann",
        nperseg=length,
        noverlap=max(length - hop, 0),
        nfft=points,
        detrend="constant",
    )
    inside = (frequencies >= low) & (frequencies <= high)
    if not inside.any() or not power[inside].sum() > 0:
        return None
    overall = float(frequencies[inside][power[inside].sum(axis=1).argmax()])
    near = inside & (np.abs(frequencies - overall) <= _DRIFT * overall)
    ridge = median_filter(frequencies[near][power[near].argmax(axis=0)], size=5, mode="nearest")
    return np.asarray(np.interp(grid_s - grid_s[0], centres, ridge))


def _smooth(values: npt.NDArray[Any], weight: FloatArray, width: float) -> npt.NDArray[Any]:
    """Gaussian mean of (N,) weighted values; `width` in samples."""
    total = gaussian_filter1d(values, width, mode="constant")
    share = gaussian_filter1d(np.ascontiguousarray(weight), width, mode="constant")
    return np.asarray(total / np.maximum(share, 1e-6))
