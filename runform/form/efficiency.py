"""Likeness to one athlete, stride by stride: a support vector regression, after an "efficiency index" for running.

Mittendorf's article (Running efficiency with computer vision: a comparative analysis with Eliud Kipchoge) regresses how
like a runner's keypoints are to one champion's and calls it efficiency. RunForm measures the same likeness and calls it
likeness: nobody's energy is measured.

What is to be told is a runner's true distance from the athlete's mean stride: 1 where a runner's own strides lie about
their mean, 0 where the average other runner's lie about the athlete's (`likeness_model.Scale`). A clip shows it through
a camera and a detector, which add distance to everybody. So the regression learns, on virtual runners of whom both are
known, by how much the true similarity differs from what the cleaned stride's distance says. Where a runner is unlike
all it has learnt from, that difference fades to nothing, and the distance speaks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import BaseCrossValidator, GroupKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from runform.errors import InputError
from runform.form.likeness_model import (
    CLEANED,
    EXTRA_SCORES,
    LikenessModel,
    Scale,
    compute_distance,
    compute_features,
    compute_mean_stride,
)
from runform.form.stride_denoising import Denoiser, clean_held_out, fit_denoiser, prepare_strides
from runform.form.stride_forms import StrideForms
from runform.form.stride_population import StridePopulation
from runform.sequences import FloatArray

LEAST_STRIDES = 6
"""Of the reference athlete: fewer show no mean stride."""
EPSILON = 0.005
OUTER_FOLDS, INNER_FOLDS = 4, 2


@dataclass(frozen=True)
class Setting:
    """What a search chooses among.

    Attributes:
        extra: Read main directions of the stride beside its distances.
        c, gamma: Of the regression; gamma is over the number of features.
    """

    extra: bool
    c: float
    gamma: float


SETTINGS = (
    Setting(extra=False, c=10.0, gamma=0.03),
    Setting(extra=False, c=100.0, gamma=0.003),
    Setting(extra=True, c=10.0, gamma=0.5),
    Setting(extra=True, c=100.0, gamma=0.003),
)


@dataclass(frozen=True)
class TrainedLikeness:
    """A model and what was measured of it.

    Attributes:
        model: For use.
        figures: Plain numbers: `correlation`, `mae`, `rmse` over strides of runners held out, the same of the plain
            distance (`distance_...`), `strides`, `runners`, `reference_strides`, `reference_clips`, `own_deg`,
            `other_deg`, `clip_error`, `change_error`.
    """

    model: LikenessModel
    figures: dict[str, Any]


@dataclass(frozen=True)
class _Rows:
    """Strides to learn from or be judged on: all features, the true similarity, whose strides."""

    features: FloatArray
    target: FloatArray
    groups: npt.NDArray[np.intp]


def train_likeness(
    reference: Sequence[StrideForms], population: StridePopulation, true_mean: FloatArray | None = None
) -> TrainedLikeness:
    """Learn how like one athlete's strides others are, and measure it on runners left out.

    Args:
        reference: The athlete's clips.
        population: Other runners.
        true_mean: (26, 11, 2) the athlete's mean stride where it is known from elsewhere; else the cleaned strides'.

    Raises:
        InputError: Too few strides of the athlete.
    """
    count = sum(len(clip) for clip in reference)
    if count < LEAST_STRIDES:
        raise InputError(
            f"The reference athlete shows {count} strides, and {LEAST_STRIDES} are needed.",
            "Add a clip of some seconds from the side.",
        )
    denoiser = fit_denoiser(population.seen, population.true)
    own = np.concatenate([prepare_strides(clip) for clip in reference])
    mean = compute_mean_stride(denoiser.clean(own)) if true_mean is None else true_mean
    scale = measure_scale(population, mean)
    if not scale.other_deg > scale.own_deg:
        raise InputError(
            "The reference athlete's stride is nobody's in particular.", "Choose clear clips from the side."
        )
    rows = _make_rows(population, denoiser, mean, scale)
    base = scale.to_similarity(rows.features[:, CLEANED])
    held_out = base + predict_held_out(rows.features, rows.target - base, rows.groups, GroupKFold(OUTER_FOLDS))
    clip_error, change_error = measure_clip_errors(held_out - rows.target, population)
    setting = choose_setting(rows.features, rows.target - base, rows.groups)
    own_features = _compute_all_features(own, denoiser, denoiser.clean(own), mean)
    features = np.vstack([rows.features, own_features])
    # The athlete's own strides are like themselves by definition.
    target = np.concatenate([rows.target, np.ones(len(own))])
    left = target - scale.to_similarity(features[:, CLEANED])
    model = _as_model(fit_svr(features, left, setting), setting, mean, scale, denoiser, clip_error, change_error)
    plain = scale.to_similarity(compute_distance(population.seen, mean))
    figures = (
        compute_figures(rows.target, held_out)
        | {f"distance_{name}": value for name, value in compute_figures(rows.target, plain).items()}
        | {"strides": len(rows.target), "runners": len(np.unique(rows.groups)), "reference_strides": count}
        | {"reference_clips": len(reference), "own_deg": scale.own_deg, "other_deg": scale.other_deg}
        | {"clip_error": clip_error, "change_error": change_error, "population": population.identity}
    )
    return TrainedLikeness(model, figures)


def measure_scale(population: StridePopulation, mean: FloatArray) -> Scale:
    """What counts as alike and as unlike beside a reference's mean stride (26, 11, 2)."""
    own, other = [], []
    for runner in np.unique(population.runners):
        strides = population.true[population.runners == runner]
        other.append(float(compute_distance(strides, mean).mean()))
        if len(strides) > 1:
            own.append(float(compute_distance(strides, compute_mean_stride(strides)).mean()))
    if not own:
        raise InputError("The population holds no runner with two strides.", "Make it anew with more strides.")
    return Scale(float(np.mean(own)), float(np.mean(other)))


