"""Angles of a runner in 3D, in the runner's own sagittal plane, with the signs of gait/angles.py.

Joints are in the camera's frame: x right, y down, z away. The vertical is the camera's y, so a camera that is rolled
or tilted is off by as much, for the truth as for what is held against it. All angles are (T,) degrees, NaN where a
joint is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from runform.gait.local_mean import compute_local_mean
from runform.sequences import SIDES, FloatArray, Side
from runform.skeletons import HUMAN36M_FEET_21

_AT = HUMAN36M_FEET_21.index
_TURN_S = 0.35
"""Hips and shoulders turn to and fro within a stride, which lasts some 0.7 s; the runner's heading does not."""

AngleOfSide = Callable[[FloatArray, FloatArray, Side], FloatArray]


def compute_ahead(joints: FloatArray, time_s: FloatArray) -> FloatArray:
    """Where the runner faces, from hips and shoulders: the mean over about a stride.

    Args:
        joints: (T, J, 3) Human3.6M-17 joints first, any unit; finite.
        time_s: (T,) increasing seconds.

    Returns:
        (T, 3) unit vectors, level: y is 0.
    """
    left = sum((joints[:, _AT[f"left_{p}"]] - joints[:, _AT[f"right_{p}"]] for p in ("hip", "shoulder")), np.zeros(3))
    x, z = (compute_local_mean(time_s, left[:, axis], time_s, _TURN_S) for axis in (0, 2))
    # Left crossed with up, which is -y.
    ahead = np.stack([z, np.zeros(len(x)), -x], axis=1)
    return np.asarray(ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9))


def compute_thigh_angle(joints: FloatArray, ahead: FloatArray, side: Side) -> FloatArray:
    """Thigh from the vertical: positive when the knee is ahead of the hip.

    Args:
        joints: (T, J, 3) Human3.6M-17 joints first, any unit.
        ahead: (T, 3) as from `compute_ahead`.
        side: Which leg.
    """
    return _hang(joints[:, _AT[f"{side}_knee"]] - joints[:, _AT[f"{side}_hip"]], ahead)


def compute_shank_angle(joints: FloatArray, ahead: FloatArray, side: Side) -> FloatArray:
    """Shank from the vertical: positive when the ankle is ahead of the knee; arguments as `compute_thigh_angle`."""
    return _hang(joints[:, _AT[f"{side}_ankle"]] - joints[:, _AT[f"{side}_knee"]], ahead)


def compute_knee_flexion(joints: FloatArray, ahead: FloatArray, side: Side) -> FloatArray:
    """Knee flexion: 0 for a straight leg, positive with the heel toward the buttock; see `compute_thigh_angle`."""
    return wrap_degrees(compute_thigh_angle(joints, ahead, side) - compute_shank_angle(joints, ahead, side))


def compute_trunk_lean(joints: FloatArray, ahead: FloatArray) -> FloatArray:
    """Mid-hips to mid-shoulders from the vertical: positive when leaning forward; see `compute_thigh_angle`."""
    return _hang(joints[:, _AT["root"]] - joints[:, _AT["thorax"]], -ahead)


def compute_hip_flexion(joints: FloatArray, ahead: FloatArray, side: Side) -> FloatArray:
    """Thigh against the trunk: 0 in one line, positive with the knee ahead of it; see `compute_thigh_angle`.

    The line from hips to shoulders stands for the pelvis, whose own tilt no joint here tells.
    """
    return wrap_degrees(compute_thigh_angle(joints, ahead, side) + compute_trunk_lean(joints, ahead))


def wrap_degrees(angle: FloatArray) -> FloatArray:
    """The same angles from -180 up to 180 degrees."""
    return np.asarray((angle + 180) % 360 - 180)


ANGLES: dict[str, AngleOfSide] = {
    "knee": compute_knee_flexion,
    "hip": compute_hip_flexion,
    "shank": compute_shank_angle,
    "trunk": lambda joints, ahead, _: compute_trunk_lean(joints, ahead),
}
"""Name -> the angle of one side; the trunk has no sides."""


def compute_angle_errors(
    joints: FloatArray, ahead: FloatArray, truth: FloatArray, true_ahead: FloatArray
) -> dict[str, FloatArray]:
    """Each angle of `ANGLES` minus the true one, degrees, both legs after one another: (2 T,).

    Args:
        joints: (T, J, 3) any unit.
        ahead: (T, 3) where these joints face.
        truth: (T, J, 3) any unit.
        true_ahead: (T, 3) where the truth faces.
    """
    return {
        name: np.concatenate([wrap_degrees(a(joints, ahead, s) - a(truth, true_ahead, s)) for s in SIDES])
        for name, a in ANGLES.items()
    }


def _hang(bone: FloatArray, ahead: FloatArray) -> FloatArray:
    """(T, 3) from an upper to a lower joint -> (T,) degrees, 0 straight down, positive with the lower one ahead."""
    return np.asarray(np.degrees(np.arctan2((bone * ahead).sum(axis=1), bone[:, 1])))
