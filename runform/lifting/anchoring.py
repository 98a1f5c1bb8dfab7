"""Lifted joints brought nearer to the picture they were lifted from.

A lifter answers with the bodies it has learnt: where it doubts the 2D it moves hips and feet to where they usually are,
by centimetres. Across the picture the 2D joints know better, and their noise and the lifter's have little to do with
one another; only depth must be believed.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from runform.sequences import FloatArray, JointSequence, require_shape
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21

PICTURE_SHARE = 0.5
"""How far x and y go towards the picture. From 0.3 to 0.7 the joints err by about as much."""
FOCAL_OF_LONGER_SIDE = 0.8
"""Focal length that is assumed, as a share of the picture's longer side: 64 degrees, a phone's main camera. As long as
the true one is less than twice as long, it is nearer to the truth than a picture without perspective."""

_ROUNDS = 3
_NEAREST = 0.5  # of the distance: nobody's hand is nearer

_BODY = len(HUMAN36M_17)


def anchor_to_picture(
    joints: JointSequence,
    xy_px: FloatArray,
    confidence: FloatArray,
    size_px: tuple[int, int] | None,
    share: float = PICTURE_SHARE,
) -> JointSequence:
    """Take x and y partly from the 2D joints; depth stays as lifted.

    What is nearer to the camera looks further from the picture's middle; by the lifted depth and an assumed focal
    length that is taken back first. The picture is then brought to the joints' unit by one size for the clip, and to
    their place frame by frame, both by confidence-weighted least squares: the root alone would bring its own noise into
    every joint.

    Args:
        joints: Lifted, x right, y down, any unit; NaN where not lifted.
        xy_px: (T, 21, 2) the joints of HUMAN36M_FEET_21 that they were lifted from, x right and y down, px; NaN where
            not found. Those of the feet are not read where `joints` has none.
        confidence: (T, 21), 0 where not found: such joints stay as lifted.
        size_px: Width and height of the picture, whose middle the camera looked at; None where not known, and then the
            picture is taken to have no perspective.
        share: 0 leaves the joints as they are, 1 lays them over the picture.

    Returns:
        Joints from the root, NaN where `joints` are.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """
    frames = len(joints.time_s)
    require_shape("xy_px", xy_px, (frames, len(HUMAN36M_FEET_21), 2))
    require_shape("confidence", confidence, (frames, len(HUMAN36M_FEET_21)))
    xyz = joints.xyz if joints.feet is None else np.concatenate([joints.xyz, joints.feet], axis=1)  # (T, J, 3)
    count = xyz.shape[1]
    known = np.isfinite(xyz).all(axis=2) & np.isfinite(xy_px[:, :count]).all(axis=2)  # (T, J)
    weight = np.where(known, confidence[:, :count], 0.0)
    seen = weight > 0
    lifted, lifted_place = _centre(xyz[..., :2], weight)
    picture, _ = _centre(xy_px[:, :count], weight)
    if not (weight[..., None] * picture**2).sum() > 0:
        return joints
    size = _find_size(picture, lifted, weight)
    if size_px is not None and size > 0:
        for _ in range(_ROUNDS):  # the size says how far away the runner is, and the distance changes the size a little
            distance = FOCAL_OF_LONGER_SIDE * max(size_px) * size  # of the root, in the joints' unit
            away = np.maximum(1 + xyz[..., 2:] / distance, _NEAREST)  # (T, J, 1) distance over the root's
            picture, _ = _centre((xy_px[:, :count] - np.array(size_px) / 2) * away, weight)
            size = _find_size(picture, lifted, weight)
    moved = xyz.copy()
    nearer = lifted_place + (1 - share) * lifted + share * size * picture
    moved[..., :2] = np.where(seen[..., None], nearer, xyz[..., :2])
    moved -= moved[:, :1]
    return dataclasses.replace(joints, xyz=moved[:, :_BODY], feet=None if joints.feet is None else moved[:, _BODY:])


def _find_size(picture: FloatArray, lifted: FloatArray, weight: FloatArray) -> float:
    """Units per px that bring (T, J, 2) centred places nearest to the lifted ones."""
    return float((weight[..., None] * picture * lifted).sum() / (weight[..., None] * picture**2).sum())


def _centre(xy: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(T, J, 2) each frame's points from their mean by (T, J) weights, 0 where they weigh nothing; and (T, 1, 2) that
    mean.
    """
    known = np.where(weight[..., None] > 0, xy, 0.0)
    total = weight.sum(axis=1)[:, None, None]
    place = (weight[..., None] * known).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    return np.where(weight[..., None] > 0, known - place, 0.0), place
