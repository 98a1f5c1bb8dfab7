"""The form of a run as one vector: the lifting model's representation averaged over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError, ShapeError
from runform.sequences import EMBEDDING_DIM, FormEmbedding, require_shape
from runform.skeletons import HUMAN36M_17

FEATURES = EMBEDDING_DIM // len(HUMAN36M_17)
MIN_FRAMES = 16
"""About half a second at 30 frames/s; a mean over less than that describes a pose, not a way of running."""


def compute_embedding(
    representation: npt.NDArray[np.floating[Any]],
    *,
    model: str,
    model_sha256: str,
    weights: npt.NDArray[Any] | None = None,
) -> FormEmbedding:
    """Average a representation over time and lay its joints side by side.

    Args:
        representation: (T, 17, 512) from the lifting model, joints in Human3.6M order.
        model: Name of the lifting model.
        model_sha256: Hash of its weights file.
        weights: (T,) how much each frame counts, >= 0; a boolean mask of the frames in which the runner was found
            serves. None counts every frame alike. Frames of weight 0 may hold NaN.

    Returns:
        The embedding: 17 x 512 = 8704 float32 values, joint after joint.

    Raises:
        InputError: Fewer than `MIN_FRAMES` frames count.
        ShapeError: Arrays that do not fit one another, negative weights, or NaN in a frame that counts.
    """
    require_shape("representation", representation, (None, len(HUMAN36M_17), FEATURES))
    frames = len(representation)
    weight = np.ones(frames) if weights is None else np.asarray(weights, dtype=np.float64)
    require_shape("weights", weight, (frames,))
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise ShapeError("weights must be finite and not negative.")
    used = weight > 0
    count = int(used.sum())
    if count < MIN_FRAMES:
        raise InputError(
            f"The runner was found in {count} frames, too few to describe the running form ({MIN_FRAMES} are needed).",
            "Use a longer clip in which the whole runner is in the picture.",
        )
    mean = np.average(representation[used].astype(np.float64), axis=0, weights=weight[used])  # (17, 512)
    return FormEmbedding(vector=mean.reshape(EMBEDDING_DIM).astype(np.float32), model=model, model_sha256=model_sha256)
