"""Which way a runner faces in the picture, and the picture's mirror image."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import SIDES, FloatArray
from runform.skeletons import HUMAN36M_17

Float32Array = npt.NDArray[np.float32]

_INDEX = HUMAN36M_17.index
_MOST = 0.5
"""Votes of single frames end here, trunk or leg lengths: a nose half a trunk ahead of the neck is a mistake."""


def compute_facing(xy_px: FloatArray, confidence: FloatArray) -> float:
    """How far a runner faces the picture's right, by where the nose is and where the knees bend.

    The nose lies ahead of the neck, and a knee ahead of the line from hip to ankle, however the leg swings. Each
    frame's places count by the least confidence of the joints they are made of.

    Args:
        xy_px: (T, 17, 2) Human3.6M joints, x right and y down, any unit; NaN where not found.
        confidence: (T, 17), 0 where not found.

    Returns:
        Mean of the nose ahead of the neck, trunk lengths, and of the knees ahead of their legs, leg lengths: about 0.1
        in a side view. Positive towards the right, negative towards the left; a mirrored clip has the other sign. 0
        where nothing was seen.
    """
    places, weights = [], []
    nose, thorax, root = (_INDEX[name] for name in ("nose", "thorax", "root"))
    trunk = np.linalg.norm(xy_px[:, thorax] - xy_px[:, root], axis=1)
    places.append((xy_px[:, nose, 0] - xy_px[:, thorax, 0]) / np.where(trunk > 0, trunk, np.nan))
    weights.append(confidence[:, [nose, thorax, root]].min(axis=1))
    for side in SIDES:
        joints = [_INDEX[f"{side}_{part}"] for part in ("hip", "knee", "ankle")]
        hip, knee, ankle = (xy_px[:, joint] for joint in joints)
        leg, thigh = ankle - hip, knee - hip
        square = (leg**2).sum(axis=1)
        across = leg[:, 1] * thigh[:, 0] - leg[:, 0] * thigh[:, 1]
        places.append(across / np.where(square > 0, square, np.nan))
        weights.append(confidence[:, joints].min(axis=1))
    place, weight = np.stack(places), np.stack(weights)  # (3, T)
    weight = np.where(np.isfinite(place), weight, 0.0)
    if not weight.any():
        return 0.0
    return float((np.clip(np.nan_to_num(place), -_MOST, _MOST) * weight).sum() / weight.sum())


def mirror_joints(joints: Float32Array) -> Float32Array:
    """(..., 17, C) joints whose first number is x, seen in a mirror: x negated, left and right exchanged."""
    mirrored = np.take(joints, HUMAN36M_17.mirror_order, axis=-2)
    mirrored[..., 0] *= -1
    return mirrored
