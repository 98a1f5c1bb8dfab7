"""Reads the CMU motion capture sequences (cmu.npz) as Human3.6M joints with feet.

The data used here was obtained from mocap.cs.cmu.edu; the database was created with funding from NSF EIA-0196217.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import SIDES, require_shape
from runform.skeletons import HUMAN36M_FEET_21

FloatArray = npt.NDArray[np.float64]

HELD_OUT_PREFIXES = ("test_", "iclone_007_")
"""Sequences never trained on: one body's test set, and the second body's last session."""

_RENAMED = {
    "right_hip": "rhip", "right_knee": "rknee", "right_ankle": "rankle",
    "left_hip": "lhip", "left_knee": "lknee", "left_ankle": "lankle",
    "left_shoulder": "lshoulder", "left_elbow": "lelbow", "left_wrist": "lwrist",
    "right_shoulder": "rshoulder", "right_elbow": "relbow", "right_wrist": "rwrist",
    "left_toe": "ltoe", "right_toe": "rtoe",
}  # fmt: skip

# The capture has no face and its head ends short of the crown. Placed from the base of the neck along the neck and
# along the facing direction, metres, for an adult of about 1.7 m: our estimate, varied in training.
_NOSE_UP_M, _NOSE_AHEAD_M = 0.13, 0.12
_EYES_UP_M, _EYES_AHEAD_M = 0.17, 0.08
_CROWN_UP_M = 0.27
# Nor has it a heel: behind the ankle by this share of the way to the toe, and below it.
_HEEL_BACK, _HEEL_DOWN_M = 0.3, 0.05


@dataclass(frozen=True)
class Motion:
    """One captured sequence.

    Attributes:
        name: As in the source.
        subject: Who moves; people are never shared between training and testing.
        action: What is done, for tables.
        frame_rate: Frames/s.
        joints: (T, 21, 3) in the order of `HUMAN36M_FEET_21`, metres, y up; the head is the middle of the eyes.
        crown: (T, 3) top of the head, metres; some 2D models' head.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    name: str
    subject: str
    action: str
    frame_rate: float
    joints: FloatArray
    crown: FloatArray

    def __post_init__(self) -> None:
        require_shape("joints", self.joints, (None, len(HUMAN36M_FEET_21), 3))
        require_shape("crown", self.crown, (len(self.joints), 3))

    @property
    def held_out(self) -> bool:
        """Is the sequence kept from training?"""
        return self.name.startswith(HELD_OUT_PREFIXES)


def read_cmu_motions(mocap_dir: Path) -> tuple[Motion, ...]:
    """Every sequence of `cmu.npz`, in the order of `cmu_index.csv`.

    Raises:
        InputError: A file is missing, or lacks what the index promises.
    """
    archive, index = mocap_dir / "cmu.npz", mocap_dir / "cmu_index.csv"
    for file in (archive, index):
        if not file.is_file():
            raise InputError(f"{file} is missing.", "Give the folder that holds cmu.npz and cmu_index.csv.")
    with index.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    with np.load(archive) as data:
        names = [str(name) for name in data["joints"]]
        return tuple(_to_motion(row, data[row["sequence"]].astype(np.float64), names) for row in rows)


def _to_motion(row: dict[str, str], raw: FloatArray, names: list[str]) -> Motion:
    joints, crown = _to_human36m(raw, {name: i for i, name in enumerate(names)})
    # The archive holds two bodies: every iclone sequence is one's, all others are the other's.
    subject = "cmu iclone" if row["action"] == "iclone" else "cmu"
    return Motion(row["sequence"], subject, row["action"], float(row["fps"]), joints, crown)


def _to_human36m(raw: FloatArray, column: dict[str, int]) -> tuple[FloatArray, FloatArray]:
    """(T, 20, 3) captured joints -> (T, 21, 3) joints with feet and (T, 3) crown, metres, y up."""
    joints = np.empty((len(raw), len(HUMAN36M_FEET_21), 3))
    at = HUMAN36M_FEET_21.index
    for ours, theirs in _RENAMED.items():
        joints[:, at[ours]] = raw[:, column[theirs]]
    for side in SIDES:
        ankle, toe, knee = (joints[:, at[f"{side}_{part}"]] for part in ("ankle", "toe", "knee"))
        joints[:, at[f"{side}_heel"]] = ankle - _HEEL_BACK * (toe - ankle) + _HEEL_DOWN_M * _unit(ankle - knee)
    # The centre joints are the ones 2D keypoints can give: see `skeletons.to_human36m`.
    joints[:, at["root"]] = (joints[:, at["left_hip"]] + joints[:, at["right_hip"]]) / 2
    joints[:, at["thorax"]] = (joints[:, at["left_shoulder"]] + joints[:, at["right_shoulder"]]) / 2
    joints[:, at["spine"]] = (joints[:, at["root"]] + joints[:, at["thorax"]]) / 2
    neck = raw[:, column["neck"]]
    up = _unit(raw[:, column["headtop"]] - neck)
    left = joints[:, at["left_shoulder"]] - joints[:, at["right_shoulder"]]
    ahead = _unit(np.cross(left, up))
    joints[:, at["nose"]] = neck + _NOSE_UP_M * up + _NOSE_AHEAD_M * ahead
    joints[:, at["head"]] = neck + _EYES_UP_M * up + _EYES_AHEAD_M * ahead
    return joints, neck + _CROWN_UP_M * up


def _unit(vectors: FloatArray) -> FloatArray:
    """(..., 3) vectors at length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9))
