from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold

from runform.errors import InputError, WeightsError
from runform.form.efficiency import (
    SETTINGS,
    TrainedLikeness,
    compute_figures,
    fit_svr,
    measure_clip_errors,
    predict_held_out,
    train_likeness,
)
from runform.form.likeness_model import (
    CLEANED,
    EXTRA_SCORES,
    Scale,
    compute_distance,
    compute_features,
    compute_mean_stride,
    from_bytes,
    to_bytes,
)
from runform.form.stride_denoising import MOMENTS, STRIDE_SHAPE, fit_denoiser, prepare_strides
from runform.form.stride_forms import POINTS, SEGMENTS, StrideForms
from runform.form.stride_population import StridePopulation
from runform.sequences import SIDES, FloatArray

RUNNERS, CLIPS, STRIDES = 160, 2, 2


def directions_at(style: FloatArray, points: int) -> FloatArray:
    """(points, 11, 2) a made-up gait: each segment swings about its own mean by its own amplitude, (11, 2) degrees."""
    phase = np.linspace(0, 2 * np.pi, points)[:, None]
    shift = np.array([np.pi if s.startswith("other") else 0.0 for s in SEGMENTS])
    angle = np.radians(style[:, 0] + style[:, 1] * np.cos(phase + shift + 0.94))
    return np.stack([np.sin(angle), -np.cos(angle)], axis=-1)


def add_noise(directions: FloatArray, rng: np.random.Generator, degrees: float) -> FloatArray:
    noisy = directions + np.radians(degrees) * rng.standard_normal(directions.shape[-2:])
    return np.asarray(noisy / np.linalg.norm(noisy, axis=-1, keepdims=True))


@pytest.fixture(scope="module")
def styles() -> FloatArray:
    rng = np.random.default_rng(0)
    return rng.normal([0.0, 30.0], [8.0, 6.0], (RUNNERS, len(SEGMENTS), 2))


