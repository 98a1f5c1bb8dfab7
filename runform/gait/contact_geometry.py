"""The leg at each initial contact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.gait.angles import compute_ankle_ahead, compute_knee_flexion, compute_shank_angle
from runform.gait.foot_strike import FOOT_HARMONICS, classify_foot_strike, compute_foot_from_flat
from runform.gait.stride_phase import StridePhase
from runform.gait.stride_reading import place_contacts, read_at
from runform.sequences import SIDES, Contact, ContactGeometry, KeypointSequence


def compute_contact_geometry(
    keypoints: KeypointSequence, contacts: Sequence[Contact], phase: StridePhase, direction: int
) -> tuple[ContactGeometry, ...]:
    """Ankle ahead of the hip, shank angle, knee flexion and the foot's angle at each initial contact.

    Args:
        keypoints: Clean keypoints of a side view.
        contacts: The clip's contacts.
        phase: The stride's phase.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Returns:
        One entry per contact, in their order; values are NaN where the leg was not seen.
    """
    found = []
    for side in SIDES:
        own = place_contacts(contacts, phase, side)
        leg = (
            compute_ankle_ahead(keypoints, side, direction),
            compute_shank_angle(keypoints, side, direction),
            compute_knee_flexion(keypoints, side, direction),
        )
        foot = compute_foot_from_flat(keypoints, own, phase, direction)
        read = [read_at(own.phase, phase.phase, signal) for signal in leg]
        read.append(read_at(own.phase, phase.phase, foot, FOOT_HARMONICS))
        found += [
            ContactGeometry(side, at, ahead, shank, knee, foot, classify_foot_strike(foot))
            for at, (ahead, shank, knee, foot) in zip(own.time_s.tolist(), np.stack(read, axis=1).tolist(), strict=True)
        ]
    return tuple(sorted(found, key=lambda geometry: geometry.time_s))
