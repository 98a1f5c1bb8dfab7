"""The baselines: classifiers of single moments by the window around each, a random forest and a small perceptron."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from runform.sequences import FloatArray, Side
from runform.training.contact_learning.clips import LabelledSignals
from runform.training.contact_learning.methods import SignalMethod
from runform.training.contact_learning.signals import GRID_HZ, LegSignals

WINDOW_S = 0.35
_OFFSETS = np.arange(-5, 6) * round(WINDOW_S * GRID_HZ / 10)
_ROWS = 12000
FOREST_GRID: dict[str, list[Any]] = {"classify__max_depth": [8, 16], "classify__min_samples_leaf": [5, 30]}
PERCEPTRON_GRID: dict[str, list[Any]] = {
    "classify__hidden_layer_sizes": [(32,), (64, 32)],
    "classify__alpha": [1e-3, 1e-1],
}


@dataclass(frozen=True)
class _WindowScore:
    """Probability of contact at every moment by a fitted classifier."""

    classifier: Any

    def __call__(self, signals: LegSignals, side: Side) -> FloatArray:
        return np.asarray(self.classifier.predict_proba(cut_windows(signals.values[side]))[:, 1])


def cut_windows(signals: FloatArray) -> FloatArray:
    """(T, C) signals -> (T, 11 C), at each sample those of 11 moments over 0.35 s around it; the ends are repeated."""
    at = np.clip(np.arange(len(signals))[:, None] + _OFFSETS, 0, len(signals) - 1)
    return np.asarray(signals[at].reshape(len(signals), -1))


def fit_forest(clips: Sequence[LabelledSignals], seed: int, trees: int = 100) -> SignalMethod:
    """A random forest, its depth and leaf size searched with whole subjects held out."""
    model = RandomForestClassifier(n_estimators=trees, max_features="sqrt", random_state=seed)
    return SignalMethod("random forest", _WindowScore(_search(model, FOREST_GRID, clips, seed)))


def fit_perceptron(clips: Sequence[LabelledSignals], seed: int) -> SignalMethod:
    """A multi-layer perceptron, its layers and weight decay searched with whole subjects held out."""
    model = MLPClassifier(max_iter=60, early_stopping=True, random_state=seed)
    return SignalMethod("perceptron", _WindowScore(_search(model, PERCEPTRON_GRID, clips, seed)))


def _search(model: Any, grid: dict[str, list[Any]], clips: Sequence[LabelledSignals], seed: int) -> Any:
    """The best of a grid by log loss, refitted on everything; the first of it where there is only one subject."""
    windows, labels, subjects = draw_rows(clips, _ROWS, seed)
    pipeline = Pipeline([("scale", StandardScaler()), ("classify", model)])
    folds = GroupKFold(n_splits=min(3, len(np.unique(subjects))))
    with warnings.catch_warnings():
        # The perceptron's rounds are part of the grid's budget, not a fault.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GridSearchCV(pipeline, grid, scoring="neg_log_loss", cv=folds).fit(windows, labels, groups=subjects)


def draw_rows(
    clips: Sequence[LabelledSignals], count: int, seed: int
) -> tuple[FloatArray, npt.NDArray[np.bool_], npt.NDArray[np.str_]]:
    """(N, 275) windows whose target is known, drawn evenly, (N,) whether on the ground, and (N,) whose."""
    windows = np.concatenate([cut_windows(clip.signals)[clip.weight > 0] for clip in clips])
    labels = np.concatenate([clip.target[clip.weight > 0] > 0.5 for clip in clips])
    subjects = np.concatenate([np.full(int((clip.weight > 0).sum()), clip.subject) for clip in clips])
    rows = np.random.default_rng(seed).permutation(len(labels))[:count]
    return windows[rows], labels[rows], subjects[rows]
