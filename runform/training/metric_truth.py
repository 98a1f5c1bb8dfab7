"""The running metrics of a captured run with force plates, as they truly are: in three dimensions, metres and seconds.

Angles lie in the plane of the running direction (+x) and the vertical (+y), with the signs of gait/angles.py; events
are the force plate's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from runform.sequences import SIDES, FloatArray, Side
from runform.training.filming import compute_true_angles
from runform.training.force_runs import ForceRun, TrueContact
from runform.training.runner_motions import AT

_POINTS = 200
_FLAT_FOOT = "flat_foot"


@dataclass(frozen=True)
class TrueMetric:
    """A metric's true value.

    Attributes:
        value: Mean of both sides.
        left, right: Each side's; NaN where the metric has no sides.
    """

    value: float
    left: float
    right: float


@dataclass(frozen=True)
class _TrueStride:
    """One side's stride: from one contact to the same foot's next, seconds."""

    start_s: float
    toe_off_s: float
    end_s: float

    @property
    def stance_s(self) -> float:
        return self.toe_off_s - self.start_s


def compute_true_metrics(run: ForceRun) -> dict[str, TrueMetric]:
    """Every metric that markers and force plates can tell, by name; what the upper body is needed for is left out where
    it was not captured.

    Args:
        run: Long enough that its strides stand for the runner's: some 30 s.
    """
    strides = {side: _list_strides(run, side) for side in SIDES}
    found = _compute_times(run, strides) | _compute_angles(run, strides)
    found["speed"] = TrueMetric(run.speed, np.nan, np.nan)
    step = found["step_time"]
    found["step_length"] = TrueMetric(*(run.speed * time for time in (step.value, step.left, step.right)))
    for name, of in (("step_time_symmetry", step), ("contact_time_symmetry", found["ground_contact_time"])):
        found[name] = TrueMetric(200 * (of.left - of.right) / (of.left + of.right), np.nan, np.nan)
    return {name: metric for name, metric in found.items() if np.isfinite(metric.value)}


def _list_strides(run: ForceRun, side: Side) -> list[_TrueStride]:
    own = [contact for contact in run.contacts if contact.side == side]
    pairs = itertools.pairwise(own)
    return [_TrueStride(a.initial_contact_s, a.toe_off_s, b.initial_contact_s) for a, b in pairs]


def _compute_times(run: ForceRun, strides: dict[Side, list[_TrueStride]]) -> dict[str, TrueMetric]:
    """Metrics of time."""
    pairs: list[tuple[TrueContact, TrueContact]] = list(itertools.pairwise(run.contacts))
    step = {s: [b.initial_contact_s - a.initial_contact_s for a, b in pairs if b.side == s] for s in SIDES}
    flight = {s: [b.initial_contact_s - a.toe_off_s for a, b in pairs if a.side == s] for s in SIDES}
    stride = {s: [each.end_s - each.start_s for each in strides[s]] for s in SIDES}
    contact = {s: [each.stance_s for each in strides[s]] for s in SIDES}
    times = {"step_time": step, "stride_time": stride, "ground_contact_time": contact, "flight_time": flight}
    found = {name: _join(values) for name, values in times.items()}
    whole = found["stride_time"].value
    down = found["ground_contact_time"]
    found["duty_factor"] = TrueMetric(down.value / whole, down.left / whole, down.right / whole)
    found["cadence"] = TrueMetric(120 / whole, np.nan, np.nan)
    return found


def _compute_angles(run: ForceRun, strides: dict[Side, list[_TrueStride]]) -> dict[str, TrueMetric]:
    """Metrics of posture, and the hips' rise and fall."""
    time_s = np.arange(len(run.motion.points)) / run.motion.frame_rate
    values: dict[str, dict[Side, list[float]]] = {}
    for side in SIDES:
        for name, (signal, start, end, read) in _list_readings(run, side).items():
            values.setdefault(name, {})[side] = [
                read(np.interp(np.linspace(start(stride), end(stride), _POINTS), time_s, signal))
                for stride in strides[side]
            ]
    found = {name: _join(of) for name, of in values.items()}
    for side in SIDES:
        foot, flat = values["foot_angle_at_contact"][side], values[_FLAT_FOOT][side]
        values["foot_angle_at_contact"][side] = list(np.array(foot) - np.median(flat))
    found["foot_angle_at_contact"] = _join(values["foot_angle_at_contact"])
    del found[_FLAT_FOOT]
    lean = found["trunk_lean"].value
    return found | {"trunk_lean": TrueMetric(lean, np.nan, np.nan)}


