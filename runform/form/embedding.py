"""The form of a run as one vector: the lifting model's representation averaged over time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import EMBEDDING_DIM, FloatArray, FormEmbedding, require_shape
from runform.skeletons import HUMAN36M_17

FEATURES = EMBEDDING_DIM // len(HUMAN36M_17)
MIN_FRAMES = 16
"""About half a second at 30 frames/s; a mean over less than that describes a pose, not a way of running."""

RECIPE = 3
"""How embeddings are made of a representation; a new number wherever the same clip would get another vector.

1: every frame alike, each window in its place in the picture, seen from the camera's own side.
2: lifted at 30 frames/s, the runner's way through the picture taken out, facing the picture's right; whole strides,
   but in the program's own analyses, where every frame found counted alike.
3: whole strides everywhere.
"""


def name_space(weights_sha256: str) -> str:
    """What embeddings must share to be compared: the lifting model's weights and the recipe.

    Vectors of recipe 1 stand in databases under the weights' hash alone, so the recipe is joined to it.

    Args:
        weights_sha256: Hash of the weights file.

    Returns:
        The hash, a dot and the recipe's number.
    """
    return f"{weights_sha256}.{RECIPE}"


def compute_stride_weights(time_s: FloatArray, found: npt.NDArray[np.bool_], stride_s: float) -> FloatArray:
    """How much each frame counts so that every phase of the stride counts alike.

    A mean over five and a half strides leans to the phases it holds six times. Here the weight rises over one stride
    after the runner appears and falls over the last one: a box one stride wide laid over the rest of the clip
    (their convolution), whose sum over frames a whole stride apart is the same for every phase. No contact need be
    known, and a stride's length that is a little wrong does little harm.

    Args:
        time_s: (T,) increasing, seconds of real time.
        found: (T,) frames that show the runner.
        stride_s: From one contact of a foot to its next, seconds; NaN when not known.

    Returns:
        (T,) in [0, 1], 0 where the runner was not found; every frame found counts 1 when the stride is not known or
        the runner is seen for less than one.
    """
    require_shape("time_s", time_s, (None,))
    require_shape("found", found, (len(time_s),))
    weights = found.astype(np.float64)
    if not found.any() or not math.isfinite(stride_s) or stride_s <= 0:
        return weights
    # A frame stands for the time about it: half a frame more at either end.
    half = 0.5 * float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
    first, last = time_s[found][[0, -1]] + np.array([-half, half])
    ramp = min(stride_s, last - first - stride_s)
    if ramp < 0:
        return weights
    inside = np.minimum(time_s - first, last - time_s)
    return np.asarray(weights * np.clip(inside / max(ramp, half), 0.0, 1.0))


def compute_embedding(
    mean_representation: npt.NDArray[np.floating[Any]], *, frames: int, model: str, model_sha256: str
) -> FormEmbedding:
    """Lay the joints of a mean representation side by side.

    Args:
        mean_representation: (17, 512) the lifting model's representation averaged over the frames that show the runner
            (`compute_stride_weights`), joints in Human3.6M order.
        frames: How many those are.
        model: Name of the lifting model.
        model_sha256: Hash of its weights file.

    Returns:
        The embedding: 17 x 512 = 8704 float32 values, joint after joint; its `model_sha256` names the recipe too
        (`name_space`).

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
    return FormEmbedding(vector=vector, model=model, model_sha256=name_space(model_sha256))
