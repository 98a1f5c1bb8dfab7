"""Initial contact and toe-off of every step, below the frame.

The foot on the ground moves backward under the runner at the running speed; the swinging foot moves forward. All
strides of the clip are samples of one mean stride, on which the events are found (`gait/stance.py`). Each stride's own
events then follow by shifting the mean stride onto that stride's frames, and what cannot be a contact is repaired or
reported (`gait/contact_repair.py`).

Measured against force plates (rbds001 at 2.5 m/s; hamner04 at 2 to 5 m/s) before virtual cameras:
`python -m runform evaluate contacts --data ../shared/mocap`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.body_frame import compute_rearfoot_ahead
from runform.gait.contact_error import EVENTS, Event, compute_plus_minus
from runform.gait.contact_repair import Step, repair_steps
from runform.gait.foot_curves import FootCurves, fit_foot_curves
from runform.gait.stance import Stance, find_stance
from runform.gait.stride_phase import StridePhase, compute_stride_phase
from runform.results import ContactRepair
from runform.sequences import SIDES, Contact, KeypointSequence, Side

_SHIFT_PRIOR_S = 0.007  # how far one stride's event strays from the mean stride's, standard deviation
_OFFSET_PRIOR = 0.03  # the same of where the whole foot is, leg lengths: runners drift on the belt
_SHIFT_WINDOW: dict[Event, tuple[float, float]] = {"initial_contact": (-0.05, 0.12), "toe_off": (-0.12, 0.12)}
"""Strides before and after an event whose frames place it."""
_SHIFT_AXES: dict[Event, tuple[int, ...]] = {"initial_contact": (1,), "toe_off": (0, 1)}
"""What places an event in its own stride: the landing shows best in how the foot comes down (1), on hamner04 at 3 and
5 m/s, the leaving in how it goes back and up (0 and 1)."""
_INDEPENDENT = 0.25
"""Share of the samples around an event that count: neighbouring frames and parts of one foot err alike."""
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
        repairs: What was wrong with the contacts as first found.
    """

    contacts: tuple[Contact, ...]
    phase: StridePhase
    swing_amplitude: float
    stance_speed: float
    duty_factor: float
    repairs: tuple[ContactRepair, ...] = ()


def detect_contacts(keypoints: KeypointSequence, direction: int) -> ContactDetection | None:
    """Find every contact of both feet.

    Args:
        keypoints: Clean keypoints of a side view, px of a picture that stands still.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Returns:
        The contacts, or None when the clip holds less than one stride's rhythm. Contacts alternate left and right as
        long as the runner is seen; a single one whose frames are missing is inferred from the rhythm and says so.
    """
    ahead = {side: compute_rearfoot_ahead(keypoints, side, direction) for side in SIDES}
    phase = compute_stride_phase(keypoints.time_s, ahead["left"] - ahead["right"])
    if phase is None:
        return None
    stances: list[Stance] = []
    steps: list[Step] = []
    for side in SIDES:
        curves = fit_foot_curves(keypoints, side, direction, phase)
        stance = find_stance(curves, phase.frequency_hz) if curves is not None else None
        if curves is not None and stance is not None:
            stances.append(stance)
            steps += _place_steps(side, stance, curves, phase)
    contacts, repairs = repair_steps(steps, phase.frequency_hz)
    return ContactDetection(
        contacts=contacts,
        phase=phase,
        swing_amplitude=float(np.median(phase.amplitude)),
        stance_speed=_mean([stance.ground_speed for stance in stances]),
        duty_factor=_mean([stance.toe_off - stance.initial_contact for stance in stances]),
        repairs=repairs,
    )


def _place_steps(side: Side, stance: Stance, curves: FootCurves, phase: StridePhase) -> list[Step]:
    """Every step of one side that begins within the clip, with its events as seen and as the mean stride has them."""
    strides = np.arange(np.floor(phase.phase[0]) - 1, np.ceil(phase.phase[-1]) + 1)
    least = _LEAST_AMPLITUDE * float(np.median(phase.amplitude))
    steps = []
    for stride in strides:
        places = (stride + stance.initial_contact, stride + stance.toe_off)
        usual = phase.time_at(np.array(places))
        if not np.isfinite(usual[0]):
            continue
        seen = [_place_event(event, at, curves, phase, least) for event, at in zip(EVENTS, places, strict=True)]
        error = [compute_plus_minus(event, spread) for event, (_, spread) in zip(EVENTS, seen, strict=True)]
        steps.append(
            Step(
                side=side,
                usual_s=(float(usual[0]), float(usual[1])),
                seen_s=(seen[0][0], seen[1][0]),
                plus_minus_s=(error[0], error[1]),
            )
        )
    return steps


def _place_event(
    event: Event, at: float, curves: FootCurves, phase: StridePhase, least_amplitude: float
) -> tuple[float, float]:
    """Time of the event at phase `at` in its own stride and its standard deviation, both seconds; NaN where not seen.

    The mean stride is shifted in time and in place onto the frames around the event: least squares over heel, ankle and
    toe, with the prior that strides of one runner differ little.
    """
    predicted = float(phase.time_at(np.array([at]))[0])
    before, after = _SHIFT_WINDOW[event]
    near = (phase.phase > at + before) & (phase.phase < at + after)
    known = near & np.isfinite(curves.path["ankle"][:, 0])
    unseen = not np.isfinite(predicted) or known.sum() < max(2, near.sum() / 2)
    if unseen or np.median(phase.amplitude[near]) < least_amplitude:
        return float("nan"), float("nan")
    # Unknown: how much later the event is (s), and how far off the mean stride the foot is on each axis (leg lengths).
    axes = _SHIFT_AXES[event]
    information = np.diag([1 / _SHIFT_PRIOR_S**2, *[1 / _OFFSET_PRIOR**2] * len(axes)])
    push = np.zeros(1 + len(axes))
    for part, path in curves.path.items():
        for column, axis in enumerate(axes, start=1):
            here = near & np.isfinite(path[:, axis])
            curve = (curves.along, curves.up)[axis][part]
            residual = path[here, axis] - curve.value(phase.phase[here])
            design = np.zeros((len(residual), 1 + len(axes)))
            design[:, 0] = -curve.slope(phase.phase[here]) * phase.frequency_hz
            design[:, column] = 1.0
            weight = _INDEPENDENT / curve.noise**2 * (np.abs(residual) < 4 * curve.noise)
            information += design.T @ (weight[:, None] * design)
            push += design.T @ (weight * residual)
    shift = np.linalg.solve(information, push)[0]
    return predicted + float(shift), float(np.linalg.inv(information)[0, 0] ** 0.5)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
