"""The evaluation of the clock, and the limit of gait.clock that stands on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform.gait.clock import MOST_CLOCK_ERROR
from runform.training.clock_evaluation import evaluate_clock


def test_gravity_tells_clocks_apart_by_a_factor_of_two(mocap_dir: Path) -> None:
    found = evaluate_clock(
        mocap_dir, names=("hamner04 run300",), walks=("train_walking_walking_1",), time_scales=(0.5, 1.0, 2.0)
    )
    rows = {(row["kind"], row["time_scale"]): row for row in found["rows"]}

    assert rows["run", 0.5]["by_gravity_high"] < 1 / MOST_CLOCK_ERROR < rows["run", 1.0]["by_gravity_low"]
    assert rows["run", 1.0]["by_gravity_high"] < MOST_CLOCK_ERROR < rows["run", 2.0]["by_gravity_low"]
    assert rows["run", 1.0]["by_gravity_median"] == pytest.approx(1, abs=0.15)
    assert [rows["run", scale]["factor_right"] for scale in (0.5, 1.0, 2.0)] == [1, 0, 1]
    assert all(row["factor_wrong"] == 0 for row in found["rows"])
    assert all(row["clips"] == 2 for row in found["rows"])
