from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.form.embedding import MIN_FRAMES, compute_embedding
from runform.sequences import FormEmbedding
from runform.skeletons import HUMAN36M_17


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
    assert (embedding.model, embedding.model_sha256) == ("lifter", "abc")


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
