from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.metric import compute_leg_length, compute_metres_per_unit
from runform.skeletons import HUMAN36M_17


def make_lengths(thigh: float, shin: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    lengths = np.full(17, 0.1)
    for side in ("left", "right"):
        lengths[HUMAN36M_17.index[f"{side}_knee"]] = thigh
        lengths[HUMAN36M_17.index[f"{side}_ankle"]] = shin
    return lengths


def test_a_leg_is_thigh_and_shin() -> None:
    assert compute_leg_length(make_lengths(0.5, 0.4)) == pytest.approx(0.9)


def test_metres_by_height() -> None:
    # 0.530 - 0.039 of 180 cm is the leg, which is 2 units long.
    assert compute_metres_per_unit(make_lengths(1.1, 0.9), 180) == pytest.approx(0.491 * 1.8 / 2)


def test_without_legs_there_are_no_metres() -> None:
    assert np.isnan(compute_metres_per_unit(make_lengths(np.nan, 0.4), 180))
    assert np.isnan(compute_metres_per_unit(make_lengths(0, 0), 180))
