"""A small Acclaim skeleton of two bones with known turns, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.motion_files.asf_amc import read_asf_amc

ASF = """# made by hand
:version 1.10
:name small
:units
  mass 1.0
  length 0.45
  angle deg
:documentation
  begin and end mean nothing here
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
  begin
    id 1
    name femur
    direction 0 -1 0
    length 4
    axis 0 0 0 XYZ
    dof rx ry rz
    limits (-160 20)
           (-70 70)
           (-60 70)
  end
  begin
    id 2
    name tibia
    direction 0 -1 0
    length 3
    axis 0 90 0 XYZ
    dof rx
  end
  begin
    id 3
    name toe
    direction 1 0 0
    length 1
    axis 0 0 0 XYZ
  end
:hierarchy
  begin
    root femur
    femur tibia
    tibia toe
  end
"""
STILL = ("root 1 9 2 0 0 0", "femur 0 0 0", "tibia 0")
INCHES = 0.0254 / 0.45


def _write(folder: Path, *frames: tuple[str, ...], asf: str = ASF) -> tuple[Path, Path]:
    skeleton, motion = folder / "small.asf", folder / "small_01.amc"
    skeleton.write_text(asf)
    lines = ["#comment", ":FULLY-SPECIFIED", ":DEGREES"]
    for number, frame in enumerate(frames, start=1):
        lines += [str(number), *frame]
    motion.write_text("\n".join(lines) + "\n")
    return skeleton, motion


def test_bones_hang_from_one_another(tmp_path: Path) -> None:
    motion = read_asf_amc(*_write(tmp_path, STILL, STILL), frame_rate=60.0)

    assert motion.time_s == pytest.approx([0, 1 / 60])
    for name, place in {"root": (1, 9, 2), "femur": (1, 5, 2), "tibia": (1, 2, 2), "toe": (2, 2, 2)}.items():
        assert motion.points[name][1] == pytest.approx(INCHES * np.array(place))


def test_turns_go_from_bone_to_bone(tmp_path: Path) -> None:
    """90 degrees about z take -y to +x, and the toe, which points to +x, up."""
    motion = read_asf_amc(
        *_write(tmp_path, ("root 0 0 0 0 0 90", *STILL[1:]), ("root 0 0 0 0 0 0", "femur 0 0 90", STILL[2]))
    )

    for frame in (0, 1):
        assert motion.points["femur"][frame] == pytest.approx(INCHES * np.array([4, 0, 0]), abs=1e-9)
        assert motion.points["tibia"][frame] == pytest.approx(INCHES * np.array([7, 0, 0]), abs=1e-9)
        assert motion.points["toe"][frame] == pytest.approx(INCHES * np.array([7, 1, 0]), abs=1e-9)


def test_a_bone_turns_about_its_own_axis(tmp_path: Path) -> None:
    """The tibia's x axis lies along -z, so 90 degrees about it take -y to -x."""
    motion = read_asf_amc(*_write(tmp_path, ("root 0 0 0 0 0 0", "femur 0 0 0", "tibia 90")))

    assert motion.points["tibia"][0] == pytest.approx(INCHES * np.array([-3, -4, 0]), abs=1e-9)


def test_the_first_angle_turns_first(tmp_path: Path) -> None:
    """90 degrees about x take -y to -z; z leaves that where it is."""
    motion = read_asf_amc(*_write(tmp_path, ("root 0 0 0 0 0 0", "femur 90 0 90", "tibia 0")))

    assert motion.points["femur"][0] == pytest.approx(INCHES * np.array([0, 0, -4]), abs=1e-9)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (("root 0 0 0 0 0 0", "femur 0 0", "tibia 0"), r"amc, line 6: .*femur 0 0"),
        (("root 0 0 0 0 0 0", "femur 0 0 0", "arm 0"), r"amc, line 7: .*arm 0"),
        (("root 0 0 0 0 0 0", "femur 0 0 0", "tibia none"), r"amc, line 7: expected a number"),
        (("root 0 0 0 0 0 0", "femur 0 0 0"), r"the angles of tibia in frame 1"),
    ],
)
def test_damaged_frames_are_named(tmp_path: Path, frame: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_asf_amc(*_write(tmp_path, frame))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-1 0\n    length 4", "-1\n    length 4", r"asf, line 19: expected what a bone's direction"),
        ("length 3", "length three", r"asf, line 31: expected a number"),
        ("axis 0 90 0 XYZ", "axis 0 90 0 XYX", r"asf, line 32: expected what a bone's axis"),
        ("dof rx\n", "dof rx l\n", r"asf, line 33: expected what a bone's dof"),
        ("tibia toe", "tibia finger", r"asf, line 46: expected a known bone"),
        ("    tibia toe\n", "", r"each bone once in :hierarchy"),
        ("axis XYZ\n  position", "spin XYZ\n  position", r"asf, line 12: expected the root's order"),
    ],
)  # fmt: skip
def test_a_damaged_skeleton_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert ASF.count(old) == 1
    with pytest.raises(InputError, match=said):
        read_asf_amc(*_write(tmp_path, STILL, asf=ASF.replace(old, new)))


def test_no_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected frames"):
        read_asf_amc(*_write(tmp_path))
