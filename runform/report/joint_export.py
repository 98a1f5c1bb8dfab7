"""The joints' positions in 3D as files for other programs: npz and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from runform.errors import InputError
from runform.report.standing import StandingRunner

AXES = "x to the right of the picture, y up from the ground, z towards the camera; the root is over the origin"
_PLACES = 4  # a tenth of a millimetre in metres, far below any error


def write_joints_npz(runner: StandingRunner, file: BinaryIO) -> None:
    """Write the joints as a compressed npz.

    time_s (T,) seconds of real time; xyz (T, J, 3), NaN where not known; joints (J,) their names; bones (B, 2) pairs of
    positions among them; unit and axes, a string each; camera_down_deg and camera_roll_deg, how the camera was held,
    which is taken out of xyz; NaN where that was not estimated and the camera taken as level.

    Args:
        runner: Upright over the ground.
        file: Open for writing bytes.
    """
    tilt = runner.tilt
    held = (np.nan, np.nan) if tilt is None or tilt.reason else (tilt.down_deg, tilt.roll_deg)
    np.savez_compressed(
        file,
        time_s=runner.time_s,
        xyz=runner.xyz,
        joints=np.array(runner.skeleton.keypoints),
        bones=np.array(runner.skeleton.bone_indices),
        unit=np.array(runner.unit),
        axes=np.array(AXES),
        camera_down_deg=np.array(held[0]),
        camera_roll_deg=np.array(held[1]),
    )


def write_joints_csv(runner: StandingRunner, file: BinaryIO) -> None:
    """Write the joints as CSV (UTF-8), one row for each joint and frame: time_s, joint, x, y, z.

    The names of the last three carry the unit, as in `x_m`. What is not known is left empty.

    Args:
        runner: Upright over the ground.
        file: Open for writing bytes.
    """
    words = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(words, lineterminator="\n")
    unit = runner.unit.replace(" ", "_")
    rows.writerow(["time_s", "joint", *(f"{axis}_{unit}" for axis in "xyz")])
    for time_s, pose in zip(runner.time_s, runner.xyz, strict=True):
        for name, place in zip(runner.skeleton.keypoints, pose, strict=True):
            numbers = ["" if np.isnan(value) else f"{value:.{_PLACES}f}" for value in place]
            rows.writerow([f"{time_s:.{_PLACES}f}", name, *numbers])
    words.detach()


def to_bytes(write: Callable[[StandingRunner, BinaryIO], None], runner: StandingRunner) -> bytes:
    """What `write` would write to a file."""
    file = io.BytesIO()
    write(runner, file)
    return file.getvalue()


def save(write: Callable[[StandingRunner, BinaryIO], None], runner: StandingRunner, path: Path) -> None:
    """Write to `path`, whole or not at all.

    Raises:
        InputError: The file cannot be written there.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            write(runner, file)
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"The joints could not be written to {path}: {error.strerror or error}.",
            "Name a file in a folder that exists and may be written to.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
