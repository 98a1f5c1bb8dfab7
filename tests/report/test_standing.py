from __future__ import annotations

import math

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.standing import StandingRunner, compute_leg_length
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from tests.fixtures.standing import SHANK, THIGH, make_runner

TIMES = np.arange(20) / 30


def test_a_leg_is_thigh_and_shank_in_the_middle_of_all_frames() -> None:
    runner = make_runner(TIMES)
    runner.xyz[3, HUMAN36M_17.index["left_knee"]] += 2.0
    runner.xyz[4:8, HUMAN36M_17.index["right_ankle"]] = np.nan
    assert compute_leg_length(runner.xyz) == pytest.approx(THIGH + SHANK)
    assert math.isnan(compute_leg_length(np.full((3, 17, 3), np.nan)))


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError):
        StandingRunner(TIMES, np.zeros((20, 17, 3)), HUMAN36M_FEET_21, "m")
    with pytest.raises(ShapeError):
        StandingRunner(TIMES[::-1], np.zeros((20, 17, 3)), HUMAN36M_17, "m")
