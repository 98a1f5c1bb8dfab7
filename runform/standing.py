"""The runner of an analysis in 3D, upright: from the recorded joints to what figures, videos and exports take.

Nothing of it is recorded: it follows from what is, so that runs of earlier versions stand as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.lifting.world import stand_up
from runform.report.standing import CameraTilt, StandingRunner
from runform.results import Analysis
from runform.sequences import Contact, FloatArray, JointSequence, KeypointSequence
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, to_human36m


def stand_runner(analysis: Analysis) -> StandingRunner | None:
    """The runner of an analysis, in metres where the height was stated; None where nothing that stands was lifted."""
    if analysis.joints is None:
        return None
    return stand_joints(
        analysis.joints, analysis.keypoints, analysis.gait.contacts, height_cm=analysis.options.height_cm
    )


def stand_joints(
    joints: JointSequence,
    keypoints: KeypointSequence,
    contacts: Sequence[Contact],
    *,
    height_cm: float | None = None,
) -> StandingRunner | None:
    """Lifted joints as a runner; in leg lengths without a height, None where nothing that stands was lifted.

    Args:
        joints: As lifted.
        keypoints: That they were lifted from.
        contacts: Of the same clip.
        height_cm: The runner's height, or None.
    """
    world = stand_up(joints, _compute_confidence(keypoints), contacts, height_cm=height_cm)
    if world is None:
        return None
    frame = world.frame
    tilt = CameraTilt(
        frame.pitch_deg, frame.roll_deg, frame.pitch_plus_minus_deg, frame.roll_plus_minus_deg, frame.reason
    )
    if world.feet is None:
        return StandingRunner(world.time_s, world.xyz, HUMAN36M_17, world.unit, tilt)
    with_feet = np.concatenate([world.xyz, world.feet], axis=1)  # (T, 21, 3)
    return StandingRunner(world.time_s, with_feet, HUMAN36M_FEET_21, world.unit, tilt)


def _compute_confidence(keypoints: KeypointSequence) -> FloatArray:
    """(T, 17) of the 2D joints that were lifted, 0 where not found."""
    xy, confidence = to_human36m(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    return np.where(np.isfinite(xy).all(axis=2), confidence, 0.0)
