"""Small .trc files with known places, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.motion_files.trc import read_trc

ROWS = ("1\t0.50\t1000\t2000\t3000\t10\t20\t30", "2\t0.51\t1100\t2000\t3000\t\t\t", "3\t0.52\t1200\t2000\t3000")


def _write(
    folder: Path, rows: tuple[str, ...] = ROWS, *, units: str = "mm", frames: int = 3, blank: bool = True
) -> Path:
    header = [
        "PathFileType\t4\t(X/Y/Z)\tsmall.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"100\t100\t{frames}\t2\t{units}\t100",
        "Frame#\tTime\tHIP\t\t\tTOE\t\t\t",
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2",
    ]
    file = folder / "small.trc"
    file.write_text("\n".join([*header, *([""] if blank else []), *rows]) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("blank", [True, False])
def test_places_times_and_lost_markers(tmp_path: Path, blank: bool) -> None:
    motion = read_trc(_write(tmp_path, blank=blank))

    assert motion.name == "small"
    assert motion.time_s == pytest.approx([0.5, 0.51, 0.52])
    assert motion.points["HIP"] == pytest.approx(np.array([[1.0, 2, 3], [1.1, 2, 3], [1.2, 2, 3]]))
    assert motion.points["TOE"][0] == pytest.approx([0.01, 0.02, 0.03])
    assert np.isnan(motion.points["TOE"][1:]).all()


def test_metres_and_z_up(tmp_path: Path) -> None:
    motion = read_trc(_write(tmp_path, units="m"), up="z")

    assert motion.points["HIP"][0] == pytest.approx([1000, 3000, -2000])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((ROWS[0], ROWS[1].replace("1100", "11oo"), ROWS[2]), r"line 8: expected a number in column 3, not '11oo'"),
        ((ROWS[0], ROWS[1], ROWS[2].replace("0.52", "0.51")), r"line 9: expected a time later"),
        ((ROWS[0], ROWS[1], ROWS[2] + "\t1\t2\t3\t4"), r"line 9: .* up to 6 places, not 9 cells"),
        (ROWS[:2], r"expected 3 frames below, not 2"),
    ],
)
def test_damaged_rows_are_named(tmp_path: Path, rows: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_trc(_write(tmp_path, rows))


def test_other_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.trc"
    other.write_text("something else\n")
    with pytest.raises(InputError, match=r"other\.trc, line 1: .*PathFileType"):
        read_trc(other)
    with pytest.raises(InputError, match="unit 'inches'"):
        read_trc(_write(tmp_path, units="inches"))
    with pytest.raises(InputError, match="cannot be read as text"):
        read_trc(tmp_path / "absent.trc")


def test_names_that_do_not_fit_their_number_are_refused(tmp_path: Path) -> None:
    file = _write(tmp_path)
    file.write_text(file.read_text().replace("TOE", ""))

    with pytest.raises(InputError, match="line 4: expected the names of 2 markers, not 1"):
        read_trc(file)


def test_the_sprinters_markers(mocap_dir: Path) -> None:
    motion = read_trc(mocap_dir / "sprinter" / "run0500cms.trc")

    assert len(motion.points) == 53
    assert motion.frame_rate == pytest.approx(250)
    seventh = motion.points["C7"]
    assert 1.4 < np.nanmedian(seventh[:, 1]) < 1.7
    speed = (seventh[-1, 0] - seventh[0, 0]) / (motion.time_s[-1] - motion.time_s[0])
    assert speed == pytest.approx(5, abs=0.5)
