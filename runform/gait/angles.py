"""Angles of the runner in the picture's plane, one function each. In a side view this is the sagittal plane.

Every function returns (T,) degrees, NaN where a keypoint is missing. `direction` is +1 for a runner who runs to the
picture's right and -1 to its left; pixels have x right and y down.
"""

from __future__ import annotations

import numpy as np

from runform.gait.body_frame import compute_leg_length, compute_mid_hip, compute_trunk
from runform.sequences import FloatArray, KeypointSequence, Side


def compute_shank_angle(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Shank from the vertical: positive when the ankle is ahead of the knee, 0 when it hangs straight down."""
    shank = keypoints.xy(f"{side}_ankle") - keypoints.xy(f"{side}_knee")
    return np.asarray(np.degrees(np.arctan2(direction * shank[:, 0], shank[:, 1])))


def compute_knee_flexion(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Knee flexion: 0 for a straight leg, positive when the heel comes toward the buttock."""
    bend = compute_thigh_angle(keypoints, side, direction) - compute_shank_angle(keypoints, side, direction)
    return np.asarray((bend + 180) % 360 - 180)


def compute_trunk_lean(keypoints: KeypointSequence, direction: int) -> FloatArray:
    """Mid-hips to mid-shoulders from the vertical: positive when leaning forward."""
    trunk = compute_trunk(keypoints)
    return np.asarray(np.degrees(np.arctan2(direction * trunk[:, 0], -trunk[:, 1])))


def compute_ankle_ahead(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Ankle ahead of the mid-hips in the running direction over that leg's length: (T,) ratio, negative behind.

    Mid-hips, not the hip of that side: feet land near the midline, and a camera that is not quite square shifts the two
    hips apart. That leg's own length, since the far leg looks smaller.
    """
    offset = keypoints.xy(f"{side}_ankle")[:, 0] - compute_mid_hip(keypoints)[:, 0]
    return np.asarray(direction * offset / compute_leg_length(keypoints, side))


def compute_thigh_angle(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Thigh from the vertical: positive when the knee is ahead of the hip, negative when it reaches behind."""
    thigh = keypoints.xy(f"{side}_knee") - keypoints.xy(f"{side}_hip")
    return np.asarray(np.degrees(np.arctan2(direction * thigh[:, 0], thigh[:, 1])))


def compute_upper_arm_angle(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Upper arm from the vertical: positive when the elbow is ahead of the shoulder, 0 when it hangs straight down."""
    arm = keypoints.xy(f"{side}_elbow") - keypoints.xy(f"{side}_shoulder")
    return np.asarray(np.degrees(np.arctan2(direction * arm[:, 0], arm[:, 1])))


def compute_foot_angle(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """Line from heel to toe keypoint from the horizontal: positive with the toes up.

    The keypoints do not lie on the sole, so only its change means anything.
    """
    foot = keypoints.xy(f"{side}_toe") - keypoints.xy(f"{side}_heel")
    return np.asarray(np.degrees(np.arctan2(-foot[:, 1], direction * foot[:, 0])))
