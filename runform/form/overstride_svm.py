"""Overstride by a support vector machine on the form embedding: training, and its opinion of one run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import KernelPCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from runform.errors import InputError
from runform.form.overstride_model import OverstrideModel, compute_rest
from runform.form.svm_search import MOST_DIRECTIONS, SETTINGS, SearchedSvm, Setting
from runform.form.svm_validation import Validation, cross_validate
from runform.form.verdict_probability import decide
from runform.results import SvmOpinion, Verdict
from runform.sequences import EMBEDDING_DIM, PHASES, FormEmbedding, require_shape

CLASSES = ("optimal", "overstride")
"""Class 0 and class 1; the margin is positive on the side of class 1."""

MIN_RUNS_PER_CLASS = 4
MIN_RUNNERS_PER_CLASS = 2
"""With fewer, no fold could leave a runner out and still learn both classes."""

CHANCE_P = 0.05
"""The opinion is withheld while the permutation p of the cross-validation is above this."""
MOST_STRANGE = 1.3
"""Times the usual distance from what the model's directions describe, beyond which it says nothing. Captured runners
before virtual detectors, whom the shipped model never saw, lie below 0.9; the one real treadmill clip there is lies at
1.7, and the model calls it optimal though nearly every landing lies beyond the limits."""
_DISTANCE_FOLDS = 5
OWN_LABELS = "your labels"
"""Name of a model trained from a coach's labels."""


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
    model_sha256: str,
    name: str = OWN_LABELS,
    permutations: int = 199,
    settings: tuple[Setting, ...] = SETTINGS,
    weights: Sequence[float] | None = None,
    phase_reference: npt.NDArray[np.float16] | None = None,
    report: Callable[[float], None] | None = None,
) -> tuple[OverstrideModel, Validation]:
    """Train on the labelled runs and measure how well that generalises to runners it has not seen.

    Args:
        embeddings: (N, 8704) form embeddings, one row per run, all of one lifting model and recipe.
        labels: (N,) members of `CLASSES`; rows of None are left out.
        groups: (N,) the runner of each run; no runner is ever in both a training and a test fold.
        seed: Of the folds and permutations; the same seed gives the same model and the same figures.
        model_sha256: Identity of the embeddings.
        name: Of the model, for people.
        permutations: Label permutations behind the p value; 0 leaves it out.
        settings: Among which each fold searches on its own training runs.
        weights: (N,) how much each run counts in learning; None counts them alike.
        phase_reference: (10, 8704) mean phases of optimal runs; None where not known.
        report: Told the share of the folds and permutations that is done; its owner may raise to stop.

    Returns:
        The model, fitted on every labelled run, and what the folds measured, in the order of the labelled runs.

    Raises:
        InputError: Too few labelled runs or runners, or an unknown label.
    """
    require_shape("embeddings", embeddings, (len(labels), EMBEDDING_DIM))
    unknown = {label for label in labels if label is not None and label not in CLASSES}
    if unknown:
        raise InputError(f"Unknown labels: {', '.join(sorted(unknown))}.", f"Use {' or '.join(CLASSES)}.")
    missing = describe_missing_labels(labels, groups)
    if missing:
        raise InputError(missing, "Label more runs on the Labels page.")
    labelled = [i for i, label in enumerate(labels) if label is not None]
    x = np.asarray(embeddings[labelled], dtype=np.float64)  # (n, 8704)
    y = np.array([CLASSES.index(str(labels[i])) for i in labelled], dtype=np.intp)  # (n,)
    runners = np.array([groups[i] for i in labelled])  # (n,)

    def make_svm() -> SearchedSvm:
        return SearchedSvm(settings, seed)

    def make_own_reducer() -> Pipeline:
        return make_reducer(max(setting.directions for setting in settings))

    counted = np.ones(len(y)) if weights is None else np.array([weights[i] for i in labelled])
    validation = cross_validate(
        x,
        y,
        runners,
        make_own_reducer,
        make_svm,
        seed=seed,
        permutations=permutations,
        weights=counted,
        report=report,
    )
    slope, offset = _fit_sigmoid(validation.margins, y)
    reducer = make_own_reducer().fit(x)
    svm = make_svm().fit(reducer.transform(x), y, runners, counted)
    setting = svm.setting
    figures = validation.as_dict() | {"directions": setting.directions, "kernel": setting.kernel, "c": setting.c}
    reference = np.zeros((PHASES, EMBEDDING_DIM), dtype=np.float16) if phase_reference is None else phase_reference
    model = _to_model(reducer, svm, x, (name, model_sha256), (slope, offset), reference, figures)
    usual = _measure_usual_distance(x, runners, make_own_reducer, model.directions.shape[1])
    return replace(model, usual_distance=usual), validation


def make_reducer(directions: int = MOST_DIRECTIONS) -> Pipeline:
    """What is fitted inside each fold before the SVM: standardise every number, keep the main directions.

    A linear kernel makes KernelPCA plain PCA, computed from the runs' inner products: with few runs of 8704 numbers
    that is twenty times faster, and the permutation test fits hundreds.
    """
    pca = KernelPCA(n_components=directions, kernel="linear", eigen_solver="dense")
    return Pipeline([("standardise", StandardScaler()), ("pca", pca)])


