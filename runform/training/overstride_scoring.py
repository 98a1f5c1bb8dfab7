"""How well probabilities of overstriding agree with labels: accuracy, area under the curve, intervals, permutations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import KFold
from sklearn.svm import SVC

from runform.form.intervals import compute_wilson_interval
from runform.form.svm_search import compute_auc
from runform.form.svm_validation import Validation, assess_margins
from runform.form.verdict_probability import CERTAIN, to_log_odds
from runform.sequences import FloatArray

PERMUTATIONS, BOOTSTRAPS, PAPER_REPEATS = 999, 2000, 50

MEASURES = (
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "balanced_accuracy",
    "auc",
    "auc_low",
    "auc_high",
    "permutation_p",
)
"""Of a row; NaN where they could not be measured."""

Row = dict[str, Any]
Labels = npt.NDArray[np.intp]


def score_probabilities(probabilities: Sequence[float], y: Labels, groups: npt.NDArray[Any], seed: int = 0) -> Row:
    """Hold probabilities by something that learnt from none of these clips against their labels.

    Args:
        probabilities: (n,) of overstriding; NaN for a refused clip, which counts as undecided and in nothing else.
        y: (n,) 1 for clips labelled overstride, else 0.
        groups: (n,) the runner of each clip.
        seed: Of permutations and bootstrap.

    Returns:
        clips, runners, refused; undecided: share of all clips without a verdict; accuracy_decided: of those with one;
        and `MEASURES`, with a verdict forced from every clip that is not refused.
    """
    found = np.array(probabilities)
    known = np.isfinite(found)
    decided = known & ((found >= CERTAIN) | (found <= 1 - CERTAIN))
    right = (found > 0.5) == (y == 1)
    row: Row = {
        "clips": len(found),
        "runners": len(np.unique(groups)),
        "refused": int((~known).sum()),
        "undecided": float(1 - decided.mean()),
        "accuracy_decided": float(right[decided].mean()) if decided.any() else math.nan,
    }
    if len(np.unique(y[known])) < 2:
        return row | dict.fromkeys(MEASURES, math.nan)
    margins = np.array([to_log_odds(p) for p in found[known]])
    validation = assess_margins(margins, y[known], groups[known], seed=seed, permutations=PERMUTATIONS)
    return row | summarise(validation, y[known], groups[known], seed)


def summarise(validation: Validation, y: Labels, groups: npt.NDArray[Any], seed: int = 0) -> Row:
    """`MEASURES` of a validation of clips with these labels and runners."""
    low, high = compute_auc_interval(validation.margins, y, groups, seed)
    figures = validation.as_dict() | {"auc_low": low, "auc_high": high}
    return {name: figures.get(name, math.nan) for name in MEASURES}


def compute_auc_interval(
    margins: FloatArray, y: Labels, groups: npt.NDArray[Any], seed: int = 0
) -> tuple[float, float]:
    """95 % interval of the area under the curve, by drawing runners with replacement.

    The percentile bootstrap (Efron 1979).

    Args:
        margins: (n,) decision values.
        y: (n,) 0 or 1.
        groups: (n,) the runner of each.
        seed: Of the draws.

    Returns:
        Low and high; NaN twice where hardly any draw holds both labels.
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    drawn = []
    for _ in range(BOOTSTRAPS):
        rows = np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))])
        if len(np.unique(y[rows])) == 2:
            drawn.append(compute_auc(y[rows], margins[rows]))
    if len(drawn) < BOOTSTRAPS / 10:
        return math.nan, math.nan
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def score_paper_protocol(vectors: npt.NDArray[Any], y: Labels, seed: int = 0) -> tuple[float, float, float]:
    """Accuracy by the published protocol: a linear SVM on the embedding as it is, four random folds.

    Runners are not kept together, so that a runner's other clips may be learnt from. The mean of many divisions into
    folds is taken, for with few clips one division says little.

    Args:
        vectors: (n, 8704) embeddings.
        y: (n,) 0 or 1.
        seed: Of the first division.

    Returns:
        Accuracy and its 95 % Wilson interval over clips.
    """
    right = []
    for repeat in range(PAPER_REPEATS):
        for train, test in KFold(4, shuffle=True, random_state=seed + repeat).split(vectors):
            if len(np.unique(y[train])) == 2:
                called = SVC(kernel="linear").fit(vectors[train], y[train]).predict(vectors[test])
                right.append((float((called == y[test]).sum()), len(test)))
    accuracy = sum(r for r, _ in right) / sum(n for _, n in right)
    return accuracy, *compute_wilson_interval(accuracy * len(y), len(y))
