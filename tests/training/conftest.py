"""A made-up walker, for tests of the training that need no captured data."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.training.cmu_motion import Motion, read_cmu_motions

_STANDING: dict[str, tuple[float, float, float]] = {
    "pelvis": (0.0, 1.0, 0.0), "rhip": (-0.1, 0.95, 0.0), "rknee": (-0.1, 0.5, 0.02), "rankle": (-0.1, 0.1, 0.0),
    "rtoe": (-0.1, 0.05, 0.15), "lhip": (0.1, 0.95, 0.0), "lknee": (0.1, 0.5, 0.02), "lankle": (0.1, 0.1, 0.0),
    "ltoe": (0.1, 0.05, 0.15), "spine": (0.0, 1.2, 0.0), "thorax": (0.0, 1.45, 0.0), "neck": (0.0, 1.5, 0.0),
    "head": (0.0, 1.6, 0.02), "headtop": (0.0, 1.7, 0.02), "lshoulder": (0.2, 1.45, 0.0), "lelbow": (0.25, 1.15, 0.0),
    "lwrist": (0.25, 0.9, 0.05), "rshoulder": (-0.2, 1.45, 0.0), "relbow": (-0.25, 1.15, 0.0),
    "rwrist": (-0.25, 0.9, 0.05),
}  # fmt: skip


def make_walk(frames: int, frame_rate: float, speed_mps: float) -> FloatArray:
    """(T, 20, 3) captured joints, metres, y up, of somebody who walks along +z and swings arms and legs."""
    time_s = np.arange(frames) / frame_rate
    walk = np.tile(np.array(list(_STANDING.values())), (frames, 1, 1))
    walk[..., 2] += speed_mps * time_s[:, None]
    swing = 0.25 * np.sin(2 * np.pi * time_s)
    for name, share in (("knee", 0.5), ("ankle", 1.0), ("toe", 1.0), ("elbow", -0.4), ("wrist", -0.8)):
        for side, sign in (("r", 1.0), ("l", -1.0)):
            joint = f"{side}{name}"
            walk[:, list(_STANDING).index(joint), 2] += sign * share * swing
    return walk


@pytest.fixture(scope="session")
def made_up_mocap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the captured data's: two walks and a run to train on, one run held out."""
    folder = tmp_path_factory.mktemp("mocap")
    walks = {
        "train_walking_1": ("walking", make_walk(240, 120.0, 1.2)),
        "train_walking_2": ("walking", make_walk(300, 120.0, 0.4)),
        "train_running_1": ("running", make_walk(200, 120.0, 3.0)),
        "test_running_1": ("running", make_walk(200, 120.0, 2.5)),
    }
    np.savez(
        folder / "cmu.npz",
        joints=np.array(list(_STANDING)),
        **{name: joints.astype(np.float32) for name, (_, joints) in walks.items()},
    )
    with (folder / "cmu_index.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["sequence", "fps", "frames", "action"])
        table.writerows([name, 120, len(joints), action] for name, (action, joints) in walks.items())
    return folder


@pytest.fixture(scope="session")
def made_up_motions(made_up_mocap: Path) -> tuple[Motion, ...]:
    return read_cmu_motions(made_up_mocap)
