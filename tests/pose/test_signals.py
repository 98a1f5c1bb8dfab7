"""Signal repair on signals whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from runform.pose.signals import PATH_HZ, PathFitter, find_fillable, find_spikes, iterate_runs
from runform.pose.smoothing import compute_cutoff, find_stiffness
from runform.sequences import FloatArray

TIME_S = np.arange(300) / 60


def sway(time_s: FloatArray, frequency_hz: float = 1.4) -> FloatArray:
    """(T, 2) px: a swing of 100 px."""
    angle = 2 * np.pi * frequency_hz * time_s
    return np.stack([100 * np.sin(angle), 40 * np.cos(angle)], axis=1)


def test_runs() -> None:
    assert iterate_runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert iterate_runs(np.zeros(3, dtype=np.bool_)) == []


def test_a_path_lets_slow_motion_through_and_halves_its_own_frequency() -> None:
    fitter = PathFitter(TIME_S)
    kept = {}
    for frequency in (1.0, PATH_HZ, 12.0):
        wave = sway(TIME_S, frequency)
        path = fitter.fit(wave, np.ones(300), 1 / fitter.gain_at(PATH_HZ))
        kept[frequency] = float(np.std(path[60:-60, 0]) / np.std(wave[60:-60, 0]))
    assert kept[1.0] > 0.99
    assert kept[PATH_HZ] == pytest.approx(0.5, abs=0.02)
    assert kept[12.0] < 0.02


def test_a_path_bridges_what_weighs_nothing_by_true_times() -> None:
    time_s = np.sort(np.concatenate([TIME_S, TIME_S[100:140] + 0.004]))
    truth = sway(time_s)
    weights = np.ones(len(time_s))
    weights[200:206] = 0
    broken = np.where(weights[:, None] > 0, truth, 1e4)
    fitter = PathFitter(time_s)
    path = fitter.fit(broken, weights, 1 / fitter.gain_at(20.0))
    assert np.abs(path - truth).max() < 1.0


def test_spikes_are_found_and_swings_are_not() -> None:
    track = sway(TIME_S)
    assert not find_spikes(track, PathFitter(TIME_S), np.full(300, 5.0)).any()
    track[[50, 120, 121]] += (40.0, 30.0)
    track[200] = np.nan
    assert np.flatnonzero(find_spikes(track, PathFitter(TIME_S), np.full(300, 5.0))).tolist() == [50, 120, 121]


def test_a_departure_may_be_allowed_in_some_frames() -> None:
    track = sway(TIME_S)
    track[[50, 120]] += (40.0, 0.0)
    least = np.where(np.arange(300) < 100, 60.0, 5.0)
    assert np.flatnonzero(find_spikes(track, PathFitter(TIME_S), least)).tolist() == [120]


def test_fillable_gaps() -> None:
    known = np.ones(60, dtype=np.bool_)
    known[[0, 1, 59]] = known[10:14] = known[30:40] = False
    assert np.flatnonzero(find_fillable(known, np.arange(60) / 30, 0.15)).tolist() == [10, 11, 12, 13]
    assert not find_fillable(np.ones(1, dtype=np.bool_), np.zeros(1), 0.15).any()


@pytest.mark.parametrize("noise", [0.2, 2.0, 8.0])
def test_stiffness_follows_the_noise(noise: float) -> None:
    """Smoothing by the track's own noise comes near to the best that any stiffness does."""
    rng = np.random.default_rng(0)
    truth = gaussian_filter1d(rng.normal(0, 100.0, (300, 2)), 8.0, axis=0)  # what the stride leaves over
    noisy = truth + rng.normal(0, noise, truth.shape)
    fitter = PathFitter(TIME_S)

    def error(stiffness: float) -> float:
        return float(np.std(fitter.fit(noisy, np.ones(300), stiffness) - truth))

    chosen = error(find_stiffness(noisy, fitter, 2.0))
    best = min(error(float(s)) for s in np.logspace(-4, 4, 40))
    assert chosen < 1.25 * best
    assert chosen < 1.01 * noise


def test_the_cutoff_is_never_below_its_least() -> None:
    fitter = PathFitter(TIME_S)
    still = np.random.default_rng(0).normal(0, 5.0, (300, 2))
    stiffness = find_stiffness(still, fitter, 6.0)
    assert compute_cutoff(stiffness, fitter) == pytest.approx(6.0, rel=0.01)
    assert compute_cutoff(0.0, fitter) == pytest.approx(30.0)
    assert find_stiffness(still[:10], fitter, 6.0) == 0.0
    assert find_stiffness(still, fitter, 31.0) == 0.0
