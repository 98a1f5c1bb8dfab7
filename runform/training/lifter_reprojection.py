"""Lifted joints back in the picture: whether lifting takes noise out of the 2D it was given."""

from __future__ import annotations

import numpy as np

from runform.sequences import FloatArray
from runform.training.lifter_errors import compute_scale
from runform.training.lifter_views import FilmedRunner

_ROUNDS = 6


def reproject(joints: FloatArray, view: FilmedRunner, xy_px: FloatArray) -> FloatArray:
    """Where the camera would see lifted joints.

    The camera and the runner's distance are taken as known, the size and the place in the picture are not: one size
    for the clip and a place for each frame are fitted to the 2D joints that were lifted, never to the truth.

    Args:
        joints: (T, J, 3) from the root, any unit, x right, y down, z away; finite.
        view: Of the same frames.
        xy_px: (T, J, 2) the 2D joints that were lifted, x right and y down, px; finite.

    Returns:
        (T, J, 2) px.
    """
    # One unit is the same length in the picture in every frame, and so another in metres.
    metres = joints / view.px_per_metre[:, None, None]
    root = view.joints_m[:, :1]
    size = compute_scale(_centre(joints[..., :2]), _centre(xy_px))
    # What is near looks larger, so that the first size is a little off: put right by what it makes in the picture.
    for _ in range(_ROUNDS):
        seen = view.camera.project(size * metres + root)
        size *= compute_scale(_centre(seen), _centre(xy_px))
    seen = view.camera.project(size * metres + root)
    # The median joint: gross errors of single joints must not move the whole body.
    return np.asarray(seen + np.median(xy_px - seen, axis=1, keepdims=True))


def _centre(xy: FloatArray) -> FloatArray:
    """(T, J, 2) each frame's joints from their mean."""
    return np.asarray(xy - xy.mean(axis=1, keepdims=True))
