"""Metrics of length: speed, step length, and the hips' rise and fall.

Lengths are in metres where the runner's height or the belt's speed gives a scale, else in leg lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from runform.gait.definitions import DEFINITIONS
from runform.gait.metric_values import combine_steps, make_missing
from runform.gait.systematic import compute_systematic
from runform.results import Metric, SpeedEstimate, StepValue


def compute_speed(speed: SpeedEstimate, contacts: int, frame_rate: float) -> Metric:
    """The running speed: m/s, or leg lengths/s where there is no scale.

    Args:
        speed: As estimated.
        contacts: How many contacts the stance foot's speed was read from; a stated speed stands on none.
        frame_rate: Frames per second of real time.
    """
    definition = DEFINITIONS["speed"]
    if np.isfinite(speed.value):
        n = 0 if speed.source == "stated" else contacts
        return Metric("speed", speed.value, definition.unit, speed.plus_minus, n)
    relative = speed.leg_lengths_per_s
    if not np.isfinite(relative):
        return make_missing("speed", definition.unit_without_scale)
    half_width = compute_systematic("speed_stance", frame_rate, relative)
    return Metric("speed", relative, definition.unit_without_scale, half_width, contacts)


def compute_step_length(step_time: Metric, speed: Metric) -> Metric:
    """How far the runner comes in one step: speed times step time, metres or leg lengths as the speed is.

    The half-width joins the steps' own and the speed's, which moves all of them alike.
    """
    definition = DEFINITIONS["step_length"]
    unit = definition.unit if speed.unit == DEFINITIONS["speed"].unit else definition.unit_without_scale
    if not np.isfinite(step_time.value * speed.value):
        return make_missing("step_length", unit)

    def half_width(mean: float, of_time: float) -> float:
        return float(np.hypot(speed.value * of_time, speed.plus_minus * mean))

    return replace(
        step_time,
        name="step_length",
        unit=unit,
        value=speed.value * step_time.value,
        left=speed.value * step_time.left,
        right=speed.value * step_time.right,
        plus_minus=half_width(step_time.value, step_time.plus_minus),
        left_plus_minus=half_width(step_time.left, step_time.left_plus_minus),
        right_plus_minus=half_width(step_time.right, step_time.right_plus_minus),
        steps=tuple(replace(step, value=speed.value * step.value) for step in step_time.steps),
    )


def compute_vertical_oscillation(steps: Sequence[StepValue], leg_length_m: float, frame_rate: float) -> Metric:
    """Highest minus lowest place of the hips within each step.

    Args:
        steps: In leg lengths, by the foot that lands in the step.
        leg_length_m: Metres; NaN where there is no scale, which leaves leg lengths.
        frame_rate: Frames per second of real time.
    """
    definition = DEFINITIONS["vertical_oscillation"]
    if not np.isfinite(leg_length_m):
        return combine_steps(definition.name, steps, frame_rate, unit=definition.unit_without_scale)
    metres = [replace(step, value=step.value * leg_length_m) for step in steps]
    return combine_steps(definition.name, metres, frame_rate)


def compute_vertical_ratio(oscillation: Metric, step_length: Metric) -> Metric:
    """Vertical oscillation over step length, both in metres or both in leg lengths: 0 to 1.

    Its half-width takes the two as independent; where both hang on the same leg length, that is wider than it must be.
    """
    if oscillation.unit != step_length.unit or not np.isfinite(oscillation.value / step_length.value):
        return make_missing("vertical_ratio")
    ratio = oscillation.value / step_length.value
    shares = (oscillation.plus_minus / oscillation.value, step_length.plus_minus / step_length.value)
    return Metric(
        name="vertical_ratio",
        value=ratio,
        unit=DEFINITIONS["vertical_ratio"].unit,
        plus_minus=float(ratio * np.hypot(*shares)),
        n=min(oscillation.n, step_length.n),
    )
