"""What virtual runners are made of: measured stride angles and the upper-body cycles of captured runs.

Nothing of hamner04 or sprinter is read here: they are the test people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runform.demo.fit_stride_curves import FILE_GROUPS, fit_fourier, read_sagittal_curves
from runform.errors import InputError
from runform.sequences import FloatArray, require_shape
from runform.training.runner_motions import RunnerMotion, read_cmu_body
from runform.training.virtual_running.upper_cycle import CHANNELS, HARMONICS, fit_upper_cycle

CAPTURED_RUNS = tuple(f"train_running_running_{i}" for i in range(1, 6))
"""Sequences of cmu.npz; the sixth run is held out from training."""

JOINTS = ("hip", "knee", "ankle")
LEG_HARMONICS = 8
_DECIMALS = 6
_EARLIEST_TOE_OFF, _LATEST_TOE_OFF = 0.36, 0.42
_EXTENSION_AFTER_TOE_OFF = 0.02


@dataclass(frozen=True)
class RunnerSources:
    """Measured material.

    Attributes:
        names: R measured runners.
        legs: (R, 3, 17) Fourier coefficients of hip, knee and ankle angles over the stride from initial contact: mean,
            8 cosines, 8 sines, degrees, flexion and dorsiflexion positive.
        toe_off: (R,) stride phase at which swing begins in those curves.
        upper: (U, C, 7) Fourier coefficients of the channels of `upper_cycle.CHANNELS` over the stride: mean, 3
            cosines, 3 sines, degrees; phase 0 where the left thigh is furthest ahead of the right one.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    names: tuple[str, ...]
    legs: FloatArray
    toe_off: FloatArray
    upper: FloatArray

    def __post_init__(self) -> None:
        require_shape("legs", self.legs, (len(self.names), len(JOINTS), 1 + 2 * LEG_HARMONICS))
        require_shape("toe_off", self.toe_off, (len(self.names),))
        require_shape("upper", self.upper, (None, len(CHANNELS), 1 + 2 * HARMONICS))


def read_runner_sources(mocap_dir: Path) -> RunnerSources:
    """Stride angles of running_angles/ and upper bodies of cmu.npz.

    Args:
        mocap_dir: A copy of ../shared/mocap.

    Raises:
        InputError: A source is missing.
    """
    folder = mocap_dir / "running_angles"
    paths = [path for pattern in FILE_GROUPS for path in sorted(folder.glob(pattern))]
    if not paths:
        raise InputError(
            f"{folder} holds no stride curves.", f"It should hold files named {' and '.join(FILE_GROUPS)}."
        )
    curves = [read_sagittal_curves(path) for path in paths]
    legs = np.array([[_fit(curve[joint]) for joint in JOINTS] for curve in curves])
    toe_off = np.array([_find_toe_off(curve["hip"]) for curve in curves])
    upper = np.array([fit_upper_cycle(run) for run in _read_captured(mocap_dir)])
    # Rounded, so that the last bit of a fit cannot change who is drawn.
    names = tuple(path.stem.removesuffix("angs") for path in paths)
    return RunnerSources(names, legs.round(_DECIMALS), toe_off, upper.round(_DECIMALS))


def _fit(curve: FloatArray) -> FloatArray:
    mean, cosine, sine = fit_fourier(curve, LEG_HARMONICS)
    return np.concatenate([[mean], cosine, sine])


def _find_toe_off(hip: FloatArray) -> float:
    """Stride phase of toe-off: runners leave the ground shortly before the hip is most extended."""
    extended = float(hip.argmin()) / (len(hip) - 1)
    return float(np.clip(extended - _EXTENSION_AFTER_TOE_OFF, _EARLIEST_TOE_OFF, _LATEST_TOE_OFF))


def _read_captured(mocap_dir: Path) -> list[RunnerMotion]:
    archive = mocap_dir / "cmu.npz"
    if not archive.is_file():
        raise InputError(f"{archive} is missing.", "Give the folder that holds cmu.npz.")
    runs = [run for name in CAPTURED_RUNS if (run := read_cmu_body(archive, name)) is not None]
    if not runs:
        raise InputError(f"{archive} holds none of the runs.", "Give the cmu.npz that README.md beside it describes.")
    return runs
