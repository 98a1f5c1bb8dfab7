"""Pelvis, trunk and arms of a captured run as angles, and those as short Fourier series over the stride."""

from __future__ import annotations

import numpy as np

from runform.sequences import FloatArray
from runform.training.runner_motions import AT, RunnerMotion

HARMONICS = 3
PELVIS_CHANNELS = ("pelvis_turn", "pelvis_list")
TRUNK_CHANNELS = (*PELVIS_CHANNELS, "lean", "side_lean", "shoulder_turn", "shoulder_list")
"""Degrees. Turns: the left side forward; lists: the left side up; lean: forward; side lean: to the right."""
ARM_CHANNELS = ("raise", "abduction", "elbow", "inward")
"""Degrees. Upper arm forward of the trunk's line; upper arm outward; elbow flexion; forearm turned inward about the
upper arm, 0 straight ahead."""
CHANNELS = (
    *TRUNK_CHANNELS,
    *(f"left_{name}" for name in ARM_CHANNELS),
    *(f"right_{name}" for name in ARM_CHANNELS),
)
_SLOWEST_HZ, _FASTEST_HZ = 1.1, 1.8


def fit_upper_cycle(run: RunnerMotion) -> FloatArray:
    """(C, 7) Fourier coefficients of `CHANNELS` over the stride, degrees: mean, 3 cosines, 3 sines.

    Phase 0 is where the first harmonic of left minus right thigh angle is greatest. The captured runs hold little more
    than a stride and a half, so the stride's length is that which fits the thighs best.
    """
    channels, thighs = measure_channels(run.points)
    time = np.arange(len(thighs)) / run.frame_rate
    tried = np.linspace(_SLOWEST_HZ, _FASTEST_HZ, 141)
    misfits = [float(((thighs - _design(time * hz) @ _solve(time * hz, thighs)) ** 2).sum()) for hz in tried]
    phase = time * tried[int(np.argmin(misfits))]
    first = _solve(phase, thighs)
    phase = phase - np.arctan2(first[1 + HARMONICS], first[1]) / (2 * np.pi)
    return np.asarray(_solve(phase, channels).T)


def evaluate_series(coefficients: FloatArray, phase: FloatArray) -> FloatArray:
    """(T, C) values of (C, 1 + 2H) Fourier series at (T,) phases."""
    return np.asarray(_design(phase, (coefficients.shape[-1] - 1) // 2) @ coefficients.T)


def find_thigh_phase(thigh_difference: FloatArray) -> float:
    """Stride phase at which the first harmonic of N evenly sampled values over one stride is greatest."""
    turns = 2 * np.pi * np.arange(len(thigh_difference)) / len(thigh_difference)
    return float(np.arctan2(thigh_difference @ np.sin(turns), thigh_difference @ np.cos(turns)) / (2 * np.pi))


def measure_channels(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(T, C) `CHANNELS` in degrees and (T,) left minus right thigh angle in degrees, forward positive.

    Args:
        points: (T, 19, 3) in the order of `BODY`, metres, y up, running in one horizontal direction or toward +x in
            place.
    """
    ahead, up, right = _find_axes(points)
    along = np.stack([ahead, up, right], axis=1)  # (3, 3): points in run axes

    def between(start: str, end: str) -> FloatArray:
        return np.asarray((points[:, AT[end]] - points[:, AT[start]]) @ along)

    hips, shoulders = between("right_hip", "left_hip"), between("right_shoulder", "left_shoulder")
    trunk = (
        (points[:, AT["left_shoulder"]] + points[:, AT["right_shoulder"]])
        - (points[:, AT["left_hip"]] + points[:, AT["right_hip"]])
    ) @ along
    lean = np.arctan2(trunk[:, 0], trunk[:, 1])
    columns = [
        np.arctan2(hips[:, 0], -hips[:, 2]),
        np.arctan2(hips[:, 1], np.hypot(hips[:, 0], hips[:, 2])),
        lean,
        np.arctan2(trunk[:, 2], trunk[:, 1]),
        np.arctan2(shoulders[:, 0], -shoulders[:, 2]),
        np.arctan2(shoulders[:, 1], np.hypot(shoulders[:, 0], shoulders[:, 2])),
    ]
    for side, outward in (("left", -1.0), ("right", 1.0)):
        upper = between(f"{side}_shoulder", f"{side}_elbow") * np.array([1.0, 1.0, outward])
        fore = between(f"{side}_elbow", f"{side}_wrist") * np.array([1.0, 1.0, outward])
        upper, fore = _unit(upper), _unit(fore)
        raised = np.arctan2(upper[:, 0], -upper[:, 1])
        abduction = np.arcsin(np.clip(upper[:, 2], -1, 1))
        front, out = make_arm_axes(raised, abduction)
        elbow = np.arccos(np.clip((upper * fore).sum(axis=1), -1, 1))
        inward = np.arctan2(-(fore * out).sum(axis=1), (fore * front).sum(axis=1))
        columns += [raised + lean, abduction, elbow, inward]
    thighs = [between(f"{side}_hip", f"{side}_knee") for side in ("left", "right")]
    difference = np.arctan2(thighs[0][:, 0], -thighs[0][:, 1]) - np.arctan2(thighs[1][:, 0], -thighs[1][:, 1])
    return np.degrees(np.stack(columns, axis=1)), np.degrees(difference)


def point_arm(raised: FloatArray, abduction: FloatArray) -> FloatArray:
    """(T, 3) unit vectors forward, up, outward of an arm that hangs, raised forward and outward, rad."""
    return np.stack(
        [np.sin(raised) * np.cos(abduction), -np.cos(raised) * np.cos(abduction), np.sin(abduction)], axis=-1
    )


def make_arm_axes(raised: FloatArray, abduction: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(T, 3) and (T, 3) unit vectors square to the arm: to its front, and outward; forward, up, outward."""
    front = np.stack([np.cos(raised), np.sin(raised), np.zeros_like(raised)], axis=-1)
    out = np.stack(
        [-np.sin(raised) * np.sin(abduction), np.cos(raised) * np.sin(abduction), np.cos(abduction)], axis=-1
    )
    return front, out


def _find_axes(points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(3,) unit vectors ahead, up and right of the run."""
    root = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    travel = (root[-1] - root[0]) * np.array([1.0, 0.0, 1.0])
    length = float(np.linalg.norm(travel))
    ahead = travel / length if length > 1.0 else np.array([1.0, 0.0, 0.0])
    up = np.array([0.0, 1.0, 0.0])
    return ahead, up, np.cross(ahead, up)


def _design(phase: FloatArray, harmonics: int = HARMONICS) -> FloatArray:
    turns = 2 * np.pi * np.outer(phase, np.arange(1, harmonics + 1))
    return np.hstack([np.ones((len(phase), 1)), np.cos(turns), np.sin(turns)])


def _solve(phase: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.lstsq(_design(phase), values, rcond=None)[0])


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
