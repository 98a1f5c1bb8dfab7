"""The ranges of the knee's angles are those of the curves they are said to come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform.errors import InputError
from runform.gait.references import load_ranges
from runform.training.angle_ranges import compute_knee_ranges


def test_the_ranges_file_holds_what_the_curves_give(mocap_dir: Path) -> None:
    rows = {row.metric: row for row in load_ranges() if row.metric.startswith("knee")}

    for name, (low, high, runners) in compute_knee_ranges(mocap_dir / "running_angles").items():
        assert (rows[name].low, rows[name].high) == (round(low, 1), round(high, 1))
        assert f"{runners} " in rows[name].population


def test_a_folder_without_curves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no stride curves"):
        compute_knee_ranges(tmp_path)
