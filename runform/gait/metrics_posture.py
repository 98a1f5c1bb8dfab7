"""Metrics of posture: the leg at initial contact and its peaks within the stride, foot strike, trunk and arms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from runform.gait.angles import (
    compute_knee_flexion,
    compute_thigh_angle,
    compute_trunk_lean,
    compute_upper_arm_angle,
)
from runform.gait.definitions import DEFINITIONS
from runform.gait.metric_values import combine_steps, make_missing
from runform.gait.metrics_time import list_pairs
from runform.gait.stride_reading import Strides, read_excursions, read_peaks
from runform.results import Metric, StepValue
from runform.sequences import SIDES, ContactGeometry

_LOADING = 0.75
"""Part of the stance in which the knee's peak is looked for; it bends again as the foot leaves."""
_Z = 1.96


def compute_at_contact(
    name: str, geometry: Sequence[ContactGeometry], read: Callable[[ContactGeometry], float], frame_rate: float
) -> Metric:
    """Mean of one quantity of the leg at initial contact."""
    return combine_steps(name, [StepValue(g.side, g.time_s, read(g)) for g in geometry], frame_rate)


def compute_knee_flexion_midstance(strides: Strides) -> Metric:
    """Peak knee flexion while the leg takes the weight, degrees, by the standing foot."""
    steps: list[StepValue] = []
    for side in SIDES:
        own, flexion = strides.of(side), compute_knee_flexion(strides.keypoints, side, strides.direction)
        steps += read_peaks(flexion, strides.phase, own, 0.0, _LOADING * own.stance)
    return combine_steps("knee_flexion_midstance", steps, strides.frame_rate)


def compute_knee_flexion_swing(strides: Strides) -> Metric:
    """Peak knee flexion while the foot is in the air after a contact, degrees, by that foot."""
    steps: list[StepValue] = []
    for side in SIDES:
        own, flexion = strides.of(side), compute_knee_flexion(strides.keypoints, side, strides.direction)
        steps += read_peaks(flexion, strides.phase, own, own.stance, 1.0)
    return combine_steps("knee_flexion_swing", steps, strides.frame_rate)


def compute_hip_extension(strides: Strides) -> Metric:
    """How far the thigh reaches behind the vertical around toe-off, degrees, positive behind, by the foot that leaves.

    Looked for from mid-stance to a quarter of the swing.
    """
    steps: list[StepValue] = []
    for side in SIDES:
        own, thigh = strides.of(side), compute_thigh_angle(strides.keypoints, side, strides.direction)
        steps += read_peaks(-thigh, strides.phase, own, own.stance / 2, own.stance + (1 - own.stance) / 4)
    return combine_steps("hip_extension", steps, strides.frame_rate)


def compute_arm_swing(strides: Strides) -> Metric:
    """Highest minus lowest angle of the upper arm within a stride, degrees, by the arm.

    The arm on the camera's side is the more reliable one; the trunk hides the other for part of its swing.
    """
    steps: list[StepValue] = []
    for side in SIDES:
        arm = compute_upper_arm_angle(strides.keypoints, side, strides.direction)
        steps += read_excursions(arm, strides.phase, strides.of(side))
    return combine_steps("arm_swing", steps, strides.frame_rate)


def compute_mean_trunk_lean(strides: Strides) -> Metric:
    """Forward lean of the trunk, degrees: the mean over each step from initial contact to the next."""
    lean, time_s = compute_trunk_lean(strides.keypoints, strides.direction), strides.keypoints.time_s
    steps = []
    for a, b in list_pairs(strides.contacts):
        during = lean[(time_s >= a.initial_contact_s) & (time_s < b.initial_contact_s)]
        known = during[np.isfinite(during)]
        steps.append(StepValue(a.side, a.initial_contact_s, float(known.mean()) if len(known) else math.nan))
    return combine_steps("trunk_lean", steps, strides.frame_rate)


def compute_rearfoot_share(geometry: Sequence[ContactGeometry]) -> Metric:
    """Share of clearly rearfoot contacts among those whose foot angle decides, 0 to 1; `n` counts those.

    The half-width is Wilson's, the longer side of it. An error that all contacts share is in the band that leaves the
    undecided ones out.
    """
    clear = {
        side: np.array([g.foot_strike == "rearfoot" for g in geometry if g.side == side and g.foot_strike != "unclear"])
        for side in SIDES
    }
    every = np.concatenate(list(clear.values()))
    if not len(every):
        return make_missing("rearfoot_share")
    return Metric(
        name="rearfoot_share",
        value=float(every.mean()),
        unit=DEFINITIONS["rearfoot_share"].unit,
        plus_minus=_compute_wilson(every),
        n=len(every),
        left=_compute_share(clear["left"]),
        right=_compute_share(clear["right"]),
        left_plus_minus=_compute_wilson(clear["left"]),
        right_plus_minus=_compute_wilson(clear["right"]),
        steps=tuple(
            StepValue(g.side, g.time_s, float(g.foot_strike == "rearfoot"))
            for g in geometry
            if g.foot_strike != "unclear"
        ),
    )


def _compute_share(hits: npt.NDArray[np.bool_]) -> float:
    """Share of hits (N,), NaN where there are none to judge."""
    return float(hits.mean()) if len(hits) else math.nan


def _compute_wilson(hits: npt.NDArray[np.bool_]) -> float:
    """Distance from the share of hits (N,) to the further end of its 95 % Wilson interval; NaN for none."""
    n = len(hits)
    if n == 0:
        return math.nan
    share = float(hits.mean())
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return float(abs(centre - share) + half)
