"""A leg with its shoe: lengths, angles and the points they lead to.

All in the sagittal plane: x forward and z up, m, height 0 on the belt. A segment's angle is taken from vertical,
positive when its lower end is ahead; a foot's pitch is positive with the toes up. Angles in rad.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.sequences import FloatArray

Offset = tuple[float, float]
"""Forward and up, m."""


@dataclass(frozen=True)
class LegSize:
    """Lengths of one leg with its shoe, m.

    Attributes:
        thigh, shank: Hip to knee, knee to ankle.
        ankle_height: Ankle above the sole.
        heel_back: Ankle to the sole's rear edge, backwards.
        ball_ahead: Ankle to the ball of the foot, forwards.
        toe: Ball to the sole's tip.
        track: Ankle to the middle of the body, sideways.
    """

    thigh: float = 0.437
    shank: float = 0.435
    ankle_height: float = 0.085
    heel_back: float = 0.05
    ball_ahead: float = 0.13
    toe: float = 0.075
    track: float = 0.045

    @property
    def leg(self) -> float:
        """Hip to ankle with a straight knee."""
        return self.thigh + self.shank

    @property
    def heel(self) -> Offset:
        """The sole's rear edge from the ankle, foot level."""
        return (-self.heel_back, -self.ankle_height)

    @property
    def ball(self) -> Offset:
        """The sole under the ball of the foot from the ankle, foot level."""
        return (self.ball_ahead, -self.ankle_height)

    def stretch_at(self, knee: float) -> float:
        """Hip to ankle at a knee flexion."""
        return float(np.sqrt(self.thigh**2 + self.shank**2 + 2 * self.thigh * self.shank * np.cos(knee)))


@dataclass(frozen=True)
class LegPose:
    """A leg at N phases of its stride.

    Attributes:
        thigh, shank: (N,) angles from vertical.
        pitch, toe_pitch: (N,) of the foot and of its toes.
        hip, knee, ankle: (N, 2) joints.
        heel, ball, tip: (N, 2) the sole's rear edge, its part under the ball of the foot, and its tip.
    """

    thigh: FloatArray
    shank: FloatArray
    pitch: FloatArray
    toe_pitch: FloatArray
    hip: FloatArray
    knee: FloatArray
    ankle: FloatArray
    heel: FloatArray
    ball: FloatArray
    tip: FloatArray

    @property
    def lowest_sole(self) -> float:
        """Height of the sole's lowest point over all phases, negative below the belt."""
        return float(min(self.heel[:, 1].min(), self.ball[:, 1].min(), self.tip[:, 1].min()))


def rotate(offset: Offset, angle: FloatArray) -> FloatArray:
    """(N, 2) an offset turned by (N,) angles, positive raising what is ahead."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([offset[0] * cosine - offset[1] * sine, offset[0] * sine + offset[1] * cosine], axis=-1)


def point_down(length: float, angle: FloatArray) -> FloatArray:
    """(N, 2) the way from a segment's upper to its lower end, for (N,) angles from vertical."""
    return np.stack([length * np.sin(angle), -length * np.cos(angle)], axis=-1)


def bend_leg(size: LegSize, ahead: FloatArray, drop: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Thigh and shank angles that put the ankle where it must be (two-link inverse kinematics, knee forward).

    Args:
        size: The leg's.
        ahead: (N,) ankle ahead of the hip, m.
        drop: (N,) ankle below the hip, m.
    """
    stretch = np.hypot(ahead, drop)
    cosine = (stretch**2 - size.thigh**2 - size.shank**2) / (2 * size.thigh * size.shank)
    knee = np.arccos(np.clip(cosine, -1, 1))
    thigh = np.arctan2(ahead, drop) + np.arcsin(size.shank * np.sin(knee) / stretch)
    return thigh, thigh - knee
