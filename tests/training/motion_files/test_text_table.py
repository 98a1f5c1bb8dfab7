"""Small tables with known markers and channels, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.motion_files.text_table import read_channel_table, read_marker_table


def _write(folder: Path, text: str) -> Path:
    file = folder / "table.txt"
    file.write_text(text)
    return file


def test_markers_by_name(tmp_path: Path) -> None:
    motion = read_marker_table(
        _write(tmp_path, "Time\tR.AX\tR.AY\tR.AZ\tBX\n0\t1\t2\t3\t4\n0.01\t10\tNaN\t\t4\n"), frame_rate=150.0
    )

    assert list(motion.points) == ["R.A"]
    assert motion.time_s == pytest.approx([0, 1 / 150])
    assert motion.points["R.A"][0] == pytest.approx([0.001, 0.002, 0.003])
    assert motion.points["R.A"][1, 0] == pytest.approx(0.01)
    assert np.isnan(motion.points["R.A"][1, 1:]).all()


def test_channels_by_name(tmp_path: Path) -> None:
    table = read_channel_table(_write(tmp_path, "Time\tFy\n1\t700\n2\t-3.5\n"), frame_rate=300.0)

    assert list(table.columns) == ["Fy"]
    assert table.columns["Fy"] == pytest.approx([700, -3.5])
    assert table.time_s[1] == pytest.approx(1 / 300)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expected names of columns"),
        ("Time\tFy\n", "line 2: expected rows of numbers"),
        ("Time\tFy\n1\t2\n2\n", "line 3: expected 2 cells, not 1"),
        ("Time\tFy\n1\t2\n2\ttwo\n", "line 3: expected a number in column 2"),
    ],
)
def test_damaged_tables_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_channel_table(_write(tmp_path, text), frame_rate=100.0)


def test_a_table_without_markers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names of markers"):
        read_marker_table(_write(tmp_path, "Time\tFy\n1\t2\n"), frame_rate=100.0)
