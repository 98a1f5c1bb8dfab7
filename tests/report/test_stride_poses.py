"""A runner's mean stride: in phase, in leg lengths, running to the right."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.standing import StandingRunner
from runform.report.stride_poses import StridePoses, compute_stride_poses
from runform.skeletons import HUMAN36M_17
from tests.fixtures.standing import make_runner

TIME_S = np.arange(0, 3, 1 / 30)
STRIDE_S = 0.7
STRIDES = tuple((0.1 + STRIDE_S * i, 0.1 + STRIDE_S * (i + 1)) for i in range(5))  # the last ends after the clip
WRIST = HUMAN36M_17.index["left_wrist"]


def make_swinging(scale: float = 1.0) -> StandingRunner:
    """A runner whose left wrist swings once a stride, furthest ahead as the left foot lands."""
    runner = make_runner(TIME_S, feet=False)
    xyz = runner.xyz.copy()
    xyz[:, WRIST, 0] += 0.3 * np.cos(2 * np.pi * (TIME_S - 0.1) / STRIDE_S)
    return StandingRunner(TIME_S, scale * xyz, HUMAN36M_17, "m")


def compute(runner: StandingRunner, *, runs_left: bool = False) -> StridePoses:
    poses = compute_stride_poses(runner, STRIDES, runs_left=runs_left)
    assert poses is not None
    return poses


def test_the_stride_begins_where_the_foot_lands() -> None:
    poses = compute(make_swinging())
    swing = poses.xyz[:, WRIST, 0] - poses.xyz[:, WRIST, 0].mean()

    assert (len(poses.xyz), poses.n) == (50, 4)
    assert poses.stride_s == pytest.approx(STRIDE_S)
    # The leg is 0.9 long, and straight lines between frames cut the curve's crest.
    np.testing.assert_allclose(swing, 0.3 / 0.9 * np.cos(2 * np.pi * np.arange(50) / 50), atol=0.006)


def test_any_unit_becomes_leg_lengths() -> None:
    np.testing.assert_allclose(compute(make_swinging(1.7)).xyz, compute(make_swinging()).xyz, atol=1e-12)


def test_a_runner_to_the_left_is_turned_round_and_keeps_its_sides() -> None:
    there = compute(make_swinging())
    runner = make_swinging()
    turned = StandingRunner(TIME_S, runner.xyz * [-1, 1, -1], HUMAN36M_17, "m")

    np.testing.assert_allclose(compute(turned, runs_left=True).xyz, there.xyz, atol=1e-12)


def test_gaps_are_bridged_and_what_was_never_known_stays_so() -> None:
    runner = make_swinging()
    xyz = runner.xyz.copy()
    xyz[10:13, WRIST] = np.nan
    xyz[:, HUMAN36M_17.index["head"]] = np.nan
    poses = compute(StandingRunner(TIME_S, xyz, HUMAN36M_17, "m"))

    np.testing.assert_allclose(poses.xyz[:, WRIST], compute(runner).xyz[:, WRIST], atol=0.03)
    assert np.isnan(poses.xyz[:, HUMAN36M_17.index["head"]]).all()


def test_without_strides_or_legs_there_is_none() -> None:
    runner = make_swinging()
    xyz = runner.xyz.copy()
    for side in ("left", "right"):
        xyz[:, HUMAN36M_17.index[f"{side}_knee"]] = np.nan

    assert compute_stride_poses(runner, (), runs_left=False) is None
    assert compute_stride_poses(runner, [(2.5, 3.2)], runs_left=False) is None
    assert compute_stride_poses(StandingRunner(TIME_S, xyz, HUMAN36M_17, "m"), STRIDES, runs_left=False) is None


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="xyz"):
        StridePoses(np.zeros((50, 3, 3)), HUMAN36M_17, 0.7, 1)
