"""Repairs change what is wrong and nothing else, by the true frame times."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.signals import fill_gaps, find_spikes, iterate_runs, low_pass
from runform.sequences import FloatArray


def wave(time_s: FloatArray, hz: float = 1.4, amplitude: float = 100.0) -> FloatArray:
    return np.stack([amplitude * np.sin(2 * np.pi * hz * time_s), amplitude * np.cos(2 * np.pi * hz * time_s)], axis=1)


def test_runs() -> None:
    assert iterate_runs(np.array([True, False, True, True, False, True])) == [(0, 1), (2, 4), (5, 6)]
    assert iterate_runs(np.zeros(3, dtype=np.bool_)) == []


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0, 170.0])
def test_spikes_of_one_or_two_frames_are_found_and_nothing_else(rate: float) -> None:
    time_s = np.arange(int(4 * rate)) / rate
    track = wave(time_s) + np.random.default_rng(0).normal(0, 1.0, (len(time_s), 2))
    track[20] += (60, 0)
    track[50:52] += (0, -50)
    assert np.flatnonzero(find_spikes(track, time_s, least_px=15.0)).tolist() == [20, 50, 51]


def test_a_clean_track_has_no_spikes() -> None:
    time_s = np.arange(120) / 30
    assert not find_spikes(wave(time_s, hz=2.2), time_s, least_px=15.0).any()


def test_spikes_amid_gaps_and_uneven_times() -> None:
    rng = np.random.default_rng(1)
    time_s = np.cumsum(rng.uniform(0.02, 0.05, 150))
    track = wave(time_s)
    track[60:70] = np.nan
    track[100] += 80
    assert np.flatnonzero(find_spikes(track, time_s, least_px=20.0)).tolist() == [100]


def test_too_short_to_judge() -> None:
    assert not find_spikes(np.array([[0.0, 0.0], [90.0, 0.0], [0.0, 0.0]]), np.arange(3) / 30, 1.0).any()


def test_short_gaps_are_filled_on_the_path() -> None:
    time_s = np.arange(60) / 30
    truth = wave(time_s)
    track = truth.copy()
    track[20:24] = np.nan
    filled, which = fill_gaps(track, time_s, longest_s=0.15)
    assert np.flatnonzero(which).tolist() == [20, 21, 22, 23]
    np.testing.assert_allclose(filled[20:24], truth[20:24], atol=12)
    np.testing.assert_array_equal(filled[~which], truth[~which])


def test_long_gaps_and_ends_stay_missing() -> None:
    time_s = np.arange(60) / 30
    track = wave(time_s)
    track[:2] = track[30:36] = track[58:] = np.nan
    filled, which = fill_gaps(track, time_s, longest_s=0.15)
    assert not which.any()
    np.testing.assert_array_equal(filled, track)


def test_gap_length_is_time_not_frames() -> None:
    track = np.array([[0.0, 0.0], [1.0, 1.0], [np.nan, np.nan], [3.0, 3.0], [4.0, 4.0]])
    near = fill_gaps(track, np.array([0.0, 0.1, 0.2, 0.3, 0.4]), longest_s=0.15)[1]
    far = fill_gaps(track, np.array([0.0, 0.1, 0.3, 0.5, 0.6]), longest_s=0.15)[1]
    assert near[2]
    assert not far[2]


@pytest.mark.parametrize("rate", [30.0, 60.0, 170.0])
def test_low_pass_keeps_running_and_shifts_nothing(rate: float) -> None:
    time_s = np.arange(int(3 * rate)) / rate
    truth = wave(time_s, hz=2.8)
    smooth = low_pass(truth, time_s, cutoff_hz=12.0)
    middle = slice(5, -5)
    assert np.abs(smooth - truth)[middle].max() < 2.0  # of 100: the gain at 2.8 Hz, and no lag


def test_low_pass_takes_noise_out() -> None:
    time_s = np.arange(340) / 170
    noisy = wave(time_s) + np.random.default_rng(0).normal(0, 5.0, (340, 2))
    smooth = low_pass(noisy, time_s, cutoff_hz=12.0)
    assert np.std((smooth - wave(time_s))[10:-10]) < 0.5 * 5.0


def test_low_pass_with_uneven_times() -> None:
    rng = np.random.default_rng(0)
    time_s = np.cumsum(rng.choice([1 / 30, 1 / 25], 120))
    truth = wave(time_s)
    assert np.abs(low_pass(truth, time_s, cutoff_hz=9.0) - truth)[5:-5].max() < 4.0


def test_low_pass_treats_stretches_apart() -> None:
    time_s = np.arange(60) / 30
    track = wave(time_s)
    track[30:40] = np.nan
    track[40:] += 1000
    smooth = low_pass(track, time_s, cutoff_hz=12.0)
    np.testing.assert_array_equal(np.isnan(smooth), np.isnan(track))
    assert np.abs(smooth - track)[[29, 40]].max() < 10  # the jump across the gap does not leak


def test_a_few_frames_are_left_alone() -> None:
    track = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(low_pass(track, np.arange(3) / 30, 12.0), track)
