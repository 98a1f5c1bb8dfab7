"""What a detector of contacts reads: each leg about the hips, in leg lengths, at one rate for every clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from runform.errors import InputError
from runform.gait.body_frame import compute_leg_length, compute_mid_hip, has_feet
from runform.sequences import SIDES, FloatArray, KeypointSequence, Side, require_shape

GRID_HZ = 120.0
"""Clips of every frame rate are brought to this one, so that a window holds the same time in all of them."""
PARTS = ("knee", "ankle", "heel")
"""The toe is left out: marker sets and detectors place it differently, on the shoe's top, its tip or a joint, and
without it toe-offs of another runner (hamner04 at 3 m/s by a network that learned from rbds001) err 3 ms less."""
COORDINATES = 2 * len(PARTS)
CHANNELS = 4 * COORDINATES + 1
_LONGEST_GAP_S = 0.1
_SPEED_UNIT = 10.0  # leg lengths/s, so that velocities are about as large as places
_FRAME_UNIT_S = 1 / 30


@dataclass(frozen=True)
class LegSignals:
    """Both legs over time.

    Attributes:
        time_s: (T,) seconds, evenly spaced.
        values: side -> (T, 25): places of the leg's own parts, of the other leg's, both velocities, and the frame time.
            Places are knee, ankle and heel relative to the mid-hips, ahead and down, leg lengths, each less its
            mean over the clip; velocities in 10 leg lengths/s; frame time in units of 1/30 s. Bridged where unknown.
        known: (T,) moments at which both legs were seen.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    time_s: FloatArray
    values: dict[Side, FloatArray]
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __post_init__(self) -> None:
        for side in SIDES:
            require_shape("values", self.values[side], (len(self.time_s), CHANNELS))
        require_shape("known", self.known, (len(self.time_s),))


def compute_leg_signals(keypoints: KeypointSequence, direction: int) -> LegSignals | None:
    """Both legs as a detector reads them, or None where the legs are hardly seen.

    The same for the runner seen larger or smaller, and mirrored with the direction.

    Args:
        keypoints: Clean keypoints of a side view, with heels and toes.
        direction: +1 when the runner runs to the picture's right, -1 to its left.

    Raises:
        InputError: The skeleton has no feet.
    """
    if not has_feet(keypoints):
        raise InputError(
            f"{keypoints.skeleton} has no heels and toes.", "Learned contacts need a pose backend that gives them."
        )
    places = {side: _compute_places(keypoints, side, direction) for side in SIDES}
    seen = np.isfinite(places["left"]).all(axis=1) & np.isfinite(places["right"]).all(axis=1)
    if seen.sum() < 4:
        return None
    seen_s = keypoints.time_s[seen]
    time_s = np.arange(seen_s[0], seen_s[-1], 1 / GRID_HZ)
    frame_s = float(np.median(np.diff(keypoints.time_s)))
    place, speed = {}, {}
    for side in SIDES:
        path = CubicSpline(seen_s, places[side][seen])
        place[side], speed[side] = path(time_s) - path(time_s).mean(axis=0), path(time_s, 1) / _SPEED_UNIT
    rate = np.full((len(time_s), 1), frame_s / _FRAME_UNIT_S)
    after = np.searchsorted(seen_s, time_s, side="right").clip(1, len(seen_s) - 1)
    return LegSignals(
        time_s=time_s,
        values={
            side: np.concatenate([place[side], place[other], speed[side], speed[other], rate], axis=1)
            for side, other in (SIDES, SIDES[::-1])
        },
        known=seen_s[after] - seen_s[after - 1] <= max(_LONGEST_GAP_S, 1.5 * frame_s),
    )


def _compute_places(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """(T, 6) ahead and down of each part of one leg, relative to the mid-hips, leg lengths; NaN where not known."""
    away = np.stack([keypoints.xy(f"{side}_{part}") for part in PARTS], axis=1) - compute_mid_hip(keypoints)[:, None]
    ahead_down = away * np.array([direction, 1.0]) / compute_leg_length(keypoints)
    return np.asarray(ahead_down.reshape(len(keypoints), COORDINATES))
