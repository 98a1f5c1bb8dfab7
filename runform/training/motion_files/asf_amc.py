"""Joint positions from Acclaim's pair of files: .asf, the skeleton, and .amc, each frame's angles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.training.motion_files.motion import Axis, MarkerMotion, to_metres_y_up
from runform.training.motion_files.rotations import compute_rotation
from runform.training.motion_files.text import fail, parse_numbers, read_lines

_INCH_M = 0.0254
_ROOT_DOFS = frozenset(("tx", "ty", "tz", "rx", "ry", "rz"))


@dataclass
class _Bone:
    """One bone: from its parent's end along `direction` in the resting pose."""

    name: str
    direction: FloatArray = field(default_factory=lambda: np.zeros(3))
    length: float = 0.0
    axis_deg: FloatArray = field(default_factory=lambda: np.zeros(3))
    axis_order: str = "xyz"
    dofs: tuple[str, ...] = ()
    parent: str = ""


@dataclass
class _Skeleton:
    """A parsed .asf: the root is a bone without length; `bones` lists parents first once the hierarchy is read."""

    bones: dict[str, _Bone] = field(default_factory=lambda: {"root": _Bone("root")})
    root_place: FloatArray = field(default_factory=lambda: np.zeros(3))
    unit_length: float = 1.0
    in_degrees: bool = True


def read_asf_amc(skeleton_file: Path, motion_file: Path, frame_rate: float = 120.0, up: Axis = "y") -> MarkerMotion:
    """Every bone's far end, named after the bone, and "root"; by forward kinematics.

    Lengths are taken as the Carnegie Mellon database means them: inches once divided by the skeleton's unit of length
    (0.45 there).

    Args:
        skeleton_file: The .asf.
        motion_file: The .amc that goes with it.
        frame_rate: Frames/s; neither file states it. The Carnegie Mellon database has 120 with few exceptions.
        up: The files' upward axis.

    Raises:
        InputError: A line of either file that is damaged, or a bone in one that the other lacks.
    """
    skeleton = _read_asf(skeleton_file)
    frames = _read_amc(motion_file, skeleton)
    places = _place_bones(skeleton, frames)
    metres = _INCH_M / skeleton.unit_length
    points = {name: to_metres_y_up(metres * place, "m", up) for name, place in places.items()}
    return MarkerMotion(motion_file.stem, np.arange(len(points["root"])) / frame_rate, points)


def _read_asf(file: Path) -> _Skeleton:
    """The skeleton, bones in the order of the hierarchy."""
    skeleton, section, bone = _Skeleton(), "", _Bone("")
    order = ["root"]
    for number, words in _words_of(file):
        if words[0].startswith(":"):
            section = words[0]
            continue
        key, values = words[0], words[1:]
        if section == ":bonedata" and key == "name" and values:
            bone = _Bone(values[0])
            skeleton.bones[bone.name] = bone
        elif section == ":bonedata":
            _read_bone_line(file, number, bone, key, values)
        elif section == ":root":
            _read_root_line(file, number, skeleton, key, values)
        elif section == ":units" and key == "length" and values:
            (skeleton.unit_length,) = parse_numbers(file, number, values[:1])
        elif section == ":units" and key == "angle":
            skeleton.in_degrees = values[:1] != ["rad"]
        elif section == ":hierarchy" and key not in ("begin", "end"):
            if key not in order or not values or not set(values) <= skeleton.bones.keys():
                raise fail(file, number, f"a known bone and the bones that hang on it, not {' '.join(words)!r}")
            for child in values:
                skeleton.bones[child].parent = key
            order += values
    if len(order) != len(skeleton.bones) or not skeleton.unit_length > 0:
        raise fail(file, 1, "a skeleton with a unit of length above 0, each bone once in :hierarchy")
    skeleton.bones = {name: skeleton.bones[name] for name in order}
    return skeleton


