from __future__ import annotations

import math

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.form.form_map import choose_perplexity, compute_form_map, compute_neighbour_purity, reduce_forms
from runform.sequences import EMBEDDING_DIM
from tests.form.labelled import make_labelled_runs


def test_alike_runs_lie_close() -> None:
    matrix, _, groups = make_labelled_runs(4, 8, 0.0)
    plane = compute_form_map(matrix)
    assert plane.shape == (32, 2)
    assert np.abs(plane).max() == pytest.approx(1.0)
    assert plane.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert compute_neighbour_purity(plane, groups).purity > 0.9


def test_the_same_seed_gives_the_same_map() -> None:
    matrix, _, _ = make_labelled_runs(4, 3, 0.0)
    assert np.array_equal(compute_form_map(matrix, seed=1), compute_form_map(matrix, seed=1))


@pytest.mark.parametrize("count", [5, 6, 7])
def test_the_smallest_maps_work(count: int) -> None:
    matrix, _, _ = make_labelled_runs(count, 1, 0.0)
    assert np.isfinite(compute_form_map(matrix)).all()


def test_repeated_runs_and_numbers_that_never_change_work() -> None:
    matrix, _, _ = make_labelled_runs(3, 2, 0.0)
    matrix[:, 100:] = 0.25
    assert np.isfinite(compute_form_map(np.vstack([matrix, matrix]))).all()


def test_two_different_forms_make_a_map_of_one_direction() -> None:
    matrix = np.zeros((6, EMBEDDING_DIM), dtype=np.float32)
    matrix[3:, 0] = 1.0
    assert np.isfinite(compute_form_map(matrix)).all()


@pytest.mark.parametrize(("count", "words"), [(0, "there are 0"), (1, "there is 1"), (4, "there are 4")])
def test_too_few_runs_are_refused(count: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        compute_form_map(np.zeros((count, EMBEDDING_DIM)))
    assert caught.value.remedy


def test_runs_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(InputError, match="same form"):
        compute_form_map(np.full((8, EMBEDDING_DIM), 0.1, dtype=np.float32))


def test_another_length_is_refused() -> None:
    with pytest.raises(ShapeError, match="matrix"):
        compute_form_map(np.zeros((8, 10)))


def test_perplexity_follows_the_number_of_runs() -> None:
    assert [choose_perplexity(n) for n in (5, 31, 1000)] == [2.0, 10.0, 30.0]


def test_reduction_weighs_every_number_alike() -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(30, 6))
    blown_up = matrix * np.array([1000.0, 1, 1, 1, 1, 1])
    assert np.abs(reduce_forms(matrix)) == pytest.approx(np.abs(reduce_forms(blown_up)))


def test_purity_of_labels_that_follow_the_form_and_of_labels_that_do_not() -> None:
    matrix, _, groups = make_labelled_runs(5, 8, 0.0)
    points = reduce_forms(matrix)
    alike = compute_neighbour_purity(points, groups)
    assert alike.purity == 1.0
    assert alike.chance == pytest.approx(7 / 39)
    assert (alike.k, alike.n) == (5, 40)
    shuffled = np.random.default_rng(0).permutation(groups).tolist()
    noise = compute_neighbour_purity(points, shuffled)
    assert noise.purity == pytest.approx(noise.chance, abs=0.12)


def test_purity_leaves_out_runs_without_a_label() -> None:
    points = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    purity = compute_neighbour_purity(points, ["a", None, "a", "b", "b", None], k=1)
    assert (purity.purity, purity.n, purity.k) == (1.0, 4, 1)
    assert purity.chance == pytest.approx(1 / 3)
    nothing = compute_neighbour_purity(points, [None] * 5 + ["a"])
    assert math.isnan(nothing.purity)
    assert nothing.n == 1
