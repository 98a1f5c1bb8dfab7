"""Which way is up for a lifted runner: how far the camera was rolled and tipped, read off the runner.

Nobody stands on air. Over whole strides the ankle that is lower at each moment is, on the mean, under the hips; the
ankle moves along the ground while a foot stands; and a body leans to neither side. None of these says more than a few
degrees of one runner, so they are joined with what is known of phones, which are held level within a few degrees, by
least squares with each one's own error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runform.sequences import SIDES, FloatArray, require_shape
from runform.skeletons import HUMAN36M_17

SUPPORT_DEG, SUPPORT_ERROR_DEG = 0.0, 2.6
"""Mean lower ankle ahead of the hips, and the standard deviation of that among runners."""
TREAD_DEG, TREAD_ERROR_DEG = -1.5, 3.0
"""Slope of the standing ankle's way relative to the hips, uphill ahead, and its standard deviation."""
SIDEWAYS_ERROR_DEG = 3.0
"""Standard deviation of the body's lean to one side, by each of the lines that should have none."""
ROLL_ERROR_DEG, PITCH_ERROR_DEG = 4.0, 7.0
"""How level phones are held: standard deviations about the line of sight, and up and down."""

LEAST_STRIDES = 1.5
LEAST_SWING = 0.25
"""Fore and aft way of one ankle against the other, standard deviation in leg lengths; a walk has 0.35."""
MOST_TILT_DEG = 20.0
_STRIDE_S = (0.4, 1.4)
_STANDING = 0.2
"""Share of the frames in which an ankle is lowest: the middle of stance in a run, part of it in a walk."""
_ROUNDS = 3
_INDEX = HUMAN36M_17.index


@dataclass(frozen=True)
class UprightFrame:
    """How a camera was held, and the level frame that follows.

    Attributes:
        rotation: (3, 3) turns camera axes (x right, y down, z away) into level ones: x to the right of the picture, y
            up, z towards the camera. Nothing is turned about the vertical.
        roll_deg: Turn about the line of sight; positive turns the picture's contents anticlockwise.
        pitch_deg: Positive for a camera that looks down.
        roll_plus_minus_deg, pitch_plus_minus_deg: 95 % half-widths; where the camera was taken as level, of how phones
            are held.
        heading_deg: Where the runner faces: 0 to the right of the picture, 90 towards the camera, -90 away from it.
            NaN where it could not be told.
        reason: Why the camera was taken as level, a sentence; empty where it was estimated.

    Raises:
        ShapeError: A rotation of another shape.
    """

    rotation: FloatArray
    roll_deg: float
    pitch_deg: float
    roll_plus_minus_deg: float
    pitch_plus_minus_deg: float
    heading_deg: float = math.nan
    reason: str = ""

    def __post_init__(self) -> None:
        require_shape("rotation", self.rotation, (3, 3))


@dataclass(frozen=True)
class _Hint:
    """How far up should be turned from where it is thought to be: about an axis (3,), by an angle, with an error."""

    axis: FloatArray
    angle_rad: float
    error_rad: float


