"""Every metric of a clip, in the order of `DEFINITIONS`, with its reference, and without those that would mislead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from runform.gait import metrics_length, metrics_posture
from runform.gait.definitions import DEFINITIONS
from runform.gait.metric_values import make_missing
from runform.gait.metrics_time import (
    compute_cadence,
    compute_duty_factor,
    compute_flight_time,
    compute_ground_contact_time,
    compute_step_time,
    compute_stride_time,
    compute_symmetry,
)
from runform.gait.references import find_reference
from runform.gait.stride_reading import Strides
from runform.results import Check, Metric, SpeedEstimate, StepValue
from runform.sequences import ContactGeometry


def compute_metrics(
    strides: Strides | None,
    geometry: Sequence[ContactGeometry],
    oscillations: Sequence[StepValue],
    speed: SpeedEstimate | None,
    leg_length_m: float,
) -> dict[str, Metric]:
    """Every metric by name, each with the range it is read against.

    Args:
        strides: The clip's strides; None where it holds no steady stride, which leaves every metric missing.
        geometry: The leg at each contact.
        oscillations: The hips' rise and fall in each step, leg lengths.
        speed: The running speed; None with `strides`.
        leg_length_m: Metres; NaN where neither height nor belt speed gives a scale.
    """
    if strides is None or speed is None:
        return {name: make_missing(name) for name in DEFINITIONS}
    found = {
        metric.name: metric
        for metric in (
            *_compute_times(strides),
            *_compute_at_contact(geometry, strides.frame_rate),
            metrics_posture.compute_knee_flexion_midstance(strides),
            metrics_posture.compute_knee_flexion_swing(strides),
            metrics_posture.compute_hip_extension(strides),
            metrics_posture.compute_mean_trunk_lean(strides),
            metrics_posture.compute_rearfoot_share(geometry),
            metrics_posture.compute_arm_swing(strides),
            metrics_length.compute_speed(speed, len(strides.contacts), strides.frame_rate),
            metrics_length.compute_vertical_oscillation(oscillations, leg_length_m, strides.frame_rate),
        )
    }
    length = metrics_length.compute_step_length(found["step_time"], found["speed"])
    ratio = metrics_length.compute_vertical_ratio(found["vertical_oscillation"], length)
    found |= {length.name: length, ratio.name: ratio}
    return {
        name: replace(found[name], reference=find_reference(name, found[name].unit, speed.value))
        for name in DEFINITIONS
    }


def withhold(metrics: dict[str, Metric], checks: Iterable[Check]) -> dict[str, Metric]:
    """The metrics without the values that a refusing check makes meaningless; each says which checks those are."""
    refused = [check.name for check in checks if check.status == "refuse"]
    said = {}
    for name, metric in metrics.items():
        by = tuple(check for check in refused if check in DEFINITIONS[name].needs)
        said[name] = replace(make_missing(name, metric.unit, by), reference=metric.reference) if by else metric
    return said


def _compute_times(strides: Strides) -> list[Metric]:
    """Metrics of time, the cadence first."""
    contacts, rate = strides.contacts, strides.frame_rate
    step = compute_step_time(contacts, rate)
    contact = compute_ground_contact_time(contacts, rate)
    return [
        compute_cadence(contacts),
        step,
        compute_stride_time(contacts, rate),
        contact,
        compute_flight_time(contacts, rate),
        compute_duty_factor(contact, step),
        compute_symmetry("step_time_symmetry", step, rate, opposed=True),
        compute_symmetry("contact_time_symmetry", contact, rate),
    ]


def _compute_at_contact(geometry: Sequence[ContactGeometry], frame_rate: float) -> list[Metric]:
    """Metrics of the leg at initial contact."""
    readings = {
        "ankle_ahead_at_contact": lambda g: g.ankle_ahead,
        "shank_angle_at_contact": lambda g: g.shank_angle_deg,
        "knee_flexion_at_contact": lambda g: g.knee_flexion_deg,
        "foot_angle_at_contact": lambda g: g.foot_angle_deg,
    }
    return [metrics_posture.compute_at_contact(name, geometry, read, frame_rate) for name, read in readings.items()]
