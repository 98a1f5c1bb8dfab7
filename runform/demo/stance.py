"""The leg in stance: the belt carries the foot, the pelvis goes its way, and the leg bends to fit both.

The foot's point of contact moves back with the belt at constant speed: the heel's edge until the foot is flat, the tip
from then on, the toes bending and rolling over it while the heel rises. Parts of stance run from 0 at initial contact
to 1 at toe-off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.demo.gait import Gait
from runform.demo.leg import LegSize, bend_leg, rotate
from runform.demo.pelvis_path import PelvisPath
from runform.sequences import FloatArray

FLAT_FROM, FLAT_UNTIL = 0.27, 0.42
"""The foot has come down flat; its heel leaves the ground."""
HEEL_RISE_POWER = 1.9
TOES_FLAT_UNTIL = 0.6
"""From here the toes roll over their tip."""
TOE_OFF_TOE_PITCH_DEG = -23.0


@dataclass(frozen=True)
class Stance:
    """One foot's stance.

    Attributes:
        gait: The runner's.
        size: The leg's.
        pelvis: The pelvis's path over the stride.
    """

    gait: Gait
    size: LegSize
    pelvis: PelvisPath

    def pitch(self, part: FloatArray) -> FloatArray:
        """(N,) the foot's pitch, rad: comes down, lies flat, heel rises."""
        landing = self.gait.landing_pitch_deg * np.clip(1 - part / FLAT_FROM, 0, 1) ** 2
        rise = np.clip((part - FLAT_UNTIL) / (1 - FLAT_UNTIL), 0, None) ** HEEL_RISE_POWER
        return np.asarray(np.radians(landing + self.gait.toe_off_pitch_deg * rise))

    def toe_pitch(self, part: FloatArray) -> FloatArray:
        """(N,) the toes' pitch, rad: that of the foot until it is flat, level on the belt, over the tip at last."""
        rolled = np.clip((part - TOES_FLAT_UNTIL) / (1 - TOES_FLAT_UNTIL), 0, None) ** 2
        return np.where(part < FLAT_UNTIL, self.pitch(part), np.radians(TOE_OFF_TOE_PITCH_DEG) * rolled)

    def ankle(self, part: FloatArray) -> FloatArray:
        """(N, 2) the ankle, forward and up, m."""
        size, pitch = self.size, self.pitch(part)
        heel = rotate(size.heel, pitch)
        tip = rotate(size.ball, pitch) + rotate((size.toe, 0.0), self.toe_pitch(part))
        start = np.zeros(1)
        landing_ankle_x = self.pelvis.centre(start)[0, 0] + self.gait.ankle_ahead_m
        landing_heel_x = landing_ankle_x + rotate(size.heel, self.pitch(start))[0, 0]
        heel_x = landing_heel_x - self.gait.belt_speed * self.gait.contact_s * part
        tip_x = heel_x + size.heel_back + size.ball_ahead + size.toe
        on_heel = part < FLAT_UNTIL
        x = np.where(on_heel, heel_x - heel[:, 0], tip_x - tip[:, 0])
        return np.stack([x, np.where(on_heel, -heel[:, 1], -tip[:, 1])], axis=-1)

    def reach(self, part: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(N,) and (N,) the ankle ahead of the hip and below it in the leg's plane, m.

        The plane leans: the foot lands nearer to the middle of the body than its hip.
        """
        hip, ankle = self.pelvis.hip(part * self.gait.duty_factor), self.ankle(part)
        return ankle[:, 0] - hip[:, 0], np.hypot(hip[:, 2] - ankle[:, 1], hip[:, 1] - self.size.track)

    def angles(self, part: FloatArray) -> FloatArray:
        """(N, 3) thigh, shank and foot pitch, rad."""
        thigh, shank = bend_leg(self.size, *self.reach(part))
        return np.stack([thigh, shank, self.pitch(part)], axis=-1)
