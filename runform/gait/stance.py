"""Where initial contact and toe-off lie on one foot's mean stride, each by two witnesses.

Initial contact: the ankle's fall is stopped, whichever part of the foot lands first; and the heel's forward speed over
the ground has fallen to two thirds of the running speed, which noise moves less but a landing on the forefoot more.
Toe-off: the pushing leg is straightest (Dingwell and others 2001; Fellin and others 2010); and the toe, having stood,
begins to move over the ground. Each witness speaks some time before or after the force plate's event; those times are
from hamner04 at 3 and 5 m/s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from runform.gait.foot_curves import FootCurves
from runform.sequences import FloatArray

LANDING_SPEED = 0.35
"""Share of the running speed at which the heel moves back under the runner when the foot lands."""
LIFTING_SPEED = 0.4
"""The same when the foot leaves; asked only where the skeleton has no toes."""
TOE_SPEED = 0.25
"""Speed of the leaving toe over the ground, share of the running speed."""
LEAD_S = {
    "ankle_stopped": 0.043,
    "landing_speed": 0.001,
    "toe_moves": -0.007,
    "knee_extended": 0.001,
    "lifting_speed": -0.024,
}
"""Seconds after the force plate's event at which each witness speaks."""
_ANKLE_WEIGHT = 0.65
"""Of the ankle's word on initial contact. Alone it differs least between runs (SD 2 ms against 5) and follows the
keypoints' noise most (5 ms against 2 at 60 frames/s)."""
_POINTS = 2000
_STOP_WINDOW_S = (-0.010, 0.085)
_STRAIGHT_WINDOW_S = (-0.08, 0.14)
"""About the moment at which the rearfoot has lost half of the running speed."""
_TOE_FROM_KNEE_S = (-0.020, 0.035)
"""The toe's word on toe-off is taken no further than this from the knee's: noise can move a standing toe."""
_ROUGH_SPEED = 0.5
_ROUNDS = 3


@dataclass(frozen=True)
class Stance:
    """One side's events on its mean stride.

    Attributes:
        initial_contact, toe_off: Phases, strides; toe_off follows initial_contact by less than one.
        ground_speed: At which the standing foot moves back under the runner, leg lengths/s.
    """

    initial_contact: float
    toe_off: float
    ground_speed: float


def find_stance(curves: FootCurves, frequency_hz: float) -> Stance | None:
    """The foot's time on the ground, or None when it shows no backward sweep.

    Args:
        curves: The foot's mean stride.
        frequency_hz: Strides per second.
    """
    foot = _Foot(curves, frequency_hz)
    sweep = foot.find_sweep()
    if sweep is None:
        return None
    speed, first, last = sweep
    landing = foot.find_landing(speed, last)
    leaving = foot.find_leaving(speed, first, last)
    if landing is None or leaving is None or leaving <= landing:
        return None
    return Stance(landing / _POINTS, leaving / _POINTS, speed)


