"""How well a classifier does on runners it has not seen: grouped folds, intervals, permutation test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import LeaveOneGroupOut, StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from runform.errors import InputError
from runform.form.intervals import compute_wilson_interval
from runform.form.svm_search import SearchedSvm, compute_auc

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
        auc: Area under the receiver operating curve of the margins, 0 to 1.
        permutation_p: NaN where none were drawn; else the share of label permutations, this one among
            them, with at least that balanced accuracy.
        permutations: How many were drawn.
        confusion: Counts [[optimal called optimal, optimal called overstride], [overstride called optimal, ...]].
        runners, folds: How many; 0 folds for a classifier that learnt elsewhere.
    """

    margins: FloatArray
    correct: npt.NDArray[np.bool_]
    balanced_accuracy: float
    auc: float
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
        figures: dict[str, Any] = {
            "n": len(self.correct),
            "runners": self.runners,
            "folds": self.folds,
            "accuracy": accuracy,
            "accuracy_low": low,
            "accuracy_high": high,
            "balanced_accuracy": self.balanced_accuracy,
            "auc": self.auc,
            "confusion": self.confusion,
        }
        if self.permutations:
            figures |= {"permutation_p": self.permutation_p, "permutations": self.permutations}
        return figures


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
    make_svm: Callable[[], SearchedSvm],
    *,
    seed: int,
    permutations: int,
    weights: FloatArray | None = None,
    report: Callable[[float], None] | None = None,
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
        make_svm: The classifier; it searches its setting on each fold's own training runs.
        seed: Of folds and permutations.
        permutations: How many to draw.
        weights: (n,) how much each run counts in learning; None counts them alike.
        report: Told the share that is done after each permutation.

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
    counted = np.ones(len(y)) if weights is None else weights
    margins = _predict_held_out(folds, splits, y, groups, counted, make_svm)
    called = (margins > 0).astype(np.intp)
    score = compute_balanced_accuracy(y, called)

    rng = np.random.default_rng(seed)
    drawn, at_least = 1, 1  # the true labels are one of the permutations
    for number in range(permutations):
        if report is not None:
            report((number + 1) / (permutations + 1))
        shuffled = permute_by_group(y, groups, rng)
        chance_splits = _split(shuffled, groups, seed)
        if chance_splits is None:
            continue
        chance = _predict_held_out(folds, chance_splits, shuffled, groups, counted, make_svm) > 0
        drawn += 1
        at_least += compute_balanced_accuracy(shuffled, chance.astype(np.intp)) >= score
    return Validation(
        margins=margins,
        correct=called == y,
        balanced_accuracy=score,
        auc=compute_auc(y, margins),
        permutation_p=at_least / drawn if drawn > 1 else float("nan"),
        permutations=drawn - 1,
        confusion=count_confusion(y, called),
        runners=len(np.unique(groups)),
        folds=len(splits),
    )


def assess_margins(
    margins: FloatArray, y: IntArray, groups: npt.NDArray[Any], *, seed: int = 0, permutations: int = 999
) -> Validation:
    """Measure a classifier that learnt from none of these runs.

    Args:
        margins: (n,) its decision values.
        y: (n,) 0 or 1; both must be there.
        groups: (n,) the runner of each run.
        seed: Of the permutations.
        permutations: How many to draw; labels are permuted by whole runners.

    Raises:
        InputError: One of the labels is missing.
    """
    if len(np.unique(y)) < 2:
        raise InputError("All runs carry the same label.", "Label runs of both kinds.")
    called = (margins > 0).astype(np.intp)
    score = compute_balanced_accuracy(y, called)
    rng = np.random.default_rng(seed)
    at_least = 1 + sum(
        compute_balanced_accuracy(permute_by_group(y, groups, rng), called) >= score for _ in range(permutations)
    )
    return Validation(
        margins=margins,
        correct=called == y,
        balanced_accuracy=score,
        auc=compute_auc(y, margins),
        permutation_p=at_least / (permutations + 1),
        permutations=permutations,
        confusion=count_confusion(y, called),
        runners=len(np.unique(groups)),
        folds=0,
    )


def count_confusion(y: IntArray, called: IntArray) -> list[list[int]]:
    """Counts [[0 called 0, 0 called 1], [1 called 0, 1 called 1]]."""
    return [[int(np.sum((y == truth) & (called == call))) for call in (0, 1)] for truth in (0, 1)]


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
    folds: _Folds,
    splits: list[tuple[IntArray, IntArray]],
    y: IntArray,
    groups: npt.NDArray[Any],
    weights: FloatArray,
    make_svm: Callable[[], SearchedSvm],
) -> FloatArray:
    """(n,) decision value of each run by the fold that had not seen its runner."""
    margins = np.empty(len(y))
    for train, test in splits:
        fold = folds.get(train, test)
        margins[test] = (
            make_svm().fit(fold.train_x, y[train], groups[train], weights[train]).decision_function(fold.test_x)
        )
    return margins
