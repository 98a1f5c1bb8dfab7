"""Ranges of the knee's angles over published mean strides, for `gait/reference_ranges.toml`.

Run from the project's root, with the folder of curves beside the project:

    python -m runform.training.angle_ranges ../shared/mocap/running_angles

The curves are those of 46 recreational runners at about 2.5 m/s: Fukuchi, Fukuchi and Duarte (2017) and Ferber and
others, both CC BY 4.0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from runform.demo.fit_stride_curves import FILE_GROUPS, read_sagittal_curves
from runform.errors import InputError
from runform.sequences import FloatArray

STANCE_POINTS = 40
"""Points of the 101 in which the knee takes the weight; the peak of swing lies far behind them."""


def compute_knee_ranges(folder: Path) -> dict[str, tuple[float, float, int]]:
    """Mean minus and plus two standard deviations over the runners, and how many they are.

    Args:
        folder: Holds the files of `FILE_GROUPS`.

    Returns:
        Metric -> (low, high, runners), degrees of flexion.

    Raises:
        InputError: The folder holds fewer than two of the files.
    """
    paths = [path for pattern in FILE_GROUPS for path in sorted(folder.glob(pattern))]
    if len(paths) < 2:
        raise InputError(
            f"{folder} holds no stride curves.", f"It should hold files named {' and '.join(FILE_GROUPS)}."
        )
    knee = np.array([read_sagittal_curves(path)["knee"] for path in paths])  # (runners, 101)
    values = {
        "knee_flexion_at_contact": knee[:, 0],
        "knee_flexion_midstance": knee[:, :STANCE_POINTS].max(axis=1),
        "knee_flexion_swing": knee[:, STANCE_POINTS:].max(axis=1),
    }
    return {name: (*_span(of_runners), len(paths)) for name, of_runners in values.items()}


def _span(values: FloatArray) -> tuple[float, float]:
    """Mean minus and plus two standard deviations."""
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    return mean - 2 * spread, mean + 2 * spread


def main(arguments: list[str]) -> None:
    """Print the ranges of the folder named first."""
    if len(arguments) != 1:
        raise InputError("One folder of stride curves is needed.", "For example ../shared/mocap/running_angles.")
    for name, (low, high, runners) in compute_knee_ranges(Path(arguments[0])).items():
        print(f"{name}: {low:.1f} to {high:.1f} degrees ({runners} runners)")


if __name__ == "__main__":
    main(sys.argv[1:])
