from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.timebase import find_lifting_times, gather_weights, interpolate, resample, sample_joints
from runform.sequences import FloatArray


def swing(time_s: FloatArray) -> FloatArray:
    """(T, 2, 2) metres: a foot's way in a fast stride, its first harmonics, and a tenth of it."""
    turn = 2 * np.pi * 1.5 * time_s
    foot = np.stack(
        [0.40 * np.sin(turn) + 0.10 * np.sin(2 * turn + 1) + 0.03 * np.sin(3 * turn), 0.15 * np.cos(turn)], axis=1
    )
    return np.stack([foot, 0.1 * foot], axis=1)


def sure(time_s: FloatArray) -> FloatArray:
    return np.full((len(time_s), 2), 0.9)


@pytest.mark.parametrize("rate", [10.0, 24.0, 25.0, 29.97, 50.0, 60.0, 120.0, 240.0])
def test_every_rate_is_brought_to_thirty(rate: float) -> None:
    time_s = 1.5 + np.arange(int(4 * rate)) / rate
    at_s = find_lifting_times(time_s)
    assert at_s[0] == time_s[0]
    assert at_s[-1] == time_s[-1]
    np.testing.assert_allclose(np.diff(at_s), 1 / 30, rtol=0.005)


def test_thirty_stays_as_it_is() -> None:
    time_s = np.arange(90) / 30
    assert find_lifting_times(time_s) is time_s
    xy, confidence = swing(time_s), sure(time_s)
    at_xy, at_confidence = sample_joints(xy, confidence, time_s, time_s)
    np.testing.assert_array_equal(at_xy, xy)
    np.testing.assert_array_equal(at_confidence, confidence)


def test_a_clip_with_dropped_frames_is_made_steady() -> None:
    time_s = np.delete(np.arange(60) / 30, [20, 21, 40])
    np.testing.assert_allclose(np.diff(find_lifting_times(time_s)), 1 / 30, rtol=0.02)


def test_one_frame_is_one_time() -> None:
    assert find_lifting_times(np.array([0.2])).tolist() == [0.2]


@pytest.mark.parametrize(
    ("rate", "limit_m"), [(24.0, 0.010), (25.0, 0.010), (50.0, 0.002), (60.0, 0.002), (120.0, 0.002), (240.0, 0.002)]
)
def test_a_foot_is_where_it_was_at_any_rate(rate: float, limit_m: float) -> None:
    time_s = np.arange(int(3 * rate)) / rate
    at_s = find_lifting_times(time_s)
    at_xy, at_confidence = sample_joints(swing(time_s), sure(time_s), time_s, at_s)
    away = np.linalg.norm(at_xy - swing(at_s), axis=-1)
    assert away.max() < limit_m
    assert away.mean() < limit_m / 4
    np.testing.assert_allclose(at_confidence, 0.9)
    straight = np.linalg.norm(resample(swing(time_s), time_s, at_s) - swing(at_s), axis=-1)
    assert rate > 30 or straight.max() > 2 * away.max()


def test_the_noise_of_single_frames_is_averaged_where_there_are_many() -> None:
    left = {}
    for rate in (60.0, 120.0, 240.0):
        time_s = np.arange(int(10 * rate)) / rate
        noise = np.random.default_rng(0).normal(0, 1, (len(time_s), 2, 2))
        at_s = find_lifting_times(time_s)
        at_noise, _ = sample_joints(noise, sure(time_s), time_s, at_s)
        left[rate] = float(at_noise.std())
    assert left[60.0] < 0.85
    assert left[120.0] < 0.6
    assert left[240.0] < 0.45


def test_a_surer_frame_counts_more_in_an_average() -> None:
    time_s = np.arange(240) / 240
    xy, confidence = np.zeros((240, 2, 2)), sure(time_s)
    xy[::2] = 10.0
    confidence[::2, 0] = 0.01
    at_xy, at_confidence = sample_joints(xy, confidence, time_s, find_lifting_times(time_s))
    assert np.abs(at_xy[2:-2, 0]).max() < 1.0
    np.testing.assert_allclose(at_xy[2:-2, 1], 5.0, atol=0.5)
    np.testing.assert_allclose(at_confidence[2:-2, 0], 0.455, atol=0.03)


