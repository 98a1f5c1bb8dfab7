from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import InputError, ShapeError
from runform.form.embedding import MIN_FRAMES, compute_embedding
from runform.sequences import FormEmbedding
from runform.skeletons import HUMAN36M_17


def embed(representation: npt.NDArray[Any], weights: npt.NDArray[Any] | None = None) -> FormEmbedding:
    return compute_embedding(representation, model="lifter", model_sha256="abc", weights=weights)


def test_is_the_mean_over_time_with_joints_in_human36m_order() -> None:
    representation = np.zeros((40, 17, 512), dtype=np.float32)
    knee = HUMAN36M_17.index["left_knee"]
    representation[:20, knee, 7] = 1.0
    embedding = embed(representation)
    assert embedding.vector.dtype == np.float32
    assert (embedding.model, embedding.model_sha256) == ("lifter", "abc")
    assert np.flatnonzero(embedding.vector).tolist() == [knee * 512 + 7]
    assert embedding.vector[knee * 512 + 7] == pytest.approx(0.5)


def test_frames_without_the_runner_do_not_count() -> None:
    representation = np.ones((40, 17, 512), dtype=np.float32)
    representation[30:] = np.nan
    found = np.arange(40) < 30
    assert np.all(embed(representation, found).vector == 1.0)


def test_weights_weigh() -> None:
    representation = np.zeros((20, 17, 512), dtype=np.float32)
    representation[:10] = 1.0
    weights = np.where(np.arange(20) < 10, 3.0, 1.0)
    assert embed(representation, weights).vector[0] == pytest.approx(0.75)


def test_too_few_frames_are_refused_with_a_remedy() -> None:
    representation = np.ones((40, 17, 512), dtype=np.float32)
    found = np.arange(40) < MIN_FRAMES - 1
    with pytest.raises(InputError, match="too few") as caught:
        embed(representation, found)
    assert "longer clip" in caught.value.remedy
    assert embed(representation, np.arange(40) < MIN_FRAMES).vector[0] == 1.0


@pytest.mark.parametrize("shape", [(40, 16, 512), (40, 17, 256), (17, 512)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="representation"):
        embed(np.ones(shape, dtype=np.float32))


def test_bad_weights_and_nan_in_a_frame_that_counts_are_refused() -> None:
    representation = np.ones((40, 17, 512), dtype=np.float32)
    with pytest.raises(ShapeError, match="negative"):
        embed(representation, np.linspace(-1, 1, 40))
    with pytest.raises(ShapeError, match="weights"):
        embed(representation, np.ones(39))
    representation[3, 2, 1] = np.nan
    with pytest.raises(ShapeError, match="finite"):
        embed(representation)
