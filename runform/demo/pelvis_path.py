"""The pelvis of the virtual runner: a body thrown up by each stance and falling freely between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.sequences import FloatArray

GRAVITY = 9.81

FORE_AFT_AMPLITUDE_M = 0.004
YAW_AMPLITUDE_RAD = np.radians(4.5)
ROLL_AMPLITUDE_RAD = np.radians(4.0)
YAW_PEAK_PHASE = 0.95
"""Stride phase of a leg at which its own hip is furthest forward: just before its initial contact."""


@dataclass(frozen=True)
class Bounce:
    """Vertical motion over one step.

    In stance the vertical acceleration is `a sin(pi s) + b sin(2 pi s) - g` with s from 0 at initial contact to 1 at
    toe-off; in flight it is -g. `a` follows from the impulse that a step needs, `b = skew * a` moves the force towards
    early stance, which lets the body leave the ground higher than it lands, as runners do. Both integrals are closed.

    Attributes:
        contact_s: Ground contact time, s.
        flight_s: Flight time, s.
        skew: 0 (symmetric) to 0.5 (beyond it the ground would pull).
    """

    contact_s: float
    flight_s: float
    skew: float

    @property
    def landing_speed(self) -> float:
        """Vertical speed at initial contact, m/s, negative: downwards."""
        skewed = self.contact_s**2 * self._skew_acceleration / (2 * np.pi * (self.contact_s + self.flight_s))
        return float(-GRAVITY * self.flight_s / 2 - skewed)

    @property
    def _sine_acceleration(self) -> float:
        return GRAVITY * np.pi / 2 * (self.contact_s + self.flight_s) / self.contact_s

    @property
    def _skew_acceleration(self) -> float:
        return self.skew * self._sine_acceleration

    def height(self, time_s: FloatArray) -> FloatArray:
        """Height above that at initial contact, m, at times of any shape since initial contact, 0 to one step, s."""
        stance = np.minimum(time_s, self.contact_s)
        flight = np.maximum(time_s - self.contact_s, 0.0)
        tau = self.contact_s / np.pi
        first, second = self._sine_acceleration, self._skew_acceleration
        in_stance = (
            self.landing_speed * stance
            - GRAVITY * stance**2 / 2
            + first * tau * (stance - tau * np.sin(stance / tau))
            + second * tau / 2 * (stance - tau / 2 * np.sin(2 * stance / tau))
        )
        # The impulse of a step makes up for gravity over contact and flight.
        toe_off_speed = self.landing_speed + GRAVITY * self.flight_s
        return np.asarray(in_stance + toe_off_speed * flight - GRAVITY * flight**2 / 2)


@dataclass(frozen=True)
class PelvisPath:
    """Where the pelvis and the hips are, relative to the treadmill.

    Phases are of one leg's stride: 0 is its initial contact. Both legs see the same path from their own phase.

    Attributes:
        bounce: Vertical motion.
        step_s: Time of one step, s.
        landing_height_m: Height of the pelvis's centre above the belt at initial contact.
        half_width_m: Hip joint to the pelvis's centre.
    """

    bounce: Bounce
    step_s: float
    landing_height_m: float
    half_width_m: float

    def centre(self, phase: FloatArray) -> FloatArray:
        """(..., 2) forward and up, m, at stride phases of any shape."""
        step_phase = np.mod(2 * phase, 1.0)
        up = self.landing_height_m + self.bounce.height(step_phase * self.step_s)
        # Braked in the first half of stance, driven in the second: fastest in mid-flight.
        mid_flight = 1 - self.bounce.flight_s / self.step_s / 2
        forward = FORE_AFT_AMPLITUDE_M * np.sin(2 * np.pi * (step_phase - mid_flight))
        return np.stack([forward, up], axis=-1)

    def yaw(self, phase: FloatArray) -> FloatArray:
        """How far the leg's own hip is turned forward, rad."""
        return np.asarray(YAW_AMPLITUDE_RAD * np.cos(2 * np.pi * (phase - YAW_PEAK_PHASE)))

    def roll(self, phase: FloatArray) -> FloatArray:
        """How far the leg's own hip is raised, rad: most in the middle of its own stance."""
        mid_stance = self.bounce.contact_s / self.step_s / 4
        return np.asarray(ROLL_AMPLITUDE_RAD * np.cos(2 * np.pi * (phase - mid_stance)))

    def hip(self, phase: FloatArray) -> FloatArray:
        """(..., 3) the leg's own hip joint: forward, outward from the middle of the body, up, m."""
        yaw, roll = self.yaw(phase), self.roll(phase)
        centre = self.centre(phase)
        return np.stack(
            [
                centre[..., 0] + self.half_width_m * np.cos(roll) * np.sin(yaw),
                self.half_width_m * np.cos(roll) * np.cos(yaw),
                centre[..., 1] + self.half_width_m * np.sin(roll),
            ],
            axis=-1,
        )
