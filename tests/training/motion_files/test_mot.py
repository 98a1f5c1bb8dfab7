"""Small .mot files with known channels, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform.errors import InputError
from runform.training.motion_files.mot import read_mot

HEADER = "Coordinates\nversion=1\nnRows=9\nnColumns=3\ninDegrees=yes\n\nA note.\n\nendheader\n"
TABLE = "time\tknee\thip\n0.1\t10\t-20\n  0.2  11  -21\n"


def _write(folder: Path, text: str) -> Path:
    file = folder / "angles.mot"
    file.write_text(text)
    return file


def test_channels_by_name(tmp_path: Path) -> None:
    table = read_mot(_write(tmp_path, HEADER + TABLE))

    assert table.name == "angles"
    assert table.time_s == pytest.approx([0.1, 0.2])
    assert table.columns["knee"] == pytest.approx([10, 11])
    assert table.columns["hip"] == pytest.approx([-20, -21])
    assert table.in_degrees is True


def test_a_file_that_says_nothing_of_angles(tmp_path: Path) -> None:
    assert read_mot(_write(tmp_path, HEADER.replace("inDegrees=yes\n", "") + TABLE)).in_degrees is None
    assert read_mot(_write(tmp_path, HEADER.replace("=yes", "=no") + TABLE)).in_degrees is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TABLE, r"line 3: expected a header that closes with endheader"),
        (HEADER + TABLE.replace("time", "frame"), r"line 10: expected the columns' names, time first"),
        (HEADER + "time\tknee\thip\n0.1\t10\n", r"line 11: expected 3 numbers, not 2"),
        (HEADER + TABLE.replace("11", "x"), r"line 12: expected a number in column 2, not 'x'"),
        (HEADER + TABLE.replace("0.2", "0.1"), r"line 12: expected a time later"),
        (HEADER + "time\tknee\n", r"line 11: expected rows of numbers"),
        (HEADER, r"expected the columns' names"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_mot(_write(tmp_path, text))


def test_the_sprinters_joint_angles(mocap_dir: Path) -> None:
    table = read_mot(mocap_dir / "sprinter" / "run0500cms.mot")

    assert table.in_degrees is True
    assert len(table.time_s) == 569
    assert 90 < table.columns["knee_angle_r"].max() < 150
