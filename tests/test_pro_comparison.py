"""A run beside a pro's clip: both in phase, and a reason wherever they cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.pro_comparison import compare_angles, compare_poses
from runform.results import Analysis
from runform.sequences import KeypointSequence, View
from runform.skeletons import HUMAN36M_17
from runform.store.pro_forms import FormRecord
from tests.fixtures.analyses import WIDTH, make_analysis


def record_of(analysis: Analysis) -> FormRecord:
    return FormRecord(analysis.keypoints, analysis.joints, analysis.gait.contacts)


def mirror(keypoints: KeypointSequence) -> KeypointSequence:
    """The same runner, filmed running to the picture's left."""
    return replace(keypoints, xy_px=keypoints.xy_px * [-1, 1] + [WIDTH, 0])


RUN = make_analysis(cadence=170, seed=1)
SLOWER = make_analysis(cadence=150, seed=2, seconds=6.0)


def test_the_same_runner_at_another_cadence_has_the_same_angles() -> None:
    differences = compare_angles(RUN, record_of(SLOWER), "right")

    assert isinstance(differences, tuple)
    assert {d.name for d in differences} == {
        "knee_flexion",
        "hip_angle",
        "shank_angle",
        "ankle_angle",
        "trunk_lean",
        "upper_arm_angle",
    }
    for difference in differences:
        # The contacts begin at 0.1 s whatever the cadence, which are phases 1.7 % of a stride apart; a shank turns by
        # up to 4 degrees in 1 %.
        assert np.abs(difference.difference).max() < 7, difference.name
        assert not difference.exceeds.any()


def test_a_pro_filmed_from_the_other_side_is_compared_as_well() -> None:
    record = replace(record_of(RUN), keypoints=mirror(RUN.keypoints))
    differences = compare_angles(RUN, record, "left")

    assert isinstance(differences, tuple)
    for difference in differences:
        np.testing.assert_allclose(difference.difference, 0, atol=1e-6)


@pytest.mark.parametrize(
    ("run_view", "pro_view", "obstacle"), [("front", "left", "run_view"), ("left", "back", "pro_view")]
)
def test_angles_need_both_from_the_side(run_view: View, pro_view: View, obstacle: str) -> None:
    run = replace(RUN, gait=replace(RUN.gait, view=run_view))

    assert compare_angles(run, record_of(SLOWER), pro_view) == obstacle


def test_what_is_missing_is_named() -> None:
    without_contacts = replace(RUN, gait=replace(RUN.gait, contacts=()))
    without_joints = replace(RUN, joints=None)
    record = record_of(SLOWER)

    assert compare_angles(RUN, None, "left") == compare_poses(RUN, None) == "no_record"
    assert compare_angles(without_contacts, record, "left") == compare_poses(without_contacts, record) == "run_strides"
    none = replace(record, contacts=())
    assert compare_angles(RUN, none, "left") == compare_poses(RUN, none) == "pro_strides"
    assert compare_poses(without_joints, record) == "run_joints"
    assert compare_poses(RUN, replace(record, joints=None)) == "pro_joints"


def test_the_two_strides_are_in_phase_and_of_one_size() -> None:
    poses = compare_poses(RUN, record_of(SLOWER))

    assert isinstance(poses, tuple)
    run, pro = poses
    assert run.stride_s == pytest.approx(120 / 170, rel=1e-3)
    assert pro.stride_s == pytest.approx(120 / 150, rel=1e-3)
    ankle, root = HUMAN36M_17.index["left_ankle"], HUMAN36M_17.index["root"]
    first, second = ((poses.xyz[:, ankle] - poses.xyz[:, root])[:, 0] for poses in (run, pro))
    assert np.corrcoef(first, second)[0, 1] > 0.99
    assert np.ptp(first) == pytest.approx(np.ptp(second), rel=0.05)
