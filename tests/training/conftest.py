"""A made-up walker and made-up runners, for tests of the training that need no captured data."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from runform.demo.stride_model import load_stride_curves
from runform.sequences import FloatArray
from runform.training.cmu_motion import Motion, read_cmu_motions
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.upper_cycle import CHANNELS, HARMONICS

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


# Channel -> mean, amplitude and phase of the first harmonic, degrees.
_CARRIAGE: dict[str, tuple[float, float, float]] = {
    "pelvis_turn": (0.0, 5.0, -130.0), "pelvis_list": (0.0, 3.5, 150.0), "lean": (4.0, 0.5, 0.0),
    "side_lean": (0.0, 0.8, 0.0), "shoulder_turn": (0.0, 11.0, -150.0), "shoulder_list": (0.0, 1.5, -80.0),
    "left_raise": (-22.0, 18.0, 180.0), "left_abduction": (5.0, 6.0, -150.0), "left_elbow": (110.0, 8.0, 140.0),
    "left_inward": (10.0, 12.0, -160.0), "right_raise": (-22.0, 18.0, 0.0), "right_abduction": (3.0, 6.0, 30.0),
    "right_elbow": (108.0, 8.0, -20.0), "right_inward": (12.0, 12.0, 30.0),
}  # fmt: skip


def make_upper() -> FloatArray:
    """(C, 7) Fourier coefficients of a plain swing of the arms."""
    upper = np.zeros((len(CHANNELS), 1 + 2 * HARMONICS))
    for row, name in enumerate(CHANNELS):
        mean, size, phase = _CARRIAGE[name]
        upper[row, 0] = mean
        upper[row, 1] = size * np.cos(np.radians(phase))
        upper[row, 1 + HARMONICS] = size * np.sin(np.radians(phase))
    return upper


@pytest.fixture(scope="session")
def made_up_sources() -> RunnerSources:
    """Two runners, the published mean stride and one who lifts the heel less, and two upper bodies."""
    curves = load_stride_curves()
    mean = np.array([[s.mean, *s.cosine, *s.sine] for s in (curves.hip, curves.knee, curves.ankle)])
    stiff = mean.copy()
    stiff[1] *= 0.92
    upper = make_upper()
    return RunnerSources(("mean", "stiff"), np.stack([mean, stiff]), np.array([0.39, 0.4]), np.stack([upper, upper]))