def estimate_upright(xyz: FloatArray, time_s: FloatArray, confidence: FloatArray) -> UprightFrame:
    """The level frame of a lifted runner.

    Args:
        xyz: (T, 17, 3) Human3.6M joints from the root, x right, y down, z away from the camera, any unit; NaN where not
            known.
        time_s: (T,) seconds of real time, increasing.
        confidence: (T, 17); frames count by the mean of their joints'.

    Returns:
        The frame; the camera's own, taken as level, with the reason where the clip says too little.
    """
    require_shape("xyz", xyz, (len(time_s), len(HUMAN36M_17), 3))
    require_shape("confidence", confidence, xyz.shape[:2])
    known = np.isfinite(xyz).all(axis=(1, 2))
    if np.count_nonzero(known) < 3:
        return _level("The runner is seen in too few frames to tell how the camera was held.")
    xyz, time_s, weights = xyz[known], time_s[known], confidence[known].mean(axis=1)
    up = np.array([0.0, -1.0, 0.0])
    left = _find_left(xyz, weights, up)
    if left is None:
        return _level("The runner's hips and shoulders do not say which way the body faces.")
    swing = _compute_swing(xyz, np.cross(left, up))  # (T,) leg lengths
    stride_s = find_stride(swing, time_s)
    strides = (time_s[-1] - time_s[0]) / stride_s if math.isfinite(stride_s) else 0.0
    if float(np.std(swing)) < LEAST_SWING or strides < LEAST_STRIDES:
        return _level("The legs do not swing through enough strides to tell how the camera was held.")
    weights = weights * compute_stride_weights(time_s, stride_s)
    turn = np.zeros(3)
    information = np.zeros((3, 3))
    for _ in range(_ROUNDS):
        left = _find_left(xyz, weights, up)
        if left is None:
            return _level("The runner's hips and shoulders do not say which way the body faces.")
        hints = _gather_hints(xyz, weights, up, left)
        turn, information = _join(hints, turn)
        up = _turn(np.array([0.0, -1.0, 0.0]), turn)
    roll, pitch = math.degrees(math.atan2(-up[0], -up[1])), math.degrees(math.asin(float(np.clip(-up[2], -1, 1))))
    if max(abs(roll), abs(pitch)) > MOST_TILT_DEG:
        return _level(f"The runner seems tilted by more than {MOST_TILT_DEG:g} degrees, which is no running.")
    errors = 1.96 * np.degrees(np.sqrt(np.diag(np.linalg.inv(information[np.ix_([0, 2], [0, 2])]))))
    rotation = make_rotation(up)
    ahead = rotation @ np.cross(left, up)
    return UprightFrame(
        rotation, roll, pitch, float(errors[1]), float(errors[0]), math.degrees(math.atan2(ahead[2], ahead[0]))
    )


def make_rotation(up: FloatArray) -> FloatArray:
    """(3, 3) from camera axes to level ones, by where up lies in camera axes, (3,) of length 1.

    Rows: the picture's right made level, up, and what completes them, towards the camera.
    """
    right = np.array([1.0, 0.0, 0.0]) - up[0] * up
    right /= np.linalg.norm(right)
    return np.stack([right, up, np.cross(right, up)])


def find_stride(swing: FloatArray, time_s: FloatArray) -> float:
    """Seconds of one stride: the shift at which a curve is most like itself; NaN where the clip is too short.

    Args:
        swing: (T,) left ankle ahead of the right one.
        time_s: (T,) seconds, increasing.
    """
    step = float(np.median(np.diff(time_s)))
    even_s = np.arange(time_s[0], time_s[-1], step)
    curve = np.interp(even_s, time_s, swing)
    curve = curve - curve.mean()
    shifts = np.arange(math.ceil(_STRIDE_S[0] / step), min(int(_STRIDE_S[1] / step), len(curve) - 3) + 1)
    if not len(shifts) or not curve.any():
        return math.nan
    likeness = [
        float(np.dot(curve[:-k], curve[k:]) / (np.linalg.norm(curve[:-k]) * np.linalg.norm(curve[k:]) + 1e-12))
        for k in shifts
    ]
    return float(shifts[int(np.argmax(likeness))] * step)


def compute_stride_weights(time_s: FloatArray, stride_s: float) -> FloatArray:
    """(T,) how much each frame counts so that every phase of the stride does alike: less over the ends of the clip.

    One box a stride wide laid over another that fills the rest of the clip.
    """
    half = 0.5 * float(np.median(np.diff(time_s)))
    first, last = time_s[0] - half, time_s[-1] + half
    ramp = min(stride_s, last - first - stride_s)
    inside = np.minimum(time_s - first, last - time_s)
    return np.asarray(np.clip(inside / max(ramp, half), 0.0, 1.0))


