"""The support vector machine, and what of it a nested search chooses: directions, kernel, softness of the margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn import config_context
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import SVC

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
Kernel = Literal["linear", "rbf"]

MOST_DIRECTIONS = 144
INNER_FOLDS = 3


@dataclass(frozen=True)
class Setting:
    """One way to set the machine up.

    Attributes:
        directions: How many of the main directions it sees.
        kernel: linear or rbf.
        c: What a run on the wrong side of its margin costs.
    """

    directions: int
    kernel: Kernel
    c: float


SETTINGS = (
    *(Setting(directions, "linear", c) for directions in (16, 48, MOST_DIRECTIONS) for c in (1.0, 10.0)),
    Setting(16, "rbf", 10.0),
)
"""From plain to supple: of equals the first is taken."""


class SearchedSvm:
    """An SVM whose setting is found on its own training runs, by folds that never split a runner.

    Args:
        settings: Among which to search.
        seed: Of the folds.
    """

    def __init__(self, settings: tuple[Setting, ...] = SETTINGS, seed: int = 0) -> None:
        self._settings = settings
        self._seed = seed
        self.setting = settings[0]
        self.svc = make_svc(settings[0])

    def fit(
        self, x: FloatArray, y: IntArray, groups: npt.NDArray[Any], weights: FloatArray | None = None
    ) -> SearchedSvm:
        """Search, then fit on all runs.

        Args:
            x: (n, K) scores in the main directions, the largest first.
            y: (n,) 0 or 1.
            groups: (n,) the runner of each run.
            weights: (n,) how much each run counts; None counts them alike.
        """
        counted = balance(y, np.ones(len(y)) if weights is None else weights)
        # Thousands of fits on a few runs: the library's checks of its own parameters take longer than the fits.
        with config_context(skip_parameter_validation=True, assume_finite=True):
            self.setting = self._search(x, y, groups, counted)
            self.svc = make_svc(self.setting).fit(x[:, : self.setting.directions], y, counted)
        return self

    def decision_function(self, x: FloatArray) -> FloatArray:
        """(n,) signed distance to the boundary: 1 and -1 on the margin's edges."""
        return np.asarray(self.svc.decision_function(x[:, : self.setting.directions]))

    def _search(self, x: FloatArray, y: IntArray, groups: npt.NDArray[Any], weights: FloatArray) -> Setting:
        """The setting whose held-out margins tell the labels apart best; the first where no folds can be made."""
        # More directions than there are change nothing.
        tried = {min(s.directions, x.shape[1]): s.directions for s in reversed(self._settings)}
        settings = [s for s in self._settings if s.directions in tried.values()]
        runners = min(len(np.unique(groups[y == label])) for label in (0, 1))
        folds = min(INNER_FOLDS, runners)
        if len(settings) == 1 or folds < 2:
            return settings[0]
        splits = [
            (train, test)
            for train, test in StratifiedGroupKFold(folds, shuffle=True, random_state=self._seed).split(x, y, groups)
            if len(np.unique(y[train])) == 2 and len(np.unique(y[test])) == 2
        ]
        if not splits:
            return settings[0]
        scores = [np.mean([_score(setting, x, y, weights, *split) for split in splits]) for setting in settings]
        return settings[int(np.argmax(scores))]


def balance(y: IntArray, weights: FloatArray) -> FloatArray:
    """(n,) weights under which both labels count alike in all, their mean as it was."""
    total = np.array([weights[y == label].sum() for label in (0, 1)])
    return np.asarray(weights * (weights.sum() / (2 * total))[y])


def make_svc(setting: Setting) -> SVC:
    """The machine; its C does not depend on how many numbers go in.

    A polynomial kernel of degree 1 is the linear kernel times gamma, and gamma="scale" divides by the data's mean
    squared length.
    """
    kernel = {"kernel": "poly", "degree": 1, "coef0": 0.0} if setting.kernel == "linear" else {"kernel": "rbf"}
    return SVC(**kernel, gamma="scale", C=setting.c)


def _score(setting: Setting, x: FloatArray, y: IntArray, weights: FloatArray, train: IntArray, test: IntArray) -> float:
    """Area under the curve of the runs left out."""
    kept = x[:, : setting.directions]
    fitted = make_svc(setting).fit(kept[train], y[train], weights[train])
    return compute_auc(y[test], fitted.decision_function(kept[test]))


def compute_auc(y: IntArray, margins: FloatArray) -> float:
    """Area under the receiver operating curve, 0 to 1; ties count half.

    By ranks (Mann and Whitney 1947): a hundred times faster for a few runs than building the curve, and the permutation
    test asks for thousands.

    Args:
        y: (n,) 0 or 1, both there.
        margins: (n,).
    """
    positive = int(y.sum())
    ranks = rankdata(margins)[y == 1].sum() - positive * (positive + 1) / 2
    return float(ranks / (positive * (len(y) - positive)))
