"""The stored runs beside one run, against the same worked out plainly in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.form.population import NOBODY, Population
from runform.form.similarity import compute_cosines
from runform.sequences import FloatArray

RNG = np.random.default_rng(1)
VIEWS = ("left", "right", "front", "left", "back", "unclear") * 50
# Alike as running forms are: any two have a cosine near 0.98.
MATRIX = (RNG.standard_normal(400) + 0.14 * RNG.standard_normal((300, 400))).astype(np.float32)
RUN = MATRIX[0].astype(np.float64) + 0.05 * RNG.standard_normal(400)


def compare_plainly(run: FloatArray, rows: list[int], *, centre: bool) -> FloatArray:
    chosen = MATRIX[rows].astype(np.float64)
    return compute_cosines(chosen, run, chosen.mean(axis=0) if centre else np.zeros(400))


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("view", ["left", "right", "front", "unclear", None])
def test_a_new_run_is_compared_with_those_of_its_view(view: str | None, centre: bool) -> None:
    kept = {"left": {"left", "right"}, "right": {"left", "right"}, "front": {"front"}}.get(str(view), set(VIEWS))
    rows = [at for at, other in enumerate(VIEWS) if other in kept]
    others = Population(MATRIX, VIEWS, len(VIEWS)).compare(RUN, view, centre=centre)

    assert others.count == len(rows)
    assert not others.sampled
    np.testing.assert_allclose(others.cosines, compare_plainly(RUN, rows, centre=centre), atol=2e-5)
    if centre:
        np.testing.assert_allclose(others.mean, MATRIX[rows].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize("centre", [False, True])
def test_the_run_itself_and_its_copies_do_not_count(centre: bool) -> None:
    population = Population(np.concatenate([MATRIX, MATRIX[:1]]), (*VIEWS, VIEWS[0]), 301)
    run = MATRIX[0].astype(np.float64)
    rows = [at for at, other in enumerate(VIEWS) if other in ("left", "right") and at > 0]
    others = population.compare(run, "left", centre=centre)

    assert others.count == len(rows)
    np.testing.assert_allclose(others.cosines, compare_plainly(run, rows, centre=centre), atol=2e-5)


def test_a_copy_that_is_not_the_same_to_the_bit_is_taken_off_the_mean_too() -> None:
    run = MATRIX[0].astype(np.float64) * (1 + 1e-6)
    rows = [at for at, other in enumerate(VIEWS) if other in ("left", "right") and at > 0]
    others = Population(MATRIX, VIEWS, len(VIEWS)).compare(run, "left", centre=True)

    np.testing.assert_allclose(others.cosines, compare_plainly(run, rows, centre=True), atol=2e-5)


def test_nobody_else_there_is_nobody() -> None:
    population = Population(MATRIX[:1], ("left",), 1)

    assert population.compare(MATRIX[0].astype(np.float64), "left", centre=True) is NOBODY
    assert population.compare(RUN, "front").count == 0


def test_a_row_at_the_mean_is_like_nobody() -> None:
    matrix = np.array([[1, 1], [3, 1], [1, 3], [3, 3], [2, 2]], dtype=np.float32)
    others = Population(matrix, ("left",) * 5, 5).compare(np.array([4.0, 2.0]), "left", centre=True)

    assert others.cosines[4] == 0.0
    assert others.cosines[:4] == pytest.approx([-np.sqrt(0.5), np.sqrt(0.5), -np.sqrt(0.5), np.sqrt(0.5)])


def test_a_sample_says_so() -> None:
    assert Population(MATRIX, VIEWS, 1000).compare(RUN, "left").sampled


def test_lengths_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="matrix"):
        Population(MATRIX, VIEWS[:5], 300)
    with pytest.raises(ShapeError, match="total"):
        Population(MATRIX, VIEWS, 10)
