"""The pelvis of a virtual runner: thrown up by each stance, falling freely between, turning and listing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.demo.pelvis_path import Bounce
from runform.sequences import FloatArray
from runform.training.virtual_running.upper_cycle import evaluate_series

OUTWARD = {"left": -1.0, "right": 1.0}
"""A runner toward +x has the right side at +z."""


@dataclass(frozen=True)
class Pelvis:
    """Where the hips are, treadmill at rest, over the stride of the left leg (phase 0: its initial contact).

    Attributes:
        bounce: Vertical motion over a step.
        step_s: Time of a step, s.
        landing_height_m: Of the mid-hips at initial contact.
        fore_aft_m: Amplitude forward and back within a step.
        half_width_m: Hip joint to mid-hips.
        turning: (2, 7) Fourier coefficients of turn and list, degrees, by the phase of the thighs.
        thigh_phase: Stride phase at which the left thigh is furthest ahead of the right one.
    """

    bounce: Bounce
    step_s: float
    landing_height_m: float
    fore_aft_m: float
    half_width_m: float
    turning: FloatArray
    thigh_phase: float

    def centre(self, phase: FloatArray) -> FloatArray:
        """(T, 3) the mid-hips, m, at (T,) stride phases."""
        step_phase = np.mod(2 * phase, 1.0)
        up = self.landing_height_m + self.bounce.height(step_phase * self.step_s)
        # Braked in the first half of stance, driven in the second: fastest in mid-flight.
        mid_flight = 1 - self.bounce.flight_s / self.step_s / 2
        ahead = self.fore_aft_m * np.sin(2 * np.pi * (step_phase - mid_flight))
        return np.stack([ahead, up, np.zeros_like(up)], axis=-1)

    def leftward(self, phase: FloatArray) -> FloatArray:
        """(T, 3) unit vectors from the mid-hips to the left hip."""
        turn, slope = np.radians(evaluate_series(self.turning, phase - self.thigh_phase)).T
        return np.stack([np.sin(turn) * np.cos(slope), np.sin(slope), -np.cos(turn) * np.cos(slope)], axis=-1)

    def hip(self, phase: FloatArray, side: str) -> FloatArray:
        """(T, 3) a hip joint, m."""
        return np.asarray(self.centre(phase) - OUTWARD[side] * self.half_width_m * self.leftward(phase))