@pytest.fixture(scope="module")
def population(styles: FloatArray) -> StridePopulation:
    """Virtual runners whose strides a camera shows with 5 degrees of steady noise in each clip."""
    rng = np.random.default_rng(1)
    seen, true = [], []
    for style in styles:
        for _ in range(CLIPS):
            still = directions_at(style, MOMENTS)
            shown = add_noise(still, rng, 5.0)
            for _ in range(STRIDES):
                true.append(add_noise(still, rng, 1.0))
                seen.append(add_noise(shown, rng, 0.3))
    count = len(seen)
    per_runner = CLIPS * STRIDES
    return StridePopulation(np.stack(seen), np.stack(true), np.arange(count) // per_runner, np.arange(count) // STRIDES)


def film(style: FloatArray, seed: int, strides: int = 8) -> StrideForms:
    rng = np.random.default_rng(seed)
    shown = add_noise(directions_at(style, POINTS), rng, 5.0)
    directions = np.stack([add_noise(shown, rng, 2.0) for _ in range(strides)])
    return StrideForms(directions, SIDES * (strides // 2), np.arange(strides) * 0.35, np.full(strides, 0.7))


@pytest.fixture(scope="module")
def trained(styles: FloatArray, population: StridePopulation) -> TrainedLikeness:
    return train_likeness([film(styles[0], seed) for seed in (10, 11, 12)], population)


def test_a_run_of_the_athlete_is_like_the_athlete_and_others_are_less(
    styles: FloatArray, trained: TrainedLikeness
) -> None:
    own = trained.model.predict(prepare_strides(film(styles[0], 20)))
    others = [trained.model.predict(prepare_strides(film(style, 21))).mean() for style in styles[1:20]]

    assert own.mean() == pytest.approx(1.0, abs=0.15)
    assert max(others) < own.mean() - 0.2
    assert np.mean(others) == pytest.approx(0.0, abs=0.2)


def test_it_is_nearer_to_the_truth_than_the_plain_distance(trained: TrainedLikeness) -> None:
    figures = trained.figures

    assert figures["rmse"] < figures["distance_rmse"]
    assert figures["correlation"] > max(0.75, figures["distance_correlation"])
    assert figures["runners"] == RUNNERS
    assert 0 < figures["change_error"] <= figures["clip_error"] * 1.1


def test_shuffled_truth_is_not_told(population: StridePopulation) -> None:
    rng = np.random.default_rng(3)
    features = rng.standard_normal((len(population.seen), 56))
    target = rng.standard_normal(RUNNERS)[population.runners]

    held_out = predict_held_out(features, target, population.runners, GroupKFold(4))

    assert abs(compute_figures(target, held_out)["correlation"]) < 0.3


def test_numpy_predicts_as_sklearn_does(population: StridePopulation, trained: TrainedLikeness) -> None:
    model = trained.model
    seen = population.seen[:50]
    features = compute_features(seen, model.denoiser.clean(seen), model.reference)
    if model.extra:
        features = np.hstack([features, model.denoiser.score(seen)[:, :EXTRA_SCORES]])
    everything = np.hstack([features, np.zeros((len(seen), 56))])[:, :56]
    setting = SETTINGS[0]
    scaler, svr = fit_svr(everything, np.sin(np.arange(50.0)), setting)
    copy = replace(
        model,
        offset=scaler.mean_,
        spread=scaler.scale_,
        support=svr.support_vectors_,
        weights=svr.dual_coef_[0],
        intercept=float(svr.intercept_[0]),
        gamma=setting.gamma / 24,
        extra=False,
    )
    base = model.scale.to_similarity(features[:, CLEANED])

    expected = base + svr.predict(scaler.transform(everything[:, :24]))
    np.testing.assert_allclose(copy.predict(seen), expected, atol=1e-9)


def test_a_model_comes_back_from_its_bytes(population: StridePopulation, trained: TrainedLikeness) -> None:
    back = from_bytes(to_bytes(trained.model))

    np.testing.assert_allclose(back.predict(population.seen), trained.model.predict(population.seen), atol=1e-4)
    assert back.scale == trained.model.scale
    with pytest.raises(WeightsError, match="damaged"):
        from_bytes(to_bytes(trained.model)[:-100])


def test_too_few_strides_of_the_athlete_are_refused(styles: FloatArray, population: StridePopulation) -> None:
    with pytest.raises(InputError, match="6 are needed"):
        train_likeness([film(styles[0], 1, strides=4)], population)


def test_the_legs_count_twice() -> None:
    reference = directions_at(np.zeros((len(SEGMENTS), 2)), MOMENTS)
    turned = {}
    for segment in ("own shank", "trunk"):
        style = np.zeros((len(SEGMENTS), 2))
        style[SEGMENTS.index(segment), 0] = 10.0
        turned[segment] = compute_distance(directions_at(style, MOMENTS)[None], reference)[0]

    assert turned["own shank"] ** 2 == pytest.approx(2 * turned["trunk"] ** 2)


def test_the_scale_is_one_at_own_and_zero_at_others() -> None:
    np.testing.assert_allclose(Scale(2.0, 12.0).to_similarity(np.array([2.0, 12.0, 7.0])), [1.0, 0.0, 0.5])


def test_what_a_runners_clips_share_is_no_error_of_a_change(population: StridePopulation) -> None:
    shared = np.random.default_rng(5).standard_normal(RUNNERS)[population.runners]

    whole, change = measure_clip_errors(shared, population)

    assert whole == pytest.approx(np.sqrt(np.mean(shared**2)))
    assert change == pytest.approx(0.0, abs=1e-12)


def test_the_denoiser_brings_strides_nearer_to_the_truth(population: StridePopulation) -> None:
    half = population.runners < RUNNERS // 2
    denoiser = fit_denoiser(population.seen[half], population.true[half])
    seen, true = population.seen[~half], population.true[~half]

    def off(strides: FloatArray) -> float:
        return float(np.mean([compute_distance(s[None], t)[0] for s, t in zip(strides, true, strict=True)]))

    assert off(denoiser.clean(seen)) < off(seen)
    assert compute_mean_stride(seen).shape == STRIDE_SHAPE
