"""Running metrics with their ±, one function each.

A 95 % half-width joins two parts: the spread from step to step over the square root of their number, and a systematic
part common to all of the clip's steps that no number of steps averages out (`SYSTEMATIC`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from runform.gait.contacts import SYSTEMATIC_S
from runform.gait.references import REFERENCES
from runform.results import Metric
from runform.sequences import ANGLE_ERROR_DEG, ANKLE_AHEAD_ERROR, SIDES, Contact, ContactGeometry, FloatArray, Side

_CONTACT_TIME_S = float(np.hypot(SYSTEMATIC_S["initial_contact"], SYSTEMATIC_S["toe_off"]))
SYSTEMATIC: dict[str, float] = {
    "cadence": 0.0,  # a clock's error is far below a step's spread
    "step_time": 0.0,
    # Both events' systematic errors (see contacts.SYSTEMATIC_S), independent of one another.
    "ground_contact_time": _CONTACT_TIME_S,
    "flight_time": _CONTACT_TIME_S,
    "shank_angle_at_contact": ANGLE_ERROR_DEG,
    "knee_flexion_at_contact": ANGLE_ERROR_DEG,
    "trunk_lean": 5.0,  # a longer segment than the shank, and seen in every frame: the lower end of published errors
    "ankle_ahead_at_contact": ANKLE_AHEAD_ERROR,
}
_LONGEST_STEP = 1.6
"""A gap longer than this many median steps is a missed contact, and no step is counted across it."""


def compute_cadence(contacts: Sequence[Contact]) -> Metric:
    """Steps per minute, both feet: 60 over the mean time from one initial contact to the next."""
    steps, _ = _steps(contacts)
    if len(steps) == 0:
        return _missing("cadence", "steps/min")
    cadence = 60 / steps.mean()
    half_width = _half_width(steps, len(steps)) / steps.mean() * cadence
    return _metric("cadence", cadence, "steps/min", half_width, len(steps))


def compute_step_time(contacts: Sequence[Contact]) -> Metric:
    """Seconds from one foot's initial contact to the other's; a side's step ends with that side's contact."""
    steps, sides = _steps(contacts)
    return _by_side("step_time", "s", steps, sides)


def compute_ground_contact_time(contacts: Sequence[Contact]) -> Metric:
    """Seconds from initial contact to toe-off."""
    times = np.array([c.toe_off_s - c.initial_contact_s for c in contacts])
    return _by_side("ground_contact_time", "s", times, [c.side for c in contacts])


def compute_flight_time(contacts: Sequence[Contact]) -> Metric:
    """Seconds from one foot's toe-off to the other's initial contact, by the foot that left; negative when walking."""
    pairs = [(a, b) for a, b in _consecutive(contacts)]
    times = np.array([b.initial_contact_s - a.toe_off_s for a, b in pairs])
    return _by_side("flight_time", "s", times, [a.side for a, _ in pairs])


def compute_duty_factor(contacts: Sequence[Contact]) -> Metric:
    """Share of the stride a foot is on the ground, 0 to 1: contact time over twice the mean step time."""
    contact, step = compute_ground_contact_time(contacts), compute_step_time(contacts)
    stride = 2 * step.value
    if not np.isfinite(contact.value / stride):
        return _missing("duty_factor", "of stride")
    return Metric(
        name="duty_factor",
        value=contact.value / stride,
        unit="of stride",
        plus_minus=contact.plus_minus / stride,
        n=contact.n,
        left=contact.left / stride,
        right=contact.right / stride,
        reference=REFERENCES.get("duty_factor"),
    )


def compute_at_contact(
    name: str, unit: str, geometry: Sequence[ContactGeometry], read: Callable[[ContactGeometry], float]
) -> Metric:
    """Mean of one quantity of the leg at initial contact."""
    return _by_side(name, unit, np.array([read(g) for g in geometry]), [g.side for g in geometry])


def compute_mean_trunk_lean(trunk_lean_deg: FloatArray, strides: float) -> Metric:
    """Mean forward lean of the trunk.

    Args:
        trunk_lean_deg: (T,) degrees, NaN where not known.
        strides: How many strides the clip holds; a stride, not a frame, is one independent sight of the lean.
    """
    known = trunk_lean_deg[np.isfinite(trunk_lean_deg)]
    n = int(strides)
    if len(known) == 0 or n < 1:
        return _missing("trunk_lean", "deg")
    return _metric("trunk_lean", float(known.mean()), "deg", _half_width(known, n), n)


def compute_vertical_oscillation(oscillation: float, height_cm: float | None, n: int) -> Metric:
    """Highest minus lowest point of the hips within the mean step.

    Args:
        oscillation: In leg lengths.
        height_cm: The runner's height; hip height is 0.53 of it (Winter, after Drillis and Contini: hip joint to
            ground 0.530 of stature), of which the ankle's 0.039 is not part of the leg measured here.
        n: Steps the mean step was drawn from.
    """
    if not np.isfinite(oscillation):
        return _missing("vertical_oscillation", "leg lengths")
    # A tenth of the value: hips are soft landmarks and the leg's length in the picture is itself an estimate.
    if height_cm is None:
        return _metric("vertical_oscillation", oscillation, "leg lengths", 0.1 * oscillation, n)
    metres = oscillation * (0.530 - 0.039) * height_cm / 100
    return _metric("vertical_oscillation", metres, "m", 0.1 * metres, n)


def _consecutive(contacts: Sequence[Contact]) -> list[tuple[Contact, Contact]]:
    """Neighbouring contacts of opposite feet with no missed contact between them."""
    if len(contacts) < 2:
        return []
    gaps = np.diff([c.initial_contact_s for c in contacts])
    longest = _LONGEST_STEP * float(np.median(gaps))
    pairs = zip(contacts, contacts[1:], gaps, strict=False)
    return [(a, b) for a, b, gap in pairs if a.side != b.side and gap <= longest]


def _steps(contacts: Sequence[Contact]) -> tuple[FloatArray, list[Side]]:
    """Step times (N,) in seconds and the side whose contact ends each."""
    pairs = _consecutive(contacts)
    return np.array([b.initial_contact_s - a.initial_contact_s for a, b in pairs]), [b.side for _, b in pairs]


def _by_side(name: str, unit: str, values: FloatArray, sides: Sequence[Side]) -> Metric:
    """Mean of values (N,), each with its side. The two sides weigh the same however many steps each has."""
    known = {side: values[[s == side for s in sides]] if len(values) else values for side in SIDES}
    known = {side: v[np.isfinite(v)] for side, v in known.items()}
    means = {side: float(v.mean()) if len(v) else float("nan") for side, v in known.items()}
    seen = [side for side in SIDES if len(known[side])]
    if not seen:
        return _missing(name, unit)
    n = sum(len(known[side]) for side in seen)
    value = float(np.mean([means[side] for side in seen]))
    spread = np.concatenate([known[side] - means[side] for side in seen])
    return _metric(name, value, unit, _half_width(spread, n), n, means["left"], means["right"])


def _metric(
    name: str, value: float, unit: str, random: float, n: int, left: float = float("nan"), right: float = float("nan")
) -> Metric:
    """A metric whose half-width joins the random and the systematic part."""
    half_width = float(np.hypot(random, SYSTEMATIC.get(name, 0.0)))
    return Metric(name, float(value), unit, half_width, n, left, right, REFERENCES.get(name))


def _half_width(values: FloatArray, n: int) -> float:
    """95 % half-width of the mean of n independent values; one value says nothing of its spread: infinite."""
    if n < 2:
        return float("inf")
    return float(1.96 * np.std(values, ddof=1) / np.sqrt(n))


def withhold(metric: Metric) -> Metric:
    """The metric without its value: a number that would mislead is not printed."""
    return _missing(metric.name, metric.unit)


def _missing(name: str, unit: str) -> Metric:
    return Metric(name, float("nan"), unit, float("nan"), 0, reference=REFERENCES.get(name))
