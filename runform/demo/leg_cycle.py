"""One leg over the whole stride: stance on the belt, then swing along the published curves.

In swing the segments follow the published mean stride plus what joins it smoothly to stance at both ends: at toe-off in
angle and rate, at initial contact in angle and in the speed at which the heel meets the belt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from runform.demo.gait import Gait
from runform.demo.leg import LegPose, LegSize, point_down, rotate
from runform.demo.pelvis_path import Bounce, PelvisPath
from runform.demo.stance import Stance
from runform.demo.stride_model import load_stride_curves
from runform.errors import InputError
from runform.sequences import FloatArray

PELVIC_TILT_DEG = 2.0
"""Added to the published hip angle to point the thigh in the room: it makes the foot flat in mid-stance."""

OFFSET_FADES_WITHIN = 0.45
"""Part of the stride after toe-off, and before initial contact, in which the segments join the published curves."""
RATE_FADES_WITHIN = 0.16
"""The same for the segments' rates."""
TOES_STRAIGHT_WITHIN = 0.35
"""Part of the stride after toe-off in which the bent toes straighten."""
LANDING_SPEED_SHARE = 0.55
"""Of the belt's speed: how fast the heel already moves back just before it touches, as at force-plate contacts."""

TOE_OFF_KNEE_DEG, LEAST_TOE_OFF_KNEE_DEG = 20.0, 14.0
MAX_SKEW = 0.4
"""Of the pelvis's bounce."""
SOLE_TOLERANCE_M = 1e-4
PHASE_STEP = 1e-4
"""For derivatives."""


