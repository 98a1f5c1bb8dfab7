"""What sets one virtual runner's gait apart, and the gaits between good form and overstriding."""

from __future__ import annotations

from dataclasses import dataclass

from runform.errors import InputError

DEFAULT_CADENCE, CADENCE_LOST_BY_OVERSTRIDING = 173.4, 12.0
"""173.4 does not fit the usual frame rates: initial contacts fall on ever other parts of a frame."""
BELT_SPEED = 3.1


@dataclass(frozen=True)
class Gait:
    """One runner's gait.

    Attributes:
        cadence: Steps/min.
        belt_speed: m/s.
        duty_factor: Part of a stride that one foot is on the ground.
        ankle_ahead_m: Ankle ahead of the mid-hips at initial contact.
        landing_knee_deg: Knee flexion at initial contact.
        landing_pitch_deg: Of the foot at initial contact, positive: toes above the heel.
        toe_off_pitch_deg: Of the foot at toe-off, negative: heel above the toes.
    """

    cadence: float
    belt_speed: float
    duty_factor: float
    ankle_ahead_m: float
    landing_knee_deg: float
    landing_pitch_deg: float
    toe_off_pitch_deg: float

    @property
    def stride_s(self) -> float:
        """Time from one initial contact to the same foot's next, s."""
        return 120.0 / self.cadence

    @property
    def contact_s(self) -> float:
        """Ground contact time, s."""
        return self.duty_factor * self.stride_s

    @property
    def flight_s(self) -> float:
        """Flight time between toe-off and the other foot's initial contact, s."""
        return self.stride_s / 2 - self.contact_s


def make_gait(cadence: float | None = None, belt_speed: float | None = None, overstride: float = 0.0) -> Gait:
    """The gait between landing close to the body (overstride 0) and far ahead of it on a nearly straight leg (1).

    Args:
        cadence: Steps/min; None takes 173.4, less as the runner overstrides.
        belt_speed: m/s; None takes 3.1 at the cadence that None takes, and the same step length at others.
        overstride: 0 to 1.

    Raises:
        InputError: A value that nobody runs with.
    """
    if not 0 <= overstride <= 1:
        raise InputError(f"The overstride is {overstride:g}.", "Give a number from 0 to 1.")
    natural = DEFAULT_CADENCE - CADENCE_LOST_BY_OVERSTRIDING * overstride
    if cadence is None:
        cadence = natural
    if belt_speed is None:
        belt_speed = BELT_SPEED * cadence / natural
    if not 140 <= cadence <= 210:
        raise InputError(f"The cadence is {cadence:g} steps/min.", "The virtual runner runs at 140 to 210.")
    if not 2 <= belt_speed <= 4.5:
        raise InputError(f"The belt speed is {belt_speed:g} m/s.", "The virtual runner runs at 2 to 4.5 m/s.")
    return Gait(
        cadence=cadence,
        belt_speed=belt_speed,
        duty_factor=0.355 + 0.02 * overstride,
        ankle_ahead_m=0.21 + 0.09 * overstride,
        landing_knee_deg=13.0 - 8.0 * overstride,
        landing_pitch_deg=13.0 + 7.0 * overstride,
        toe_off_pitch_deg=-52.0,
    )
