"""Skeletons as data: keypoint names, bones, left/right pairs, and how one skeleton becomes another.

Names are RunForm's own and the same in every skeleton, so a function asks for `left_ankle` and need not know which
model found it. "left" and "right" are the runner's, never the picture's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Skeleton:
    """A named, ordered set of keypoints.

    Attributes:
        name: Key in `SKELETONS`.
        keypoints: Keypoint names in the model's order.
        bones: Pairs of keypoint names that are drawn and measured as segments.
    """

    name: str
    keypoints: tuple[str, ...]
    bones: tuple[tuple[str, str], ...]

    @cached_property
    def index(self) -> dict[str, int]:
        """Keypoint name -> position in arrays of this skeleton."""
        return {name: i for i, name in enumerate(self.keypoints)}

    @cached_property
    def mirror_order(self) -> npt.NDArray[np.intp]:
        """(K,) positions that swap every left keypoint with its right counterpart."""
        return np.array([self.index[mirror_name(name)] for name in self.keypoints], dtype=np.intp)

    @cached_property
    def bone_indices(self) -> tuple[tuple[int, int], ...]:
        """Bones as pairs of positions."""
        return tuple((self.index[a], self.index[b]) for a, b in self.bones)

    def __len__(self) -> int:
        return len(self.keypoints)


def mirror_name(name: str) -> str:
    """The keypoint's counterpart on the other side; names without a side are their own."""
    for this, other in (("left", "right"), ("right", "left")):
        if name.startswith(f"{this}_"):
            return f"{other}_{name.removeprefix(f'{this}_')}"
    return name


def side_of(name: str) -> str:
    """The side in a keypoint's name: left, right or centre."""
    side = name.split("_", 1)[0]
    return side if side in ("left", "right") else "centre"