def _read_bone_line(file: Path, number: int, bone: _Bone, key: str, values: list[str]) -> None:
    """Take one line between a bone's begin and end; lines on mass, limits and looks are passed over."""
    match key, values:
        case "direction", [_, _, _]:
            bone.direction = parse_numbers(file, number, values)
        case "length", [length]:
            (bone.length,) = parse_numbers(file, number, [length])
        case "axis", [_, _, _, order] if sorted(order.lower()) == ["x", "y", "z"]:
            bone.axis_deg, bone.axis_order = parse_numbers(file, number, values[:3]), order.lower()
        case "dof", _ if values and set(map(str.lower, values)) <= _ROOT_DOFS - {"tx", "ty", "tz"}:
            bone.dofs = tuple(map(str.lower, values))
        case "direction" | "length" | "axis" | "dof", _:
            raise fail(file, number, f"what a bone's {key} may be, not {' '.join(values)!r}")


def _read_root_line(file: Path, number: int, skeleton: _Skeleton, key: str, values: list[str]) -> None:
    """Take one line of the section :root."""
    root = skeleton.bones["root"]
    match key, values:
        case "order", _ if values and set(map(str.lower, values)) <= _ROOT_DOFS:
            root.dofs = tuple(map(str.lower, values))
        case "axis", [order] if sorted(order.lower()) == ["x", "y", "z"]:
            root.axis_order = order.lower()
        case "position", [_, _, _]:
            skeleton.root_place = parse_numbers(file, number, values)
        case "orientation", [_, _, _]:
            root.axis_deg = parse_numbers(file, number, values)
        case _:
            raise fail(file, number, f"the root's order, axis, position or orientation, not {key!r}")


def _read_amc(file: Path, skeleton: _Skeleton) -> dict[str, FloatArray]:
    """Bone -> (T, its degrees of freedom), in the order of `dofs`."""
    frames: list[dict[str, FloatArray]] = []
    number = 0
    for number, words in _words_of(file):
        if words[0].startswith(":"):
            continue
        if words == [str(len(frames) + 1)]:
            frames.append({})
            continue
        bone = skeleton.bones.get(words[0])
        if bone is None or not frames or len(words) != 1 + len(bone.dofs):
            raise fail(file, number, f"frame {len(frames) + 1}, or a bone and its angles, not {' '.join(words)!r}")
        frames[-1][bone.name] = parse_numbers(file, number, words[1:])
    moving = [bone.name for bone in skeleton.bones.values() if bone.dofs]
    for count, frame in enumerate(frames, start=1):
        if not frame.keys() >= set(moving):
            missing = ", ".join(name for name in moving if name not in frame)
            raise fail(file, number, f"the angles of {missing} in frame {count}")
    if not frames:
        raise fail(file, 1, "frames")
    return {name: np.array([frame[name] for frame in frames]) for name in moving}


def _place_bones(skeleton: _Skeleton, frames: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Bone -> (T, 3) its far end, in the file's unit and axes."""
    count = len(next(iter(frames.values())))
    to_deg = 1.0 if skeleton.in_degrees else 180 / np.pi
    places: dict[str, FloatArray] = {}
    turns: dict[str, FloatArray] = {}
    for bone in skeleton.bones.values():
        rest = _turn_by(bone.axis_order, np.tile(bone.axis_deg * to_deg, (count, 1)))
        dofs = frames.get(bone.name, np.zeros((count, 0)))
        angles = [i for i, dof in enumerate(bone.dofs) if dof.startswith("r")]
        order = "".join(bone.dofs[i][1] for i in angles)
        turn = rest @ _turn_by(order, dofs[:, angles] * to_deg) @ np.swapaxes(rest, 1, 2)
        if not bone.parent:
            place = np.tile(skeleton.root_place, (count, 1))
            for i, dof in enumerate(bone.dofs):
                if dof.startswith("t"):
                    place[:, "xyz".index(dof[1])] += dofs[:, i]
            places[bone.name], turns[bone.name] = place, turn
            continue
        turns[bone.name] = turns[bone.parent] @ turn
        along = np.einsum("tij,j->ti", turns[bone.name], bone.direction * bone.length)
        places[bone.name] = places[bone.parent] + along
    return places


def _turn_by(order: str, angles_deg: FloatArray) -> FloatArray:
    """(T, 3, 3) turns about the fixed axes in `order`, one after the other, by (T, N) degrees."""
    turn = np.tile(np.eye(3), (len(angles_deg), 1, 1))
    for i, axis in enumerate(order):
        turn = compute_rotation(axis, angles_deg[:, i]) @ turn
    return turn


def _words_of(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and words of every line that says something."""
    for number, line in enumerate(read_lines(file), start=1):
        words = line.split("#")[0].split()
        if words:
            yield number, words