def compute_figures(true: FloatArray, predicted: FloatArray) -> dict[str, float]:
    """Correlation (0 where one of them does not vary), mean absolute error and root mean square error."""
    varies = min(np.std(true), np.std(predicted)) > 0
    error = predicted - true
    return {
        "correlation": float(np.corrcoef(true, predicted)[0, 1]) if varies else 0.0,
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
    }


def measure_clip_errors(error: FloatArray, population: StridePopulation) -> tuple[float, float]:
    """Standard deviations of a clip's error, whole and without what a runner's clips share.

    Args:
        error: (N,) of the population's strides.
        population: Whose.
    """
    clips = {c: float(error[population.clips == c].mean()) for c in np.unique(population.clips)}
    whole = float(np.sqrt(np.mean(np.square(list(clips.values())))))
    squares, free = 0.0, 0
    for runner in np.unique(population.runners):
        own = np.array([clips[c] for c in np.unique(population.clips[population.runners == runner])])
        squares += float(((own - own.mean()) ** 2).sum())
        free += len(own) - 1
    return whole, float(np.sqrt(squares / free)) if free else whole


def predict_held_out(
    features: FloatArray, target: FloatArray, groups: npt.NDArray[np.intp], outer: BaseCrossValidator
) -> FloatArray:
    """(N,) each stride's target by a regression of the other folds, whose setting was searched within them.

    Args:
        features: (N, 56) every feature a model may read.
        target: (N,) what the distance leaves over of the similarity.
        groups: (N,) what is never split, in the outer folds or the inner ones.
        outer: The folds.
    """
    held_out = np.empty(len(target))
    for train, test in outer.split(features, groups=groups):
        setting = choose_setting(features[train], target[train], groups[train])
        scaler, svr = fit_svr(features[train], target[train], setting)
        held_out[test] = svr.predict(scaler.transform(_select(features[test], setting)))
    return held_out


def choose_setting(features: FloatArray, target: FloatArray, groups: npt.NDArray[np.intp]) -> Setting:
    """The setting with the least squared error on groups left out."""
    errors = dict.fromkeys(SETTINGS, 0.0)
    for train, test in GroupKFold(INNER_FOLDS).split(features, groups=groups):
        for setting in SETTINGS:
            scaler, svr = fit_svr(features[train], target[train], setting)
            off = svr.predict(scaler.transform(_select(features[test], setting))) - target[test]
            errors[setting] += float((off**2).sum())
    return min(SETTINGS, key=errors.__getitem__)


def fit_svr(features: FloatArray, target: FloatArray, setting: Setting) -> tuple[StandardScaler, SVR]:
    """Standardise and fit, on the features that the setting reads."""
    chosen = _select(features, setting)
    scaler = StandardScaler().fit(chosen)
    svr = SVR(C=setting.c, gamma=setting.gamma / chosen.shape[1], epsilon=EPSILON)
    return scaler, svr.fit(scaler.transform(chosen), target)


def _make_rows(population: StridePopulation, denoiser: Denoiser, mean: FloatArray, scale: Scale) -> _Rows:
    # Cleaned by maps that have not seen the runner, as it will be with the runners that the model is used for.
    cleaned = clean_held_out(population.seen, population.true, population.runners)
    features = _compute_all_features(population.seen, denoiser, cleaned, mean)
    return _Rows(features, scale.to_similarity(compute_distance(population.true, mean)), population.runners)


def _compute_all_features(seen: FloatArray, denoiser: Denoiser, cleaned: FloatArray, mean: FloatArray) -> FloatArray:
    """(N, 24 + K) the distances, and then where the strides lie."""
    return np.hstack([compute_features(seen, cleaned, mean), denoiser.score(seen)[:, :EXTRA_SCORES]])


def _select(features: FloatArray, setting: Setting) -> FloatArray:
    return features if setting.extra else features[:, :-EXTRA_SCORES]


def _as_model(
    fitted: tuple[StandardScaler, SVR],
    setting: Setting,
    mean: FloatArray,
    scale: Scale,
    denoiser: Denoiser,
    clip_error: float,
    change_error: float,
) -> LikenessModel:
    scaler, svr = fitted
    return LikenessModel(
        reference=mean,
        scale=scale,
        denoiser=denoiser,
        offset=np.asarray(scaler.mean_),
        spread=np.asarray(scaler.scale_),
        support=np.asarray(svr.support_vectors_),
        weights=np.asarray(svr.dual_coef_[0]),
        intercept=float(svr.intercept_[0]),
        gamma=setting.gamma / svr.support_vectors_.shape[1],
        extra=setting.extra,
        clip_error=clip_error,
        change_error=change_error,
    )
