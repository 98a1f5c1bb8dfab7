"""Rotations by angles about named axes, as motion files state them."""

from __future__ import annotations

import numpy as np

from runform.sequences import FloatArray


def compute_rotation(axis: str, angle_deg: FloatArray) -> FloatArray:
    """(T, 3, 3) turn of column vectors about "x", "y" or "z" by (T,) degrees, positive by the right-hand rule."""
    angle = np.deg2rad(angle_deg)
    one, other = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    turn = np.tile(np.eye(3), (len(angle), 1, 1))
    turn[:, one, one] = turn[:, other, other] = np.cos(angle)
    turn[:, one, other], turn[:, other, one] = -np.sin(angle), np.sin(angle)
    return turn
