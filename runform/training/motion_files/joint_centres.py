"""Joint centres from skin markers: the hip by regression, knee and ankle from a standing trial or from the motion.

All positions are metres in the laboratory, y up; (T, 3) over frames, NaN where a marker is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.errors import InputError
from runform.sequences import FloatArray, Side, require_shape

# Hip joint centres from the width between the front spines of the pelvis: further in from each spine, back and down by
# these shares of it (Bell, Pedersen and Brand 1990).
_HIP_IN, _HIP_BACK, _HIP_DOWN = 0.14, 0.19, 0.30
# Markers on one line leave the turn about it open. Our choice: the spread across is at least 1 % of that along.
_LEAST_SPREAD = 0.01
# Two segments that hardly turn against one another have no centre of turning. Our choice: the least of the system's
# singular values is at least 2 % of the largest; the knees and ankles of hamner04 have 6 to 8 %.
_LEAST_TURN = 0.02


@dataclass(frozen=True)
class RigidPath:
    """How a body segment lies in each frame against how it lay in the standing trial.

    Attributes:
        rotation: (T, 3, 3), from the standing trial to the frame.
        shift: (T, 3) metres.
        misfit_m: (T,) root mean square distance of the segment's markers from their fitted places.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    rotation: FloatArray
    shift: FloatArray
    misfit_m: FloatArray

    def __post_init__(self) -> None:
        require_shape("rotation", self.rotation, (None, 3, 3))
        require_shape("shift", self.shift, (len(self.rotation), 3))
        require_shape("misfit_m", self.misfit_m, (len(self.rotation),))

    def carry(self, point: FloatArray) -> FloatArray:
        """(T, 3) where a point (3,) of the standing trial lies in each frame."""
        return np.asarray(self.rotation @ point + self.shift)

    def turn(self, vector: FloatArray) -> FloatArray:
        """(T, 3) where a direction (3,) of the standing trial points in each frame."""
        return np.asarray(self.rotation @ vector)


def fit_rigid(standing: FloatArray, moving: FloatArray) -> RigidPath:
    """Lay a segment's standing markers onto its markers in each frame, by least squares (Kabsch 1976).

    Args:
        standing: (M, 3) of at least 3 markers that do not lie on one line.
        moving: (T, M, 3) the same markers, NaN where lost.

    Returns:
        NaN in frames in which fewer than 3 of the markers are there; otherwise fitted to those that are.

    Raises:
        InputError: Too few markers, or all on one line.
    """
    require_shape("standing", standing, (None, 3))
    require_shape("moving", moving, (None, len(standing), 3))
    if len(standing) < 3 or _is_line(standing):
        raise InputError(
            f"A segment's place cannot be told from {len(standing)} markers that lie on one line or are fewer than 3.",
            "Give at least 3 markers of the segment that span a plane.",
        )
    there = np.isfinite(moving).all(axis=2)
    weight = there / np.maximum(there.sum(axis=1, keepdims=True), 1)  # (T, M)
    known = np.where(there[..., None], moving, 0.0)
    middle = np.einsum("tm,tmk->tk", weight, known)
    middle_standing = weight @ standing
    spread = np.where(there[..., None], known - middle[:, None], 0.0)
    spread_standing = standing - middle_standing[:, None]
    u, _, vt = np.linalg.svd(np.einsum("tmi,tmj->tij", spread_standing, spread))
    proper = np.sign(np.linalg.det(u @ vt))[:, None]
    v = np.swapaxes(vt, 1, 2)
    v[..., 2] *= proper
    rotation = v @ np.swapaxes(u, 1, 2)
    shift = middle - np.einsum("tij,tj->ti", rotation, middle_standing)
    apart = np.sum((np.einsum("tij,mj->tmi", rotation, standing) + shift[:, None] - known) ** 2, axis=2)
    misfit = np.sqrt(np.sum(weight * apart, axis=1))
    lost = there.sum(axis=1) < 3
    rotation[lost], shift[lost], misfit[lost] = np.nan, np.nan, np.nan
    return RigidPath(rotation, shift, misfit)


def compute_mean_shape(moving: FloatArray) -> FloatArray:
    """(M, 3) the mean arrangement of a segment's markers (T, M, 3), in the place of the first frame that has them all.

    Raises:
        InputError: No frame has all markers, or they lie on one line.
    """
    require_shape("moving", moving, (None, None, 3))
    whole = moving[np.isfinite(moving).all(axis=(1, 2))]
    if not len(whole):
        raise InputError("No frame holds all markers of the segment.", "Give the markers of one segment.")
    path = fit_rigid(whole[0], whole)
    return np.asarray(np.einsum("tji,tmj->tmi", path.rotation, whole - path.shift[:, None]).mean(axis=0))


def compute_turning_centre(parent: RigidPath, child: RigidPath) -> tuple[FloatArray, FloatArray]:
    """The point that two segments share as they turn against one another, (3,) as each segment's `carry` takes it.

    Least squares over all frames (the symmetrical centre of rotation estimation of Ehrig and others 2006).

    Raises:
        InputError: The segments hardly turn against one another.
    """
    there = np.isfinite(parent.shift).all(axis=1) & np.isfinite(child.shift).all(axis=1)
    turns = np.concatenate([parent.rotation[there], -child.rotation[there]], axis=2).reshape(-1, 6)
    shifts = (child.shift[there] - parent.shift[there]).ravel()
    centres, _, _, strength = np.linalg.lstsq(turns, shifts, rcond=None)
    if len(strength) < 6 or strength[-1] < _LEAST_TURN * strength[0]:
        raise InputError(
            "Two segments turn too little against one another to tell their joint.", "Give a motion that bends it."
        )
    return centres[:3], centres[3:]


def compute_hip_centres(left_spine: FloatArray, right_spine: FloatArray, sacrum: FloatArray) -> dict[Side, FloatArray]:
    """Hip joint centres of a pelvis by Bell, Pedersen and Brand (1990), (T, 3) metres.

    The pelvis' plane runs through both front spines and the sacrum; "down" is square to it, so the centres tilt with
    the pelvis.

    Args:
        left_spine: (T, 3) left anterior superior iliac spine.
        right_spine: The right one.
        sacrum: Between the rear spines; one rear spine serves as well, for what lies across the pelvis is left out.
    """
    width = np.linalg.norm(left_spine - right_spine, axis=1, keepdims=True)
    leftward = (left_spine - right_spine) / width
    back = sacrum - (left_spine + right_spine) / 2
    back = back - np.sum(back * leftward, axis=1, keepdims=True) * leftward
    back = back / np.linalg.norm(back, axis=1, keepdims=True)
    down = np.cross(back, leftward)
    offset = width * (_HIP_BACK * back + _HIP_DOWN * down)
    return {
        "left": left_spine - _HIP_IN * width * leftward + offset,
        "right": right_spine + _HIP_IN * width * leftward + offset,
    }


def compute_midpoint(one: FloatArray, other: FloatArray) -> FloatArray:
    """(T, 3) between two markers: the knee between its epicondyles, the ankle between its malleoli."""
    return np.asarray((one + other) / 2)


def _is_line(points: FloatArray) -> bool:
    """Whether points (M, 3) lie on one line, or all in one place."""
    along, across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[:2]
    return bool(across < _LEAST_SPREAD * along or along == 0)
