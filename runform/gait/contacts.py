"""Initial contact and toe-off from the rearfoot's speed relative to the hips.

The foot on the ground moves backward under the runner at the running speed; the swinging foot moves forward. Over the
mean stride of the clip, initial contact is where the rearfoot, past its most forward point, reaches half of the stance
speed; toe-off is where it last has that speed before its most backward point. Each stride's own events then follow by
shifting the mean stride onto that stride's frames.

Measured against force plates (rbds001 at 2.5 m/s; hamner04 at 2, 3 and 4 m/s) at 30 frames/s with 8 mm of noise:
`python -m runform evaluate contacts --data ../shared/mocap`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.body_frame import compute_leg_confidence, compute_rearfoot_ahead
from runform.gait.mean_stride import MeanStride, fit_mean_stride
from runform.gait.stride_phase import StridePhase, compute_stride_phase
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side

EVENT_SPEED = 0.5
"""Share of the stance speed at which the foot counts as down: the least bias of 0.3 to 0.8 on the force plates."""
SYSTEMATIC_S = {"initial_contact": 0.020, "toe_off": 0.030}
"""95 % half-width of the error common to all of one runner's events (bias between runners on the force plates)."""
_SHIFT_PRIOR_S = 0.012  # how far one stride's event strays from the mean stride's, standard deviation
_SHIFT_WINDOW = 0.12  # strides on either side of an event whose frames place it
_GRID = 1000  # points of the mean stride that are searched
_LEAST_AMPLITUDE = 0.5  # of the clip's median swing: below it the runner is entering, leaving or lost


@dataclass(frozen=True)
class ContactDetection:
    """What the legs' rhythm says of a clip.

    Attributes:
        contacts: In order of initial contact.
        phase: The stride's phase.
        swing_amplitude: Half the range of left minus right rearfoot, leg lengths.
        stance_speed: Speed of the foot under the runner, leg lengths/s, mean of the sides; NaN when not measured.
        duty_factor: Contact time over stride time on the mean stride, mean of the sides; NaN when not measured.
    """

    contacts: tuple[Contact, ...]
    phase: StridePhase
    swing_amplitude: float
    stance_speed: float
    duty_factor: float


@dataclass(frozen=True)
class _StanceOnMeanStride:
    """Phases of one side's events on its mean stride, strides; toe_off follows initial_contact by less than one."""

    curve: MeanStride
    initial_contact: float
    toe_off: float
    stance_slope: float


def detect_contacts(keypoints: KeypointSequence, direction: int) -> ContactDetection | None:
    """Find every contact of both feet.

    Args:
        keypoints: Clean keypoints of a side view.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Returns:
        The contacts, or None when the clip holds less than one stride's rhythm. Contacts alternate left and right as
        long as the runner is seen; one is left out where its frames are missing.
    """
    ahead = {side: compute_rearfoot_ahead(keypoints, side, direction) for side in SIDES}
    phase = compute_stride_phase(keypoints.time_s, ahead["left"] - ahead["right"])
    if phase is None:
        return None
    stances: dict[Side, _StanceOnMeanStride] = {}
    contacts: list[Contact] = []
    for side in SIDES:
        weight = 0.2 + compute_leg_confidence(keypoints, side)
        curve = fit_mean_stride(phase.phase, ahead[side], weight)
        stance = _find_stance(curve) if curve is not None else None
        if stance is not None:
            stances[side] = stance
            contacts += _contacts_of_side(side, stance, phase, ahead[side])
    contacts.sort(key=lambda contact: contact.initial_contact_s)
    found = list(stances.values())
    return ContactDetection(
        contacts=tuple(contacts),
        phase=phase,
        swing_amplitude=float(np.median(phase.amplitude)),
        stance_speed=_mean([-stance.stance_slope * phase.frequency_hz for stance in found]),
        duty_factor=_mean([stance.toe_off - stance.initial_contact for stance in found]),
    )


def _find_stance(curve: MeanStride) -> _StanceOnMeanStride | None:
    """Stance on one side's mean stride, or None when the foot shows no backward sweep."""
    grid = np.arange(_GRID) / _GRID
    position = curve.value(grid)
    foremost = int(np.argmax(position))
    # Begin the stride at the most forward point, so that the backward sweep lies in one piece.
    position, slope = np.roll(position, -foremost), np.roll(curve.slope(grid), -foremost)
    hindmost = int(np.argmin(position))
    sweep = slope[hindmost // 4 : 3 * hindmost // 4]
    if len(sweep) == 0 or (stance_slope := float(np.median(sweep))) >= 0:
        return None
    down = slope[: hindmost + 1] <= EVENT_SPEED * stance_slope
    if not down.any():
        return None
    first, last = int(np.argmax(down)), hindmost - int(np.argmax(down[::-1]))
    if last <= first:
        return None
    start = (first + foremost) / _GRID
    return _StanceOnMeanStride(
        curve=curve,
        initial_contact=start,
        toe_off=start + (last - first) / _GRID,
        stance_slope=stance_slope,
    )


def _contacts_of_side(side: Side, stance: _StanceOnMeanStride, phase: StridePhase, ahead: FloatArray) -> list[Contact]:
    """Every contact of one side whose initial contact was seen."""
    strides = np.arange(np.floor(phase.phase[0]) - 1, np.ceil(phase.phase[-1]) + 1)
    least = _LEAST_AMPLITUDE * float(np.median(phase.amplitude))
    contacts = []
    for stride in strides:
        down = _place_event(stride + stance.initial_contact, stance.curve, phase, ahead, least)
        if down is None:
            continue
        up = _place_event(stride + stance.toe_off, stance.curve, phase, ahead, least)
        spread = max(down[1], up[1] if up else 0.0)
        systematic = max(SYSTEMATIC_S.values()) if up else SYSTEMATIC_S["initial_contact"]
        lifted = up[0] if up and up[0] > down[0] else float("nan")
        contacts.append(Contact(side, down[0], lifted, float(np.hypot(1.96 * spread, systematic))))
    return contacts


def _place_event(
    at: float, curve: MeanStride, phase: StridePhase, ahead: FloatArray, least_amplitude: float
) -> tuple[float, float] | None:
    """Time of the event at phase `at` in its own stride and its standard deviation, both seconds.

    The mean stride is shifted in time onto the frames around the event: least squares on the shift, with the prior
    that strides of one runner differ little. None where those frames are missing or the runner hardly moves.
    """
    predicted = float(phase.time_at(np.array([at]))[0])
    if not np.isfinite(predicted):
        return None
    near = np.abs(phase.phase - at) < _SHIFT_WINDOW
    known = near & np.isfinite(ahead)
    if known.sum() < max(2, near.sum() / 2) or np.median(phase.amplitude[near]) < least_amplitude:
        return None
    residual = ahead[known] - curve.value(phase.phase[known])
    speed = curve.slope(phase.phase[known]) * phase.frequency_hz
    noise = curve.noise
    trusted = np.abs(residual) < 4 * noise
    information = float(np.sum(speed[trusted] ** 2)) / noise**2 + 1 / _SHIFT_PRIOR_S**2
    shift = -float(np.sum(speed[trusted] * residual[trusted])) / noise**2 / information
    return predicted + shift, float(information**-0.5)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
