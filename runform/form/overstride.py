"""Overstride by the geometry at initial contact, and the verdict of the two opinions together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from runform.form.intervals import compute_wilson_interval
from runform.results import (
    Check,
    GeometryOpinion,
    OverstrideVerdict,
    ReferenceStatus,
    SvmOpinion,
    Verdict,
)
from runform.sequences import ANGLE_ERROR_DEG, ANKLE_AHEAD_ERROR, ContactGeometry

MIN_CONTACTS = 8
"""Below this the interval of the share spans a half unless every step says the same."""

NEEDED_BEYOND = 2
"""Of the three thresholds: one alone is within the 5 to 8 degrees by which side-view angles err."""


@dataclass(frozen=True)
class Threshold:
    """One limit of the geometry at initial contact.

    Attributes:
        value: The limit.
        unit: As printed.
        beyond: Whether a step overstrides "above" or "below" it.
        meaning: What is measured, in a coach's words.
        status: published or convention.
        source: Who says so, and what real runners show.
    """

    value: float
    unit: str
    beyond: Literal["above", "below"]
    meaning: str
    status: ReferenceStatus
    source: str

    def is_crossed(self, measured: float) -> bool:
        """Whether a finite measurement lies beyond the limit; on the limit is not beyond."""
        return measured > self.value if self.beyond == "above" else measured < self.value


# Five definitions of overstriding are published and none gives a limit that holds for every runner, so these are
# conventions. They lie beyond what two force-plate runners show at 2 to 3 m/s; the same runners reach further at 4 m/s
# (0.27 to 0.31, 14 to 16 degrees) and at 5 m/s (0.36, 18 degrees), so they hold for easy to steady running.
THRESHOLDS: dict[str, Threshold] = {
    "ankle_ahead": Threshold(
        value=0.30,
        unit="leg lengths",
        beyond="above",
        meaning="ankle ahead of the hip over leg length",
        status="convention",
        source="RunForm's convention for 2 to 3.5 m/s: two force-plate runners (RBDS001, Hamner04) land 0.14 to 0.26 "
        "leg lengths ahead at 2 to 3 m/s; braking force rises with this distance (Lieberman 2015)",
    ),
    "shank_angle_deg": Threshold(
        value=15.0,
        unit="deg",
        beyond="above",
        meaning="shank angle from vertical, foot ahead of the knee",
        status="convention",
        source="RunForm's convention for 2 to 3.5 m/s: two force-plate runners land at 5 to 13 degrees at 2 to 3 m/s; "
        "Souza (2016) reads a shank that still leans back at loading response as overstriding",
    ),
    "knee_flexion_deg": Threshold(
        value=5.0,
        unit="deg",
        beyond="below",
        meaning="knee flexion, 0 for a straight knee",
        status="convention",
        source="RunForm's convention: 46 runners at about 2.5 m/s (Fukuchi; Ferber) land at 11 degrees on average, and "
        "about one in ten of them below 5",
    ),
}


def is_overstride(step: ContactGeometry) -> bool | None:
    """Whether one step lies beyond at least two of the three thresholds; None where a measurement is NaN."""
    measured = {name: getattr(step, name) for name in THRESHOLDS}
    if not all(math.isfinite(value) for value in measured.values()):
        return None
    return sum(THRESHOLDS[name].is_crossed(value) for name, value in measured.items()) >= NEEDED_BEYOND


def judge_geometry(geometry: Sequence[ContactGeometry], checks: Sequence[Check]) -> GeometryOpinion:
    """Judge a clip by the share of its steps that overstride.

    The verdict is overstride when the 95 % Wilson interval of that share lies above a half, optimal when it lies
    below, and uncertain between; and uncertain when it would change with every step moved by one standard error of
    measurement (half of `ANGLE_ERROR_DEG` and `ANKLE_AHEAD_ERROR`) either way.

    Args:
        geometry: The leg at each initial contact; steps with a NaN are left out.
        checks: The clip's checks; one that refuses refuses the verdict with its message.

    Returns:
        The opinion; refused with fewer than `MIN_CONTACTS` steps that could be measured.
    """
    judged = _judge_steps(geometry)
    n = len(judged)
    share = sum(judged) / n if n else math.nan
    low, high = compute_wilson_interval(sum(judged), n)
    refusal = find_refusal(checks)
    verdict: Verdict
    if refusal is not None:
        verdict, reason = "refused", refusal.message
    elif n < MIN_CONTACTS:
        verdict = "refused"
        reason = f"The leg could be measured at {n} landings, and a verdict needs {MIN_CONTACTS}; use a longer clip."
    else:
        verdict = _decide(low, high)
        reason = (
            f"{sum(judged)} of {n} landings reach too far ({share:.0%}, 95 % interval {low:.0%} to {high:.0%}); "
            f"beyond at least {NEEDED_BEYOND} of {len(THRESHOLDS)} limits, which are conventions for easy to steady "
            "running."
        )
        # Steps share the camera's error, which no number of steps averages out.
        shifted = [_judge_steps([_shift(step, by) for step in geometry]) for by in (-0.5, 0.5)]
        if {_decide(*compute_wilson_interval(sum(steps), n)) for steps in shifted} != {verdict}:
            if verdict != "uncertain":
                reason += " The landings lie so near to the limits that the error of measurement decides: no verdict."
            verdict = "uncertain"
    return GeometryOpinion(
        verdict=verdict,
        share_beyond=share,
        share_low=low,
        share_high=high,
        n=n,
        thresholds={name: asdict(threshold) for name, threshold in THRESHOLDS.items()},
        reason=reason,
    )


def _judge_steps(geometry: Sequence[ContactGeometry]) -> list[bool]:
    """Whether each step overstrides, for the steps that could be measured."""
    return [beyond for step in geometry if (beyond := is_overstride(step)) is not None]


def _decide(low: float, high: float) -> Verdict:
    """The verdict from the 95 % interval of the share of steps that overstride."""
    return "overstride" if low > 0.5 else "optimal" if high < 0.5 else "uncertain"


def _shift(step: ContactGeometry, by: float) -> ContactGeometry:
    """The step with every measurement moved toward overstriding (by > 0) by a share of its 95 % half-width."""
    return replace(
        step,
        ankle_ahead=step.ankle_ahead + by * ANKLE_AHEAD_ERROR,
        shank_angle_deg=step.shank_angle_deg + by * ANGLE_ERROR_DEG,
        knee_flexion_deg=step.knee_flexion_deg - by * ANGLE_ERROR_DEG,
    )


def find_refusal(checks: Sequence[Check]) -> Check | None:
    """The first check that refuses, or None."""
    return next((check for check in checks if check.status == "refuse"), None)


def combine(geometry: GeometryOpinion, svm: SvmOpinion, checks: Sequence[Check]) -> OverstrideVerdict:
    """The verdict of both opinions together.

    A clip that fails a check, or shows too few landings, gets none. Geometry decides alone while the SVM has nothing to
    learn from; when both decide the same way that is the verdict; otherwise it is uncertain, and the reason says why.
    `agree` is set only when both decide.
    """
    refusal = find_refusal(checks)
    agree: bool | None = None
    verdict: Verdict = "uncertain"
    if refusal is not None:
        verdict, reason = "refused", f"{refusal.message} {refusal.remedy}".strip()
    elif geometry.verdict == "refused":
        verdict, reason = "refused", geometry.reason
    elif svm.verdict == "refused":
        verdict, reason = geometry.verdict, f"By the geometry at landing alone: {geometry.reason}"
    elif "uncertain" in (geometry.verdict, svm.verdict):
        reason = _describe_doubt(geometry, svm)
    elif geometry.verdict == svm.verdict:
        agree, verdict = True, geometry.verdict
        reason = f"Geometry and learned model agree. {geometry.reason}"
    else:
        agree = False
        reason = (
            f"The two opinions disagree: the geometry at landing says {geometry.verdict}, the learned model "
            f"{svm.verdict}. Look at the landings yourself before you act on either."
        )
    return OverstrideVerdict(verdict=verdict, reason=reason, geometry=geometry, svm=svm, agree=agree)


def _describe_doubt(geometry: GeometryOpinion, svm: SvmOpinion) -> str:
    """Which of the two opinions does not decide."""
    if geometry.verdict == svm.verdict:
        return "Neither the geometry at landing nor the learned model decides: this form lies near the boundary."
    if geometry.verdict == "uncertain":
        return f"The learned model says {svm.verdict}, but the geometry does not decide: {geometry.reason}"
    return f"The geometry at landing says {geometry.verdict}, but the learned model does not decide: {svm.reason}"
