"""Small .bvh files: two bones with known turns, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.motion_files.bvh import read_bvh

HIERARCHY = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Left Knee
  {
    OFFSET 0 -40 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -50 0
    }
  }
}
"""
STILL = "10 90 0 0 0 0 0 0 0"


def _write(folder: Path, *rows: str, hierarchy: str = HIERARCHY, frames: int | None = None) -> Path:
    file = folder / "legs.bvh"
    count = len(rows) if frames is None else frames
    file.write_text(f"{hierarchy}MOTION\nFrames: {count}\nFrame Time: 0.02\n" + "\n".join(rows) + "\n")
    return file


def test_bones_hang_from_one_another(tmp_path: Path) -> None:
    motion = read_bvh(_write(tmp_path, STILL, STILL))

    assert motion.time_s == pytest.approx([0, 0.02])
    assert motion.points["Hips"][0] == pytest.approx([0.1, 0.9, 0])
    assert motion.points["Left Knee"][0] == pytest.approx([0.1, 0.5, 0])
    assert motion.points["Left Knee_end"][0] == pytest.approx([0.1, 0, 0])


def test_a_turn_moves_what_lies_below(tmp_path: Path) -> None:
    """90 degrees about z take -y to +x; the knee's own turn comes on top of the hips'."""
    motion = read_bvh(_write(tmp_path, "0 0 0 90 0 0 0 0 0", "0 0 0 90 0 0 -90 0 0"), metres_per_unit=1.0)

    assert motion.points["Left Knee"] == pytest.approx(np.array([[40, 0, 0], [40, 0, 0]]), abs=1e-9)
    assert motion.points["Left Knee_end"] == pytest.approx(np.array([[90, 0, 0], [40, -50, 0]]), abs=1e-9)


def test_the_first_channel_is_the_outermost(tmp_path: Path) -> None:
    """z then x by 90 degrees: x takes -y to -z first, and z leaves that where it is."""
    motion = read_bvh(_write(tmp_path, "0 0 0 90 90 0 0 0 0"), metres_per_unit=1.0)

    assert motion.points["Left Knee"][0] == pytest.approx([0, 0, -40], abs=1e-9)


def test_z_up(tmp_path: Path) -> None:
    assert read_bvh(_write(tmp_path, STILL), up="z").points["Hips"][0] == pytest.approx([0.1, 0, -0.9])


@pytest.mark.parametrize(
    ("row", "said"), [("1 2 3", "line 19: expected 9 channels, not 3"), (STILL.replace("90", "x"), "line 19: .*'x'")]
)
def test_damaged_rows_are_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_bvh(_write(tmp_path, row))


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 17: expected 3 frames below"):
        read_bvh(_write(tmp_path, STILL, frames=3))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("CHANNELS 3", "CHANNELS 4", "line 9: expected a line of the joints' hierarchy"),
        ("OFFSET 0 -40 0", "OFFSET 0 forty 0", "line 8: expected a number in column 2"),
        ("Zrotation Xrotation Yrotation\n  JOINT", "Zrotation Xrotation Wrotation\n  JOINT", "line 5"),
        ("    }\n  }\n}\n", "    }\n  }\n", "line 15: .*'MOTION'"),
    ],
)
def test_a_damaged_hierarchy_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_bvh(_write(tmp_path, STILL, hierarchy=HIERARCHY.replace(old, new)))


def test_a_file_without_motion_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "legs.bvh"
    file.write_text(HIERARCHY)
    with pytest.raises(InputError, match="and then MOTION"):
        read_bvh(file)
    file.write_text(HIERARCHY + "MOTION\nFrames: 1\n")
    with pytest.raises(InputError, match="line 18: expected Frame Time:"):
        read_bvh(file)
