"""The landings of a clip beside the limits: each foot's usual landing, and which single ones to look at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runform.form.landing_limits import Threshold, compute_step_reach
from runform.sequences import SIDES, ContactGeometry, Side


@dataclass(frozen=True)
class FootLandings:
    """One foot's landings.

    Attributes:
        side: Whose.
        n: Landings that could be measured.
        beyond: How many of them lie beyond at least two of the limits.
        medians: Name of the limit -> median of the measurement, in the limit's unit.
        crossed: Names of the limits that the median lies beyond.
    """

    side: Side
    n: int
    beyond: int
    medians: Mapping[str, float]
    crossed: tuple[str, ...]


def report_feet(geometry: Sequence[ContactGeometry], limits: Mapping[str, Threshold]) -> tuple[FootLandings, ...]:
    """Each foot that has landings that could be measured, left first.

    Args:
        geometry: The leg at each initial contact.
        limits: As for the clip's speed.
    """
    feet = []
    for side in SIDES:
        own = [step for step in geometry if step.side == side and math.isfinite(compute_step_reach(step, dict(limits)))]
        if not own:
            continue
        medians = {name: float(np.median([getattr(step, name) for step in own])) for name in limits}
        crossed = tuple(name for name, limit in limits.items() if limit.is_crossed(medians[name]))
        beyond = sum(compute_step_reach(step, dict(limits)) > 0 for step in own)
        feet.append(FootLandings(side, len(own), beyond, medians, crossed))
    return tuple(feet)


def choose_landings(
    geometry: Sequence[ContactGeometry], limits: Mapping[str, Threshold], most: int
) -> tuple[ContactGeometry, ...]:
    """The landings to look at: the furthest beyond the limits, or the nearest to them where none is, in order of time.

    Args:
        geometry: The leg at each initial contact; steps with a NaN are left out.
        limits: As for the clip's speed.
        most: How many at most; both feet get their share as far as they have landings.
    """
    reaches = {step: reach for step in geometry if math.isfinite(reach := compute_step_reach(step, dict(limits)))}
    chosen: list[ContactGeometry] = []
    by_side = {side: sorted((s for s in reaches if s.side == side), key=lambda s: -reaches[s]) for side in SIDES}
    while len(chosen) < most and any(by_side.values()):
        for side in sorted(SIDES, key=lambda side: -reaches[by_side[side][0]] if by_side[side] else math.inf):
            if by_side[side] and len(chosen) < most:
                chosen.append(by_side[side].pop(0))
    return tuple(sorted(chosen, key=lambda step: step.time_s))
