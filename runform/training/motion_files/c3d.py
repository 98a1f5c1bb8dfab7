"""Markers and analogue channels from .c3d files, read by the ezc3d library."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np

from runform.errors import InputError
from runform.training.motion_files.motion import Axis, ChannelTable, MarkerMotion, to_metres_y_up

_BLOCK = 512  # bytes; the header's first byte counts in them where the parameters begin
_BIG_ENDIAN = 86  # the parameters' fourth byte: written by a processor whose numbers start with the highest byte


def read_c3d_markers(file: Path, up: Axis = "z") -> MarkerMotion:
    """The markers of a .c3d file; those that the cameras lost are NaN.

    Time counts from the recording's start: a trial cut from a longer one keeps its clock, as its forces do.

    Args:
        file: States its unit of length and its rate.
        up: The file's upward axis; most laboratories use z.

    Raises:
        InputError: Not a .c3d file, damaged, or without markers.
    """
    content = _open(file)
    facts = content["parameters"]["POINT"]
    names = _labels_of(facts)
    places = np.asarray(content["data"]["points"], dtype=np.float64)  # (4, N, T)
    if not places.size or len(names) < places.shape[1]:
        raise InputError(f"{file} holds {places.shape[1]} markers and {len(names)} names.", "Export the file again.")
    units = _value(facts, "UNITS") or ["mm"]
    metres = to_metres_y_up(places[:3].transpose(2, 1, 0), str(units[0]), up)
    time_s = (content["header"]["points"]["first_frame"] + np.arange(len(metres))) / _rate_of(file, facts)
    return MarkerMotion(file.stem, time_s, {name: metres[:, i] for i, name in enumerate(names[: metres.shape[1]])})


def read_c3d_analog(file: Path) -> ChannelTable:
    """The analogue channels of a .c3d file, such as a force plate's, scaled to the file's own units.

    Raises:
        InputError: Not a .c3d file, damaged, or without analogue channels.
    """
    content = _open(file)
    facts = content["parameters"]["ANALOG"]
    names = _labels_of(facts)
    values = np.asarray(content["data"]["analogs"], dtype=np.float64)[0]  # (N, T)
    if not values.size or len(names) < len(values):
        raise InputError(f"{file} holds {len(values)} channels and {len(names)} names.", "Export its channels as well.")
    rate = _rate_of(file, facts)
    start = content["header"]["points"]["first_frame"] / _rate_of(file, content["parameters"]["POINT"])
    time_s = start + np.arange(values.shape[1]) / rate
    return ChannelTable(file.stem, time_s, dict(zip(names, values, strict=False)))


def _open(file: Path) -> Any:
    """The file as ezc3d reads it, which makes do with fewer frames than the header states."""
    if not file.is_file():
        raise InputError(f"{file} is not there.", "Give an existing .c3d file.")
    try:
        content = ezc3d.c3d(str(file))
    except (OSError, ValueError, IndexError, RuntimeError) as error:
        raise InputError(f"{file} cannot be read as .c3d: {error}.", "Copy or export the file again.") from error
    _, markers, found = content["data"]["points"].shape
    stated = _read_stated_frames(file)
    if markers and found < stated:
        raise InputError(f"{file} states {stated} frames and holds {found}.", "Copy or export the file again.")
    return content


def _read_stated_frames(file: Path) -> int:
    """Frames by the header's first and last frame, its fourth and fifth 16-bit words."""
    head = file.read_bytes()
    processor = head[(head[0] - 1) * _BLOCK + 3]
    first, last = struct.unpack(">HH" if processor == _BIG_ENDIAN else "<HH", head[6:10])
    return int(last - first + 1)


def _labels_of(facts: Any) -> list[str]:
    """Names of markers or channels; beyond 255 they go on in LABELS2, LABELS3 and so on."""
    labels = _value(facts, "LABELS")
    number = 2
    while more := _value(facts, f"LABELS{number}"):
        labels += more
        number += 1
    return [str(label).strip() for label in labels]


def _value(facts: Any, name: str) -> list[Any]:
    """A parameter's values, none where it is absent."""
    return list(facts[name]["value"]) if name in facts else []


def _rate_of(file: Path, facts: Any) -> float:
    """Frames/s of a group of parameters.

    Raises:
        InputError: No rate above 0.
    """
    rate = _value(facts, "RATE")
    if not rate or not rate[0] > 0:
        raise InputError(f"{file} states no rate for its data.", "Export the file again.")
    return float(rate[0])
