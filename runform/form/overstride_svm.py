"""Overstride by a support vector machine on the form embedding, learnt from the runs the coach has labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import KernelPCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from runform.errors import InputError
from runform.form.svm_validation import cross_validate
from runform.results import SvmOpinion, Verdict
from runform.sequences import EMBEDDING_DIM, FormEmbedding, require_shape

CLASSES = ("optimal", "overstride")
"""Class 0 and class 1; the margin is positive on the side of class 1."""

MIN_RUNS_PER_CLASS = 4
MIN_RUNNERS_PER_CLASS = 2
"""With fewer, no fold could leave a runner out and still learn both classes."""

PCA_DIRECTIONS = 16
MARGIN_BAND = 0.25
PROBABILITY_BAND = (0.35, 0.65)
CHANCE_P = 0.05
"""The opinion is withheld while the permutation p of the cross-validation is above this."""


@dataclass(frozen=True)
class TrainedSvm:
    """The classifier and what is known of it.

    Attributes:
        pipeline: Standardise, PCA, linear SVM; fitted on every labelled run.
        slope, intercept: Platt's sigmoid of the margin, fitted on held-out margins; slope is never negative.
        cross_validation: Measured on grouped folds; `svm_validation.cross_validate` names the entries.
        model_sha256: Hash of the lifting model whose embeddings it learnt from, or None when not stated.
    """

    pipeline: Pipeline
    slope: float
    intercept: float
    cross_validation: dict[str, Any]
    model_sha256: str | None = None


def describe_missing_labels(labels: Sequence[str | None], groups: Sequence[str]) -> str:
    """What the labelled runs still lack before anything can be learnt from them; empty when they suffice.

    Args:
        labels: Of each run, a member of `CLASSES`; None for a run without a label.
        groups: The runner of each run.
    """
    parts = []
    for name in CLASSES:
        runners = [group for label, group in zip(labels, groups, strict=True) if label == name]
        if len(runners) < MIN_RUNS_PER_CLASS or len(set(runners)) < MIN_RUNNERS_PER_CLASS:
            parts.append(f"{len(runners)} of {len(set(runners))} runners labelled {name}")
    if not parts:
        return ""
    return (
        f"The learned model needs {MIN_RUNS_PER_CLASS} runs of {MIN_RUNNERS_PER_CLASS} runners for each label, and has "
        f"{' and '.join(parts)}."
    )


def train_svm(
    embeddings: npt.NDArray[Any],
    labels: Sequence[str | None],
    groups: Sequence[str],
    seed: int = 0,
    *,
    permutations: int = 199,
    model_sha256: str | None = None,
) -> TrainedSvm:
    """Train on the labelled runs and measure how well that generalises to runners it has not seen.

    Args:
        embeddings: (N, 8704) form embeddings, one row per run, all of one lifting model.
        labels: (N,) members of `CLASSES`; rows of None are left out.
        groups: (N,) the runner of each run; no runner is ever in both a training and a test fold.
        seed: Of the folds and permutations; the same seed gives the same model and the same figures.
        permutations: Label permutations behind the p value.
        model_sha256: Hash of the lifting model behind the embeddings.

    Raises:
        InputError: Too few labelled runs or runners, or an unknown label.
    """
    require_shape("embeddings", embeddings, (len(labels), EMBEDDING_DIM))
    unknown = {label for label in labels if label is not None and label not in CLASSES}
    if unknown:
        raise InputError(f"Unknown labels: {', '.join(sorted(unknown))}.", f"Use {' or '.join(CLASSES)}.")
    missing = describe_missing_labels(labels, groups)
    if missing:
        raise InputError(missing, "Label more runs on the Result page.")
    labelled = [i for i, label in enumerate(labels) if label is not None]
    x = np.asarray(embeddings[labelled], dtype=np.float64)  # (n, 8704)
    y = np.array([CLASSES.index(str(labels[i])) for i in labelled], dtype=np.intp)  # (n,)
    runners = np.array([groups[i] for i in labelled])  # (n,)

    validation = cross_validate(x, y, runners, make_reducer, make_svm, seed=seed, permutations=permutations)
    slope, intercept = _fit_sigmoid(validation.margins, y)
    pipeline = Pipeline([("reduce", make_reducer()), ("svm", make_svm())]).fit(x, y)
    return TrainedSvm(pipeline, slope, intercept, validation.as_dict(), model_sha256)


def make_reducer() -> Pipeline:
    """What is fitted inside each fold before the SVM: standardise every number, keep the main directions.

    A linear kernel makes KernelPCA plain PCA, computed from the runs' inner products: with few runs of 8704 numbers
    that is twenty times faster, and the permutation test fits hundreds.
    """
    pca = KernelPCA(n_components=PCA_DIRECTIONS, kernel="linear", eigen_solver="dense")
    return Pipeline([("standardise", StandardScaler()), ("pca", pca)])


def make_svm() -> SVC:
    """A linear SVM whose C does not depend on how many numbers go in.

    A polynomial kernel of degree 1 is the linear kernel times gamma, and gamma="scale" divides by the data's mean
    squared length.
    """
    return SVC(kernel="poly", degree=1, coef0=0.0, gamma="scale", C=1.0, class_weight="balanced")


def judge_svm(embedding: FormEmbedding, trained: TrainedSvm | None, missing: str = "") -> SvmOpinion:
    """The SVM's opinion of one run.

    Args:
        embedding: The run's form.
        trained: The classifier, or None while there is none.
        missing: Why there is none (`describe_missing_labels`); becomes the reason.

    Returns:
        margin is the SVM's decision value: 0 on the boundary, 1 and -1 on the margin's edges. The verdict is uncertain
        near the boundary (`MARGIN_BAND`, `PROBABILITY_BAND`) and while the cross-validation is no better than chance.
    """
    if trained is None:
        return refuse_svm(missing or "No labelled runs to learn from yet; label runs of both kinds first.")
    if trained.model_sha256 is not None and trained.model_sha256 != embedding.model_sha256:
        return refuse_svm("The learned model stands on embeddings of another lifting model; train it again.")
    margin = float(trained.pipeline.decision_function(embedding.vector[None].astype(np.float64))[0])
    probability = _sigmoid(trained.slope * margin + trained.intercept)
    figures = trained.cross_validation
    low, high = PROBABILITY_BAND
    verdict: Verdict
    if figures["permutation_p"] > CHANCE_P:
        verdict, note = "uncertain", ", which cannot be told from chance"
    elif abs(margin) < MARGIN_BAND or low <= probability <= high or (margin > 0) != (probability > 0.5):
        verdict, note = "uncertain", "; this run lies near the boundary"
    else:
        verdict, note = ("overstride" if margin > 0 else "optimal"), ""
    reason = (
        f"Learnt from {figures['n']} labelled runs of {figures['runners']} runners; right for "
        f"{figures['accuracy']:.0%} of runs of runners it had not seen (95 % interval {figures['accuracy_low']:.0%} to "
        f"{figures['accuracy_high']:.0%}, p = {figures['permutation_p']:.3f}){note}."
    )
    return SvmOpinion(verdict, probability, margin, reason, figures)


def refuse_svm(reason: str) -> SvmOpinion:
    """The opinion of a model that has none, and why."""
    return SvmOpinion(verdict="refused", probability=math.nan, margin=math.nan, reason=reason)


def _fit_sigmoid(margins: npt.NDArray[np.float64], y: npt.NDArray[np.intp]) -> tuple[float, float]:
    """Platt's sigmoid P(overstride | margin), fitted on margins of runs that were held out.

    A falling sigmoid would mean that the folds found nothing; it is replaced by a flat one at a half.
    """
    model = LogisticRegression(class_weight="balanced").fit(margins[:, None], y)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return (slope, intercept) if slope > 0 else (0.0, 0.0)


def _sigmoid(value: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * value))
