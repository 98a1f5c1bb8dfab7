"""From where on a landing reaches too far: limits of the geometry at initial contact, which go with speed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from runform.results import ReferenceStatus
from runform.sequences import ANGLE_ERROR_DEG, ANKLE_AHEAD_ERROR, ContactGeometry

NEEDED_BEYOND = 2
"""Of the three limits: one alone is within the 5 to 8 degrees by which side-view angles err."""

REFERENCE_SPEED = 3.4
"""Leg lengths/s, for which the limits are given: 3 m/s for a leg of 0.88 m."""
SPEEDS = (2.3, 6.0)
"""Leg lengths/s, about 2 to 5.3 m/s: the limits change with speed between them and stay beyond. Faster is sprinting,
of which they say nothing."""


@dataclass(frozen=True)
class Threshold:
    """One limit of the geometry at initial contact.

    Attributes:
        value: The limit, at `REFERENCE_SPEED`, or for the clip where `at_speed` made it.
        per_speed: By how much it changes for each leg length per second.
        unit: As printed.
        beyond: Whether a step overstrides "above" or "below" it.
        error: Standard error of one clip's measurement, in the unit: what exceedance is counted in.
        meaning: What is measured, in a coach's words.
        status: published or convention.
        source: Who says so, and what real runners show.
    """

    value: float
    per_speed: float
    unit: str
    beyond: Literal["above", "below"]
    error: float
    meaning: str
    status: ReferenceStatus
    source: str

    def is_crossed(self, measured: float) -> bool:
        """Whether a finite measurement lies beyond the limit; on the limit is not beyond."""
        return measured > self.value if self.beyond == "above" else measured < self.value

    def compute_exceedance(self, measured: float) -> float:
        """By how many standard errors a measurement lies beyond the limit, negative within; NaN stays NaN."""
        beyond = measured - self.value if self.beyond == "above" else self.value - measured
        return beyond / self.error

    def at_speed(self, leg_lengths_per_s: float) -> Threshold:
        """The limit for a running speed; as it is for NaN."""
        if not math.isfinite(leg_lengths_per_s):
            return self
        speed = min(max(leg_lengths_per_s, SPEEDS[0]), SPEEDS[1])
        return replace(self, value=self.value + self.per_speed * (speed - REFERENCE_SPEED))


# Five definitions of overstriding are published and none gives a limit that holds for every runner, so these are
# conventions. Who runs faster lands further ahead without overstriding, so the limits go with speed.
THRESHOLDS: dict[str, Threshold] = {
    "ankle_ahead": Threshold(
        value=0.26,
        per_speed=0.035,
        unit="leg lengths",
        beyond="above",
        error=ANKLE_AHEAD_ERROR / 2,
        meaning="ankle ahead of the hip over leg length",
        status="convention",
        source="RunForm's convention, for 3 m/s and rising by 0.04 for each m/s: two force-plate runners (RBDS001, "
        "Hamner04) land 0.16 to 0.25 leg lengths ahead at 2 to 3 m/s, and one of them 0.35 at 5 m/s; braking force "
        "rises with this distance (Lieberman 2015)",
    ),
    "shank_angle_deg": Threshold(
        value=11.0,
        per_speed=1.2,
        unit="deg",
        beyond="above",
        error=ANGLE_ERROR_DEG / 2,
        meaning="shank angle from vertical, foot ahead of the knee",
        status="convention",
        source="RunForm's convention, for 3 m/s and rising by 1.4 for each m/s: two force-plate runners land at 6 to "
        "13 degrees at 2 to 3 m/s; Souza (2016) reads a shank that leans back at loading response as overstriding",
    ),
    "knee_flexion_deg": Threshold(
        value=5.0,
        per_speed=0.0,
        unit="deg",
        beyond="below",
        error=ANGLE_ERROR_DEG / 2,
        meaning="knee flexion, 0 for a straight knee",
        status="convention",
        source="RunForm's convention: 46 runners at about 2.5 m/s (Fukuchi; Ferber) land at 11 degrees on average, and "
        "about one in ten of them below 5",
    ),
}


def find_limits(leg_lengths_per_s: float) -> dict[str, Threshold]:
    """The limits for a running speed, leg lengths/s; those of `REFERENCE_SPEED` for NaN."""
    return {name: threshold.at_speed(leg_lengths_per_s) for name, threshold in THRESHOLDS.items()}


def is_overstride(step: ContactGeometry, limits: dict[str, Threshold]) -> bool | None:
    """Whether one step lies beyond at least two of the three limits; None where a measurement is NaN."""
    reach = compute_step_reach(step, limits)
    return reach > 0 if math.isfinite(reach) else None


def compute_step_reach(step: ContactGeometry, limits: dict[str, Threshold]) -> float:
    """How far one landing lies beyond `NEEDED_BEYOND` of the limits, in standard errors of measurement.

    It is the second largest of the three exceedances, so that it is above 0 just where two limits are crossed.

    Returns:
        NaN where a measurement is NaN.
    """
    exceedances = sorted(limit.compute_exceedance(getattr(step, name)) for name, limit in limits.items())
    return exceedances[-NEEDED_BEYOND] if all(map(math.isfinite, exceedances)) else math.nan
