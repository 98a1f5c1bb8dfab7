"""A run beside one clip of a pro: their joints' angles over the gait cycle, and their strides in 3D in phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runform.gait.body_frame import compute_direction
from runform.gait.cycle import find_strides
from runform.gait.cycle_difference import CycleDifference, compute_compared_cycles, compute_cycle_differences
from runform.report.stride_poses import StridePoses, compute_stride_poses
from runform.results import Analysis
from runform.sequences import Contact, JointSequence, KeypointSequence, View
from runform.standing import stand_joints
from runform.store.pro_forms import FormRecord

Obstacle = Literal["no_record", "run_view", "pro_view", "run_strides", "pro_strides", "run_joints", "pro_joints"]
"""Why two runners cannot be laid beside one another: the pro's clip was stored without what is compared; one of them
was not filmed from the side; one shows too few whole strides; one was not lifted to 3D."""

_SIDE_VIEWS = ("left", "right")


def compare_angles(
    analysis: Analysis, record: FormRecord | None, pro_view: View
) -> tuple[CycleDifference, ...] | Obstacle:
    """By how much the run's angles differ from the pro's over the cycle, or why that cannot be told.

    Angles are measured in the picture, so both clips must show their runner from the side; from which one does not
    matter, for each angle is counted in the direction of running.

    Args:
        analysis: Of the run.
        record: Of the pro's clip; None for a clip that has none.
        pro_view: From where the pro's clip was filmed.
    """
    if analysis.gait.view not in _SIDE_VIEWS:
        return "run_view"
    if pro_view not in _SIDE_VIEWS:
        return "pro_view"
    if record is None:
        return "no_record"
    run = compute_compared_cycles(analysis.keypoints, analysis.gait.contacts)
    if not run:
        return "run_strides"
    other = compute_compared_cycles(record.keypoints, record.contacts)
    return compute_cycle_differences(run, other) or "pro_strides"


def compare_poses(analysis: Analysis, record: FormRecord | None) -> tuple[StridePoses, StridePoses] | Obstacle:
    """The mean strides of both in leg lengths, each from its left foot's initial contact, or why there are none."""
    if record is None:
        return "no_record"
    if analysis.joints is None:
        return "run_joints"
    if record.joints is None:
        return "pro_joints"
    run = _pose(analysis.joints, analysis.keypoints, analysis.gait.contacts)
    if run is None:
        return "run_strides"
    pro = _pose(record.joints, record.keypoints, record.contacts)
    return "pro_strides" if pro is None else (run, pro)


def _pose(joints: JointSequence, keypoints: KeypointSequence, contacts: Sequence[Contact]) -> StridePoses | None:
    """One runner's mean stride; None where there is none."""
    runner = stand_joints(joints, keypoints, contacts)
    if runner is None:
        return None
    strides = [(stride.start_s, stride.end_s) for stride in find_strides(contacts)["left"]]
    return compute_stride_poses(runner, strides, runs_left=compute_direction(keypoints) < 0)
