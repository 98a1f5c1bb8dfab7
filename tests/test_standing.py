"""From the recorded joints to a runner who stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.results import Analysis, AnalysisOptions
from runform.sequences import JointSequence
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.standing import stand_runner
from tests.fixtures.analyses import make_analysis
from tests.fixtures.standing import SHANK, THIGH, make_lifted, make_pose

LEG = THIGH + SHANK


def with_joints(joints: JointSequence | None, *, height_cm: float | None = None) -> Analysis:
    """An analysis with other joints and another height."""
    return replace(make_analysis(), joints=joints, options=AnalysisOptions(height_cm=height_cm))


@pytest.mark.parametrize("scale", [1.0, 0.3])
def test_lifted_joints_stand_on_their_feet_in_leg_lengths(scale: float) -> None:
    analysis = make_analysis()
    runner = stand_runner(with_joints(make_lifted(analysis.keypoints.time_s, scale=scale)))
    assert runner is not None
    assert (runner.unit, runner.skeleton) == ("leg lengths", HUMAN36M_FEET_21)
    assert np.array_equal(runner.time_s, analysis.keypoints.time_s)
    assert runner.xyz[7] == pytest.approx(make_pose() / LEG, abs=1e-6)
    assert runner.tilt is not None
    assert runner.tilt.reason  # who stands still does not say how the camera was held


def test_a_height_makes_metres() -> None:
    lifted = make_lifted(make_analysis().keypoints.time_s, scale=0.3)
    tall, small = (stand_runner(with_joints(lifted, height_cm=height_cm)) for height_cm in (180.0, 150.0))
    assert tall is not None
    assert small is not None
    assert (tall.unit, small.unit) == ("m", "m")
    assert 1.6 < tall.xyz[7, HUMAN36M_17.index["head"], 1] < 1.9
    assert tall.xyz[7] == pytest.approx(small.xyz[7] * 180 / 150, abs=1e-6)


def test_without_feet_there_are_seventeen_joints() -> None:
    runner = stand_runner(with_joints(make_lifted(make_analysis().keypoints.time_s, feet=False)))
    assert runner is not None
    assert runner.skeleton is HUMAN36M_17


def test_nobody_stands_where_nothing_or_no_leg_was_lifted() -> None:
    assert stand_runner(with_joints(None)) is None
    lifted = make_lifted(make_analysis().keypoints.time_s)
    lifted.xyz[:, [HUMAN36M_17.index["left_knee"], HUMAN36M_17.index["right_knee"]]] = np.nan
    assert stand_runner(with_joints(lifted)) is None
