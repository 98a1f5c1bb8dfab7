"""Metrics of time: cadence, steps, strides, contact, flight, and how left and right compare in them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from runform.gait.definitions import DEFINITIONS
from runform.gait.metric_values import combine_steps, compute_half_width, make_missing, values_of
from runform.gait.systematic import compute_systematic
from runform.results import Metric, StepValue
from runform.sequences import SIDES, Contact, FloatArray

_LONGEST_STEP = 1.6
"""A gap longer than this many median steps is a missed contact, and no step is counted across it."""
_LEAST_VARIANCE = 3.0
"""Of the mean step, in single steps' variances over their number squared: its two ends always count. On simulated
steps that vary by 0 to 10 ms with contacts that stray by 0 to 8 ms, the stated 95 % then held the mean of all of the
runner's steps in 91 to 100 % of clips of 9 to 30 steps."""

TEMPO_FACTOR = 1.5
"""By how much the means of step and stride times are less certain than from their spread alone: tempo wanders over some
seconds, so that a short clip is not the runner's minute. Set on hamner04 at 3 and 5 m/s."""


def compute_cadence(contacts: Sequence[Contact]) -> Metric:
    """Steps per minute, both feet: 120 over the mean time from one foot's initial contact to that foot's next.

    Strides, not steps, so that a delay of all contacts of one foot cancels; both feet weigh the same. A clip of less
    than a stride is read from its steps. No frame rate is asked for.
    """
    steps = list_step_times(contacts)
    if not steps:
        return make_missing("cadence")
    strides = list_stride_times(contacts)
    of_sides = [[stride.value for stride in strides if stride.side == side] for side in SIDES]
    known = [np.mean(values) / 2 for values in of_sides if values] or [np.mean([step.value for step in steps])]
    mean = float(np.mean(known))
    return Metric(
        name="cadence",
        value=60 / mean,
        unit=DEFINITIONS["cadence"].unit,
        plus_minus=TEMPO_FACTOR * 60 / mean**2 * _half_width(steps),
        n=len(steps),
        steps=tuple(replace(step, value=60 / step.value) for step in steps),
    )


def compute_step_time(contacts: Sequence[Contact], frame_rate: float) -> Metric:
    """Seconds from one foot's initial contact to the other's; a side's step ends with that side's contact."""
    steps = list_step_times(contacts)
    return combine_steps("step_time", steps, frame_rate, random=_half_width(steps), wider=TEMPO_FACTOR)


def compute_stride_time(contacts: Sequence[Contact], frame_rate: float) -> Metric:
    """Seconds from one foot's initial contact to the same foot's next; `n` counts each stride once."""
    strides = list_stride_times(contacts)
    return combine_steps("stride_time", strides, frame_rate, strides=True, wider=TEMPO_FACTOR)


def compute_ground_contact_time(contacts: Sequence[Contact], frame_rate: float) -> Metric:
    """Seconds from initial contact to toe-off."""
    seen = [contact for contact in contacts if contact.origin == "seen"]
    steps = [StepValue(c.side, c.initial_contact_s, c.toe_off_s - c.initial_contact_s) for c in seen]
    return combine_steps("ground_contact_time", steps, frame_rate)


def compute_flight_time(contacts: Sequence[Contact], frame_rate: float) -> Metric:
    """Seconds from one foot's toe-off to the other's initial contact, by the foot that left; negative when walking."""
    steps = [StepValue(a.side, a.initial_contact_s, b.initial_contact_s - a.toe_off_s) for a, b in list_pairs(contacts)]
    return combine_steps("flight_time", steps, frame_rate)


def compute_duty_factor(contact_time: Metric, step_time: Metric) -> Metric:
    """Share of the stride a foot is on the ground, 0 to 1: contact time over twice the mean step time."""
    stride = 2 * step_time.value
    if not np.isfinite(contact_time.value / stride):
        return make_missing("duty_factor")
    return Metric(
        name="duty_factor",
        value=contact_time.value / stride,
        unit=DEFINITIONS["duty_factor"].unit,
        plus_minus=contact_time.plus_minus / stride,
        n=contact_time.n,
        left=contact_time.left / stride,
        right=contact_time.right / stride,
        left_plus_minus=contact_time.left_plus_minus / stride,
        right_plus_minus=contact_time.right_plus_minus / stride,
        steps=tuple(replace(step, value=step.value / stride) for step in contact_time.steps),
    )