class _Foot:
    """Speeds of one foot on a fine grid over the mean stride; grid places count on past the stride's end."""

    def __init__(self, curves: FootCurves, frequency_hz: float) -> None:
        grid = np.arange(_POINTS) / _POINTS
        self.points_per_s = _POINTS * frequency_hz
        self._rear = "heel" if "heel" in curves.along else "ankle"
        self._along = {part: curve.slope(grid) * frequency_hz for part, curve in curves.along.items()}
        self._up = {part: curve.slope(grid) * frequency_hz for part, curve in curves.up.items()}
        self._flexion = None if curves.knee_flexion is None else curves.knee_flexion.value(grid)
        self._toe_noise = frequency_hz**2 * sum(
            curve["toe"].compute_slope_variance() for curve in (curves.along, curves.up) if "toe" in curve
        )
        position = curves.along[self._rear].value(grid)
        self._foremost = int(np.argmax(position))
        self._hindmost = self._foremost + int(np.argmin(np.roll(position, -self._foremost)))

    def _backward(self, at: npt.NDArray[np.intp]) -> FloatArray:
        """Speed of the rearfoot back under the runner at grid places (N,), leg lengths/s."""
        return np.asarray(-self._along[self._rear][at % _POINTS])

    def _at_event(self, witness: str, place: float) -> float:
        """The force plate's event, when a witness speaks at a grid place."""
        return place - LEAD_S[witness] * self.points_per_s

    def find_sweep(self) -> tuple[float, int, int] | None:
        """The running speed in leg lengths/s, and roughly the first and last grid place on the ground."""
        sweep = np.arange(self._foremost, self._hindmost)
        backward = self._backward(sweep)
        middle = backward[len(sweep) // 4 : 3 * len(sweep) // 4]
        if len(middle) == 0 or (speed := float(np.median(middle))) <= 0:
            return None
        first = last = 0
        for _ in range(_ROUNDS):
            fast = np.flatnonzero(backward > _ROUGH_SPEED * speed)
            if len(fast) == 0 or fast[-1] <= fast[0]:
                return None
            first, last = int(sweep[fast[0]]), int(sweep[fast[-1]])
            speed = self._measure_speed(first, last)
        return (speed, first, last) if speed > 0 else None

    def _measure_speed(self, first: int, last: int) -> float:
        """Speed of the parts that stand still on the ground: the heel before mid-stance, the toe also after it."""
        places = {self._rear: (0.25, 0.5), "toe": (0.25, 0.65)}
        standing = [
            -self._along[part][_share(first, last, *share) % _POINTS]
            for part, share in places.items()
            if part in self._along
        ]
        return float(np.median(np.concatenate(standing))) if all(len(s) for s in standing) else 0.0

    def find_landing(self, speed: float, last: int) -> float | None:
        """Grid place of initial contact."""
        places = np.arange(self._foremost, last)
        slow = np.flatnonzero(self._backward(places) > LANDING_SPEED * speed)
        if len(slow) == 0:
            return None
        by_heel = self._at_event("landing_speed", places[slow[0]])
        by_ankle = self._find_stop(int(places[slow[0]]))
        return by_heel if by_ankle is None else by_heel + _ANKLE_WEIGHT * (by_ankle - by_heel)

    def _find_stop(self, landing: int) -> float | None:
        """Initial contact by the ankle: the middle of the push that stops its fall; None where there is none."""
        upward = np.gradient(np.tile(self._up["ankle"], 3))[_POINTS : 2 * _POINTS]
        window = self._window(landing, _STOP_WINDOW_S)
        push = np.clip(upward[window % _POINTS], 0, None)
        return self._at_event("ankle_stopped", float(push @ window / push.sum())) if push.any() else None

    def find_leaving(self, speed: float, first: int, last: int) -> float | None:
        """Grid place of toe-off."""
        by_toe = (
            self._find_toe_start(speed, first, last) if "toe" in self._along else self._find_lift(speed, first, last)
        )
        by_knee = self._find_straightest(last)
        if by_toe is None or by_knee is None:
            return by_knee if by_toe is None else by_toe
        earliest, latest = (apart * self.points_per_s for apart in _TOE_FROM_KNEE_S)
        return by_knee + float(np.clip(by_toe - by_knee, earliest, latest)) / 2

    def _find_toe_start(self, speed: float, first: int, last: int) -> float | None:
        """Toe-off by the toe, which stands before it moves over the ground."""
        places = np.arange(first + (last - first) // 3, last + _POINTS // 5)
        along, up = self._along["toe"][places % _POINTS], self._up["toe"][places % _POINTS]
        # Noise adds to a squared speed; without it a standing toe stands.
        over_ground = np.sqrt(np.clip((speed + along) ** 2 + up**2 - self._toe_noise, 0, None))
        standing = over_ground[: max(last - int(places[0]), 1)]
        still = int(np.flatnonzero(standing == standing.min())[-1])
        moving = np.flatnonzero(over_ground[still:] > TOE_SPEED * speed)
        return self._at_event("toe_moves", places[still + moving[0]]) if len(moving) else None

    def _find_lift(self, speed: float, first: int, last: int) -> float | None:
        """Toe-off by the rearfoot, which no longer goes back with the ground."""
        places = np.arange(first + (last - first) // 3, last + _POINTS // 5)
        slow = np.flatnonzero(self._backward(places) < LIFTING_SPEED * speed)
        return self._at_event("lifting_speed", places[slow[0]]) if len(slow) else None

    def _find_straightest(self, last: int) -> float | None:
        """Toe-off by the knee; None where it was not seen or does not bend again."""
        if self._flexion is None:
            return None
        window = self._window(last, _STRAIGHT_WINDOW_S)
        flexion = self._flexion[window % _POINTS]
        lowest, _ = find_peaks(-flexion)
        return self._at_event("knee_extended", window[lowest[np.argmin(flexion[lowest])]]) if len(lowest) else None

    def _window(self, about: int, edges_s: tuple[float, float]) -> npt.NDArray[np.intp]:
        """Grid places from some seconds before a place to some after it."""
        low, high = (about + round(edge * self.points_per_s) for edge in edges_s)
        return np.arange(low, high)


def _share(first: int, last: int, start: float, end: float) -> npt.NDArray[np.intp]:
    """Grid places from one share of a stretch to another."""
    length = last - first
    return np.arange(first + int(start * length), first + int(end * length))
