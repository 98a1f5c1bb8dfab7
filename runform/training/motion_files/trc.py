"""Marker places from .trc files, as Motion Analysis and OpenSim write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.training.motion_files.motion import Axis, MarkerMotion, to_metres_y_up
from runform.training.motion_files.text import check_times, fail, parse_numbers, read_lines

_HEADER_LINES = 5


def read_trc(file: Path, up: Axis = "y") -> MarkerMotion:
    """The markers of a .trc file; empty cells are lost markers, NaN.

    Args:
        file: Its header states unit and number of frames.
        up: The file's upward axis; OpenSim's is y.

    Raises:
        InputError: A header or row that is damaged, or fewer frames than the header states.
    """
    lines = read_lines(file)
    if len(lines) < _HEADER_LINES or not lines[0].startswith("PathFileType"):
        raise fail(file, 1, "a .trc header of five lines that begins with PathFileType")
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    if not {"NumFrames", "NumMarkers", "Units"} <= facts.keys():
        raise fail(file, 2, "NumFrames, NumMarkers and Units, with their values below")
    names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
    (wanted,) = parse_numbers(file, 3, [facts["NumMarkers"]])
    if len(names) != wanted:
        raise fail(file, 4, f"the names of {wanted:.0f} markers, not {len(names)}")
    first = _HEADER_LINES
    while first < len(lines) and not lines[first].strip():
        first += 1
    table = _read_rows(file, lines, first, len(names))
    (frames,) = parse_numbers(file, 3, [facts["NumFrames"]])
    if len(table) != frames:
        raise fail(file, first + 1, f"{frames:.0f} frames below, not {len(table)}")
    check_times(file, first + 1, table[:, 1])
    places = to_metres_y_up(table[:, 2:].reshape(len(table), -1, 3), facts["Units"], up)
    return MarkerMotion(file.stem, table[:, 1], {name: places[:, i] for i, name in enumerate(names)})


def _read_rows(file: Path, lines: list[str], first: int, markers: int) -> FloatArray:
    """(T, 2 + 3 * markers) frame, time and places; rows may break off after the last marker that was seen."""
    width = 2 + 3 * markers
    end = len(lines)
    while end > first and not lines[end - 1].strip():
        end -= 1
    table = np.full((end - first, width), np.nan)
    for row, line in enumerate(lines[first:end]):
        cells = line.rstrip("\t\r\n ").split("\t")
        if not 2 <= len(cells) <= width:
            raise fail(file, first + row + 1, f"frame, time and up to {width - 2} places, not {len(cells)} cells")
        table[row, : len(cells)] = parse_numbers(file, first + row + 1, cells)
    return table
