"""Reads the CMU motion capture sequences (cmu.npz) as Human3.6M-17 joints.

The data used here was obtained from mocap.cs.cmu.edu; the database was created with funding from NSF EIA-0196217.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import require_shape
from runform.skeletons import HUMAN36M_17

FloatArray = npt.NDArray[np.float64]

HELD_OUT_PREFIXES = ("test_", "iclone_007_")
"""Sequences never trained on: one body's test set, and the second body's last session."""

_RENAMED = {
    "right_hip": "rhip", "right_knee": "rknee", "right_ankle": "rankle",
    "left_hip": "lhip", "left_knee": "lknee", "left_ankle": "lankle",
    "left_shoulder": "lshoulder", "left_elbow": "lelbow", "left_wrist": "lwrist",
    "right_shoulder": "rshoulder", "right_elbow": "relbow", "right_wrist": "rwrist",
}  # fmt: skip

# The capture has no face and its head ends short of the crown. Placed from the base of the neck along the neck and
# along the facing direction, metres, for an adult of about 1.7 m: our estimate, varied in training.
_NOSE_UP_M, _NOSE_AHEAD_M = 0.13, 0.12
_EYES_UP_M, _EYES_AHEAD_M = 0.17, 0.08
_CROWN_UP_M = 0.27


@dataclass(frozen=True)
class Motion:
    """One captured sequence.

    Attributes:
        name: As in the archive.
        action: What is done, for tables.
        frame_rate: Frames/s.
        joints: (T, 17, 3) Human3.6M-17 in metres, y up; the head is the middle of the eyes.
        crown: (T, 3) top of the head, metres; some 2D models' head.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    name: str
    action: str
    frame_rate: float
    joints: FloatArray
    crown: FloatArray

    def __post_init__(self) -> None:
        require_shape("joints", self.joints, (None, len(HUMAN36M_17), 3))
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
    return Motion(name=row["sequence"], action=row["action"], frame_rate=float(row["fps"]), joints=joints, crown=crown)


def _to_human36m(raw: FloatArray, column: dict[str, int]) -> tuple[FloatArray, FloatArray]:
    """(T, 20, 3) captured joints -> (T, 17, 3) Human3.6M-17 and (T, 3) crown, metres, y up."""
    joints = np.empty((len(raw), len(HUMAN36M_17), 3))
    at = HUMAN36M_17.index
    for ours, theirs in _RENAMED.items():
        joints[:, at[ours]] = raw[:, column[theirs]]
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
