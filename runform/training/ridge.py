"""Ridge regression from many numbers to few, measured on groups it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import FloatArray, require_shape

PENALTIES = tuple(float(penalty) for penalty in np.logspace(-4, 1, 11))
"""Tried by the inner folds, as shares of the standardised numbers' own variance."""

OUTER_FOLDS, INNER_FOLDS = 5, 4

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class HeldOutFit:
    """What a regression says of rows it has not seen.

    Attributes:
        predicted: (n, k) targets as the fold that had not seen the row's group predicts them.
        r2: (k,) share of each target's variance that the predictions explain; below 0 where the mean would do better.
        rmse: (k,) root mean square error, in the target's unit.
    """

    predicted: FloatArray
    r2: FloatArray
    rmse: FloatArray


def cross_validate_ridge(x: FloatArray, y: FloatArray, groups: Sequence[str], seed: int = 0) -> HeldOutFit:
    """Nested cross-validation: inner folds choose each target's penalty, outer folds measure; no group is ever split.

    Every number is standardised on the rows that are learnt from.

    Args:
        x: (n, D) one row per clip.
        y: (n, k) what to predict.
        groups: (n,) the runner of each row.
        seed: Of the folds.

    Raises:
        InputError: Fewer groups than folds.
    """
    require_shape("x", x, (len(groups), None))
    require_shape("y", y, (len(groups), None))
    names = np.array(groups)
    if len(set(groups)) < OUTER_FOLDS * 2:
        raise InputError(f"{len(set(groups))} runners cannot be split into folds.", f"Use {2 * OUTER_FOLDS} or more.")
    rng = np.random.default_rng(seed)
    predicted = np.full(y.shape, np.nan)
    for train, test in _split(names, OUTER_FOLDS, rng):
        squares = np.zeros((len(PENALTIES), y.shape[1]))
        for inner_train, inner_test in _split(names[train], INNER_FOLDS, rng):
            learnt, asked = train[inner_train], train[inner_test]
            guesses = predict_ridge(x[learnt], y[learnt], x[asked], PENALTIES)
            squares += ((guesses - y[asked]) ** 2).sum(axis=1)
        best = squares.argmin(axis=0)  # (k,)
        guesses = predict_ridge(x[train], y[train], x[test], PENALTIES)
        predicted[test] = guesses[best, :, np.arange(y.shape[1])].T
    residual = ((predicted - y) ** 2).mean(axis=0)
    return HeldOutFit(predicted, 1 - residual / y.var(axis=0), np.sqrt(residual))


def predict_ridge(
    train_x: FloatArray, train_y: FloatArray, test_x: FloatArray, penalties: Sequence[float]
) -> FloatArray:
    """Ridge regression by the rows' inner products, which for few rows of many numbers is the small side.

    Args:
        train_x: (n, D) learnt from; numbers that are the same in all rows are left out.
        train_y: (n, k).
        test_x: (m, D).
        penalties: P shares of the standardised numbers' variance.

    Returns:
        (P, m, k) predictions.
    """
    spread = train_x.std(axis=0)
    varies = spread > 1e-9 * (np.abs(train_x).max(axis=0) + 1e-12)
    mean = train_x[:, varies].mean(axis=0)
    learnt = (train_x[:, varies] - mean) / spread[varies]
    asked = (test_x[:, varies] - mean) / spread[varies]
    width = max(int(varies.sum()), 1)
    values, vectors = np.linalg.eigh(learnt @ learnt.T / width)
    level = train_y.mean(axis=0)
    turned = vectors.T @ (train_y - level)  # (n, k)
    likeness = asked @ learnt.T / width @ vectors  # (m, n)
    shrunk = [turned / (np.maximum(values, 0.0) + penalty)[:, None] for penalty in penalties]
    return np.stack([likeness @ coefficients + level for coefficients in shrunk])


def _split(groups: npt.NDArray[np.str_], folds: int, rng: np.random.Generator) -> Iterator[tuple[IntArray, IntArray]]:
    """(train, test) positions of each fold; whole groups are shared out at random."""
    names = rng.permutation(np.unique(groups))
    for fold in range(folds):
        test = np.isin(groups, names[fold::folds])
        yield np.flatnonzero(~test), np.flatnonzero(test)
