"""The stride's clock on swings whose phase is known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.stride import count_harmonics, fit_stride, read_stride_clock, settle_phase, stride_design
from runform.sequences import FloatArray


def swing_at(phase: FloatArray) -> FloatArray:
    """(T, 2) px: left minus right ankle, forward and up."""
    angle = 2 * np.pi * phase
    return np.stack([200 * np.cos(angle) + 20 * np.cos(3 * angle), 60 * np.sin(angle)], axis=1)


@pytest.mark.parametrize(("rate", "strides_per_s"), [(25.0, 0.9), (30.0, 1.4), (30.0, 2.2), (240.0, 1.4)])
def test_the_clock_keeps_time_whatever_the_legs_are_called(rate: float, strides_per_s: float) -> None:
    time_s = np.arange(0, 8, 1 / rate)
    truth = strides_per_s * time_s + 0.1 * np.sin(time_s)
    names = np.where(np.random.default_rng(0).random(len(time_s)) < 0.3, -1.0, 1.0)
    names[40:70] = -1.0
    clock = read_stride_clock(swing_at(truth) * names[:, None], time_s)
    assert clock is not None
    assert clock.frequency_hz == pytest.approx(strides_per_s, rel=0.05)
    off = np.mod(2 * (clock.phase - truth) + 0.5, 1.0) - 0.5  # half a stride is open
    middle = (time_s > 1) & (time_s < 7)
    assert np.abs(off[middle] - np.median(off[middle])).max() < 0.1
    assert clock.trust[middle].min() > 0.55


def test_a_slip_in_a_pause_is_settled_by_the_names() -> None:
    time_s = np.arange(0, 12, 1 / 30)
    phase = 1.4 * time_s
    phase[time_s > 6] += 0.5
    swing = swing_at(phase)
    swing[(time_s > 4.5) & (time_s < 7.5)] = np.nan
    clock = read_stride_clock(swing, time_s)
    assert clock is not None
    settled = settle_phase(clock, swing)
    before, after = (time_s > 1) & (time_s < 3.5), (time_s > 8.5) & (time_s < 11)
    turned = np.exp(2j * np.pi * (settled.phase - phase))
    assert (turned[before].mean() * np.conj(turned[after].mean())).real > 0.8


def test_no_clock_without_a_rhythm() -> None:
    time_s = np.arange(90) / 30
    assert read_stride_clock(np.full((90, 2), np.nan), time_s) is None
    assert read_stride_clock(np.zeros((90, 2)), time_s) is None
    assert read_stride_clock(swing_at(1.4 * time_s)[:15], time_s[:15]) is None
    noise = np.random.default_rng(0).normal(0, 50, (90, 2))
    clock = read_stride_clock(noise, time_s)
    assert clock is None or clock.trust.mean() < 0.5


def test_a_periodic_curve_is_fitted() -> None:
    phase = np.random.default_rng(0).uniform(0, 10, 200)
    design = stride_design(phase, 3)
    values = swing_at(phase)
    weights = np.ones(200)
    values[:20], weights[:20] = np.nan, 0.0
    coefficients = fit_stride(design, values, weights, np.zeros(7))
    np.testing.assert_allclose(design @ coefficients, swing_at(phase), atol=1e-4)


def test_harmonics_stay_below_half_the_frame_rate() -> None:
    time_s = np.arange(240) / 25
    clock = read_stride_clock(swing_at(2.2 * time_s), time_s)
    assert clock is not None
    assert count_harmonics(clock, time_s, 240) == 4
    assert count_harmonics(clock, time_s, 30) == 3
