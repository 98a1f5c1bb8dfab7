from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.windows import (
    WindowBlend,
    compute_blend_weights,
    find_square_box,
    find_window_starts,
    normalise_window,
)


def test_the_box_is_the_square_about_what_was_found() -> None:
    xy = np.array([[[10.0, 20.0], [110.0, 40.0], [5000.0, 5000.0], [np.nan, np.nan]]])
    confidence = np.array([[0.9, 0.1, 0.0, 0.0]])
    box = find_square_box(xy, confidence)
    assert box.centre_px.tolist() == [60.0, 30.0]
    assert box.half_side_px == 50.0
    window = normalise_window(xy, confidence, box)
    assert window.dtype == np.float32
    expected = np.array([[-1, -0.2, 0.9], [1, 0.2, 0.1], [0, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(window[0], expected, atol=1e-6)


def test_nothing_found_gives_zeros() -> None:
    xy, confidence = np.full((4, 17, 2), np.nan), np.zeros((4, 17))
    assert not normalise_window(xy, confidence, find_square_box(xy, confidence)).any()


@pytest.mark.parametrize(("frames", "window"), [(1, 30), (29, 30), (30, 30), (31, 30), (360, 30), (100, 1), (47, 20)])
def test_windows_cover_every_frame(frames: int, window: int) -> None:
    starts = find_window_starts(frames, window)
    covered = np.zeros(frames, dtype=int)
    for start in starts:
        assert start + min(window, frames) <= frames
        covered[start : start + window] += 1
    assert covered.min() >= 1
    assert len(set(starts)) == len(starts)


def test_windows_overlap_by_half() -> None:
    assert find_window_starts(75, 30) == [0, 15, 30, 45]
    assert find_window_starts(80, 30) == [0, 15, 30, 45, 50]


def test_blending_a_constant_gives_the_constant() -> None:
    blend = WindowBlend(47, (2, 3))
    for start in find_window_starts(47, 20):
        blend.add(start, np.full((20, 2, 3), 7.5, dtype=np.float32))
    np.testing.assert_allclose(blend.finish(empty=np.nan), 7.5, rtol=1e-6)


def test_blending_fades_from_one_window_to_the_next() -> None:
    blend = WindowBlend(30, ())
    blend.add(0, np.zeros(20, dtype=np.float32))
    blend.add(10, np.ones(20, dtype=np.float32))
    blended = blend.finish(empty=np.nan)
    assert np.all(blended[:10] == 0)
    assert np.all(blended[20:] == 1)
    assert np.all(np.diff(blended[9:21]) > 0)


def test_frames_without_a_window_stay_empty() -> None:
    blend = WindowBlend(6, (1,))
    blend.add(0, np.ones((3, 1), dtype=np.float32))
    assert blend.finish(empty=-1.0)[:, 0].tolist() == [1, 1, 1, -1, -1, -1]


def test_every_frame_of_a_window_counts() -> None:
    weights = compute_blend_weights(9)
    assert weights.min() > 0
    np.testing.assert_array_equal(weights, weights[::-1])
