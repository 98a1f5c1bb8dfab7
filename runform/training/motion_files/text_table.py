"""Markers and channels from tab-separated tables with one line of names, as the running data of Fukuchi and others."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.training.motion_files.motion import ChannelTable, MarkerMotion, to_metres_y_up
from runform.training.motion_files.text import fail, parse_numbers, read_lines


def read_marker_table(file: Path, frame_rate: float) -> MarkerMotion:
    """Markers in mm, y up, named in columns like R.ASISX, R.ASISY, R.ASISZ; empty cells are lost markers, NaN.

    Args:
        file: Its times are rounded or counted, so they are not read.
        frame_rate: Frames/s; the first row is at 0 s.

    Raises:
        InputError: A damaged row, or no marker with all three axes.
    """
    columns = _read_columns(file)
    names = [name.removesuffix("X") for name in columns if name.endswith("X")]
    names = [name for name in names if {f"{name}Y", f"{name}Z"} <= columns.keys()]
    if not names:
        raise fail(file, 1, "names of markers with their axes, like R.ASISX, R.ASISY, R.ASISZ")
    points = {
        name: to_metres_y_up(np.stack([columns[f"{name}{axis}"] for axis in "XYZ"], axis=1), "mm", "y")
        for name in names
    }
    return MarkerMotion(file.stem, np.arange(len(points[names[0]])) / frame_rate, points)


def read_channel_table(file: Path, frame_rate: float) -> ChannelTable:
    """Every column but the times, in the file's units.

    Args:
        file: Its times are rounded or counted, so they are not read.
        frame_rate: Rows/s; the first is at 0 s.

    Raises:
        InputError: A damaged row.
    """
    columns = _read_columns(file)
    rows = len(next(iter(columns.values())))
    return ChannelTable(file.stem, np.arange(rows) / frame_rate, columns)


def _read_columns(file: Path) -> dict[str, FloatArray]:
    """Name -> (T,) of every column but Time."""
    lines = read_lines(file)
    names = [name.strip().strip('"') for name in lines[0].split("\t")] if lines else []
    if len(names) < 2:
        raise fail(file, 1, "names of columns, separated by tabs")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            break
        if len(cells) != len(names):
            raise fail(file, number, f"{len(names)} cells, not {len(cells)}")
        rows.append(parse_numbers(file, number, cells))
    if not rows:
        raise fail(file, 2, "rows of numbers below the names")
    table = np.array(rows)
    return {name: table[:, i] for i, name in enumerate(names) if name != "Time"}
