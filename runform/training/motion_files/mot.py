"""Channels over time from OpenSim's .mot and .sto files: joint angles, ground forces."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runform.training.motion_files.motion import ChannelTable
from runform.training.motion_files.text import check_times, fail, parse_numbers, read_lines


def read_mot(file: Path) -> ChannelTable:
    """The channels of a .mot or .sto file, in the file's units.

    The header's count of rows is not held against the file, for programs that cut a file leave it as it was.

    Raises:
        InputError: No header, no time, or a row that is damaged.
    """
    lines = read_lines(file)
    header = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), None)
    if header is None:
        raise fail(file, max(len(lines), 1), "a header that closes with endheader")
    names = next((i for i in range(header + 1, len(lines)) if lines[i].strip()), header)
    columns = lines[names].split()
    if columns[0].lower() != "time":
        raise fail(file, names + 1, "the columns' names, time first")
    rows = []
    for number, line in enumerate(lines[names + 1 :], start=names + 2):
        cells = line.split()
        if not cells:
            break
        if len(cells) != len(columns):
            raise fail(file, number, f"{len(columns)} numbers, not {len(cells)}")
        rows.append(parse_numbers(file, number, cells))
    table = np.array(rows).reshape(-1, len(columns))
    check_times(file, names + 2, table[:, 0])
    stated = [line.split("=")[1].strip().lower() for line in lines[:header] if line.strip().startswith("inDegrees=")]
    return ChannelTable(
        name=file.stem,
        time_s=table[:, 0],
        columns={name: table[:, i] for i, name in enumerate(columns) if i},
        in_degrees=stated[0] == "yes" if stated else None,
    )
