from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.form.embedding import (
    MIN_FRAMES,
    RECIPE,
    compute_embedding,
    compute_stride_weights,
    name_space,
)
from runform.sequences import FloatArray, FormEmbedding
from runform.skeletons import HUMAN36M_17

STRIDE_S = 0.7


def embed(mean: np.ndarray, frames: int = MIN_FRAMES) -> FormEmbedding:  # type: ignore[type-arg]
    return compute_embedding(mean, frames=frames, model="lifter", model_sha256="abc")


def test_joints_lie_side_by_side() -> None:
    mean = np.zeros((17, 512))
    knee = HUMAN36M_17.index["right_knee"]
    mean[knee, 7] = 0.5

    embedding = embed(mean)

    assert embedding.vector.shape == (8704,)
    assert embedding.vector.dtype == np.float32
    assert np.flatnonzero(embedding.vector).tolist() == [knee * 512 + 7]
    assert embedding.model == "lifter"


def test_an_embedding_names_weights_and_recipe() -> None:
    assert embed(np.ones((17, 512))).model_sha256 == name_space("abc") == f"abc.{RECIPE}"
    # Recipe 1 stands in databases under the weights' hash alone.
    assert name_space("abc") != "abc"


def test_too_few_frames_describe_no_form() -> None:
    with pytest.raises(InputError, match="15 frames") as caught:
        embed(np.ones((17, 512)), frames=MIN_FRAMES - 1)
    assert caught.value.remedy


def test_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match="mean_representation"):
        embed(np.ones((16, 512)))


def test_a_mean_of_no_frame_is_refused() -> None:
    with pytest.raises(ShapeError, match="finite"):
        embed(np.full((17, 512), np.nan))


def clock(seconds: float, rate: float = 30.0, start_s: float = 3.21) -> FloatArray:
    return np.asarray(start_s + np.arange(round(seconds * rate)) / rate)


@pytest.mark.parametrize("seconds", [0.74, 1.03, 1.4, 2.0, 3.87, 11.9])
@pytest.mark.parametrize("rate", [24.0, 30.0, 240.0])
def test_every_phase_of_the_stride_counts_alike(seconds: float, rate: float) -> None:
    time_s = clock(seconds, rate)
    weights = compute_stride_weights(time_s, np.ones(len(time_s), dtype=bool), STRIDE_S)
    swing = np.exp(2j * np.pi * time_s / STRIDE_S)
    step = np.exp(4j * np.pi * time_s / STRIDE_S)

    assert abs(np.average(swing, weights=weights)) < 0.03
    assert abs(np.average(step, weights=weights)) < 0.03


def test_frames_alike_would_lean_to_one_phase() -> None:
    time_s = clock(1.05)
    assert abs(np.exp(2j * np.pi * time_s / STRIDE_S).mean()) > 0.2


def test_a_stride_that_is_a_little_wrong_does_little_harm() -> None:
    time_s = clock(3.9)
    weights = compute_stride_weights(time_s, np.ones(len(time_s), dtype=bool), 1.04 * STRIDE_S)
    assert abs(np.average(np.exp(2j * np.pi * time_s / STRIDE_S), weights=weights)) < 0.02


def test_weights_rise_over_a_stride_and_fall_over_one() -> None:
    time_s = clock(6.0)
    weights = compute_stride_weights(time_s, np.ones(len(time_s), dtype=bool), STRIDE_S)
    np.testing.assert_allclose(weights, weights[::-1], atol=1e-9)
    assert (np.diff(weights[:90]) >= -1e-9).all()
    assert weights.max() == 1.0
    assert weights[0] == pytest.approx(0.5 / 30 / STRIDE_S)
    assert np.count_nonzero(weights >= 1 - 1e-9) == round((6.0 - 2 * STRIDE_S) * 30)


def test_frames_without_the_runner_do_not_count() -> None:
    time_s = clock(6.0)
    found = (time_s > 4.0) & (time_s < 8.0)
    found[60] = False
    weights = compute_stride_weights(time_s, found, STRIDE_S)
    assert not weights[~found].any()
    assert (weights[found] > 0).all()


@pytest.mark.parametrize("stride_s", [float("nan"), 0.0, 1.9])
def test_without_a_whole_stride_every_frame_found_counts(stride_s: float) -> None:
    time_s = clock(1.5)
    found = time_s > 3.5
    np.testing.assert_array_equal(compute_stride_weights(time_s, found, stride_s), found.astype(float))


def test_no_frame_or_one_is_no_trouble() -> None:
    assert compute_stride_weights(clock(1.0), np.zeros(30, dtype=bool), STRIDE_S).tolist() == [0.0] * 30
    assert compute_stride_weights(np.array([1.0]), np.array([True]), STRIDE_S).tolist() == [1.0]
