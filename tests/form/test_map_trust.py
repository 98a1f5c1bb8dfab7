from __future__ import annotations

import math

import numpy as np
import pytest

from runform.form.map_trust import (
    compute_neighbour_correlation,
    compute_neighbour_purity,
    find_neighbours,
    shuffle_by_owner,
)


def make_points(owners: int, runs: int, seed: int = 0) -> tuple[np.ndarray, list[str]]:  # type: ignore[type-arg]
    """(N, 6) runs that lie close to their owner's others, and whose they are."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(owners, 6)), runs, axis=0)
    points = centres + 0.05 * rng.normal(size=centres.shape)
    return points, [f"runner {run // runs}" for run in range(owners * runs)]


def test_purity_of_labels_that_follow_the_form_and_of_labels_that_do_not() -> None:
    points, owners = make_points(5, 8)
    alike = compute_neighbour_purity(points, owners)
    assert alike.value == 1.0
    assert alike.chance == pytest.approx(7 / 39, abs=0.01)
    assert alike.p == pytest.approx(1 / 500)
    assert (alike.k, alike.n) == (5, 40)
    shuffled = np.random.default_rng(0).permutation(owners).tolist()
    noise = compute_neighbour_purity(points, shuffled)
    assert noise.chance_low <= noise.value <= noise.chance_high
    assert noise.p > 0.05


def test_labels_that_only_tell_who_ran_are_no_pattern() -> None:
    """Each athlete has one label in all runs, given at random: neighbours of one's own would show a pattern."""
    found = []
    for seed in range(20):
        points, owners = make_points(20, 8, seed)
        given = dict(zip(dict.fromkeys(owners), np.random.default_rng(seed).permutation(["a", "b"] * 10), strict=True))
        labels = [str(given[owner]) for owner in owners]
        assert compute_neighbour_purity(points, labels).value == 1.0
        found.append(compute_neighbour_purity(points, labels, owners).p)
    assert sum(p <= 0.05 for p in found) <= 4  # of 20, where one is expected; more than 4 in 3 of 1000 such tests


def test_labels_that_follow_the_form_across_athletes_are_a_pattern() -> None:
    points, owners = make_points(40, 4)
    labels = ["a" if value > 0 else "b" for value in points[:, 0]]
    test = compute_neighbour_purity(points, labels, owners)
    assert test.value > test.chance_high
    assert test.p <= 0.01


def test_purity_leaves_out_runs_without_a_label() -> None:
    points = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    purity = compute_neighbour_purity(points, ["a", None, "a", "b", "b", None], k=1)
    assert (purity.value, purity.n, purity.k) == (1.0, 4, 1)
    assert purity.chance == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize("labels", [[None] * 5 + ["a"], ["a"] * 6, [None] * 6])
def test_nothing_is_said_where_nothing_can_be_told(labels: list[str | None]) -> None:
    test = compute_neighbour_purity(np.arange(6.0)[:, None], labels)
    assert not test.measured
    assert math.isnan(test.p)
    assert test.k == 0


def test_one_athlete_alone_has_no_neighbours_of_others() -> None:
    points = np.arange(6.0)[:, None]
    assert not compute_neighbour_purity(points, ["a", "b"] * 3, ["Ada"] * 6).measured


def test_numbers_that_follow_the_form_and_numbers_that_do_not() -> None:
    points, owners = make_points(60, 2)
    speed = 3.0 + points[:, 0]
    speed[:3] = np.nan
    follows = compute_neighbour_correlation(points, speed, owners)
    assert follows.value > 0.4
    assert follows.p <= 0.01
    assert follows.n == 117
    noise = compute_neighbour_correlation(points, np.random.default_rng(3).normal(size=120), owners)
    assert noise.p > 0.05
    assert abs(noise.chance) < 0.05
    assert not compute_neighbour_correlation(points, np.full(120, 3.0), owners).measured
    assert not compute_neighbour_correlation(points, np.full(120, np.nan), owners).measured


def test_neighbours_are_the_nearest_of_other_owners() -> None:
    points = np.array([[0.0], [1.0], [2.5], [4.5], [7.0]])
    assert sorted(find_neighbours(points, 2)[0]) == [1, 2]
    owners = np.array([0, 0, 1, 1, 2])
    assert [sorted(row) for row in find_neighbours(points, 2, owners)] == [[2, 3], [2, 3], [0, 1], [1, 4], [2, 3]]
    assert find_neighbours(points, 99, owners).shape == (5, 3)
    assert find_neighbours(points, 2, np.zeros(5, dtype=np.intp)).shape == (5, 0)
    assert find_neighbours(np.zeros((0, 1)), 2).shape == (0, 0)


def test_shuffles_keep_owners_together() -> None:
    owners = np.array([0, 1, 0, 2, 1, 0, 2, 2, 2])
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(50):
        taken = owners[shuffle_by_owner(owners, rng)]
        for owner in range(3):
            assert len(set(taken[owners == owner])) == 1  # all of one owner's rows come from one owner
        seen.add(tuple(taken))
    assert len(seen) == 6
