"""Overstride by the geometry at initial contact, and the verdict of the two opinions together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from runform.form.intervals import compute_wilson_interval
from runform.form.landing_limits import NEEDED_BEYOND, Threshold, compute_step_reach, find_limits
from runform.form.verdict_probability import (
    CERTAIN,
    compute_combined_probability,
    compute_geometry_probability,
    decide,
)
from runform.results import Check, GeometryOpinion, OverstrideVerdict, SvmOpinion, Verdict
from runform.sequences import ContactGeometry

MIN_CONTACTS = 8
"""Below this the interval of the share spans a half unless every step says the same."""

SPRINT_SPEED = 7.0
"""Leg lengths/s, about 6.2 m/s: from there on the limits of the geometry say nothing."""


def judge_geometry(
    geometry: Sequence[ContactGeometry], checks: Sequence[Check], leg_lengths_per_s: float = math.nan
) -> GeometryOpinion:
    """Judge a clip by how far its landings lie beyond the limits for its speed.

    All of a clip's landings share the error by which joints are found, which no number of steps averages out. So the
    verdict goes by the probability that the runner truly overstrides, given how far the median landing lies beyond or
    within the limits (`compute_geometry_probability`).

    Args:
        geometry: The leg at each initial contact; steps with a NaN are left out.
        checks: The clip's checks; one that refuses refuses the verdict with its message.
        leg_lengths_per_s: Running speed; NaN where it is not known takes the limits of 3 m/s.

    Returns:
        The opinion; refused with fewer than `MIN_CONTACTS` steps that could be measured, and for a sprint.
    """
    limits = find_limits(leg_lengths_per_s)
    reaches = [reach for step in geometry if math.isfinite(reach := compute_step_reach(step, limits))]
    n, beyond = len(reaches), sum(reach > 0 for reach in reaches)
    low, high = compute_wilson_interval(beyond, n)
    reach = float(np.median(reaches)) if reaches else math.nan
    probability = math.nan
    refusal = find_refusal(checks)
    verdict: Verdict = "refused"
    if refusal is not None:
        reason = refusal.message
    elif n < MIN_CONTACTS:
        reason = f"The leg could be measured at {n} landings, and a verdict needs {MIN_CONTACTS}; use a longer clip."
    elif leg_lengths_per_s > SPRINT_SPEED:
        reason = (
            f"This is a sprint ({leg_lengths_per_s:.1f} leg lengths per second), in which every foot lands far ahead; "
            f"the limits hold for running below {SPRINT_SPEED:g}. Film an easy to fast run."
        )
    else:
        probability = compute_geometry_probability(reach)
        verdict = decide(probability)
        reason = (
            f"{beyond} of {n} landings reach too far ({beyond / n:.0%}, 95 % interval {low:.0%} to {high:.0%}), beyond "
            f"at least {NEEDED_BEYOND} of {len(limits)} limits, which are conventions. By how far they do, and by how "
            f"much side-view joints err, the chance that this runner overstrides is {probability:.0%}."
        )
    return GeometryOpinion(
        verdict=verdict,
        share_beyond=beyond / n if n else math.nan,
        share_low=low,
        share_high=high,
        n=n,
        thresholds={name: asdict(threshold) for name, threshold in limits.items()},
        reason=reason,
        probability=probability,
        reach=reach,
    )


def read_limits(opinion: GeometryOpinion) -> dict[str, Threshold]:
    """The limits that an opinion was given by, as it was stored; those of 3 m/s for records of earlier versions."""
    try:
        return {name: Threshold(**stored) for name, stored in opinion.thresholds.items()} or find_limits(math.nan)
    except TypeError:  # earlier versions kept fewer of a limit's fields
        return find_limits(math.nan)


def find_refusal(checks: Sequence[Check]) -> Check | None:
    """The first check that refuses, or None."""
    return next((check for check in checks if check.status == "refuse"), None)


def combine(geometry: GeometryOpinion, svm: SvmOpinion, checks: Sequence[Check]) -> OverstrideVerdict:
    """The verdict of both opinions together.

    A clip that fails a check, or shows too few landings, gets none. Geometry decides alone while the model has no
    opinion. Where the two decide against one another the verdict is uncertain and the reason says so; otherwise it goes
    by the probability from both (`compute_combined_probability`). `agree` is set only when both decide.
    """
    refusal = find_refusal(checks)
    agree: bool | None = None
    probability = math.nan
    verdict: Verdict = "refused"
    if refusal is not None:
        reason = f"{refusal.message} {refusal.remedy}".strip()
    elif geometry.verdict == "refused":
        reason = geometry.reason
    elif svm.verdict == "refused":
        verdict, probability = geometry.verdict, geometry.probability
        reason = f"By the geometry at landing alone: {geometry.reason}"
    else:
        probability = compute_combined_probability(geometry.probability, svm.probability)
        verdict = decide(probability)
        if "uncertain" not in (geometry.verdict, svm.verdict):
            agree = geometry.verdict == svm.verdict
        verdict, reason = ("uncertain", _describe_conflict(geometry, svm)) if agree is False else (verdict, "")
        reason = reason or _describe(verdict, probability, geometry, svm)
    return OverstrideVerdict(verdict, reason, geometry, svm, agree, probability)


def _describe_conflict(geometry: GeometryOpinion, svm: SvmOpinion) -> str:
    """That the two decide against one another."""
    return (
        f"The two opinions disagree: the geometry at landing says {geometry.verdict} ({geometry.probability:.0%} "
        f"overstride), the learned model {svm.verdict} ({svm.probability:.0%}). Look at the landings yourself before "
        "you act on either."
    )


def _describe(verdict: Verdict, probability: float, geometry: GeometryOpinion, svm: SvmOpinion) -> str:
    """What both together say, and which of them carries it."""
    both = f"geometry {geometry.probability:.0%}, learned model {svm.probability:.0%}"
    if verdict == "uncertain":
        low, high = 1 - CERTAIN, CERTAIN
        return (
            f"The chance that this runner overstrides is {probability:.0%} ({both}): between {low:.0%} and {high:.0%} "
            "there is no verdict, for this form lies near the border."
        )
    if geometry.verdict == svm.verdict:
        return f"Geometry and learned model agree ({both}). {geometry.reason}"
    return f"Together the two opinions decide ({both}), though one alone would not. {geometry.reason}"
