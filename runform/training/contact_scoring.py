"""Found contacts held against true ones: which belong together, how far apart they are, which are missed or false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from runform.sequences import FloatArray, Side

EDGE_S = 0.25
"""What lies nearer than this to either end of a clip is not counted: half of it may lie outside."""
_USUAL_STEP_S = 0.36
"""Taken where the truth holds no two contacts to measure a step between: 165 steps/min."""


class TimedContact(Protocol):
    """A contact with its times, true or found."""

    @property
    def side(self) -> Side:
        """The runner's side."""

    @property
    def initial_contact_s(self) -> float:
        """Seconds of real time."""

    @property
    def toe_off_s(self) -> float:
        """Seconds of real time, NaN where not known."""


@dataclass(frozen=True)
class ContactErrors:
    """What a method found against what was true.

    Attributes:
        matched: (found, true) pairs in the order of the truth.
        missed: True contacts that have no counterpart.
        false: Found contacts that have none.
    """

    matched: tuple[tuple[TimedContact, TimedContact], ...] = ()
    missed: tuple[TimedContact, ...] = ()
    false: tuple[TimedContact, ...] = ()

    @property
    def total(self) -> int:
        """True contacts counted."""
        return len(self.matched) + len(self.missed)

    @property
    def initial_contact_s(self) -> FloatArray:
        """(N,) found minus true, seconds, for each pair."""
        return np.array([found.initial_contact_s - true.initial_contact_s for found, true in self.matched])

    @property
    def toe_off_s(self) -> FloatArray:
        """(N,) found minus true, seconds, for each pair; NaN where no toe-off was found."""
        return np.array([found.toe_off_s - true.toe_off_s for found, true in self.matched])

    @property
    def contact_time_s(self) -> FloatArray:
        """(N,) found minus true time on the ground, seconds, for each pair; NaN where no toe-off was found."""
        return self.toe_off_s - self.initial_contact_s


def score_contacts(
    found: Iterable[TimedContact], true: Iterable[TimedContact], window: tuple[float, float]
) -> ContactErrors:
    """Pair found with true contacts of the same side, each with the nearest within half a step.

    True contacts count when they lie wholly inside the window less `EDGE_S` at either end; found ones without a
    counterpart are false when they begin there. A contact near an end may still be the counterpart of a counted one.

    Args:
        found: By the method under test.
        true: All of the clip, also those near its ends.
        window: First and last moment of the clip, seconds.
    """
    truth = sorted(true, key=lambda contact: contact.initial_contact_s)
    left_over = sorted(found, key=lambda contact: contact.initial_contact_s)
    reach = _compute_step(truth) / 2
    inside = (window[0] + EDGE_S, window[1] - EDGE_S)
    matched, missed = [], []
    for one in truth:
        counts = inside[0] <= one.initial_contact_s and one.toe_off_s <= inside[1]
        near = [c for c in left_over if c.side == one.side and _apart(c, one) < reach]
        if near:
            best = min(near, key=lambda contact: _apart(contact, one))
            left_over.remove(best)
            if counts:
                matched.append((best, one))
        elif counts:
            missed.append(one)
    false = tuple(c for c in left_over if inside[0] <= c.initial_contact_s <= inside[1])
    return ContactErrors(tuple(matched), tuple(missed), false)


def pool_errors(errors: Iterable[ContactErrors]) -> ContactErrors:
    """The errors of several clips as one."""
    kept = tuple(errors)
    return ContactErrors(
        matched=tuple(pair for one in kept for pair in one.matched),
        missed=tuple(contact for one in kept for contact in one.missed),
        false=tuple(contact for one in kept for contact in one.false),
    )


def describe_errors(errors: ContactErrors) -> dict[str, float]:
    """One row of a table: contacts, missed, false, and each event's errors in milliseconds.

    Of initial contact, toe-off and contact time: `_bias_ms` is the mean of found minus true, `_sd_ms` the standard
    deviation, `_median_ms` and `_p95_ms` of the absolute error; NaN where there is nothing to measure.
    """
    row: dict[str, float] = {"contacts": errors.total, "missed": len(errors.missed), "false": len(errors.false)}
    for name in ("initial_contact", "toe_off", "contact_time"):
        seconds: FloatArray = getattr(errors, f"{name}_s")
        row |= {f"{name}_{key}_ms": value for key, value in _describe(seconds[np.isfinite(seconds)] * 1000).items()}
    return row


def _describe(error_ms: FloatArray) -> dict[str, float]:
    """Mean, standard deviation, and median and 95th percentile of the absolute error."""
    if len(error_ms) == 0:
        return dict.fromkeys(("bias", "sd", "median", "p95"), float("nan"))
    return {
        "bias": float(error_ms.mean()),
        "sd": float(error_ms.std()),
        "median": float(np.median(np.abs(error_ms))),
        "p95": float(np.percentile(np.abs(error_ms), 95)),
    }


def _compute_step(truth: Sequence[TimedContact]) -> float:
    """Median time between one initial contact and the next, seconds."""
    steps = np.diff([contact.initial_contact_s for contact in truth])
    return float(np.median(steps)) if len(steps) else _USUAL_STEP_S


def _apart(one: TimedContact, other: TimedContact) -> float:
    return abs(one.initial_contact_s - other.initial_contact_s)
