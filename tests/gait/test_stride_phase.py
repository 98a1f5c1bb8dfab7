"""The stride's rhythm of signals whose rhythm is known."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from runform.gait.stride_phase import compute_stride_frequency, compute_stride_phase


@pytest.mark.parametrize("frequency", [0.9, 1.402, 1.9])
def test_frequency_from_irregular_times_with_gaps(frequency: float) -> None:
    rng = np.random.default_rng(0)
    time_s = np.sort(rng.uniform(0, 8, 300))
    swing = np.sin(2 * np.pi * frequency * time_s) + rng.normal(0, 0.1, 300)
    swing[100:130] = np.nan

    assert compute_stride_frequency(time_s, swing) == pytest.approx(frequency, abs=0.005)


def test_a_long_clips_frequency_takes_no_table_of_every_frame_against_every_frequency() -> None:
    """Five minutes at 30 frames/s: the whole table would take half a gigabyte."""
    time_s = np.arange(0, 300, 1 / 30)
    swing = np.sin(2 * np.pi * 1.4021 * time_s)

    tracemalloc.start()
    frequency = compute_stride_frequency(time_s, swing)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert frequency == pytest.approx(1.4021, abs=1e-4)
    assert peak < 200e6


def test_phase_counts_strides_as_the_runner_speeds_up() -> None:
    time_s = np.arange(0, 10, 1 / 30)
    strides = 1.35 * time_s + 0.01 * time_s**2
    phase = compute_stride_phase(time_s, np.cos(2 * np.pi * strides))

    assert phase is not None
    inner = slice(30, -30)
    assert np.abs(phase.phase[inner] - strides[inner]).max() < 0.03
    assert phase.explained > 0.9


def test_time_at_inverts_the_phase() -> None:
    time_s = np.arange(0, 6, 1 / 30)
    phase = compute_stride_phase(time_s, np.cos(2 * np.pi * 1.4 * time_s))

    assert phase is not None
    assert phase.time_at(np.array([2.0, 4.5])) == pytest.approx([2 / 1.4, 4.5 / 1.4], abs=0.005)
    assert np.isnan(phase.time_at(np.array([-3.0, 99.0]))).all()


def test_too_little_to_tell() -> None:
    time_s = np.arange(0, 0.3, 1 / 30)

    assert compute_stride_phase(time_s, np.cos(2 * np.pi * 1.4 * time_s)) is None
    assert np.isnan(compute_stride_frequency(time_s, np.full(len(time_s), np.nan)))


def test_noise_is_not_explained() -> None:
    time_s = np.arange(0, 8, 1 / 30)
    phase = compute_stride_phase(time_s, np.random.default_rng(0).normal(size=len(time_s)))

    assert phase is not None
    assert phase.explained < 0.4
