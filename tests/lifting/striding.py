"""A runner whose every joint, contact and height is known: two-bone legs, feet flat on the ground, true flights."""

from __future__ import annotations

import numpy as np

from runform.sequences import Contact, FloatArray
from runform.skeletons import HUMAN36M_FEET_21

STRIDE_S, STANCE_S = 0.72, 0.26
FLIGHT_S = STRIDE_S / 2 - STANCE_S
HIP_M, ANKLE_M, REACH_M, BONE_M = 0.90, 0.07, 0.32, 0.45
GRAVITY = 9.81
INDEX = HUMAN36M_FEET_21.index


def make_strides(time_s: FloatArray, lean_m: float = 0.0) -> FloatArray:
    """(T, 21, 3) metres in the world, x ahead, y up from the ground, z to the runner's right; the root's x is 0.

    Args:
        time_s: (T,) seconds; the left foot touches the ground at 0.
        lean_m: How far the thorax is ahead of the hips.
    """
    joints = np.zeros((len(time_s), len(HUMAN36M_FEET_21), 3))
    height = compute_height(time_s)
    joints[:, :17, 1] = height[:, None]

    def put(name: str, ahead: FloatArray | float, up: FloatArray | float, right: FloatArray | float) -> None:
        joints[:, INDEX[name]] += np.stack(np.broadcast_arrays(ahead, up, right, height)[:3], axis=-1)

    put("spine", lean_m / 2, 0.25, 0)
    put("thorax", lean_m, 0.5, 0)
    put("nose", lean_m + 0.12, 0.65, 0)
    put("head", lean_m, 0.75, 0)
    for side, sign, start in (("left", -1, 0.0), ("right", 1, STRIDE_S / 2)):
        ahead, up = _place_ankle(np.mod(time_s - start, STRIDE_S))
        ankle = np.stack([ahead, up - height], axis=-1)  # from the hip
        far = np.linalg.norm(ankle, axis=-1, keepdims=True)
        knee = ankle / 2 + np.sqrt(BONE_M**2 - far**2 / 4) * np.stack([-ankle[:, 1], ankle[:, 0]], axis=-1) / far
        put(f"{side}_hip", 0, 0, 0.09 * sign)
        put(f"{side}_knee", knee[:, 0], knee[:, 1], 0.09 * sign)
        put(f"{side}_ankle", ankle[:, 0], ankle[:, 1], 0.09 * sign)
        put(f"{side}_shoulder", lean_m, 0.5, 0.2 * sign)
        put(f"{side}_elbow", lean_m - 0.1, 0.25, 0.22 * sign)
        put(f"{side}_wrist", lean_m + 0.15, 0.2, 0.2 * sign)
        put(f"{side}_heel", ahead - 0.06, up - ANKLE_M, 0.09 * sign)
        put(f"{side}_toe", ahead + 0.18, up - ANKLE_M, 0.09 * sign)
    return joints


def make_contacts(end_s: float) -> tuple[Contact, ...]:
    """Every contact that begins before `end_s`."""
    starts = np.arange(0, end_s, STRIDE_S / 2)
    return tuple(
        Contact("left" if i % 2 == 0 else "right", float(start), float(start) + STANCE_S, 0.01)
        for i, start in enumerate(starts)
    )


def compute_height(time_s: FloatArray) -> FloatArray:
    """(T,) metres of the hips over the ground: thrown in flight, a parabola that goes on from there in stance."""
    since = np.mod(time_s, STRIDE_S / 2)
    flying = since - STANCE_S
    thrown = 0.5 * GRAVITY * flying * (FLIGHT_S - flying)
    sunk = 0.5 * GRAVITY * FLIGHT_S / STANCE_S * since * (STANCE_S - since)
    return np.asarray(HIP_M + np.where(since > STANCE_S, thrown, -sunk))


def to_camera(world: FloatArray, roll_deg: float = 0, pitch_deg: float = 0, heading_deg: float = 0) -> FloatArray:
    """(T, J, 3) world -> (T, J, 3) from the root in camera axes, x right, y down, z away.

    Args:
        world: As from `make_strides`.
        roll_deg: Positive turns the picture's contents anticlockwise.
        pitch_deg: Positive looks down.
        heading_deg: Where the runner faces: 0 to the picture's right, 90 towards the camera.
    """
    turn, roll, pitch = np.radians([heading_deg, roll_deg, pitch_deg])
    ahead, up, to_right = (world - world[:, :1]).transpose(2, 0, 1)
    level = np.stack(
        [np.cos(turn) * ahead - np.sin(turn) * to_right, -up, -np.sin(turn) * ahead - np.cos(turn) * to_right], axis=-1
    )
    right, down, away = np.eye(3)
    away, down = np.cos(pitch) * away + np.sin(pitch) * down, np.cos(pitch) * down - np.sin(pitch) * away
    right, down = np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right
    return np.asarray(level @ np.stack([right, down, away], axis=-1))


def _place_ankle(since: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(T,) metres ahead of the hips and over the ground, by the time since that foot touched down."""
    standing = since < STANCE_S
    swing = (since - STANCE_S) / (STRIDE_S - STANCE_S)
    ahead = np.where(standing, REACH_M * (1 - 2 * since / STANCE_S), -REACH_M * np.cos(np.pi * swing))
    return ahead, np.where(standing, ANKLE_M, ANKLE_M + 0.35 * np.sin(np.pi * swing) ** 2)
