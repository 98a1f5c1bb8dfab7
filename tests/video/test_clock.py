"""The clock of a clip: from 0, always forward, pauses kept."""

from __future__ import annotations

import numpy as np
import pytest

from runform.video.clock import PlayClock


def place(stamps: list[float | None], period_s: float = 0.1) -> list[float | None]:
    clock = PlayClock(period_s)
    return [clock.place(stamp) for stamp in stamps]


@pytest.mark.parametrize("start_s", [0.0, -7.5, 1e5])
def test_time_starts_at_zero_and_pauses_keep_their_length(start_s: float) -> None:
    steps = [0.0, 0.1, 0.25, 3.7, 3.8]
    assert place([start_s + step for step in steps]) == pytest.approx(steps)


def test_frames_without_a_stamp_follow_one_period_later() -> None:
    assert place([None, None, 5.0, 5.1, None, 5.3]) == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_repeated_and_stray_stamps_are_dropped() -> None:
    placed = place([0.0, 0.1, 0.1, 0.2, 0.05, 0.3, 0.3, 0.2, 0.4])
    assert placed == [0.0, 0.1, None, 0.2, None, pytest.approx(0.3), None, None, pytest.approx(0.4)]


def test_a_clock_that_was_set_back_goes_on_after_the_last_frame() -> None:
    stamps: list[float | None] = [*np.arange(10) * 0.1 + 50, *np.arange(10) * 0.1]
    placed = place(stamps)
    assert placed[10:12] == [None, None]
    times = [time_s for time_s in placed if time_s is not None]
    np.testing.assert_allclose(times, [*np.arange(10) * 0.1, *np.arange(12, 20) * 0.1], atol=1e-9)


def test_always_forward_whatever_the_stamps() -> None:
    rng = np.random.default_rng(0)
    stamps = [None if rng.random() < 0.2 else float(rng.normal(0, 5)) for _ in range(2000)]
    times = np.array([time_s for time_s in place(stamps) if time_s is not None])
    assert len(times) > 500
    assert np.all(np.diff(times) > 0)
