"""The error that all steps of one clip share, for every metric in one table.

The mean of many steps is not better than this: a detector that puts the heel too high does so at every contact.

Angles, the ankle's distance and step times were set so that 95 % of clips of hamner04 at 3 and 5 m/s hold the truth in
the plane of running: 90 clips at 30 to 240 frames/s from 0 to 20 degrees off square, spoilt as a detector spoils them
and with every joint steadily misplaced, as BlazePose misplaces them on a hand-labelled clip. Other runs judge them
(`training.metric_evaluation.evaluate_metrics`). Published errors of markerless angles, 5 to 8 degrees, are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.contact_error import SYSTEMATIC_S

_CONTACT_TIME_S = float(np.hypot(SYSTEMATIC_S["initial_contact"], SYSTEMATIC_S["toe_off"]))
"""Both events' errors, taken as independent of one another."""


@dataclass(frozen=True)
class SystematicError:
    """95 % half-width of an error common to a clip's steps.

    Attributes:
        both: Of the mean of both sides, in the metric's unit.
        side: Of one side's mean; None where it is that of both. Larger where an error moves the two sides against one
            another, as the far leg's contacts against the near leg's move step times.
        relative: Of the mean of both sides, as a share of the value; joins `both` and `side` in quadrature.
        frames: Times in seconds whose events stray with the clip's frames: how many intervals between frames; joins
            the others in quadrature.
    """

    both: float = 0.0
    side: float | None = None
    relative: float = 0.0
    frames: float = 0.0


SYSTEMATIC: dict[str, SystematicError] = {
    # A clock's error is far below a step's spread, and a steady delay of all contacts cancels between them. The same
    # holds for cadence, which is not in this table. Between the feet it does not cancel.
    "stride_time": SystematicError(),
    "step_time": SystematicError(both=0.0, side=0.011),
    "ground_contact_time": SystematicError(both=_CONTACT_TIME_S),
    "flight_time": SystematicError(both=_CONTACT_TIME_S),
    # Belts' displays: our choice. The others: the foot's speed strays by 0.06, that of the hips over the ground by 0.04
    # (hamner04 at 3 and 5 m/s), and leg length from height by 0.08 (our choice).
    "speed_stated": SystematicError(relative=0.03),
    "speed_stance": SystematicError(relative=0.10),
    "speed_ground": SystematicError(relative=0.09),
    # Hips are soft landmarks, and the leg's length in the picture is itself an estimate: our choice.
    "vertical_oscillation": SystematicError(relative=0.10),
    "ankle_ahead_at_contact": SystematicError(both=0.070, side=0.083),
    "shank_angle_at_contact": SystematicError(both=5.5, side=9.3),
    "knee_flexion_at_contact": SystematicError(both=8.3, side=13.0),
    "knee_flexion_midstance": SystematicError(both=8.7, side=11.6),
    "knee_flexion_swing": SystematicError(both=8.0, side=10.8),
    "hip_extension": SystematicError(both=7.5, side=9.3),
    "foot_angle_at_contact": SystematicError(both=7.5, side=10.4),
    "trunk_lean": SystematicError(both=4.2),
    # An oblique view adds the arms' swing across the body on one side and takes it off on the other.
    "arm_swing": SystematicError(both=5.9, side=12.8),
}
"""By the metric's name, and for speed by the metric's name and where it comes from."""


def compute_systematic(name: str, frame_rate: float, value: float = 0.0, *, one_side: bool = False) -> float:
    """95 % half-width of the error that all of a clip's steps share, in the metric's unit.

    Args:
        name: A key of `SYSTEMATIC`.
        frame_rate: Frames per second of real time.
        value: The metric's value, for the errors that grow with it.
        one_side: Of one side's mean instead of the mean of both.
    """
    error = SYSTEMATIC[name]
    absolute = error.side if one_side and error.side is not None else error.both
    return float(np.sqrt(absolute**2 + (error.relative * value) ** 2 + (error.frames / frame_rate) ** 2))
