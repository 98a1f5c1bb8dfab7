"""The moving mean on samples whose mean is known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.local_mean import compute_local_line, compute_local_mean


def test_a_line_stays_a_line_and_blocks_do_not_show() -> None:
    time_s = np.arange(0, 60, 1 / 30)  # several blocks
    means = compute_local_mean(time_s, 3 * time_s + 1, time_s, 0.2)

    inner = (time_s > 1) & (time_s < 59)
    np.testing.assert_allclose(means[inner], 3 * time_s[inner] + 1, atol=1e-3)


def test_nothing_near_gives_nan() -> None:
    means = compute_local_mean(np.array([0.0, 1.0]), np.array([2.0, 2.0]), np.array([0.5, 9.0]), 0.5)

    assert means[0] == pytest.approx(2.0)
    assert np.isnan(means[1])


def test_a_local_line_follows_a_line_to_its_ends() -> None:
    time_s = np.arange(0, 60, 1 / 30)
    heights = compute_local_line(time_s, 3 * time_s + 1, time_s, 0.2)

    np.testing.assert_allclose(heights, 3 * time_s + 1, atol=1e-9)


def test_a_lone_sample_stands_for_itself_and_nothing_near_gives_nan() -> None:
    heights = compute_local_line(np.array([1.0]), np.array([2.0]), np.array([1.2, 9.0]), 0.5)

    assert heights[0] == pytest.approx(2.0)
    assert np.isnan(heights[1])
