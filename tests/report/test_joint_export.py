from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.report.joint_export import save, to_bytes, write_joints_csv, write_joints_npz
from runform.report.standing import CameraTilt
from tests.fixtures.standing import PLACES, make_runner

TIMES = np.array([0.0, 0.04, 0.1])


def test_the_npz_says_everything_that_its_numbers_need() -> None:
    runner = make_runner(TIMES)
    with np.load(io.BytesIO(to_bytes(write_joints_npz, runner))) as file:
        assert np.array_equal(file["time_s"], TIMES)
        assert np.array_equal(file["xyz"], runner.xyz)
        names = file["joints"].tolist()
        assert names[-1] == "right_toe"
        assert [names[i] for i in file["bones"][0]] == ["root", "right_hip"]
        assert str(file["unit"]) == "m"
        assert "y up" in str(file["axes"])
        assert np.isnan([file["camera_down_deg"], file["camera_roll_deg"]]).all()


@pytest.mark.parametrize(("reason", "down", "roll"), [("", 6.0, -1.5), ("Nothing moves.", np.nan, np.nan)])
def test_the_npz_holds_the_camera_s_tilt_only_where_it_was_estimated(reason: str, down: float, roll: float) -> None:
    runner = replace(make_runner(TIMES), tilt=CameraTilt(6.0, -1.5, 3.0, 2.0, reason))
    with np.load(io.BytesIO(to_bytes(write_joints_npz, runner))) as file:
        assert np.array_equal([file["camera_down_deg"], file["camera_roll_deg"]], [down, roll], equal_nan=True)


def test_the_csv_has_a_row_for_each_joint_and_frame_and_its_header_names_the_unit() -> None:
    runner = make_runner(TIMES, unit="leg lengths")
    runner.xyz[1, 0] = np.nan
    rows = list(csv.reader(io.StringIO(to_bytes(write_joints_csv, runner).decode())))
    assert rows[0] == ["time_s", "joint", "x_leg_lengths", "y_leg_lengths", "z_leg_lengths"]
    assert len(rows) == 1 + 3 * 21
    assert rows[1] == ["0.0000", "root", "0.0000", "1.0000", "0.0000"]
    assert rows[22] == ["0.0400", "root", "", "", ""]
    toe = next(row for row in rows if row[1] == "left_toe")
    assert tuple(map(float, toe[2:])) == PLACES["left_toe"]


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    runner = make_runner(TIMES)
    save(write_joints_csv, runner, tmp_path / "joints.csv")
    assert (tmp_path / "joints.csv").read_bytes() == to_bytes(write_joints_csv, runner)
    assert [path.name for path in tmp_path.iterdir()] == ["joints.csv"]
    with pytest.raises(InputError, match="could not be written"):
        save(write_joints_npz, runner, tmp_path / "no_folder" / "joints.npz")
