"""Limbs and lengths."""

from __future__ import annotations

import numpy as np

from runform.pose.legs import arm_columns, compute_size, swap_legs
from runform.skeletons import BLAZEPOSE_33, COCO_17
from tests.pose.synthetic import LEG_PX, make_runner, make_times


def test_arm_columns_pair_up() -> None:
    for skeleton, count in ((COCO_17, 3), (BLAZEPOSE_33, 6)):
        left, right = arm_columns(skeleton)
        np.testing.assert_array_equal(skeleton.mirror_order[left], right)
        assert len(left) == count


def test_size_follows_a_runner_who_comes_nearer() -> None:
    time_s = make_times(300)
    nearer = np.linspace(0.7, 1.3, 300)
    runner = make_runner(time_s) * nearer[:, None, None]
    runner[100:110] = np.nan
    size = compute_size(runner, time_s, BLAZEPOSE_33)
    np.testing.assert_allclose(size[40:-40] / np.median(size), nearer[40:-40], rtol=0.06)
    assert 0.9 * LEG_PX < np.median(size) < 1.4 * LEG_PX
    swapped = runner.copy()
    swapped[50:90] = swap_legs(runner[50:90], BLAZEPOSE_33)
    np.testing.assert_allclose(compute_size(swapped, time_s, BLAZEPOSE_33), size)


def test_no_size_of_nothing() -> None:
    assert np.isnan(compute_size(np.full((5, 33, 2), np.nan), make_times(5), BLAZEPOSE_33)).all()
