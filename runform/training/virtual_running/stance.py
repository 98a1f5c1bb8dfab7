"""One foot of a virtual runner: how it stands on the belt, and its points from the ankle.

A foot that lands on the heel turns about the heel's edge until it is flat; one that lands on the forefoot stands on the
ball. The heel then rises over the flat toes, which roll over their tip at last. What touches moves with the belt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.demo.leg_cycle import fade
from runform.sequences import FloatArray
from runform.training.virtual_running.traits import LegTraits

FLAT_FROM, FLAT_UNTIL = 0.27, 0.42
"""Parts of stance: the foot has come down; its heel leaves the ground."""
HEEL_RISE_POWER = 1.9
TOES_FLAT_UNTIL = 0.6
TOE_OFF_TOE_PITCH_DEG = -32.0
SETTLES_WITHIN = 0.12
"""Part of stance in which shoe and heel pad give way under the ankle."""


@dataclass(frozen=True)
class Foot:
    """One shoe and how it is set down; angles in degrees, lengths in m.

    Attributes:
        ankle_height, heel_back, ball_ahead, toe: Of the shoe, foot level, from the ankle; `toe` from the ball.
        strike_deg: Pitch at initial contact, toes up positive.
        standing_deg: Pitch in mid-stance: 0, or below for those who stay on the forefoot.
        toe_off_deg: Pitch at toe-off.
        toe_out: How far the foot is turned outward, rad, as (cosine, sine).
        settling: (ahead, up) of the ankle at initial contact from its place in a shoe that bears weight.
    """

    ankle_height: float
    heel_back: float
    ball_ahead: float
    toe: float
    strike_deg: float
    standing_deg: float
    toe_off_deg: float
    toe_out: tuple[float, float]
    settling: tuple[float, float]

    def pitch(self, part: FloatArray) -> FloatArray:
        """(N,) the foot's pitch at parts of stance, rad."""
        landing = (self.strike_deg - self.standing_deg) * np.clip(1 - part / FLAT_FROM, 0, 1) ** 2
        rise = np.clip((part - FLAT_UNTIL) / (1 - FLAT_UNTIL), 0, None) ** HEEL_RISE_POWER
        return np.asarray(np.radians(self.standing_deg + landing + (self.toe_off_deg - self.standing_deg) * rise))

    def toe_pitch(self, part: FloatArray) -> FloatArray:
        """(N,) the toes' pitch, rad: the foot's own while the heel's edge bears it, level, over the tip at last."""
        rolled = np.clip((part - TOES_FLAT_UNTIL) / (1 - TOES_FLAT_UNTIL), 0, None) ** 2
        rolling = np.radians(TOE_OFF_TOE_PITCH_DEG) * rolled
        return np.where(part < FLAT_UNTIL, np.maximum(self.pitch(part), 0.0), rolling)

    def settle(self, part: FloatArray, u: FloatArray) -> FloatArray:
        """(N, 2) the ankle forward and up in its shoe, m, at parts of stance, or of swing where `part` is beyond 1.

        When the sole has stopped on the belt, the ankle still comes down and forward for some hundredths of a second.
        """
        share = np.where(part <= 1, np.clip(1 - part / SETTLES_WITHIN, 0, 1) ** 2, 1 - fade(2 * u - 1))
        return np.asarray(share[:, None] * np.array(self.settling))

    def stand(self, part: FloatArray) -> FloatArray:
        """(N, 2) the ankle, ahead of the belt's point under the level foot's ankle, and above the belt, m."""
        pitch, toes = self.pitch(part), self.toe_pitch(part)
        on_heel = pitch > 0
        heel = turn(-self.heel_back, -self.ankle_height, pitch)
        tip = turn(self.ball_ahead, -self.ankle_height, pitch) + turn(self.toe, 0.0, toes)
        bears = np.where(on_heel[:, None], heel, tip)
        ahead = np.where(on_heel, -self.heel_back, self.ball_ahead + self.toe)
        over = np.stack([ahead - bears[:, 0], -bears[:, 1]], axis=-1)
        return np.asarray(over + self.settle(part, np.zeros_like(part)))

    def sole(self, pitch: FloatArray, toes: FloatArray) -> dict[str, FloatArray]:
        """Heel's edge, ball and tip of the sole from the ankle: (T, 2) forward and up, m."""
        ball = turn(self.ball_ahead, -self.ankle_height, pitch)
        return {
            "heel": turn(-self.heel_back, -self.ankle_height, pitch),
            "ball": ball,
            "tip": ball + turn(self.toe, 0.0, toes),
        }


def turn(ahead: float, up: float, angle: FloatArray) -> FloatArray:
    """(N, 2) forward and up of an offset turned by (N,) angles, positive raising what is ahead."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = np.empty((*angle.shape, 2))
    turned[..., 0], turned[..., 1] = ahead * cosine - up * sine, ahead * sine + up * cosine
    return turned


SETTLING_S, MOST_SETTLING_M, SETTLING_UP_M = 0.006, 0.018, 0.008
"""How long the ankle stays behind the belt, and by how much at most; by how much it is higher. From rbds001, whose
ankles move at less than half the belt's speed when the force begins."""


def make_foot(lengths: dict[str, float], leg: LegTraits, speed: float) -> Foot:
    """The shoe of a body with these segment lengths, m, set down as the leg's traits say at a speed, m/s."""
    out = np.radians(leg.toe_out_deg)
    return Foot(
        ankle_height=lengths["ankle_height"],
        heel_back=lengths["heel_back"],
        ball_ahead=lengths["ball_ahead"],
        toe=lengths["toe"],
        strike_deg=leg.foot_strike_deg,
        standing_deg=min(0.0, 0.4 * (leg.foot_strike_deg + 4.0)),
        toe_off_deg=leg.toe_off_pitch_deg,
        toe_out=(float(np.cos(out)), float(np.sin(out))),
        settling=(-min(SETTLING_S * speed, MOST_SETTLING_M), SETTLING_UP_M),
    )
