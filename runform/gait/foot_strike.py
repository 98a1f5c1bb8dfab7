"""Rearfoot or not: how the foot lies at initial contact, against the same foot flat on the ground.

Heel and toe keypoints do not lie on the sole, so the line between them says nothing by itself; its turn from where it
lies while the foot stands flat is the foot strike angle of Altman and Davis (2012). They tell rearfoot, midfoot and
forefoot apart at 8 and -1.6 degrees. Those ten degrees are passed within 20 to 30 ms of landing, which is less than a
frame of a phone at 30 frames/s, so three classes from such a clip would be guessed. Two remain, with a band between
them in which the angle does not decide.
"""

from __future__ import annotations

import numpy as np

from runform.gait.angles import compute_foot_angle
from runform.gait.body_frame import has_feet
from runform.gait.stride_phase import StridePhase
from runform.gait.stride_reading import SideContacts
from runform.sequences import ANGLE_ERROR_DEG, FloatArray, FootStrike, KeypointSequence

REARFOOT_DEG = 8.0
"""Foot strike angle above which a contact is on the rearfoot (Altman and Davis 2012)."""
FOOT_HARMONICS = 10
"""Of the foot's mean stride: it turns by 30 degrees in the 50 ms about landing. On hamner04 at 3 and 5 m/s six take 2.5
degrees off its angle there and ten 0.5."""
_FLAT_FROM, _FLAT_TO = 0.25, 0.5
"""Part of the stance in which the foot lies flat: on hamner04 at 3 and 5 m/s it turns by 6 degrees in it, after 25 in
the first quarter and before 50 in the second half."""


def compute_foot_from_flat(
    keypoints: KeypointSequence, contacts: SideContacts, phase: StridePhase, direction: int
) -> FloatArray:
    """The foot's angle against itself while it stands flat.

    Args:
        keypoints: Clean keypoints of a side view.
        contacts: Of the foot that is asked for.
        phase: The stride's phase.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Returns:
        (T,) degrees, positive with the toes up; NaN where heel or toe is missing, and throughout where the skeleton has
        neither or no stance was seen.
    """
    if not has_feet(keypoints):
        return np.full(len(keypoints), np.nan)
    angle = compute_foot_angle(keypoints, contacts.side, direction)
    since = phase.phase[:, None] - contacts.phase  # (T, N) strides since each initial contact
    flat = ((since > _FLAT_FROM * contacts.stance) & (since < _FLAT_TO * contacts.stance)).any(axis=1)
    known = angle[flat & np.isfinite(angle)]
    return np.asarray(angle - (np.median(known) if len(known) else np.nan))


def classify_foot_strike(foot_angle_deg: float) -> FootStrike:
    """Rearfoot, or not, where the foot strike angle lies further from `REARFOOT_DEG` than it may be wrong.

    A single contact is granted `ANGLE_ERROR_DEG`, which is also what 95 % of the clips of hamner04 at 3 and 5 m/s lay
    within (`training.metric_evaluation`).
    """
    if foot_angle_deg > REARFOOT_DEG + ANGLE_ERROR_DEG:
        return "rearfoot"
    return "not_rearfoot" if foot_angle_deg < REARFOOT_DEG - ANGLE_ERROR_DEG else "unclear"