def judge_svm(embedding: FormEmbedding, model: OverstrideModel | None, missing: str = "") -> SvmOpinion:
    """The SVM's opinion of one run.

    Args:
        embedding: The run's form.
        model: The classifier, or None while there is none.
        missing: Why there is none; becomes the reason.

    Returns:
        margin is the SVM's decision value: 0 on the boundary, 1 and -1 on the margin's edges. The verdict goes by the
        probability (`verdict_probability.decide`), and is uncertain while the cross-validation is no better than
        chance.
    """
    if model is None:
        return refuse_svm(missing or "There is no learned model for this lifting model's forms.")
    if model.model_sha256 != embedding.model_sha256:
        return refuse_svm("The learned model stands on embeddings of another lifting model; train it again.")
    strangeness = model.compute_strangeness(embedding.vector)
    if strangeness > MOST_STRANGE:
        return refuse_svm(
            f"This clip's form lies {strangeness:.1f} times as far from what the learned model knows as runs it had "
            f"not seen did at most (limit {MOST_STRANGE:g}), so it has no opinion. Label your own runs and let the "
            "model learn from them."
        )
    margin = float(model.compute_margins(embedding.vector[None])[0])
    probability = model.compute_probability(margin)
    figures = model.figures
    verdict: Verdict = decide(probability)
    note = "; this run lies near the boundary" if verdict == "uncertain" else ""
    if figures.get("permutation_p", 0.0) > CHANCE_P:
        verdict, note = "uncertain", ", which cannot be told from chance"
    p = f", p = {figures['permutation_p']:.3f}" if "permutation_p" in figures else ""
    reason = (
        f"Learnt from {model.name}: {figures['n']} clips of {figures['runners']} runners; right for "
        f"{figures['accuracy']:.0%} of clips of runners it had not seen (95 % interval {figures['accuracy_low']:.0%} "
        f"to {figures['accuracy_high']:.0%}{p}). Its chance of overstriding for this run is {probability:.0%}{note}."
    )
    return SvmOpinion(verdict, probability, margin, reason, figures)


def refuse_svm(reason: str) -> SvmOpinion:
    """The opinion of a model that has none, and why."""
    return SvmOpinion(verdict="refused", probability=math.nan, margin=math.nan, reason=reason)


def _to_model(
    reducer: Pipeline,
    svm: SearchedSvm,
    x: npt.NDArray[np.float64],
    identity: tuple[str, str],
    sigmoid: tuple[float, float],
    phase_reference: npt.NDArray[np.float16],
    figures: dict[str, Any],
) -> OverstrideModel:
    """The fitted steps as plain arrays; `x` (n, 8704) are the runs they were fitted on."""
    scaler, pca = reducer.named_steps["standardise"], reducer.named_steps["pca"]
    real = np.flatnonzero(pca.eigenvalues_[: svm.setting.directions] > 0)
    directions = find_directions(reducer, x, svm.setting.directions)  # (8704, K)
    svc = svm.svc
    dual, support = svc.dual_coef_[0], svc.support_vectors_[:, real]
    if svm.setting.kernel == "linear":
        support, dual = (svc._gamma * dual @ support)[None], np.ones(1)
    return OverstrideModel(
        name=identity[0],
        model_sha256=identity[1],
        mean=scaler.mean_.astype(np.float32),
        scale=scaler.scale_.astype(np.float32),
        directions=directions.astype(np.float32),
        support=np.asarray(support, dtype=np.float64),
        dual=np.asarray(dual, dtype=np.float64),
        intercept=float(svc.intercept_[0]),
        gamma=0.0 if svm.setting.kernel == "linear" else float(svc._gamma),
        slope=sigmoid[0],
        offset=sigmoid[1],
        phase_reference=phase_reference,
        figures=figures,
    )


def _measure_usual_distance(
    x: npt.NDArray[np.float64], runners: npt.NDArray[Any], make: Callable[[], Pipeline], directions: int
) -> float:
    """99th percentile of how far runs lie from what the directions learnt from other runners describe."""
    found = []
    for train, test in GroupKFold(min(_DISTANCE_FOLDS, len(np.unique(runners)))).split(x, groups=runners):
        reducer = make().fit(x[train])
        scaler = reducer.named_steps["standardise"]
        kept = find_directions(reducer, x[train], directions)
        found.append(compute_rest(scaler.transform(x[test]), kept))
    return float(np.percentile(np.concatenate(found), 99))


def find_directions(reducer: Pipeline, x: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """(8704, K) orthonormal main directions of the standardised runs a reducer was fitted on, the largest first.

    KernelPCA with a linear kernel keeps the runs' weights; the directions are their sums of standardised runs. One
    direction less than there are runs is there: those beyond read 0 for every run, and are left out.

    Args:
        reducer: From `make_reducer`.
        x: (n, 8704) the runs.
        most: How many at most.
    """
    scaler, pca = reducer.named_steps["standardise"], reducer.named_steps["pca"]
    kept = min(most, len(pca.eigenvalues_))
    real = np.flatnonzero(pca.eigenvalues_[:kept] > 0)
    weights = pca.eigenvectors_[:, real] / np.sqrt(pca.eigenvalues_[real])
    return np.asarray(scaler.transform(x).T @ weights)


def _fit_sigmoid(margins: npt.NDArray[np.float64], y: npt.NDArray[np.intp]) -> tuple[float, float]:
    """Platt's sigmoid P(overstride | margin), fitted on margins of runs that were held out.

    A falling sigmoid would mean that the folds found nothing; it is replaced by a flat one at a half.
    """
    model = LogisticRegression(class_weight="balanced").fit(margins[:, None], y)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return (slope, intercept) if slope > 0 else (0.0, 0.0)
