"""The form of a run as one vector: the lifting model's representation averaged over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import EMBEDDING_DIM, FormEmbedding, require_shape
from runform.skeletons import HUMAN36M_17

FEATURES = EMBEDDING_DIM // len(HUMAN36M_17)
MIN_FRAMES = 16
"""About half a second at 30 frames/s; a mean over less than that describes a pose, not a way of running."""


def compute_embedding(
    mean_representation: npt.NDArray[np.floating[Any]], *, frames: int, model: str, model_sha256: str
) -> FormEmbedding:
    """Lay the joints of a mean representation side by side.

    Args:
        mean_representation: (17, 512) the lifting model's representation averaged over the frames that show the runner,
            joints in Human3.6M order.
        frames: How many those are.
        model: Name of the lifting model.
        model_sha256: Hash of its weights file.

    Returns:
        The embedding: 17 x 512 = 8704 float32 values, joint after joint.

    Raises:
        InputError: Fewer than `MIN_FRAMES` frames.
        ShapeError: Another shape, or NaN.
    """
    require_shape("mean_representation", mean_representation, (len(HUMAN36M_17), FEATURES))
    if frames < MIN_FRAMES:
        raise InputError(
            f"The runner was found in {frames} frames, too few to describe the running form ({MIN_FRAMES} are needed).",
            "Use a longer clip in which the whole runner is in the picture.",
        )
    vector = mean_representation.reshape(EMBEDDING_DIM).astype(np.float32)
    return FormEmbedding(vector=vector, model=model, model_sha256=model_sha256)
