"""Small .c3d files written by the library itself, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import ezc3d
import numpy as np
import pytest

from runform.errors import InputError
from runform.training.motion_files.c3d import read_c3d_analog, read_c3d_markers


def _write(folder: Path, *, units: str = "mm", frames: int = 5) -> Path:
    content = ezc3d.c3d()
    places = np.ones((4, 2, frames))
    places[0, 0] = 100 * np.arange(frames)
    places[1, 0], places[2, 0] = 200, 300
    places[:3, 1, 1] = np.nan
    for group, rate, labels in (("POINT", 100, ("HIP", "TOE")), ("ANALOG", 1000, ("Fz1",))):
        content["parameters"][group]["RATE"]["value"] = [rate]
        content["parameters"][group]["LABELS"]["value"] = labels
    content["parameters"]["POINT"]["UNITS"]["value"] = [units]
    content["data"]["points"] = places
    content["data"]["analogs"] = np.arange(10.0 * frames).reshape(1, 1, -1)
    file = folder / "small.c3d"
    content.write(str(file))
    return file


def test_markers_come_back_in_metres_and_y_up(tmp_path: Path) -> None:
    motion = read_c3d_markers(_write(tmp_path))

    assert motion.name == "small"
    assert motion.time_s == pytest.approx(np.arange(5) / 100)
    assert motion.points["HIP"][:, 0] == pytest.approx(0.1 * np.arange(5))
    assert motion.points["HIP"][0, 1:] == pytest.approx([0.3, -0.2])
    assert np.isnan(motion.points["TOE"][1]).all()
    assert np.isfinite(motion.points["TOE"][[0, 2, 3, 4]]).all()


def test_metres_and_y_up_stay(tmp_path: Path) -> None:
    motion = read_c3d_markers(_write(tmp_path, units="m"), up="y")

    assert motion.points["HIP"][1] == pytest.approx([100, 200, 300])


def test_analogue_channels_share_the_markers_clock(tmp_path: Path) -> None:
    table = read_c3d_analog(_write(tmp_path))

    assert table.columns["Fz1"] == pytest.approx(np.arange(50))
    assert table.time_s == pytest.approx(np.arange(50) / 1000)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    whole = _write(tmp_path).read_bytes()
    bad = tmp_path / "bad.c3d"
    for content, said in (
        (b"", "cannot be read as .c3d"),
        (b"hello world" * 200, "cannot be read as .c3d"),
        (whole[:-300], "states 5 frames and holds 2"),
        (whole[:-500], "cannot be read as .c3d"),
    ):
        bad.write_bytes(content)
        with pytest.raises(InputError, match=said):
            read_c3d_markers(bad)
    with pytest.raises(InputError, match="not there"):
        read_c3d_markers(tmp_path / "absent.c3d")


def test_a_file_without_markers_or_channels_is_refused(tmp_path: Path) -> None:
    content = ezc3d.c3d()
    del content["data"]["rotations"]  # the library counts their frames against the markers', of which there are none
    file = tmp_path / "empty.c3d"
    content.write(str(file))

    with pytest.raises(InputError, match="holds 0 markers"):
        read_c3d_markers(file)
    with pytest.raises(InputError, match="holds 0 channels"):
        read_c3d_analog(file)


def test_more_names_than_one_parameter_holds(tmp_path: Path) -> None:
    names = [f"M{i}" for i in range(300)]
    content = ezc3d.c3d()
    content["parameters"]["POINT"]["RATE"]["value"] = [50]
    content["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    content["parameters"]["POINT"]["LABELS"]["value"] = names[:255]
    content.add_parameter("POINT", "LABELS2", names[255:])
    content["data"]["points"] = np.ones((4, 300, 2))
    file = tmp_path / "many.c3d"
    content.write(str(file))

    assert list(read_c3d_markers(file).points) == names
