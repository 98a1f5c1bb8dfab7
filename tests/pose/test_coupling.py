"""Arms tell legs whichever way the runner faces."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.coupling import ArmCoupling, compute_arm_guide
from runform.pose.legs import leg_columns, swap_legs
from runform.pose.swaps import find_swaps
from runform.sequences import FloatArray
from runform.skeletons import BLAZEPOSE_33, Skeleton

RATE = 30.0
TURN_HZ = 0.1
STRIDE_HZ = 0.8
LEG_PX = 200.0
PARTS = {  # half width, swing ahead (arms against legs), height above the hips; leg lengths
    "shoulder": (0.2, 0.0, 0.6), "elbow": (0.25, -0.1, 0.35), "wrist": (0.2, -0.25, 0.15),
    "hip": (0.12, 0.0, 0.0), "knee": (0.1, 0.2, -0.5), "ankle": (0.08, 0.35, -1.0),
    "heel": (0.08, 0.35, -1.05), "toe": (0.1, 0.35, -1.05),
}  # fmt: skip


def make_turning_walker(frames: int, skeleton: Skeleton = BLAZEPOSE_33) -> FloatArray:
    """(T, K, 2) px of somebody who walks round in a circle; face and hands lie at the origin."""
    time_s = np.arange(frames) / RATE
    heading = 2 * np.pi * TURN_HZ * time_s
    swing = np.cos(2 * np.pi * STRIDE_HZ * time_s)
    xy = np.zeros((frames, len(skeleton), 2))
    for part, (width, ahead, height) in PARTS.items():
        for side, sign in (("left", 1.0), ("right", -1.0)):
            across = sign * (ahead * swing * np.cos(heading) + width * np.sin(heading))
            lift = np.full(frames, height)
            xy[:, skeleton.index[f"{side}_{part}"]] = LEG_PX * np.stack([across, -lift], axis=1)
    return xy


def arms() -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    left, right = (
        np.array([BLAZEPOSE_33.index[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist")], dtype=np.intp)
        for side in ("left", "right")
    )
    return left, right


@pytest.fixture
def walker() -> tuple[FloatArray, FloatArray]:
    time_s = np.arange(300) / RATE
    noise = np.random.default_rng(0).normal(0, 0.01 * LEG_PX, (300, len(BLAZEPOSE_33), 2))
    return make_turning_walker(300) + noise, time_s


def test_the_mixture_holds_through_turns(walker: tuple[FloatArray, FloatArray]) -> None:
    xy, time_s = walker
    guide = compute_arm_guide(xy, time_s, arms(), np.full(300, LEG_PX))
    left, right = leg_columns(BLAZEPOSE_33)
    across = (xy[:, left, :1] - xy[:, right, :1]) / LEG_PX
    coupling = ArmCoupling(guide, 1 / RATE)
    expected = coupling.fit(across, np.ones(300))
    assert np.sqrt(np.mean((expected - across) ** 2)) < 0.25 * np.sqrt(np.mean(across**2))
    assert np.median(coupling.trust) > 0.9


def test_a_swap_in_a_turn_is_found_by_the_arms(walker: tuple[FloatArray, FloatArray]) -> None:
    """Where legs are lost for longer before and after than velocity can bridge, and there is no clock."""
    xy, time_s = walker
    legs, scale = leg_columns(BLAZEPOSE_33), np.full(300, LEG_PX)
    guide = compute_arm_guide(xy, time_s, arms(), scale)
    xy[92:130] = swap_legs(xy[92:130], BLAZEPOSE_33)
    for lost in (slice(80, 92), slice(130, 142)):
        xy[lost, np.concatenate(legs)] = np.nan
    found = find_swaps(xy, time_s, legs, scale, None, guide)
    assert found[92:130].sum() >= 36
    assert found.sum() - found[92:130].sum() <= 2
    assert not find_swaps(xy, time_s, legs, scale, None).any()


def test_without_arms_nothing_is_said(walker: tuple[FloatArray, FloatArray]) -> None:
    xy, time_s = walker
    xy[:, arms()[0]] = np.nan
    guide = compute_arm_guide(xy, time_s, arms(), np.full(300, LEG_PX))
    assert guide.shape == (300, 5)
    assert np.isnan(guide).all()
    coupling = ArmCoupling(guide, 1 / RATE)
    assert not coupling.fit(np.ones((300, 2, 1)), np.ones(300)).any()
    assert not coupling.trust.any()
