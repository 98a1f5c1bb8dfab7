"""The smoothest path keeps a motion's direction where nearness alone would not."""

from __future__ import annotations

import numpy as np

from runform.pose.smooth_path import find_smoothest_path


def cross(frames: int = 11) -> np.ndarray:  # type: ignore[type-arg]
    """(T, 2, 1, 2) two points that pass each other between two frames, so that the nearer one is the wrong one."""
    position = np.linspace(-1.0, 1.0, frames + 1)[:-1] + 1.0 / (2 * frames)
    a = np.stack([position, 0.05 * position], axis=1)[:, None]
    return np.stack([a, -a], axis=1)


def test_points_that_pass_each_other_keep_their_direction() -> None:
    candidates = cross()
    path = find_smoothest_path(candidates, np.zeros(candidates.shape[:2]), np.arange(11) / 30, scale=1.0)
    assert len(set(path.tolist())) == 1


def test_shuffled_candidates_are_sorted_out() -> None:
    candidates = cross(31)
    flip = np.random.default_rng(0).random(31) < 0.5
    flip[0] = False
    shuffled = np.where(flip[:, None, None, None], candidates[:, ::-1], candidates)
    own = np.tile([0.0, 0.01], (31, 1))
    own[0] = [0.0, 1.0]
    path = find_smoothest_path(shuffled, own, np.arange(31) / 30, scale=1.0)
    np.testing.assert_array_equal(path == 1, flip)


def test_true_times_count() -> None:
    """A dropped frame doubles the step; by frame count the straight motion would look like a jump."""
    time_s = np.array([0, 1, 2, 4, 5, 6]) / 30
    steady = np.stack([time_s * 10, np.zeros(6)], axis=1)[:, None]
    by_count = steady.copy()
    by_count[3:, 0, 0] -= 10 / 30
    candidates = np.stack([by_count, steady], axis=1)
    path = find_smoothest_path(candidates, np.zeros((6, 2)), time_s, scale=1.0)
    assert path[3:].tolist() == [1, 1, 1]


def test_own_cost_decides_when_motion_does_not() -> None:
    same = np.zeros((5, 2, 1, 2))
    cost = np.tile([0.2, 0.1], (5, 1))
    assert find_smoothest_path(same, cost, np.arange(5) / 30, 1.0).tolist() == [1] * 5


def test_absent_candidates_are_never_chosen() -> None:
    candidates = np.zeros((4, 2, 1, 2))
    candidates[1, 0] = candidates[2, 1] = np.nan
    cost = np.zeros((4, 2))
    cost[1, 0] = cost[2, 1] = np.inf
    path = find_smoothest_path(candidates, cost, np.arange(4) / 30, 1.0)
    assert path[1:3].tolist() == [1, 0]


def test_counts_may_vary_from_frame_to_frame() -> None:
    """One answer in easy frames, several in others; leaving the absent ones out changes nothing."""
    rng = np.random.default_rng(0)
    candidates = rng.normal(0, 1, (40, 4, 3, 2))
    candidates[:, 2] = np.linspace(0, 4, 40)[:, None, None]
    cost = np.where(rng.random((40, 4)) < 0.5, np.inf, 0.0)
    cost[:, 2] = 0.0
    path = find_smoothest_path(candidates, cost, np.arange(40) / 30, 1.0)
    assert (path == 2).mean() > 0.9
    assert np.isfinite(cost[np.arange(40), path]).all()
    huge = np.where(np.isinf(cost), 1e6, cost)
    np.testing.assert_array_equal(find_smoothest_path(candidates, huge, np.arange(40) / 30, 1.0), path)


def test_a_long_pause_starts_afresh() -> None:
    """After the pause the nearer candidate has no claim; its own cost decides."""
    candidates = np.array([[[[0.0, 0.0]], [[9.0, 9.0]]]] * 4)
    cost = np.array([[0.0, 1.0], [0.0, 1.0], [0.1, 0.0], [0.1, 0.0]])
    time_s = np.array([0.0, 0.03, 2.0, 2.03])
    assert find_smoothest_path(candidates, cost, time_s, 1.0).tolist() == [0, 0, 1, 1]


def test_short_sequences() -> None:
    for frames in (0, 1, 2):
        path = find_smoothest_path(np.zeros((frames, 2, 1, 2)), np.zeros((frames, 2)), np.arange(frames) / 30, 1.0)
        assert len(path) == frames