_Moment = Callable[["_TrueStride"], float]
_Reading = tuple[FloatArray, _Moment, _Moment, Callable[[FloatArray], float]]


def _list_readings(run: ForceRun, side: Side) -> dict[str, _Reading]:
    """Quantity -> (its signal (T,), the part of each stride from and to, seconds, what is read of that part)."""
    points = run.motion.points
    parts = ("hip", "knee", "ankle", "heel", "toe", "elbow", "shoulder")
    place = {part: points[:, AT[f"{side}_{part}"]] for part in parts}
    hips = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    shoulders = (points[:, AT["left_shoulder"]] + points[:, AT["right_shoulder"]]) / 2
    shank, knee = compute_true_angles(points, side)
    leg = _median_length(place["hip"] - place["knee"]) + _median_length(place["knee"] - place["ankle"])
    foot = place["toe"] - place["heel"]
    pitch = np.degrees(np.arctan2(foot[:, 1], foot[:, 0]))
    arm = _from_vertical(place["elbow"] - place["shoulder"])
    return {
        "shank_angle_at_contact": (shank, _landing, _landing, np.mean),
        "knee_flexion_at_contact": (knee, _landing, _landing, np.mean),
        "ankle_ahead_at_contact": ((place["ankle"] - hips)[:, 0] / leg, _landing, _landing, np.mean),
        "foot_angle_at_contact": (pitch, _landing, _landing, np.mean),
        _FLAT_FOOT: (pitch, _flat_from, _flat_to, np.median),
        "knee_flexion_midstance": (knee, _landing, _loaded, np.max),
        "knee_flexion_swing": (knee, _leaving, _landing_again, np.max),
        "hip_extension": (-(shank + knee), _midstance, _early_swing, np.max),
        "arm_swing": (arm, _landing, _landing_again, np.ptp),
        "trunk_lean": (-_from_vertical(hips - shoulders), _landing, _landing_again, np.mean),
        "vertical_oscillation": (hips[:, 1], _landing, _other_landing, np.ptp),
    }


def _landing(stride: _TrueStride) -> float:
    return stride.start_s


def _flat_from(stride: _TrueStride) -> float:
    return stride.start_s + 0.25 * stride.stance_s


def _flat_to(stride: _TrueStride) -> float:
    return stride.start_s + 0.5 * stride.stance_s


def _midstance(stride: _TrueStride) -> float:
    return stride.start_s + 0.5 * stride.stance_s


def _loaded(stride: _TrueStride) -> float:
    return stride.start_s + 0.75 * stride.stance_s


def _leaving(stride: _TrueStride) -> float:
    return stride.toe_off_s


def _early_swing(stride: _TrueStride) -> float:
    return stride.toe_off_s + 0.25 * (stride.end_s - stride.toe_off_s)


def _other_landing(stride: _TrueStride) -> float:
    return (stride.start_s + stride.end_s) / 2


def _landing_again(stride: _TrueStride) -> float:
    return stride.end_s


def _from_vertical(bone: FloatArray) -> FloatArray:
    """(T, 3) from an upper to a lower point -> (T,) degrees, positive with the lower one ahead."""
    return np.asarray(np.degrees(np.arctan2(bone[:, 0], -bone[:, 1])))


def _median_length(bone: FloatArray) -> float:
    return float(np.median(np.linalg.norm(bone, axis=1)))


def _join(values: dict[Side, list[float]]) -> TrueMetric:
    """Each side's mean and the mean of both."""
    left, right = (float(np.mean(values[side])) for side in SIDES)
    return TrueMetric((left + right) / 2, left, right)
