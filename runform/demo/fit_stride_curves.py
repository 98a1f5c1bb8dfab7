"""Fits the demo's stride angles to published mean curves and writes them as a table of Fourier coefficients.

Run from the project's root, with the folder of curves beside the project:

    python -m runform.demo.fit_stride_curves ../shared/mocap/running_angles

The curves are those of 46 recreational runners at about 2.5 m/s: Fukuchi, Fukuchi and Duarte (2017), "A public dataset
of running biomechanics and the effects of running speed on lower extremity kinematics and kinetics", and Ferber and
others (the Running Injury Clinic's data set), both CC BY 4.0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from runform.demo.stride_model import COEFFICIENTS_FILE, SOURCES
from runform.errors import InputError
from runform.sequences import FloatArray

HARMONICS = 8
DECIMALS = 4
POINTS = 101
"""Samples of a published curve, from one initial contact to the next, both included."""

FILE_GROUPS = ("RBDS*angs.txt", "RIC*angs.txt")
"""Mean strides of the 23 runners of Fukuchi and others, and all strides of the 23 of Ferber and others."""

FLEXION_SIGN: dict[str, float] = {"hip": -1.0, "knee": 1.0, "ankle": -1.0}
"""What the files' sagittal column is multiplied by to make flexion and dorsiflexion positive.

The files do not say so; the curves do: the ankle's column is lowest in mid-stance, where every runner is dorsiflexed,
and highest just after toe-off.
"""


def read_sagittal_curves(path: Path) -> dict[str, FloatArray]:
    """One runner's sagittal joint angles over the stride.

    Args:
        path: A tab-separated file whose first line names the columns; `<joint>_Z`, with or without a stride's number,
            is the sagittal plane.

    Returns:
        Joint -> (101,) degrees, flexion and dorsiflexion positive, the median over the file's strides.

    Raises:
        InputError: The file has no sagittal column of a joint, or not 101 rows.
    """
    lines = path.read_text().splitlines()
    names = [name.strip().lower() for name in lines[0].split("\t")]
    rows = [line.split("\t") for line in lines[1:] if line.strip()]
    if len(rows) != POINTS:
        raise InputError(f"{path.name} has {len(rows)} rows.", f"A stride curve has {POINTS}.")
    # Files with a single stride carry an unnamed, empty first column.
    unnamed = len(rows[0]) - len(names)
    curves = {}
    for joint, sign in FLEXION_SIGN.items():
        columns = [i + unnamed for i, name in enumerate(names) if name.startswith(f"{joint}_z")]
        if not columns:
            raise InputError(f"{path.name} has no column {joint}_Z.", "Its first line must name the columns.")
        strides = np.array([[float(row[c]) for c in columns] for row in rows])  # (101, strides)
        curves[joint] = sign * np.median(strides, axis=1)
    return curves


def compute_mean_curves(folder: Path) -> tuple[dict[str, FloatArray], int]:
    """The mean sagittal curves over all runners.

    Args:
        folder: Holds the files of `FILE_GROUPS`.

    Returns:
        Joint -> (101,) degrees, flexion and dorsiflexion positive; and the number of runners.

    Raises:
        InputError: The folder holds none of the files.
    """
    paths = [path for pattern in FILE_GROUPS for path in sorted(folder.glob(pattern))]
    if not paths:
        raise InputError(
            f"{folder} holds no stride curves.", f"It should hold files named {' and '.join(FILE_GROUPS)}."
        )
    runners = [read_sagittal_curves(path) for path in paths]
    return {joint: np.mean([curves[joint] for curves in runners], axis=0) for joint in FLEXION_SIGN}, len(paths)


def fit_fourier(curve: FloatArray, harmonics: int) -> tuple[float, FloatArray, FloatArray]:
    """Least-squares Fourier series of a curve over one stride.

    Args:
        curve: (N,) samples at stride phases 0 to 1, both included.
        harmonics: How many.

    Returns:
        Mean, (harmonics,) cosine and (harmonics,) sine coefficients, in the curve's unit.
    """
    phase = np.linspace(0.0, 1.0, len(curve))
    turns = 2 * np.pi * np.outer(phase, np.arange(1, harmonics + 1))  # (N, harmonics)
    design = np.hstack([np.ones((len(curve), 1)), np.cos(turns), np.sin(turns)])  # (N, 1 + 2 * harmonics)
    solution = np.linalg.lstsq(design, curve, rcond=None)[0]
    return float(solution[0]), solution[1 : harmonics + 1], solution[harmonics + 1 :]


def fit_table(folder: Path) -> dict[str, object]:
    """The content of the coefficients file, rounded as it is written."""
    curves, runners = compute_mean_curves(folder)
    joints = {}
    for joint, curve in curves.items():
        mean, cosine, sine = fit_fourier(curve, HARMONICS)
        joints[joint] = {
            "mean": round(mean, DECIMALS),
            "cosine": [round(float(c), DECIMALS) for c in cosine],
            "sine": [round(float(s), DECIMALS) for s in sine],
        }
    return {
        "what": "Fourier coefficients of mean sagittal joint angles over the running stride, from initial contact",
        "unit": "degrees; hip flexion, knee flexion and ankle dorsiflexion positive",
        "runners": runners,
        "sources": [dict(source) for source in SOURCES],
        "joints": joints,
    }


def main(arguments: list[str]) -> None:
    """Fit the curves in the folder named first and write the table beside this file."""
    if len(arguments) != 1:
        raise InputError("One folder of stride curves is needed.", "For example ../shared/mocap/running_angles.")
    table = fit_table(Path(arguments[0]))
    COEFFICIENTS_FILE.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
