"""A leg of a virtual runner over the stride: stance on the belt, then swing as a measured runner swings.

In swing, thigh, shank and foot follow the measured angles plus what joins these smoothly to stance at both ends, plus
the higher knee and heel that speed brings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.demo.leg_cycle import fade
from runform.sequences import FloatArray, Side
from runform.training.virtual_running.pelvis import OUTWARD, Pelvis
from runform.training.virtual_running.stance import Foot
from runform.training.virtual_running.traits import LegTraits, RunnerTraits
from runform.training.virtual_running.upper_cycle import evaluate_series

OFFSET_FADES_WITHIN, RATE_FADES_WITHIN = 0.72, 0.26
"""Parts of swing in which the segments, and their rates, join the measured curves."""
TOES_STRAIGHT_WITHIN = 0.5
LIFT_BY_KNEE = (4.2, 2.0)
LIFT_BY_HEEL = (2.0, 3.4)
"""Exponents of u and 1 - u of the bumps that speed adds to the thigh and the knee; u is the part of swing."""
LEAST_KNEE_RAD, KNEE_CORNER_RAD = np.radians(3.0), 0.02
"""Of the knee in swing, and how softly it stops there."""
CLEARANCE_M = 0.012
"""Of a swinging foot above the belt, away from toe-off and initial contact."""
STEP = 1e-4


@dataclass(frozen=True)
class LegPose:
    """One leg at T phases, treadmill at rest.

    Attributes:
        ankle: (T, 3) m.
        settle: (T, 2) the ankle forward and up in its shoe, m.
        pitch, toe_pitch: (T,) rad.
        standing: (T,) is the foot on the belt?
    """

    ankle: FloatArray
    settle: FloatArray
    pitch: FloatArray
    toe_pitch: FloatArray
    standing: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Leg:
    """One leg's stride; phases are its own, 0 at its initial contact.

    Attributes:
        side: "left" or "right".
        traits: Of this leg.
        runner: Whose it is.
        foot: Its shoe.
        pelvis: The runner's.
        start: Own phase 0 in the left leg's phase.
        curves: (3, 17) Fourier coefficients of the measured hip, knee and ankle.
        measured_toe_off: Phase at which swing begins in those.
        tilt: Added to the measured hip angle to point the thigh in the room, rad.
        join: (4, 3) what the measured segment angles lack: at toe-off, in rate per part of swing there, and both at
            initial contact.
    """

    side: Side
    traits: LegTraits
    runner: RunnerTraits
    foot: Foot
    pelvis: Pelvis
    start: float
    curves: FloatArray
    measured_toe_off: float
    tilt: float
    join: FloatArray

    def hip(self, phase: FloatArray) -> FloatArray:
        """(T, 3) the hip joint, m, at own phases."""
        return self.pelvis.hip(phase + self.start, self.side)

    def stand(self, part: FloatArray) -> FloatArray:
        """(N, 3) the ankle in stance, m, at parts of it."""
        runner = self.runner
        both = self.foot.stand(np.append(part, 0.0))
        over, first = both[:-1], both[-1]
        cosine, sine = self.foot.toe_out
        landing = self.pelvis.centre(np.array([self.start]))[0, 0] + self.traits.ankle_ahead_m
        x = landing + cosine * (over[:, 0] - first[0]) - runner.speed * runner.contact_s * part
        z = OUTWARD[self.side] * (self.traits.track_m + sine * (over[:, 0] - first[0]))
        return np.stack([x, over[:, 1], z], axis=-1)

    def stance_angles(self, part: FloatArray) -> FloatArray:
        """(N, 3) thigh, shank and foot in the leg's plane, rad."""
        reach = self.stand(part) - self.hip(part * self.runner.duty_factor)
        thigh, shank = bend_leg(self.runner, reach[:, 0], np.hypot(reach[:, 1], reach[:, 2]))
        return np.stack([thigh, shank, self.foot.pitch(part)], axis=-1)

    def measured_angles(self, u: FloatArray) -> FloatArray:
        """(N, 3) thigh, shank and foot of the measured runner at parts of swing, rad, with what speed adds."""
        phase = self.measured_toe_off + (1 - self.measured_toe_off) * u
        hip, knee, ankle = evaluate_series(self.curves, phase).T
        thigh = hip + self.traits.knee_lift_deg * bump(u, *LIFT_BY_KNEE)
        shank = thigh - knee - self.traits.heel_lift_deg * bump(u, *LIFT_BY_HEEL)
        leg = np.radians(np.stack([thigh, shank, shank + ankle], axis=-1))
        return np.asarray(leg + self.tilt * np.array([1.0, 1.0, 0.0]))

    def swing_angles(self, u: FloatArray) -> FloatArray:
        """(N, 3) thigh, shank and foot at parts of swing, rad."""
        since, left = u[:, None], 1 - u[:, None]
        at_off, rate_off, at_contact, rate_contact = self.join
        angles = (
            self.measured_angles(u)
            + fade(since / OFFSET_FADES_WITHIN) * at_off
            + fade(left / OFFSET_FADES_WITHIN) * at_contact
            + since * np.clip(1 - since / RATE_FADES_WITHIN, 0, 1) ** 2 * rate_off
            - left * np.clip(1 - left / RATE_FADES_WITHIN, 0, 1) ** 2 * rate_contact
        )
        knee = angles[:, 0] - angles[:, 1]
        angles[:, 1] = angles[:, 0] - smooth_above(knee, LEAST_KNEE_RAD, KNEE_CORNER_RAD * away_from_ends(u))
        return np.asarray(angles)

    def swing_toe_pitch(self, u: FloatArray, pitch: FloatArray) -> FloatArray:
        """(N,) the toes' pitch in swing, rad: bent as at toe-off, then straightening."""
        end = np.array([1.0, 1.0 - STEP])
        bend, before = self.foot.toe_pitch(end) - self.foot.pitch(end)
        duty = self.runner.duty_factor
        rate = (bend - before) / STEP * (1 - duty) / duty * TOES_STRAIGHT_WITHIN
        part = np.clip(u / TOES_STRAIGHT_WITHIN, 0, 1)
        straight = (1 - part) ** 2 * ((1 + 2 * part) * bend + part * rate)
        # A forefoot lands with its toes level.
        landing = max(-np.radians(self.foot.strike_deg), 0.0) * fade((1 - u) / 0.4)
        return np.asarray(pitch + straight + landing)

    def pose(self, phase: FloatArray) -> LegPose:
        """The leg at (T,) own phases, any real numbers."""
        phase = np.mod(phase, 1.0)
        duty = self.runner.duty_factor
        standing = phase < duty
        part, u = phase / duty, (phase - duty) / (1 - duty)
        ankle = np.empty((len(phase), 3))
        pitch, toes = np.empty_like(phase), np.empty_like(phase)
        ankle[standing] = self.stand(part[standing])
        pitch[standing], toes[standing] = self.foot.pitch(part[standing]), self.foot.toe_pitch(part[standing])
        flying = ~standing
        if flying.any():
            ankle[flying], pitch[flying], toes[flying] = self._swing(phase[flying], u[flying])
        return LegPose(ankle, self.foot.settle(part, u), pitch, toes, standing)

    def _swing(self, phase: FloatArray, u: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        thigh, shank, pitch = self.swing_angles(u).T
        toes = self.swing_toe_pitch(u, pitch)
        lengths, hip = self.runner.lengths, self.hip(phase)
        x = hip[:, 0] + lengths["thigh"] * np.sin(thigh) + lengths["shank"] * np.sin(shank)
        drop = lengths["thigh"] * np.cos(thigh) + lengths["shank"] * np.cos(shank)
        ends = self.stand(np.array([1.0, 0.0]))[:, 2]
        z = ends[0] + (ends[1] - ends[0]) * (1 - fade(u))
        z = z + OUTWARD[self.side] * self.traits.whip_m * np.sin(np.pi * u) ** 2
        y = hip[:, 1] - np.sqrt(np.maximum(drop**2 - (z - hip[:, 2]) ** 2, 0.01))
        lowest = np.min([point[:, 1] for point in self.foot.sole(pitch, toes).values()], axis=0)
        lowest -= self.foot.settle(np.full_like(u, np.inf), u)[:, 1]
        return np.stack([x, y + lift_clear(y + lowest, u), z], axis=-1), pitch, toes


def lift_clear(height: FloatArray, u: FloatArray) -> FloatArray:
    """(N,) by how much a swinging foot is raised so that its lowest part clears the belt, m."""
    clear = CLEARANCE_M * away_from_ends(u)
    return smooth_above(height, clear, clear) - height


def away_from_ends(u: FloatArray) -> FloatArray:
    """(N,) 1 over most of swing, 0 at its ends."""
    return 1 - fade(12 * u * (1 - u))


def bump(u: FloatArray, rise: float, fall: float) -> FloatArray:
    """(N,) u^rise (1 - u)^fall at height 1."""
    peak = rise / (rise + fall)
    inside = np.clip(u, 0, 1)
    return np.asarray(inside**rise * (1 - inside) ** fall / (peak**rise * (1 - peak) ** fall))


def smooth_above(values: FloatArray, least: FloatArray | float, width: FloatArray | float) -> FloatArray:
    """(N,) values kept above `least`; the corner is `width` wide."""
    over = values - least
    return np.asarray(least + (over + np.sqrt(over**2 + width**2)) / 2)


def bend_leg(runner: RunnerTraits, ahead: FloatArray, drop: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(N,) thigh and shank angles that put the ankle `ahead` of and `drop` below the hip, rad, knee forward."""
    thigh_m, shank_m = runner.lengths["thigh"], runner.lengths["shank"]
    stretch = np.hypot(ahead, drop)
    knee = np.arccos(np.clip((stretch**2 - thigh_m**2 - shank_m**2) / (2 * thigh_m * shank_m), -1, 1))
    thigh = np.arctan2(ahead, drop) + np.arcsin(np.clip(shank_m * np.sin(knee) / stretch, -1, 1))
    return thigh, thigh - knee
