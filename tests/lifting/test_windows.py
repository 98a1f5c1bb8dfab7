from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.windows import (
    SquareBox,
    Window,
    WindowBlend,
    WindowMean,
    compute_blend_weights,
    compute_travel,
    cut_windows,
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


def test_windows_overlap_by_a_quarter_or_more_and_evenly() -> None:
    assert find_window_starts(360, 81) == [0, 56, 112, 167, 223, 279]
    assert find_window_starts(74, 30) == [0, 22, 44]
    assert find_window_starts(75, 30) == [0, 15, 30, 45]
    assert find_window_starts(80, 30, overlap=0.5) == [0, 12, 25, 38, 50]


def test_windows_without_a_joint_are_left_out_and_the_others_trusted_by_what_they_show() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(100, 400, (120, 17, 2))
    confidence = np.full((120, 17), 0.8)
    confidence[45:] = 0.0
    cut = cut_windows(xy, confidence, 30)
    assert [window.start for window in cut] == [0, 18, 36]
    np.testing.assert_allclose([window.trust for window in cut], [0.8, 0.8 * 27 / 30, 0.8 * 9 / 30], rtol=1e-6)
    assert all(window.inputs.shape == (30, 17, 3) for window in cut)


def test_a_window_that_is_trusted_more_counts_more_in_blend_and_mean() -> None:
    values = [np.full((20, 1), value, dtype=np.float32) for value in (0.0, 1.0)]
    windows = [Window(10 * i, SquareBox(np.zeros(2), 1.0), values[i], trust) for i, trust in enumerate((0.9, 0.1))]
    blend, mean = WindowBlend(30, (1,)), WindowMean(windows, np.ones(30), (1,))
    for window in windows:
        blend.add(window.start, window.inputs, window.trust)
        mean.add(window.start, window.inputs, window.trust)
    blended = blend.finish(empty=np.nan)
    assert np.all(blended[:10] == 0)
    assert np.all(blended[20:] == 1)
    # Half way the windows' own weights are 10 and 11, or the other way round.
    assert blended[14, 0] == pytest.approx(0.1 * 5 / (0.9 * 6 + 0.1 * 5))
    assert mean.finish()[0] == pytest.approx(blended.mean(), rel=1e-6)


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


def test_the_way_through_the_picture_is_a_parabola_and_the_bounce_stays() -> None:
    at = np.linspace(-1, 1, 60)
    way = np.stack([200 * at + 30 * at**2, 5 * at], axis=1)
    bounce = 8 * np.sin(np.linspace(0, 40, 60))
    body = np.random.default_rng(0).uniform(-50, 50, (17, 2))
    xy = body + way[:, None] + np.stack([np.zeros(60), bounce], axis=1)[:, None]
    travel = compute_travel(xy, np.full((60, 17), 0.7))
    np.testing.assert_allclose(travel[:, 0], way[:, 0] - way[:, 0].mean(), atol=1e-6)
    np.testing.assert_allclose(travel[:, 1], way[:, 1] - way[:, 1].mean(), atol=2.0)
    assert not compute_travel(xy, np.zeros((60, 17))).any()
