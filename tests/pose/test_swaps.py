"""Swaps are found by velocity alone where there is no stride."""

from __future__ import annotations

import numpy as np

from runform.pose.legs import leg_columns, swap_legs
from runform.pose.swaps import find_swaps
from runform.skeletons import BLAZEPOSE_33
from tests.pose.synthetic import LEG_PX, make_runner, make_times

LIMBS = leg_columns(BLAZEPOSE_33)


def test_velocity_alone_finds_short_swaps() -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    swapped = np.array([20, 50, 51, 52, 80, 81])
    broken = truth.copy()
    broken[swapped] = swap_legs(truth[swapped], BLAZEPOSE_33)
    broken += np.random.default_rng(0).normal(0, 0.01 * LEG_PX, broken.shape)
    found = find_swaps(broken, time_s, LIMBS, np.full(120, LEG_PX), None)
    assert np.flatnonzero(found).tolist() == swapped.tolist()


def test_the_naming_of_most_frames_is_kept() -> None:
    """Which side is which is not for the motion to say: all swapped looks like none."""
    time_s = make_times(120)
    always = swap_legs(make_runner(time_s), BLAZEPOSE_33)
    assert not find_swaps(always, time_s, LIMBS, np.full(120, LEG_PX), None).any()


def test_missing_limbs_are_not_swapped() -> None:
    time_s = make_times(40)
    runner = make_runner(time_s)
    runner[10:20, LIMBS[0]] = np.nan
    assert not find_swaps(runner, time_s, LIMBS, np.full(40, LEG_PX), None)[10:20].any()
    nothing = np.full_like(runner, np.nan)
    assert not find_swaps(nothing, time_s, LIMBS, np.full(40, LEG_PX), None).any()