@pytest.mark.parametrize("rate", [25.0, 60.0, 240.0])
def test_a_gap_is_not_bridged(rate: float) -> None:
    time_s = np.arange(int(3 * rate)) / rate
    gap = (time_s > 1.0) & (time_s < 1.5)
    xy, confidence = swing(time_s), sure(time_s)
    xy[gap, 0] = np.nan
    confidence[gap & (time_s > 1.2), 1] = 0.0
    at_s = find_lifting_times(time_s)
    at_xy, at_confidence = sample_joints(xy, confidence, time_s, at_s)
    edge = 1 / min(rate, 30.0)
    inside, outside = (at_s > 1.0 + edge) & (at_s < 1.5 - edge), (at_s < 1.0 - edge) | (at_s > 1.5 + edge)
    assert np.isnan(at_xy[inside, 0]).all()
    assert not at_confidence[inside, 0].any()
    assert np.isfinite(at_xy[outside]).all()
    assert np.isfinite(at_xy[at_s < 1.2 - edge, 1]).all()
    assert np.abs(at_xy[outside] - swing(at_s[outside])).max() < 0.015


def test_one_frame_that_missed_a_joint_does_no_harm_among_many() -> None:
    time_s = np.arange(240) / 240
    xy = swing(time_s)
    xy[::7] = np.nan
    at_s = find_lifting_times(time_s)
    at_xy, _ = sample_joints(xy, sure(time_s), time_s, at_s)
    assert np.abs(at_xy - swing(at_s)).max() < 0.003


def test_frames_at_uneven_times_are_averaged_too() -> None:
    time_s = np.cumsum(np.random.default_rng(1).uniform(0.002, 0.012, 400))
    at_s = find_lifting_times(time_s)
    at_xy, _ = sample_joints(swing(time_s), sure(time_s), time_s, at_s)
    assert np.abs(at_xy - swing(at_s)).max() < 0.004


def test_a_curve_survives_there_and_back() -> None:
    time_s = np.arange(720) / 240
    at_s = find_lifting_times(time_s)
    there, _ = sample_joints(swing(time_s), sure(time_s), time_s, at_s)
    assert np.abs(interpolate(there, at_s, time_s) - swing(time_s)).max() < 0.003


def test_a_place_alone_is_kept_and_nothing_made_of_it() -> None:
    values = np.full((5, 1, 1), np.nan)
    values[2] = 7.0
    read = interpolate(values, np.arange(5.0), np.arange(0, 4.1, 0.5))
    assert np.flatnonzero(np.isfinite(read[:, 0, 0])).tolist() == [4]
    assert read[4, 0, 0] == 7.0


def test_between_frames_gaps_are_not_bridged() -> None:
    values = np.array([0.0, 1.0, np.nan, 3.0])
    read = resample(values, np.arange(4.0), np.array([0.5, 1.0, 1.5, 2.0, 3.0]))
    np.testing.assert_array_equal(read, [0.5, 1.0, np.nan, np.nan, 3.0])


def test_the_type_is_kept() -> None:
    values = np.ones((10, 2), dtype=np.float32)
    assert resample(values, np.arange(10.0), np.arange(0, 9, 0.5)).dtype == np.float32


def test_gathered_weights_weigh_as_the_values_read_do() -> None:
    rng = np.random.default_rng(2)
    time_s, at_s = np.arange(20) / 30, np.arange(100) / 160
    values, weights = rng.normal(size=20), rng.uniform(size=100)
    expected = weights @ resample(values, time_s, at_s)
    assert gather_weights(weights, time_s, at_s) @ values == pytest.approx(expected)
