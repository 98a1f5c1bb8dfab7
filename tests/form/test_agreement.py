from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from runform.errors import ShapeError
from runform.form.agreement import (
    ANSWERS,
    MIN_RUNS_FOR_INTERVAL,
    compute_agreement,
    compute_kappa,
    compute_kappa_interval,
    compute_pairs,
    compute_table,
    describe_kappa,
)

# By hand: observed (20 + 15) / 50 = 0.7; expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa (0.7 - 0.5) / 0.5 = 0.4.
WORKED = np.array([[20, 5], [10, 15]])


def label(answers: str) -> dict[str, str]:
    """Runs r0, r1, ... labelled by letters: o(verstride), p(optimal), u(nsure), blank for none."""
    words = {"o": "overstride", "p": "optimal", "u": "unsure"}
    return {f"r{i}": words[letter] for i, letter in enumerate(answers) if letter != " "}


def test_a_table_worked_by_hand() -> None:
    assert compute_kappa(WORKED) == pytest.approx(0.4)


def test_perfect_agreement_is_one_and_perfect_contradiction_with_even_labels_minus_one() -> None:
    assert compute_kappa(np.array([[6, 0], [0, 4]])) == pytest.approx(1.0)
    assert compute_kappa(np.array([[0, 5], [5, 0]])) == pytest.approx(-1.0)


def test_independent_answers_are_zero() -> None:
    assert compute_kappa(np.array([[12, 28], [18, 42]])) == pytest.approx(0.0, abs=1e-12)
    rng = np.random.default_rng(3)
    first, second = ([ANSWERS[i] for i in rng.integers(0, 2, 4000)] for _ in range(2))
    assert abs(float(compute_kappa(compute_table(first, second)))) < 0.05


def test_it_is_scikit_learns_kappa() -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        a, b = ([ANSWERS[i] for i in rng.integers(0, 3, 30)] for _ in range(2))
        assert compute_kappa(compute_table(a, b)) == pytest.approx(cohen_kappa_score(a, b, labels=list(ANSWERS)))


def test_no_kappa_from_one_run_or_one_label() -> None:
    assert math.isnan(compute_kappa(np.zeros((2, 2))))
    assert math.isnan(compute_kappa(np.array([[1, 0], [0, 0]])))
    assert math.isnan(compute_kappa(np.array([[30, 0], [0, 0]])))
    assert compute_kappa(np.array([[20, 10], [0, 0]])) == pytest.approx(0.0)  # one rater's labels all alike


def test_many_tables_at_once() -> None:
    stacked = compute_kappa(np.stack([WORKED, np.zeros((2, 2)), WORKED.T]))
    assert stacked[[0, 2]] == pytest.approx([0.4, 0.4])
    assert math.isnan(stacked[1])


def test_the_interval_is_near_the_analytic_one() -> None:
    # Large-sample standard error (Fleiss, Cohen and Everitt 1969).
    p = WORKED / WORKED.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    expected, kappa = float(rows @ columns), 0.4
    a = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(2))
    b = (1 - kappa) ** 2 * sum(p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j)
    c = (kappa - expected * (1 - kappa)) ** 2
    error = math.sqrt((a + b - c) / 50) / (1 - expected)

    low, high = compute_kappa_interval(WORKED)

    assert (low, high) == pytest.approx((kappa - 1.96 * error, kappa + 1.96 * error), abs=0.03)
    assert compute_kappa_interval(WORKED) == (low, high)


@pytest.mark.parametrize(
    "table",
    [
        [[MIN_RUNS_FOR_INTERVAL - 5, 1], [1, 2]],  # too few
        [[20, 0], [0, 20]],  # never differ
        [[30, 1], [0, 0]],  # a label too rare: a third of the resamples have one label alone
        [[30, 0], [0, 0]],  # one label
    ],
)
def test_an_interval_that_would_mislead_is_not_given(table: list[list[int]]) -> None:
    assert all(math.isnan(end) for end in compute_kappa_interval(np.array(table)))


def test_unsure_is_no_decision_and_a_third_answer_in_a_second_kappa() -> None:
    pair = compute_agreement("A", "B", label("oopp u"), label("oopo uu"))

    assert (pair.n, pair.n_decided) == (5, 4)
    assert pair.table.tolist() == [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert pair.kappa == pytest.approx(0.5)
    assert pair.share == pytest.approx(0.75)
    assert pair.share_low < 0.75 < pair.share_high
    # Observed 4 / 5; expected (2 * 3 + 2 * 1 + 1 * 1) / 25 = 0.36.
    assert pair.kappa_with_unsure == pytest.approx((0.8 - 0.36) / 0.64)
    assert pair.disagreements == ("r3",)


def test_one_who_is_unsure_and_one_who_decides_differ() -> None:
    assert compute_agreement("A", "B", label("ou"), label("oo")).disagreements == ("r1",)


def test_nothing_in_common() -> None:
    pair = compute_agreement("A", "B", label("o "), label(" p"))
    assert pair.n == 0
    assert all(math.isnan(x) for x in (pair.kappa, pair.share, pair.share_low, pair.kappa_with_unsure))


def test_each_pair_that_shares_a_run() -> None:
    pairs = compute_pairs({"A": label("oop"), "B": label("opp"), "C": label("o"), "D": label("   o")})
    assert [(pair.first, pair.second, pair.n) for pair in pairs] == [("A", "B", 3), ("A", "C", 1), ("B", "C", 1)]


def test_answers_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ShapeError):
        compute_table(["optimal"], [])
    with pytest.raises(KeyError):
        compute_table(["perfect"], ["optimal"])


@pytest.mark.parametrize(
    ("kappa", "word"),
    [(-0.1, "poor"), (0.0, "slight"), (0.2, "slight"), (0.21, "fair"), (0.6, "moderate"), (0.8, "substantial")],
)
def test_landis_and_koch(kappa: float, word: str) -> None:
    assert describe_kappa(kappa) == word


def test_the_ends_of_landis_and_koch() -> None:
    assert describe_kappa(1.0) == "almost perfect"
    assert describe_kappa(math.nan) == ""
