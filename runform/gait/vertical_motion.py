"""The hips' rise and fall within the step: how far, and whether the runner bounces or vaults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.body_frame import compute_leg_length, compute_mid_hip
from runform.gait.leg_scale import compute_mean_leg_length
from runform.gait.local_mean import compute_local_mean
from runform.gait.mean_stride import fit_mean_stride
from runform.gait.stride_phase import StridePhase
from runform.gait.stride_reading import SideContacts, read_excursions
from runform.results import StepValue
from runform.sequences import FloatArray, KeypointSequence

_HARMONICS = 4
"""Of the stride: two of the step, as in the mean step, and what differs between left and right."""
_LOW, _HIGH = (0.0, 0.5), (0.2, 0.7)
"""Where the hips are lowest (mid-stance) and highest (the flight after it), strides from initial contact."""


@dataclass(frozen=True)
class VerticalMotion:
    """Hips within the mean step.

    Attributes:
        oscillation: Highest minus lowest point, leg lengths.
        rise_at_midstance: Hips at mid-stance above the middle between two stances, leg lengths. Negative in running
            (the leg is a spring), positive in walking (the leg is a vaulting pole): Cavagna's distinction.
    """

    oscillation: float
    rise_at_midstance: float


def compute_vertical_motion(
    keypoints: KeypointSequence, phase: StridePhase, midstance_phase: float
) -> VerticalMotion | None:
    """Hips' vertical motion over the mean step.

    Args:
        keypoints: Clean keypoints.
        phase: The stride's phase.
        midstance_phase: Phase of mid-stance of either foot, strides.

    Returns:
        The motion, or None with too few frames.
    """
    steady = _compute_steady_height(keypoints, phase, compute_leg_length(keypoints))
    step = fit_mean_stride(2 * phase.phase, steady, harmonics=2)
    if step is None:
        return None
    curve = step.value(np.linspace(0, 1, 200, endpoint=False))
    at = np.array([2 * midstance_phase, 2 * midstance_phase + 0.5])
    midstance, between = step.value(at)
    return VerticalMotion(oscillation=float(np.ptp(curve)), rise_at_midstance=float(midstance - between))


def compute_step_oscillations(
    keypoints: KeypointSequence, phase: StridePhase, contacts: SideContacts
) -> list[StepValue]:
    """Highest minus lowest place of the hips in each step that one foot lands in, over the mean leg's length.

    Args:
        keypoints: Clean keypoints, px of a picture that stands still.
        phase: The stride's phase.
        contacts: Of that foot.
    """
    height = _compute_steady_height(keypoints, phase, compute_mean_leg_length(keypoints))
    return read_excursions(height, phase, contacts, _HIGH, _LOW, _HARMONICS)


def _compute_steady_height(keypoints: KeypointSequence, phase: StridePhase, leg_px: float) -> FloatArray:
    """(T,) height of the middle of the hips about its mean over the stride, leg lengths, up; NaN where not known.

    Off comes the runner's slow drift toward or away from the camera.
    """
    height = -compute_mid_hip(keypoints)[:, 1] / leg_px
    known = np.isfinite(height)
    drift = compute_local_mean(phase.time_s[known], height[known], phase.time_s, 0.5 / phase.frequency_hz)
    return np.asarray(height - drift)
