"""A made-up upper body for captured legs, so that a whole runner stands before a virtual camera."""

from __future__ import annotations

import numpy as np

from runform.sequences import FloatArray
from runform.training.runner_motions import AT, put_head

# Our estimate for an adult of 1.7 m who leans and swings the arms as most runners do.
_TRUNK_M, _LEAN_DEG = 0.50, 7.0
_HALF_SHOULDERS_M, _UPPER_ARM_M, _FOREARM_M = 0.18, 0.28, 0.25
_ARM_BACK_DEG, _ARM_SHARE, _ELBOW_DEG = 25.0, 0.8, 95.0
_COUNTER_TURN = 0.6  # the shoulders turn against the pelvis by this share of its turn


def fill_upper_body(points: FloatArray) -> FloatArray:
    """(T, 19, 3) points of a runner toward +x, trunk, arms and head placed where they were not captured.

    The trunk leans forward by 7 degrees above the hips, the shoulders turn against the pelvis, and each upper arm
    swings with the thigh of the other side. No angle of the upper body may be judged on it.
    """
    if np.isfinite(points[:, AT["left_shoulder"]]).all():
        return points
    filled = points.copy()
    hips = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    lean = np.deg2rad(_LEAN_DEG)
    neck = hips + _TRUNK_M * np.array([np.sin(lean), np.cos(lean), 0.0])
    filled[:, AT["neck"]] = neck
    across = points[:, AT["left_hip"]] - points[:, AT["right_hip"]]
    turn = -_COUNTER_TURN * np.arctan2(across[:, 0], -across[:, 2])
    leftward = np.stack([np.sin(turn), np.zeros(len(turn)), -np.cos(turn)], axis=1)
    for side, other, sign in (("left", "right", 1.0), ("right", "left", -1.0)):
        thigh = points[:, AT[f"{other}_knee"]] - points[:, AT[f"{other}_hip"]]
        swing = _ARM_SHARE * np.arctan2(thigh[:, 0], -thigh[:, 1]) - np.deg2rad(_ARM_BACK_DEG)
        shoulder = neck + sign * _HALF_SHOULDERS_M * leftward
        elbow = shoulder + _UPPER_ARM_M * _hang(swing)
        filled[:, AT[f"{side}_shoulder"]] = shoulder
        filled[:, AT[f"{side}_elbow"]] = elbow
        filled[:, AT[f"{side}_wrist"]] = elbow + _FOREARM_M * _hang(swing + np.deg2rad(_ELBOW_DEG))
    put_head(filled)
    return filled


def _hang(angle: FloatArray) -> FloatArray:
    """(T, 3) directions in the sagittal plane, `angle` (T,) rad forward of straight down."""
    return np.stack([np.sin(angle), -np.cos(angle), np.zeros(len(angle))], axis=1)
