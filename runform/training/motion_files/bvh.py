"""Joint positions from .bvh files: a hierarchy of offsets, and each frame's angles."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.training.motion_files.motion import Axis, MarkerMotion, to_metres_y_up
from runform.training.motion_files.rotations import compute_rotation
from runform.training.motion_files.text import fail, parse_numbers, read_lines

_CHANNELS = frozenset(f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation"))


@dataclass
class _Joint:
    """One joint of the hierarchy; its channels lie at `first` and on in each row."""

    name: str
    parent: int  # position in the list of joints; -1 for the root
    offset: FloatArray = field(default_factory=lambda: np.zeros(3))
    channels: tuple[str, ...] = ()
    first: int = 0


def read_bvh(file: Path, metres_per_unit: float = 0.01, up: Axis = "y") -> MarkerMotion:
    """Every joint's position, by forward kinematics.

    A joint's turns are applied to its children in the order in which its channels are listed, the first outermost, as
    the format's programs do. The end of a chain is named after its joint: "Head_end".

    Args:
        file: Angles in degrees.
        metres_per_unit: The format states no unit of length; centimetres are the most common.
        up: The file's upward axis.

    Raises:
        InputError: A hierarchy, header or row that is damaged, or fewer frames than stated.
    """
    lines = read_lines(file)
    joints, motion = _read_hierarchy(file, lines)
    frames, step_s = _read_motion_header(file, lines, motion)
    width = sum(len(joint.channels) for joint in joints)
    rows = []
    for number, line in enumerate(lines[motion + 3 :], start=motion + 4):
        cells = line.split()
        if not cells:
            continue
        if len(cells) != width:
            raise fail(file, number, f"{width} channels, not {len(cells)}")
        rows.append(parse_numbers(file, number, cells))
    if len(rows) != frames or not rows:
        raise fail(file, motion + 2, f"{frames} frames below, and at least 1, not {len(rows)}")
    places = _place_joints(joints, np.array(rows))
    points = {name: to_metres_y_up(metres_per_unit * place, "m", up) for name, place in places.items()}
    return MarkerMotion(file.stem, np.arange(frames) * step_s, points)


def _read_hierarchy(file: Path, lines: list[str]) -> tuple[list[_Joint], int]:
    """The joints, parents first, and the index of the line that says MOTION."""
    joints: list[_Joint] = []
    open_joints: list[int] = []
    first = 0
    for index, line in enumerate(lines):
        words = line.split()
        match words:
            case [] | ["HIERARCHY"] | ["{"]:
                continue
            case ["ROOT" | "JOINT", *name] if name:
                joints.append(_Joint(" ".join(name), open_joints[-1] if open_joints else -1))
                open_joints.append(len(joints) - 1)
            case ["End", "Site"] if open_joints:
                joints.append(_Joint(f"{joints[open_joints[-1]].name}_end", open_joints[-1]))
                open_joints.append(len(joints) - 1)
            case ["OFFSET", _, _, _] if open_joints:
                joints[open_joints[-1]].offset = parse_numbers(file, index + 1, words[1:])
            case ["CHANNELS", count, *names] if open_joints and count == str(len(names)) and set(names) <= _CHANNELS:
                joints[open_joints[-1]].channels, joints[open_joints[-1]].first = tuple(names), first
                first += len(names)
            case ["}"] if open_joints:
                open_joints.pop()
            case ["MOTION"] if joints and not open_joints:
                return joints, index
            case _:
                raise fail(file, index + 1, f"a line of the joints' hierarchy, not {line.strip()!r}")
    raise fail(file, max(len(lines), 1), "a hierarchy of joints and then MOTION")


def _read_motion_header(file: Path, lines: list[str], motion: int) -> tuple[int, float]:
    """Number of frames and seconds between them."""
    values = []
    for index, key in ((motion + 1, "Frames:"), (motion + 2, "Frame Time:")):
        line = lines[index].strip() if index < len(lines) else ""
        if not line.startswith(key):
            raise fail(file, index + 1, f"{key} and a number")
        (value,) = parse_numbers(file, index + 1, [line.removeprefix(key)])
        if not value > 0:
            raise fail(file, index + 1, f"{key} and a number above 0")
        values.append(float(value))
    return round(values[0]), values[1]


def _place_joints(joints: list[_Joint], rows: FloatArray) -> dict[str, FloatArray]:
    """Name -> (T, 3) in the file's unit and axes."""
    places: list[FloatArray] = []
    turns: list[FloatArray] = []
    for joint in joints:
        shift = np.tile(joint.offset, (len(rows), 1))
        turn = np.tile(np.eye(3), (len(rows), 1, 1))
        for column, channel in enumerate(joint.channels, start=joint.first):
            axis = channel[0].lower()
            if channel.endswith("rotation"):
                turn = turn @ compute_rotation(axis, rows[:, column])
            else:
                shift[:, "xyz".index(axis)] += rows[:, column]
        if joint.parent >= 0:
            shift = places[joint.parent] + np.einsum("tij,tj->ti", turns[joint.parent], shift)
            turn = turns[joint.parent] @ turn
        places.append(shift)
        turns.append(turn)
    return {joint.name: place for joint, place in zip(joints, places, strict=True)}
