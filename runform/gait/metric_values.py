"""From the values of single steps to a metric: each side's mean, the mean of both, and their ±.

A 95 % half-width joins two parts: the spread from step to step over the square root of their number, and the part that
all of a clip's steps share (`systematic`), which no number of steps averages out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

from runform.gait.definitions import DEFINITIONS
from runform.gait.systematic import compute_systematic
from runform.results import Metric, StepValue
from runform.sequences import SIDES, FloatArray, Side


def combine_steps(
    name: str,
    steps: Sequence[StepValue],
    frame_rate: float,
    *,
    unit: str | None = None,
    strides: bool = False,
    random: float | None = None,
    wider: float = 1.0,
) -> Metric:
    """A metric from the values of single steps. Both sides weigh the same however many steps each has.

    Args:
        name: A key of `DEFINITIONS`.
        steps: Those that are NaN are left out; the metric holds the others in order.
        frame_rate: Frames per second of real time, for the error that all steps share.
        unit: The unit of the values; the definition's when None.
        strides: Whether each value is of a whole stride, so that the two sides' values show the same time twice:
            `n` is then the number of one side's.
        random: 95 % half-width of the mean of both sides from step to step, where it is known better than from the
            spread of independent values.
        wider: Factor on every half-width from step to step, where neighbouring steps are alike.
    """
    known = sorted((step for step in steps if np.isfinite(step.value)), key=lambda step: step.time_s)
    values = {side: np.array([step.value for step in known if step.side == side]) for side in SIDES}
    seen = [side for side in SIDES if len(values[side])]
    if not seen:
        return make_missing(name, unit)
    means = {side: float(values[side].mean()) if side in seen else math.nan for side in SIDES}
    value = float(np.mean([means[side] for side in seen]))
    if random is None:
        random = compute_half_width([values[side] for side in seen], overlapping=strides)
    sided = DEFINITIONS[name].sided
    halves = {
        side: float(
            np.hypot(
                wider * compute_half_width([values[side]]),
                compute_systematic(name, frame_rate, value, one_side=True),
            )
        )
        for side in seen
        if sided
    }
    return Metric(
        name=name,
        value=value,
        unit=DEFINITIONS[name].unit if unit is None else unit,
        plus_minus=float(np.hypot(wider * random, compute_systematic(name, frame_rate, value))),
        n=max(len(values[side]) for side in seen) if strides else len(known),
        left=means["left"] if sided else math.nan,
        right=means["right"] if sided else math.nan,
        left_plus_minus=halves.get("left", math.nan),
        right_plus_minus=halves.get("right", math.nan),
        steps=tuple(known),
    )


def compute_half_width(groups: Sequence[FloatArray], *, overlapping: bool = False) -> float:
    """95 % half-width of the mean of the groups' means, from the spread within the groups.

    Args:
        groups: One or more of (N,) values each, not empty.
        overlapping: Whether the groups show the same events, so that a second group adds no knowledge.

    Returns:
        By Student's t with the pooled spread; infinite where no group has two values, for one value says nothing of
        its spread.
    """
    sizes = np.array([len(group) for group in groups])
    freedom = int(np.sum(sizes - 1))
    if freedom < 1:
        return float("inf")
    pooled = np.sum([np.sum((group - group.mean()) ** 2) for group in groups]) / freedom
    share = 1 / sizes.max() if overlapping else np.mean(1 / sizes) / len(sizes)
    freedom = max(freedom // len(groups), 1) if overlapping else freedom
    return float(student.ppf(0.975, freedom) * np.sqrt(pooled * share))


def make_missing(name: str, unit: str | None = None, withheld_by: tuple[str, ...] = ()) -> Metric:
    """A metric that could not be measured, or whose value would mislead."""
    unit = DEFINITIONS[name].unit if unit is None else unit
    return Metric(name, math.nan, unit, math.nan, 0, withheld_by=withheld_by)


def values_of(metric: Metric, side: Side) -> FloatArray:
    """(N,) one side's single values of a metric, in order."""
    return np.array([step.value for step in metric.steps if step.side == side])