def compute_symmetry(name: str, metric: Metric, frame_rate: float, *, opposed: bool = False) -> Metric:
    """Left minus right over the mean of both, percent; positive where the left one is larger.

    Args:
        name: Of the symmetry, a key of `DEFINITIONS`.
        metric: What is compared, with its single steps.
        frame_rate: Frames per second of real time.
        opposed: Whether what makes one side's values too long makes the other's too short by as much, as one foot's
            late contacts do with step times; else the sides' errors are taken as independent.

    Returns:
        The symmetry index; missing where one side has none.
    """
    left, right = (values_of(metric, side) for side in SIDES)
    if not len(left) or not len(right):
        return make_missing(name)
    total = float(left.mean() + right.mean())
    # Derivatives of 200 (l - r) / (l + r) by l and by r.
    by_left, by_right = 400 * right.mean() / total**2, 400 * left.mean() / total**2
    random = np.hypot(by_left * compute_half_width([left]), by_right * compute_half_width([right]))
    shared = compute_systematic(metric.name, frame_rate, metric.value, one_side=True)
    together = by_left + by_right if opposed else np.hypot(by_left, by_right)
    return Metric(
        name=name,
        value=float(200 * (left.mean() - right.mean()) / total),
        unit=DEFINITIONS[name].unit,
        plus_minus=float(np.hypot(random, together * shared)),
        n=len(left) + len(right),
    )


def list_step_times(contacts: Sequence[Contact]) -> list[StepValue]:
    """Seconds from one foot's initial contact to the other's, by the foot whose contact ends the step."""
    return [
        StepValue(b.side, b.initial_contact_s, b.initial_contact_s - a.initial_contact_s)
        for a, b in list_pairs(contacts)
    ]


def list_stride_times(contacts: Sequence[Contact]) -> list[StepValue]:
    """Seconds from one foot's initial contact to the same foot's next, with the other foot's between them."""
    return [
        StepValue(first.side, first.initial_contact_s, last.initial_contact_s - first.initial_contact_s)
        for (first, between), (same, last) in itertools.pairwise(list_pairs(contacts))
        if between is same
    ]


def list_pairs(contacts: Sequence[Contact]) -> list[tuple[Contact, Contact]]:
    """Neighbouring contacts of opposite feet that were both seen, with no missed contact between them."""
    if len(contacts) < 2:
        return []
    gaps = np.diff([c.initial_contact_s for c in contacts])
    longest = _LONGEST_STEP * float(np.median(gaps))
    pairs = zip(contacts, contacts[1:], gaps, strict=False)
    return [(a, b) for a, b, gap in pairs if a.side != b.side and gap <= longest and a.origin == b.origin == "seen"]


def _half_width(steps: Sequence[StepValue]) -> float:
    """95 % half-width of the mean step time, seconds; infinite for too few.

    A contact found late makes one step longer and the next one shorter, so neighbouring steps vary against one another
    and their mean is better than that of independent values: the neighbours' covariance is counted in.
    """
    value, left = np.array([step.value for step in steps]), np.array([step.side == "left" for step in steps])
    n, freedom = len(steps), len(steps) - len(SIDES)
    if freedom < 1:
        return float("inf")
    # Left and right steps differ for good where a runner is not even; that is no spread.
    apart = value - np.where(left, _mean(value[left]), _mean(value[~left]))
    variance = float(np.sum(apart**2)) / freedom
    neighbours = float(np.sum(apart[:-1] * apart[1:])) / freedom
    of_mean = max(variance + 2 * neighbours, _LEAST_VARIANCE / n * variance) / n
    return float(student.ppf(0.975, freedom) * np.sqrt(of_mean))


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else math.nan
