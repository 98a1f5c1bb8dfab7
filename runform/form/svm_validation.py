"""How well a classifier does on runners it has not seen: grouped folds, intervals, permutation test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import LeaveOneGroupOut, StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from runform.errors import InputError
from runform.form.intervals import compute_wilson_interval

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

MAX_FOLDS = 5


@dataclass(frozen=True)
class Validation:
    """What grouped cross-validation measured.

    Attributes:
        margins: (n,) decision value of each run by the fold that had not seen its runner.
        correct: (n,) whether its sign is right.
        balanced_accuracy: Mean of both classes' recall, 0 to 1.
        permutation_p: Share of label permutations, this one among them, with at least that balanced accuracy.
        permutations: How many were drawn.
        confusion: Counts [[optimal called optimal, optimal called overstride], [overstride called optimal, ...]].
        runners, folds: How many.
    """

    margins: FloatArray
    correct: npt.NDArray[np.bool_]
    balanced_accuracy: float
    permutation_p: float
    permutations: int
    confusion: list[list[int]]
    runners: int
    folds: int

    def as_dict(self) -> dict[str, Any]:
        """The figures in plain numbers, for the record and the page.

        The accuracy's 95 % Wilson interval counts runners, not runs, because runs of one runner are not independent.
        """
        accuracy = float(self.correct.mean())
        low, high = compute_wilson_interval(accuracy * self.runners, self.runners)
        return {
            "n": len(self.correct),
            "runners": self.runners,
            "folds": self.folds,
            "accuracy": accuracy,
            "accuracy_low": low,
            "accuracy_high": high,
            "balanced_accuracy": self.balanced_accuracy,
            "permutation_p": self.permutation_p,
            "permutations": self.permutations,
            "confusion": self.confusion,
        }


@dataclass(frozen=True)
class _Fold:
    """One fold with its runs already reduced."""

    train: IntArray
    test: IntArray
    train_x: FloatArray
    test_x: FloatArray


class _Folds:
    """Makes reduced folds and keeps them: labels play no part in the reduction, and the same runners are often left out
    again under permuted labels.
    """

    def __init__(self, x: FloatArray, make_reducer: Callable[[], Pipeline]) -> None:
        self._x = x
        self._make_reducer = make_reducer
        self._kept: dict[bytes, _Fold] = {}

    def get(self, train: IntArray, test: IntArray) -> _Fold:
        """The fold that trains on `train` (sorted positions) and is asked about `test`, all other runs."""
        key = train.tobytes()
        if key not in self._kept:
            reducer = self._make_reducer().fit(self._x[train])
            self._kept[key] = _Fold(train, test, reducer.transform(self._x[train]), reducer.transform(self._x[test]))
        return self._kept[key]


def cross_validate(
    x: FloatArray,
    y: IntArray,
    groups: npt.NDArray[Any],
    make_reducer: Callable[[], Pipeline],
    make_svm: Callable[[], SVC],
    *,
    seed: int,
    permutations: int,
) -> Validation:
    """Measure a classifier by folds that never split a runner, beside what permuted labels reach.

    Labels are permuted by whole runners (exactly so where runners have equally many runs, nearly so otherwise), so that
    a runner's likeness to himself does not pass for skill. Each permutation draws its own stratified folds: with the
    folds of the true labels the permuted ones would be unbalanced within them, score below chance and flatter the
    model.

    Args:
        x: (n, D) one row per run.
        y: (n,) 0 or 1.
        groups: (n,) the runner of each run.
        make_reducer: The unsupervised steps, fitted inside each fold.
        make_svm: The classifier.
        seed: Of folds and permutations.
        permutations: How many to draw.

    Raises:
        InputError: A class is one runner's alone.
    """
    folds = _Folds(x, make_reducer)
    splits = _split(y, groups, seed)
    if splits is None:
        raise InputError(
            "One of the labels is a single runner's alone, so that runner cannot be left out to test the model.",
            "Label runs of more runners.",
        )
    margins = _predict_held_out(folds, splits, y, make_svm)
    called = (margins > 0).astype(np.intp)
    score = compute_balanced_accuracy(y, called)

    rng = np.random.default_rng(seed)
    drawn, at_least = 1, 1  # the true labels are one of the permutations
    for _ in range(permutations):
        shuffled = permute_by_group(y, groups, rng)
        chance_splits = _split(shuffled, groups, seed)
        if chance_splits is None:
            continue
        chance = _predict_held_out(folds, chance_splits, shuffled, make_svm) > 0
        drawn += 1
        at_least += compute_balanced_accuracy(shuffled, chance.astype(np.intp)) >= score
    return Validation(
        margins=margins,
        correct=called == y,
        balanced_accuracy=score,
        permutation_p=at_least / drawn,
        permutations=drawn - 1,
        confusion=[[int(np.sum((y == truth) & (called == call))) for call in (0, 1)] for truth in (0, 1)],
        runners=len(np.unique(groups)),
        folds=len(splits),
    )


def compute_balanced_accuracy(y: IntArray, called: IntArray) -> float:
    """Mean of both classes' recall, 0 to 1; 0.5 is chance however unequal the classes are."""
    return float(np.mean([np.mean(called[y == label] == label) for label in (0, 1)]))


def permute_by_group(y: IntArray, groups: npt.NDArray[Any], rng: np.random.Generator) -> IntArray:
    """The labels of whole runners dealt anew, keeping the count of each class.

    The runners are put in a random order and their labels, runner after runner, laid over the runs in the order of the
    runners' names.
    """
    names = np.unique(groups)
    members = [np.flatnonzero(groups == name) for name in names]
    dealt = np.concatenate([rng.permutation(y[members[i]]) for i in rng.permutation(len(names))])
    shuffled = np.empty_like(y)
    shuffled[np.concatenate(members)] = dealt
    return shuffled


def _split(y: IntArray, groups: npt.NDArray[Any], seed: int) -> list[tuple[IntArray, IntArray]] | None:
    """Grouped, stratified folds whose training parts hold both classes: as many as allow it.

    Where runners have both labels or very unequal numbers of runs no such folds may be found; then each runner is left
    out in turn. None where a label is one runner's alone, who cannot be left out at all.
    """
    runners = min(len(np.unique(groups[y == label])) for label in (0, 1))
    if runners < 2:
        return None
    for count in range(min(MAX_FOLDS, runners), 1, -1):
        splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
        folds = list(splitter.split(y, y, groups))
        if all(len(test) and len(np.unique(y[train])) == 2 for train, test in folds):
            return folds
    return list(LeaveOneGroupOut().split(y, y, groups))


def _predict_held_out(
    folds: _Folds, splits: list[tuple[IntArray, IntArray]], y: IntArray, make_svm: Callable[[], SVC]
) -> FloatArray:
    """(n,) decision value of each run by the fold that had not seen its runner."""
    margins = np.empty(len(y))
    for train, test in splits:
        fold = folds.get(train, test)
        margins[test] = make_svm().fit(fold.train_x, y[train]).decision_function(fold.test_x)
    return margins