@dataclass(frozen=True)
class LegCycle:
    """One leg's stride on the belt.

    Attributes:
        gait: The runner's.
        size: The leg's.
        pelvis: The pelvis's path that fits both; `solve` finds it.
    """

    gait: Gait
    size: LegSize
    pelvis: PelvisPath

    @classmethod
    def solve(cls, gait: Gait, size: LegSize, hip_half_width: float) -> LegCycle:
        """The cycle that lands with the gait's knee angle and takes off with a nearly straight knee.

        Raises:
            InputError: The leg cannot span the stance that cadence and belt speed ask for.
        """
        low, high = 0.0, MAX_SKEW
        wanted = size.stretch_at(np.radians(TOE_OFF_KNEE_DEG))
        for _ in range(40):
            skew = (low + high) / 2
            bent = cls._with_skew(gait, size, hip_half_width, skew)._toe_off_stretch() < wanted
            low, high = (skew, high) if bent else (low, skew)
        cycle = cls._with_skew(gait, size, hip_half_width, low)
        if (
            cycle._toe_off_stretch() > size.stretch_at(np.radians(LEAST_TOE_OFF_KNEE_DEG))
            or cycle.pose(np.linspace(0, 1, 1001)).lowest_sole < -SOLE_TOLERANCE_M
        ):
            raise InputError(
                f"The virtual runner cannot run {gait.belt_speed:g} m/s at {gait.cadence:g} steps/min.",
                "Ask for a higher cadence or a lower belt speed.",
            )
        return cycle

    @classmethod
    def _with_skew(cls, gait: Gait, size: LegSize, hip_half_width: float, skew: float) -> LegCycle:
        """The cycle with this skew whose knee is right at initial contact."""
        bounce = Bounce(gait.contact_s, gait.flight_s, skew)
        on_belt = PelvisPath(bounce, gait.stride_s / 2, 0.0, hip_half_width)
        ahead, _ = Stance(gait, size, on_belt).reach(np.zeros(1))
        hip = on_belt.hip(np.zeros(1))[0]
        stretch = size.stretch_at(np.radians(gait.landing_knee_deg))
        drop = np.sqrt(stretch**2 - ahead[0] ** 2 - (hip[1] - size.track) ** 2)
        ankle = Stance(gait, size, on_belt).ankle(np.zeros(1))[0]
        return cls(gait, size, replace(on_belt, landing_height_m=float(ankle[1] + drop - hip[2])))

    @property
    def stance(self) -> Stance:
        """The part of the stride on the belt."""
        return Stance(self.gait, self.size, self.pelvis)

    def _toe_off_stretch(self) -> float:
        """Hip to ankle at toe-off, m."""
        ahead, drop = self.stance.reach(np.ones(1))
        return float(np.hypot(ahead[0], drop[0]))

    @cached_property
    def _swing_join(self) -> FloatArray:
        """(4, 3) what the published angles lack at toe-off, in rate per phase there, and both at initial contact."""
        duty = self.gait.duty_factor
        off, before_off = self.stance.angles(np.array([1.0, 1.0 - PHASE_STEP / duty]))
        published = published_angles(np.array([duty, duty - PHASE_STEP, 1.0]))
        at_off = off - published[0]
        rate_off = (off - before_off) / PHASE_STEP - (published[0] - published[1]) / PHASE_STEP
        at_contact = self.stance.angles(np.zeros(1))[0] - published[2]
        return np.stack([at_off, rate_off, at_contact, self._landing_rate(at_contact)])

    def _landing_rate(self, at_contact: FloatArray) -> FloatArray:
        """(3,) what the angles' rates per phase lack for the heel's speed to be right just before initial contact."""
        size = self.size
        ends = np.array([1.0 - PHASE_STEP, 1.0])
        thigh, shank, pitch = (published_angles(ends) + at_contact).T
        ankle_x = self.pelvis.hip(ends)[:, 0] + size.thigh * np.sin(thigh) + size.shank * np.sin(shank)
        heel_x = ankle_x + rotate(size.heel, pitch)[:, 0]
        wanted = -LANDING_SPEED_SHARE * self.gait.belt_speed * self.gait.stride_s
        lacking = wanted - (heel_x[1] - heel_x[0]) / PHASE_STEP
        # The whole leg swings about the hip; its foot keeps its pitch.
        lever = size.thigh * np.cos(thigh[1]) + size.shank * np.cos(shank[1])
        return np.array([lacking / lever, lacking / lever, 0.0])

    def _swing_angles(self, phase: FloatArray) -> FloatArray:
        """(N, 3) thigh, shank and foot pitch at phases in swing, rad."""
        since, left = (phase - self.gait.duty_factor)[:, None], (1 - phase)[:, None]
        at_off, rate_off, at_contact, rate_contact = self._swing_join
        join = (
            fade(since / OFFSET_FADES_WITHIN) * at_off
            + fade(left / OFFSET_FADES_WITHIN) * at_contact
            + since * np.clip(1 - since / RATE_FADES_WITHIN, 0, 1) ** 2 * rate_off
            - left * np.clip(1 - left / RATE_FADES_WITHIN, 0, 1) ** 2 * rate_contact
        )
        return np.asarray(published_angles(phase) + join)

    def _swing_toe_pitch(self, phase: FloatArray, pitch: FloatArray) -> FloatArray:
        """(N,) the toes' pitch at phases in swing, rad: bent as at toe-off, then straightening."""
        duty = self.gait.duty_factor
        end = np.array([1.0, 1.0 - PHASE_STEP / duty])
        bend, before = self.stance.toe_pitch(end) - self.stance.pitch(end)
        part = np.clip((phase - duty) / TOES_STRAIGHT_WITHIN, 0, 1)
        rate = (bend - before) / PHASE_STEP * TOES_STRAIGHT_WITHIN
        return np.asarray(pitch + (1 - part) ** 2 * ((1 + 2 * part) * bend + part * rate))

    def pose(self, phase: FloatArray) -> LegPose:
        """The leg at (N,) stride phases, any real numbers; 0 is initial contact."""
        phase = np.mod(phase, 1.0)
        size, in_stance = self.size, phase < self.gait.duty_factor
        part = np.clip(phase / self.gait.duty_factor, 0, 1)
        angles = np.where(in_stance[:, None], self.stance.angles(part), self._swing_angles(phase))
        thigh, shank, pitch = angles.T
        toe_pitch = np.where(in_stance, self.stance.toe_pitch(part), self._swing_toe_pitch(phase, pitch))

        hip = self.pelvis.hip(phase)
        to_knee, to_ankle = point_down(size.thigh, thigh), point_down(size.shank, shank)
        drop = -(to_knee + to_ankle)[:, 1]
        # Heights shrink by the lean of the leg's plane, which keeps the foot on its track.
        upright = np.stack([np.ones_like(drop), np.sqrt(1 - ((hip[:, 1] - size.track) / drop) ** 2)], axis=-1)
        knee = hip[:, [0, 2]] + to_knee * upright
        ankle = knee + to_ankle * upright
        ball = ankle + rotate(size.ball, pitch)
        return LegPose(
            thigh=thigh,
            shank=shank,
            pitch=pitch,
            toe_pitch=toe_pitch,
            hip=hip[:, [0, 2]],
            knee=knee,
            ankle=ankle,
            heel=ankle + rotate(size.heel, pitch),
            ball=ball,
            tip=ball + rotate((size.toe, 0.0), toe_pitch),
        )


def fade(part: FloatArray) -> FloatArray:
    """From 1 at part 0 smoothly to 0 at part 1 and beyond."""
    within = np.clip(part, 0, 1)
    return np.asarray(1 - within**2 * (3 - 2 * within))


def published_angles(phase: FloatArray) -> FloatArray:
    """(N, 3) thigh, shank and foot pitch of the published mean stride, rad from vertical and level."""
    curves = load_stride_curves()
    thigh = curves.hip(phase) + PELVIC_TILT_DEG
    shank = thigh - curves.knee(phase)
    return np.asarray(np.radians(np.stack([thigh, shank, shank + curves.ankle(phase)], axis=-1)))