def _both(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Each bone given without its side, once for the left and once for the right."""
    return tuple((f"{s}_{a}", f"{s}_{b}") for s in ("left", "right") for a, b in pairs)


_LIMBS = (
    *_both(("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")),
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
)

COCO_17 = Skeleton(
    name="coco17",
    keypoints=(
        "nose", "left_eye", "right_eye", "left_ear", "right_ear",
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ),
    bones=_LIMBS,
)  # fmt: skip

# Halpe-26 order: https://github.com/Fang-Haoshu/Halpe-FullBody
HALPE_26 = Skeleton(
    name="halpe26",
    keypoints=(
        *COCO_17.keypoints, "head_top", "neck", "pelvis",
        "left_toe", "right_toe", "left_small_toe", "right_small_toe", "left_heel", "right_heel",
    ),
    bones=(*_LIMBS, ("head_top", "neck"), *_both(("ankle", "heel"), ("heel", "toe"), ("ankle", "toe"))),
)  # fmt: skip

# BlazePose order: https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker
BLAZEPOSE_33 = Skeleton(
    name="blazepose33",
    keypoints=(
        "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
        "left_ear", "right_ear", "left_mouth", "right_mouth",
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_pinky", "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        "left_heel", "right_heel", "left_toe", "right_toe",
    ),
    bones=(*_LIMBS, *_both(("ankle", "heel"), ("heel", "toe"), ("ankle", "toe"))),
)  # fmt: skip

# Human3.6M order as MotionBERT trains on it.
HUMAN36M_17 = Skeleton(
    name="human36m17",
    keypoints=(
        "root", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
        "spine", "thorax", "nose", "head",
        "left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow", "right_wrist",
    ),
    bones=(
        ("root", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("root", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("root", "spine"), ("spine", "thorax"), ("thorax", "nose"), ("nose", "head"),
        ("thorax", "left_shoulder"), ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("thorax", "right_shoulder"), ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ),
)  # fmt: skip

# What is lifted with the feet: the Human3.6M joints first, so that the first 17 of any array are those.
HUMAN36M_FEET_21 = Skeleton(
    name="human36m_feet21",
    keypoints=(*HUMAN36M_17.keypoints, "left_heel", "right_heel", "left_toe", "right_toe"),
    bones=(*HUMAN36M_17.bones, *_both(("ankle", "heel"), ("heel", "toe"), ("ankle", "toe"))),
)

SKELETONS: dict[str, Skeleton] = {s.name: s for s in (COCO_17, HALPE_26, BLAZEPOSE_33, HUMAN36M_17, HUMAN36M_FEET_21)}

_LIMB_SOURCES: dict[str, tuple[str, ...]] = {
    name: (name,) for name in HUMAN36M_17.keypoints if side_of(name) != "centre"
}
_COMMON_SOURCES: dict[str, tuple[str, ...]] = _LIMB_SOURCES | {
    "root": ("left_hip", "right_hip"),
    "thorax": ("left_shoulder", "right_shoulder"),
    "spine": ("left_hip", "right_hip", "left_shoulder", "right_shoulder"),
    "nose": ("nose",),
}
HUMAN36M_SOURCES: dict[str, dict[str, tuple[str, ...]]] = {
    "coco17": _COMMON_SOURCES | {"head": ("left_eye", "right_eye")},
    "blazepose33": _COMMON_SOURCES | {"head": ("left_eye", "right_eye")},
    "halpe26": _COMMON_SOURCES | {"head": ("head_top",)},
}
"""Human3.6M joint -> keypoints whose mean it is, for each 2D skeleton."""


def to_human36m(xy: FloatArray, confidence: FloatArray, skeleton: Skeleton) -> tuple[FloatArray, FloatArray]:
    """Convert 2D keypoints to the Human3.6M-17 joints.

    Args:
        xy: (T, K, 2) positions, any unit; NaN where not found.
        confidence: (T, K) in [0, 1].
        skeleton: The skeleton of `xy`, a key of `HUMAN36M_SOURCES`.

    Returns:
        (T, 17, 2) positions, NaN where a source is NaN, and (T, 17) confidence, the least of a joint's sources.

    Raises:
        KeyError: No conversion is defined for the skeleton.
    """
    sources = HUMAN36M_SOURCES[skeleton.name]
    columns = [[skeleton.index[part] for part in sources[joint]] for joint in HUMAN36M_17.keypoints]
    joints = np.stack([xy[:, c].mean(axis=1) for c in columns], axis=1)  # (T, 17, 2)
    joint_confidence = np.stack([confidence[:, c].min(axis=1) for c in columns], axis=1)  # (T, 17)
    return joints, joint_confidence


def to_human36m_feet(xy: FloatArray, confidence: FloatArray, skeleton: Skeleton) -> tuple[FloatArray, FloatArray]:
    """Convert 2D keypoints to the Human3.6M-17 joints with heels and big toes.

    Args:
        xy: (T, K, 2) positions, any unit; NaN where not found.
        confidence: (T, K) in [0, 1].
        skeleton: The skeleton of `xy`, a key of `HUMAN36M_SOURCES`. Halpe-26 and BlazePose-33 have feet, COCO-17 none.

    Returns:
        (T, 21, 2) positions and (T, 21) confidence in the order of `HUMAN36M_FEET_21`, the joints as from
        `to_human36m`. Heels and toes that the skeleton lacks are NaN with confidence 0.

    Raises:
        KeyError: No conversion is defined for the skeleton.
    """
    joints, joint_confidence = to_human36m(xy, confidence, skeleton)
    names = HUMAN36M_FEET_21.keypoints[len(HUMAN36M_17) :]
    feet, foot_confidence = np.full((len(xy), len(names), 2), np.nan), np.zeros((len(xy), len(names)))
    for foot, name in enumerate(names):
        if name in skeleton.index:
            feet[:, foot] = xy[:, skeleton.index[name]]
            foot_confidence[:, foot] = confidence[:, skeleton.index[name]]
    return np.concatenate((joints, feet), axis=1), np.concatenate((joint_confidence, foot_confidence), axis=1)
