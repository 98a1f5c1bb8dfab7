from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.timebase import find_lifting_times, resample


@pytest.mark.parametrize("rate", [24.0, 25.0, 29.97, 30.0])
def test_ordinary_rates_stay_as_they_are(rate: float) -> None:
    time_s = np.arange(90) / rate
    assert find_lifting_times(time_s) is time_s


@pytest.mark.parametrize("rate", [10.0, 50.0, 60.0, 120.0, 240.0])
def test_other_rates_are_brought_to_thirty(rate: float) -> None:
    time_s = 1.5 + np.arange(int(4 * rate)) / rate
    at_s = find_lifting_times(time_s)
    assert at_s[0] == time_s[0]
    assert at_s[-1] == pytest.approx(time_s[-1])
    np.testing.assert_allclose(np.diff(at_s), 1 / 30, rtol=0.02)


def test_a_clip_with_dropped_frames_is_made_steady() -> None:
    time_s = np.delete(np.arange(60) / 30, [20, 21, 40])
    np.testing.assert_allclose(np.diff(find_lifting_times(time_s)), 1 / 30, rtol=0.02)


def test_one_frame_is_one_time() -> None:
    assert find_lifting_times(np.array([0.2])).tolist() == [0.2]


def test_a_straight_line_survives_there_and_back() -> None:
    time_s = np.arange(240) / 240
    values = np.stack((3 * time_s, 1 - time_s), axis=1)
    at_s = find_lifting_times(time_s)
    np.testing.assert_allclose(resample(resample(values, time_s, at_s), at_s, time_s), values, atol=1e-9)


def test_gaps_are_not_bridged() -> None:
    values = np.array([0.0, 1.0, np.nan, 3.0])
    read = resample(values, np.arange(4.0), np.array([0.5, 1.0, 1.5, 2.0, 3.0]))
    np.testing.assert_array_equal(read, [0.5, 1.0, np.nan, np.nan, 3.0])


def test_the_type_is_kept() -> None:
    values = np.ones((10, 2), dtype=np.float32)
    assert resample(values, np.arange(10.0), np.arange(0, 9, 0.5)).dtype == np.float32
