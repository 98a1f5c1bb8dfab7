"""Makes many bodies and postures of a few: the capture knows two bodies and a handful of running strides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.skeletons import HUMAN36M_FEET_21

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """How one kind of bone may be varied.

    Attributes:
        scale: Least and greatest factor on its length.
        turn_deg: Least and greatest turn against the bone before it, about the axis from the right to the left hip.
            Positive leans the trunk forward, extends the hip, flexes the knee.
    """

    scale: tuple[float, float]
    turn_deg: tuple[float, float]


SEGMENTS: dict[str, Segment] = {
    "pelvis": Segment((0.85, 1.30), (0.0, 0.0)),
    "thigh": Segment((0.85, 1.15), (-8.0, 8.0)),
    "shank": Segment((0.85, 1.15), (0.0, 12.0)),
    "trunk": Segment((0.85, 1.15), (-6.0, 12.0)),
    "head": Segment((0.85, 1.15), (-12.0, 12.0)),
    "shoulders": Segment((0.80, 1.15), (0.0, 0.0)),
    "upper_arm": Segment((0.85, 1.15), (-20.0, 20.0)),
    "forearm": Segment((0.85, 1.15), (-15.0, 10.0)),
    "foot": Segment((0.85, 1.15), (-8.0, 8.0)),
}
"""Our choice: wide enough to hold adult proportions and running postures."""

_SIDE_TURN_DEG = 2.0
"""Standard deviation of a limb's turn on one side only, so that bodies are not perfectly even."""

# joint -> (the joint it hangs on, its segment), parents first.
_CHAIN: dict[str, tuple[str, str]] = {
    "right_hip": ("root", "pelvis"), "right_knee": ("right_hip", "thigh"), "right_ankle": ("right_knee", "shank"),
    "left_hip": ("root", "pelvis"), "left_knee": ("left_hip", "thigh"), "left_ankle": ("left_knee", "shank"),
    "spine": ("root", "trunk"), "thorax": ("spine", "trunk"), "nose": ("thorax", "head"), "head": ("thorax", "head"),
    "left_shoulder": ("thorax", "shoulders"), "left_elbow": ("left_shoulder", "upper_arm"),
    "left_wrist": ("left_elbow", "forearm"),
    "right_shoulder": ("thorax", "shoulders"), "right_elbow": ("right_shoulder", "upper_arm"),
    "right_wrist": ("right_elbow", "forearm"),
    "left_heel": ("left_ankle", "foot"), "left_toe": ("left_ankle", "foot"),
    "right_heel": ("right_ankle", "foot"), "right_toe": ("right_ankle", "foot"),
}  # fmt: skip
_PARENT = np.array([HUMAN36M_FEET_21.index[_CHAIN.get(name, ("root", ""))[0]] for name in HUMAN36M_FEET_21.keypoints])
_ORDER = [HUMAN36M_FEET_21.index[name] for name in _CHAIN]


def vary_body(joints: FloatArray, rng: np.random.Generator, strength: float = 1.0) -> FloatArray:
    """The same motion by another body in another posture.

    Lengths and turns are drawn once and hold for the whole sequence; lengths are the same left and right.

    Args:
        joints: (T, 21, 3) in the order of `HUMAN36M_FEET_21`, metres, y up.
        rng: Source of chance.
        strength: Share of the drawn change that is made, 0 to 1: less for bodies that are varied already.

    Returns:
        (T, 21, 3) as `joints`; the root stays where it was.
    """
    scale, turn = _draw_variation(rng)
    scale, turn = 1 + strength * (scale - 1), strength * turn
    bones = joints - joints[:, _PARENT]  # (T, 21, 3), the root's own is zero
    axis = joints[:, HUMAN36M_FEET_21.index["left_hip"]] - joints[:, HUMAN36M_FEET_21.index["right_hip"]]
    axis = (axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9))[:, None]  # (T, 1, 3)
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    along = (bones * axis).sum(axis=-1, keepdims=True) * axis
    bones = scale[:, None] * (along + cos * (bones - along) + sin * np.cross(axis, bones))
    varied = np.empty_like(joints)
    varied[:, 0] = joints[:, 0]
    for joint in _ORDER:
        varied[:, joint] = varied[:, _PARENT[joint]] + bones[:, joint]
    return varied


def mirror_body(joints: FloatArray) -> FloatArray:
    """(..., 21, 3) joints seen in a mirror: left becomes right."""
    return np.asarray(joints[..., HUMAN36M_FEET_21.mirror_order, :] * np.array([-1.0, 1.0, 1.0]))


def remove_travel(joints: FloatArray) -> FloatArray:
    """(T, 21, 3) metres, y up, as on a treadmill: the root's steady horizontal travel taken out."""
    frames = np.arange(len(joints)) - (len(joints) - 1) / 2
    root = joints[:, 0]
    velocity = frames @ root / max(float(frames @ frames), 1.0)  # (3,) metres per frame
    return np.asarray(joints - (frames[:, None] * velocity * np.array([1.0, 0.0, 1.0]))[:, None])


def _draw_variation(rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """(21,) factors on bone lengths and (21,) turns in rad of each joint's bone, turns summed along the chain."""
    lengths = {name: rng.uniform(*segment.scale) for name, segment in SEGMENTS.items()}
    turns = {name: np.deg2rad(rng.uniform(*segment.turn_deg)) for name, segment in SEGMENTS.items()}
    scale, turn = np.ones(len(HUMAN36M_FEET_21)), np.zeros(len(HUMAN36M_FEET_21))
    for name, (parent, segment) in _CHAIN.items():
        joint, hangs_on = HUMAN36M_FEET_21.index[name], HUMAN36M_FEET_21.index[parent]
        scale[joint] = lengths[segment]
        # The trunk's upper half goes on straight from its lower half.
        own = 0.0 if name == "thorax" else turns[segment]
        uneven = segment not in ("pelvis", "shoulders", "trunk", "head")
        turn[joint] = turn[hangs_on] + own + (np.deg2rad(_SIDE_TURN_DEG) * rng.standard_normal() if uneven else 0.0)
    return scale, turn
