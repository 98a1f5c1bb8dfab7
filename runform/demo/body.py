"""The virtual runner's whole body in 3D at any moment: legs from the stride, trunk and arms moving against them.

World frame, metres: x forward (running direction), y to the runner's left, z up; the origin lies on the belt's surface
below the pelvis's mean place. The treadmill stands still in it and its belt moves towards -x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.demo.leg import LegPose, rotate
from runform.demo.leg_cycle import LegCycle
from runform.sequences import SIDES, FloatArray, Side
from runform.skeletons import HALPE_26

OUTWARD: dict[Side, float] = {"left": 1.0, "right": -1.0}

TRUNK_LEAN_DEG = 8.0
TRUNK_NOD_DEG = 1.2
"""Amplitude of the lean, once per step."""
SHOULDER_YAW_DEG = 9.0
UPPER_ARM_MEAN_DEG, UPPER_ARM_SWING_DEG = -14.0, 26.0
"""Of the upper arm from the trunk, positive forward."""
ELBOW_MEAN_DEG, ELBOW_SWING_DEG = 97.0, 12.0
ARM_ABDUCTION_DEG = 10.0
FOREARM_INWARD_DEG = 20.0
ARM_LAG = 0.03
"""Part of the stride by which an arm is furthest back after its own side's initial contact."""


@dataclass(frozen=True)
class BodySize:
    """Lengths above the legs, m."""

    trunk: float = 0.50
    hip_half_width: float = 0.085
    shoulder_half_width: float = 0.185
    upper_arm: float = 0.30
    forearm: float = 0.255


HEAD_POINTS: dict[str, tuple[float, float, float]] = {
    "nose": (0.165, 0.0, 0.175),
    "left_eye": (0.135, 0.032, 0.21),
    "right_eye": (0.135, -0.032, 0.21),
    "left_ear": (0.045, 0.075, 0.185),
    "right_ear": (0.045, -0.075, 0.185),
    "head_top": (0.045, 0.0, 0.32),
}
"""Points of the head from the base of the neck, m, in the world's axes: the head stays level."""

HEEL_POINT = (0.010, 0.024)
TOE_POINT = (-0.01, 0.018)
"""Truth's heel and toe from the sole's rear edge and tip, in the foot's axes, m: on the shoe, above the sole."""
SMALL_TOE_BACK, SMALL_TOE_OUTWARD_M = (-0.03, 0.0), 0.05
"""The small toe from the big one."""


@dataclass(frozen=True)
class BodyPose:
    """The runner at T times.

    Attributes:
        joints: (T, 26, 3) Halpe-26 keypoints, m, world frame.
        legs: The legs' angles and soles, in the sagittal plane.
    """

    joints: FloatArray
    legs: dict[Side, LegPose]

    def joint(self, name: str) -> FloatArray:
        """(T, 3) one keypoint, m."""
        return self.joints[:, HALPE_26.index[name]]


def direction(pitch: FloatArray, outward: FloatArray | float) -> FloatArray:
    """(T, 3) unit vectors that hang down, turned forward by `pitch` and towards +y by `outward`, rad."""
    tilt = np.broadcast_to(outward, pitch.shape)
    return np.stack([np.sin(pitch) * np.cos(tilt), np.sin(tilt), -np.cos(pitch) * np.cos(tilt)], axis=-1)


def pose_body(cycle: LegCycle, size: BodySize, phase: FloatArray) -> BodyPose:
    """The body at stride phases.

    Args:
        cycle: The stride of either leg.
        size: Lengths above the legs.
        phase: (T,) stride phase of the left leg, 0 at its initial contact; the right leg is half a stride later.
    """
    points: dict[str, FloatArray] = {}
    legs: dict[Side, LegPose] = {}
    side_phase: dict[Side, FloatArray] = {"left": phase, "right": phase - 0.5}

    centre = cycle.pelvis.centre(phase)
    pelvis = np.stack([centre[:, 0], np.zeros_like(phase), centre[:, 1]], axis=-1)
    nod = np.radians(TRUNK_NOD_DEG) * np.cos(4 * np.pi * (phase - cycle.gait.duty_factor / 2))
    lean = np.radians(TRUNK_LEAN_DEG) + nod
    neck = pelvis - size.trunk * direction(-lean, 0.0)
    points["pelvis"], points["neck"] = pelvis, neck
    for name, offset in HEAD_POINTS.items():
        points[name] = neck + np.array(offset)

    for side in SIDES:
        outward, own = OUTWARD[side], side_phase[side]
        leg = cycle.pose(own)
        legs[side] = leg
        hip = cycle.pelvis.hip(own)
        track = outward * cycle.size.track
        hip_y, ankle_y = outward * hip[:, 1], np.full_like(phase, track)
        # The knee lies in the plane of hip and ankle.
        down = (leg.hip[:, 1] - leg.knee[:, 1]) / (leg.hip[:, 1] - leg.ankle[:, 1])
        points[f"{side}_hip"] = lift(leg.hip, hip_y)
        points[f"{side}_knee"] = lift(leg.knee, hip_y + down * (ankle_y - hip_y))
        points[f"{side}_ankle"] = lift(leg.ankle, ankle_y)
        points[f"{side}_heel"] = lift(leg.heel + rotate(HEEL_POINT, leg.pitch), ankle_y)
        toe = leg.tip + rotate(TOE_POINT, leg.toe_pitch)
        points[f"{side}_toe"] = lift(toe, ankle_y)
        small_toe = toe + rotate(SMALL_TOE_BACK, leg.toe_pitch)
        points[f"{side}_small_toe"] = lift(small_toe, ankle_y + outward * SMALL_TOE_OUTWARD_M)

        back = np.cos(2 * np.pi * (own - ARM_LAG))
        shoulder_yaw = -np.radians(SHOULDER_YAW_DEG) * back
        shoulder = neck + size.shoulder_half_width * np.stack(
            [np.sin(shoulder_yaw), outward * np.cos(shoulder_yaw), np.full_like(phase, -0.12)], axis=-1
        )
        upper = np.radians(UPPER_ARM_MEAN_DEG - UPPER_ARM_SWING_DEG * back) - lean / 2
        elbow = shoulder + size.upper_arm * direction(upper, outward * np.radians(ARM_ABDUCTION_DEG))
        flexed = np.radians(ELBOW_MEAN_DEG - ELBOW_SWING_DEG * back)
        along = direction(upper + flexed, -outward * np.radians(FOREARM_INWARD_DEG))
        points[f"{side}_shoulder"], points[f"{side}_elbow"] = shoulder, elbow
        points[f"{side}_wrist"] = elbow + size.forearm * along

    joints = np.stack([points[name] for name in HALPE_26.keypoints], axis=1)  # (T, 26, 3)
    return BodyPose(joints=joints, legs=legs)


def lift(plane: FloatArray, y: FloatArray) -> FloatArray:
    """(T, 3) world points from (T, 2) forward and up and (T,) sideways, m."""
    return np.stack([plane[:, 0], y, plane[:, 1]], axis=-1)