def _gather_hints(xyz: FloatArray, weights: FloatArray, up: FloatArray, left: FloatArray) -> list[_Hint]:
    """What the runner says of up, each as a turn from where it is thought to be, camera axes."""
    ahead = np.cross(left, up)
    feet = np.stack([xyz[:, _INDEX[f"{side}_ankle"]] for side in SIDES])  # (2, T, 3)
    heights = feet @ up
    lower = np.where((heights[0] < heights[1])[:, None], feet[0], feet[1])  # (T, 3)
    support = np.average(lower, axis=0, weights=weights)
    support_angle = math.atan2(float(support @ ahead), -float(support @ up)) - math.radians(SUPPORT_DEG)
    hints = [_Hint(left, -support_angle, math.radians(SUPPORT_ERROR_DEG))]
    standing = heights <= np.quantile(heights, _STANDING, axis=1, keepdims=True)
    way, height = (feet @ ahead)[standing], heights[standing]
    share = np.broadcast_to(weights, heights.shape)[standing]
    if len(way) >= 6 and float(np.std(way)) > 0 and share.sum() > 0:
        centred = way - np.average(way, weights=share)
        slope = float((share * centred * height).sum() / (share * centred**2).sum())
        # Ground that seems to climb ahead: up leans back from where it is thought to be.
        hints.append(_Hint(left, -(math.atan(slope) - math.radians(TREAD_DEG)), math.radians(TREAD_ERROR_DEG)))
    trunk = np.average(xyz[:, _INDEX["thorax"]], axis=0, weights=weights)
    for line in (trunk, -support):
        angle = math.atan2(-float(line @ left), float(line @ up))
        hints.append(_Hint(ahead, angle, math.radians(SIDEWAYS_ERROR_DEG)))
    return hints


def _join(hints: list[_Hint], turn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The turn (3,) of level up that fits the hints and the way phones are held, and its information matrix (3, 3).

    Args:
        hints: As turns on top of `turn`.
        turn: Rotation vector by which level up was turned to make them, camera axes; its y is 0.
    """
    information = np.diag([math.radians(PITCH_ERROR_DEG) ** -2, 0.0, math.radians(ROLL_ERROR_DEG) ** -2])
    wanted = np.zeros(3)
    for hint in hints:
        weight = hint.error_rad**-2
        information += weight * np.outer(hint.axis, hint.axis)
        wanted += weight * hint.axis * (float(hint.axis @ turn) + hint.angle_rad)
    free = np.ix_([0, 2], [0, 2])  # about the vertical there is nothing to know
    found = np.linalg.solve(information[free], wanted[[0, 2]])
    return np.array([found[0], 0.0, found[1]]), information


def _turn(vector: FloatArray, turn: FloatArray) -> FloatArray:
    """A vector (3,) turned by a rotation vector (3,), rad (Rodrigues)."""
    angle = float(np.linalg.norm(turn))
    if angle == 0:
        return vector
    axis = turn / angle
    along = float(axis @ vector) * axis
    return np.asarray(along + math.cos(angle) * (vector - along) + math.sin(angle) * np.cross(axis, vector))


def _find_left(xyz: FloatArray, weights: FloatArray, up: FloatArray) -> FloatArray | None:
    """(3,) the body's own left square to up, by hips and shoulders over the clip; None where they cancel out."""
    total = np.zeros(3)
    for part in ("hip", "shoulder"):
        across = xyz[:, _INDEX[f"left_{part}"]] - xyz[:, _INDEX[f"right_{part}"]]
        mean = np.average(across, axis=0, weights=weights)
        width = float(np.average(np.linalg.norm(across, axis=1), weights=weights))
        total += mean / width if width > 0 else 0.0
    total -= (total @ up) * up
    length = float(np.linalg.norm(total))
    return None if length < 0.2 else total / length


def _compute_swing(xyz: FloatArray, ahead: FloatArray) -> FloatArray:
    """(T,) left ankle ahead of the right one, leg lengths."""
    legs = []
    for side in SIDES:
        hip, knee, ankle = (xyz[:, _INDEX[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
        legs.append(np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1))
    leg = float(np.median(np.stack(legs)))
    apart = (xyz[:, _INDEX["left_ankle"]] - xyz[:, _INDEX["right_ankle"]]) @ ahead
    return np.asarray(apart / leg if leg > 0 else apart)


def _level(reason: str) -> UprightFrame:
    """The camera's own frame, with the reason why nothing better is known."""
    rotation = make_rotation(np.array([0.0, -1.0, 0.0]))
    return UprightFrame(rotation, 0.0, 0.0, 1.96 * ROLL_ERROR_DEG, 1.96 * PITCH_ERROR_DEG, reason=reason)
