"""Damage is where it is said to be, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runform.pose.legs import arm_columns, leg_columns
from runform.sequences import FloatArray
from runform.skeletons import BLAZEPOSE_33
from runform.training.detector_damage import DamagedKeypoints, DamagePlan, damage_keypoints
from tests.pose.synthetic import LEG_PX, make_runner, make_times

NOTHING = DamagePlan(
    noise=0.0, speed_noise=0.0, swaps_per_s=0.0, merged_share=0.0, gaps_per_s=0.0, spike_share=0.0, lags_per_s=0.0
)
TIME_S = make_times(600)
TRUTH = make_runner(TIME_S)


def damage(plan: DamagePlan, depth_m: FloatArray | None = None) -> DamagedKeypoints:
    depth = np.zeros(TRUTH.shape[:2]) if depth_m is None else depth_m
    return damage_keypoints(
        TRUTH, TIME_S, BLAZEPOSE_33, leg_px=np.full(600, LEG_PX), depth_m=depth, rng=np.random.default_rng(0), plan=plan
    )


def test_no_damage_is_the_truth() -> None:
    result = damage(NOTHING)
    np.testing.assert_array_equal(result.xy_px, TRUTH)
    for where in (result.legs_swapped, result.arms_swapped, result.merged):
        assert not where.any()


def test_swaps_exchange_one_limb_and_are_told() -> None:
    result = damage(replace(NOTHING, swaps_per_s=0.5))
    left, right = leg_columns(BLAZEPOSE_33)
    swapped = result.legs_swapped
    assert 0.03 < swapped.mean() < 0.5
    np.testing.assert_array_equal(result.xy_px[np.ix_(swapped, left)], TRUTH[np.ix_(swapped, right)])
    np.testing.assert_array_equal(result.xy_px[np.ix_(~swapped, left)], TRUTH[np.ix_(~swapped, left)])
    arms = arm_columns(BLAZEPOSE_33)[0]
    still = ~result.arms_swapped
    np.testing.assert_array_equal(result.xy_px[np.ix_(still, arms)], TRUTH[np.ix_(still, arms)])


def test_legs_merge_where_they_pass() -> None:
    result = damage(replace(NOTHING, merged_share=0.3))
    moved = (result.xy_px != TRUTH).any(axis=(1, 2))
    assert not moved[~result.merged].any()
    assert 0.02 < result.merged.mean() < 0.15


def test_noise_has_the_size_it_should_and_the_far_limbs_more() -> None:
    depth = np.zeros(TRUTH.shape[:2])
    depth[:, leg_columns(BLAZEPOSE_33)[1]] = 0.1
    error = (damage(replace(NOTHING, noise=1.0), depth).xy_px - TRUTH) / LEG_PX
    near, far = (error[:, BLAZEPOSE_33.index[f"{side}_ankle"]].std() for side in ("left", "right"))
    assert 0.011 < near < 0.015
    assert 1.3 < far / near < 1.7


def test_gaps_spikes_lags_and_steady_errors() -> None:
    gaps = damage(replace(NOTHING, gaps_per_s=1.0))
    missing = np.isnan(gaps.xy_px[..., 0])
    assert 0.01 < missing.mean() < 0.15
    assert (gaps.confidence[missing] == 0).all()
    spikes = np.linalg.norm(damage(replace(NOTHING, spike_share=0.01)).xy_px - TRUTH, axis=2)
    assert 0.005 < (spikes > 0).mean() < 0.015
    assert spikes[spikes > 0].min() >= 0.1 * LEG_PX - 1e-6
    lags = np.abs(damage(replace(NOTHING, lags_per_s=1.0)).xy_px - TRUTH).max(axis=(0, 2))
    assert lags[BLAZEPOSE_33.index["left_ankle"]] > 0
    assert lags[BLAZEPOSE_33.index["left_knee"]] == 0
    steady = damage(replace(NOTHING, offset=0.03)).xy_px - TRUTH
    np.testing.assert_allclose(steady, np.broadcast_to(steady[:1], steady.shape), atol=1e-9)
    assert 0.02 < steady.std() / LEG_PX < 0.06
