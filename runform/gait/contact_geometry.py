"""The leg at each initial contact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.gait.angles import compute_ankle_ahead, compute_knee_flexion, compute_shank_angle
from runform.gait.mean_stride import fit_mean_stride
from runform.gait.stride_phase import StridePhase
from runform.sequences import SIDES, Contact, ContactGeometry, FloatArray, KeypointSequence

_NEAR = 0.07  # strides on either side of a contact whose frames tell how it differs from the mean stride
_PRIOR_FRAMES = 2.0  # the mean stride counts as much as this many frames


def compute_contact_geometry(
    keypoints: KeypointSequence, contacts: Sequence[Contact], phase: StridePhase, direction: int
) -> tuple[ContactGeometry, ...]:
    """Ankle ahead of the hip, shank angle and knee flexion at each initial contact.

    Between two frames at 30 frames/s the shank turns by some 10 degrees, so a contact's value is read from the mean
    stride at the contact's phase and moved by what the frames around this contact show beyond it.

    Args:
        keypoints: Clean keypoints of a side view.
        contacts: The clip's contacts.
        phase: The stride's phase.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Returns:
        One entry per contact, in their order; values are NaN where the leg was not seen.
    """
    signals = {
        side: (
            compute_ankle_ahead(keypoints, side, direction),
            compute_shank_angle(keypoints, side, direction),
            compute_knee_flexion(keypoints, side, direction),
        )
        for side in SIDES
    }
    at = np.interp([c.initial_contact_s for c in contacts], phase.time_s, phase.phase)  # (N,)
    values = {
        side: np.array([_read_at(at, phase.phase, signal) for signal in signals[side]])  # (3, N)
        for side in SIDES
    }
    return tuple(
        ContactGeometry(
            side=contact.side,
            time_s=contact.initial_contact_s,
            ankle_ahead=float(values[contact.side][0, i]),
            shank_angle_deg=float(values[contact.side][1, i]),
            knee_flexion_deg=float(values[contact.side][2, i]),
        )
        for i, contact in enumerate(contacts)
    )


def _read_at(at: FloatArray, phase: FloatArray, signal: FloatArray) -> FloatArray:
    """A signal (T,) at phases (N,); NaN everywhere when the mean stride cannot be fitted."""
    curve = fit_mean_stride(phase, signal)
    if curve is None:
        return np.full(len(at), np.nan)
    residual = signal - curve.value(phase)
    residual[np.abs(residual) > 4 * curve.noise] = np.nan
    read = curve.value(at)
    for i, here in enumerate(at):
        around = residual[np.abs(phase - here) < _NEAR]
        around = around[np.isfinite(around)]
        read[i] += around.sum() / (len(around) + _PRIOR_FRAMES)
    return read
