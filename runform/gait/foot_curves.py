"""One foot's mean stride as seen from the ground or the belt: where heel, ankle and toe are, and how fast they move.

The foot is followed in a frame that goes along with the runner's slow travel and not with each step's rise and fall,
for there the belt, and the ground under a passing runner, move at one steady speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.angles import compute_knee_flexion
from runform.gait.body_frame import compute_leg_confidence, compute_leg_length, compute_mid_hip
from runform.gait.local_mean import compute_local_line
from runform.gait.mean_stride import MeanStride, fit_mean_stride
from runform.gait.stride_phase import StridePhase
from runform.sequences import FloatArray, KeypointSequence, Side

MOST_HARMONICS = 8
"""Eight harmonics of a 1.4 Hz stride reach 11 Hz. On hamner04 at 3 and 5 m/s ten were no nearer to the force plate and
followed more of the keypoints' noise."""
_FRAMES_PER_HARMONIC = 15
_TRAVEL_WINDOW = 0.6
"""Strides: wide enough that nothing of a step's rhythm is left in the runner's travel."""
PARTS = ("heel", "toe", "ankle")


@dataclass(frozen=True)
class FootCurves:
    """One foot over the mean stride, leg lengths; along the running direction and up.

    Attributes:
        along, up: Part -> its mean stride; heel and toe are absent where the skeleton has none.
        path: Part -> (T, 2) where it was along the running direction and up in each frame, NaN where not known.
        knee_flexion: Degrees over the mean stride; None where the knee was seen too rarely.
    """

    along: dict[str, MeanStride]
    up: dict[str, MeanStride]
    path: dict[str, FloatArray]
    knee_flexion: MeanStride | None


def fit_foot_curves(keypoints: KeypointSequence, side: Side, direction: int, phase: StridePhase) -> FootCurves | None:
    """The mean stride of one foot.

    Args:
        keypoints: Clean keypoints of a side view, px of a picture that stands still.
        side: Which foot.
        direction: +1 when the runner runs to the picture's right, -1 to its left.
        phase: The stride's phase.

    Returns:
        The curves, or None with too few frames of the ankle.
    """
    travel = _compute_travel(keypoints, phase)  # (T, 2)
    leg = compute_leg_length(keypoints)
    weight = 0.2 + compute_leg_confidence(keypoints, side)
    along: dict[str, MeanStride] = {}
    up: dict[str, MeanStride] = {}
    path: dict[str, FloatArray] = {}
    for part in PARTS:
        name = f"{side}_{part}"
        if name not in keypoints.layout.index:
            continue
        place = (keypoints.xy(name) - travel) / leg * np.array([direction, -1.0])  # (T, 2)
        curves = [_fit(phase, place[:, axis], weight) for axis in (0, 1)]
        if curves[0] is not None and curves[1] is not None:
            along[part], up[part], path[part] = curves[0], curves[1], place
    if "ankle" not in along:
        return None
    return FootCurves(along, up, path, _fit(phase, compute_knee_flexion(keypoints, side, direction), weight))


def _fit(phase: StridePhase, signal: FloatArray, weight: FloatArray) -> MeanStride | None:
    """The mean stride of one signal (T,), as finely as its frames allow."""
    harmonics = min(MOST_HARMONICS, int(np.isfinite(signal).sum()) // _FRAMES_PER_HARMONIC)
    return fit_mean_stride(phase.phase, signal, weight, harmonics) if harmonics else None


def _compute_travel(keypoints: KeypointSequence, phase: StridePhase) -> FloatArray:
    """(T, 2) px: the hips' place without the rhythm of the steps; NaN where nobody is seen near by."""
    hips = compute_mid_hip(keypoints)
    known = np.isfinite(hips[:, 0])
    width = _TRAVEL_WINDOW / phase.frequency_hz
    time_s = keypoints.time_s
    return np.stack([compute_local_line(time_s[known], hips[known, i], time_s, width) for i in (0, 1)], axis=1)
