"""Contacts that cannot be, put right where the runner's rhythm says how, and reported where it does not.

Limits as runners have them: no flight below 20 ms between two steps of running, no contact shorter than 100 or longer
than 500 ms, left and right by turns.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runform.results import ContactFault, ContactRepair
from runform.sequences import Contact, Side

LEAST_FLIGHT_S = 0.020
LEAST_CONTACT_S, MOST_CONTACT_S = 0.100, 0.500
_DOUBLE = 0.7
"""Share of the stride below which a second contact of the same foot is a double."""
_INFERRED_FACTOR = 2.0
"""By how much an event that was not seen is less certain than its neighbours."""


@dataclass(frozen=True)
class Step:
    """One foot's step before it is judged; each pair is (initial contact, toe-off), seconds.

    Attributes:
        side: Which foot.
        usual_s: As the mean stride has them; NaN outside the clip.
        seen_s: As this stride's own frames have them; NaN where they are missing.
        plus_minus_s: 95 % half-widths of `seen_s`, NaN with it.
    """

    side: Side
    usual_s: tuple[float, float]
    seen_s: tuple[float, float]
    plus_minus_s: tuple[float, float]

    @property
    def seen(self) -> bool:
        """Is the initial contact seen?"""
        return bool(np.isfinite(self.seen_s[0]))


def repair_steps(steps: Sequence[Step], frequency_hz: float) -> tuple[tuple[Contact, ...], tuple[ContactRepair, ...]]:
    """The contacts of a clip, and what was wrong with them.

    Args:
        steps: Of both feet, in any order.
        frequency_hz: Strides per second.

    Returns:
        Contacts in order of initial contact. A single step that was not seen between two that were is inferred; in a
        longer gap nothing is, and the gap is reported once.
    """
    ordered = sorted(steps, key=lambda step: step.usual_s[0])
    contacts, repairs = _fill_gaps(ordered)
    contacts, doubles = _drop_doubles(contacts, _DOUBLE / frequency_hz)
    contacts, lengths = _check_lengths(contacts)
    contacts, flights = _check_flights(contacts)
    found = sorted((*repairs, *doubles, *lengths, *flights), key=lambda repair: repair.time_s)
    return tuple(contacts), tuple(found)


def _fill_gaps(steps: list[Step]) -> tuple[list[Contact], list[ContactRepair]]:
    """Seen steps as contacts, single unseen ones inferred, longer gaps reported."""
    seen = [i for i, step in enumerate(steps) if step.seen]
    contacts, repairs = [_to_contact(steps[i]) for i in seen], []
    for before, after in itertools.pairwise(seen):
        missing = steps[before + 1 : after]
        if len(missing) == 1:
            step = missing[0]
            contacts.append(_infer(step, (steps[before], steps[after])))
            repairs.append(_report("missed", step.side, step.usual_s[0], True, "not seen; placed by the rhythm"))
        elif missing:
            first = missing[0]
            what = f"and {len(missing) - 1} after it not seen; left out"
            repairs.append(_report("missed", first.side, first.usual_s[0], False, what))
    return sorted(contacts, key=lambda contact: contact.initial_contact_s), repairs


def _to_contact(step: Step) -> Contact:
    (down, up), (down_error, up_error) = step.seen_s, step.plus_minus_s
    up = up if up > down else float("nan")
    return Contact(step.side, down, up, down_error, up_error if np.isfinite(up) else float("nan"))


def _infer(step: Step, neighbours: tuple[Step, Step]) -> Contact:
    """A step that was not seen, where the mean stride has it."""
    errors = [_INFERRED_FACTOR * max(n.plus_minus_s[event] for n in neighbours) for event in (0, 1)]
    return Contact(step.side, step.usual_s[0], step.usual_s[1], errors[0], errors[1], origin="inferred")


def _drop_doubles(contacts: list[Contact], least_s: float) -> tuple[list[Contact], list[ContactRepair]]:
    """Of two contacts of one foot in a row that lie too near for a stride, the less certain one goes."""
    kept: list[Contact] = []
    repairs = []
    for contact in contacts:
        last = kept[-1] if kept else None
        if last is None or last.side != contact.side or contact.initial_contact_s - last.initial_contact_s > least_s:
            kept.append(contact)
            continue
        repairs.append(_report("double", contact.side, contact.initial_contact_s, True, "found twice; one left out"))
        if contact.plus_minus_s < last.plus_minus_s:
            kept[-1] = contact
    return kept, repairs


def _check_lengths(contacts: list[Contact]) -> tuple[list[Contact], list[ContactRepair]]:
    """Contacts of impossible length get their side's usual one, unless that is impossible too."""
    repairs = []
    result = []
    for contact in contacts:
        length = contact.toe_off_s - contact.initial_contact_s
        fault = _judge_length(length)
        if fault is not None:
            usual = _compute_usual_length(contacts, contact.side)
            repaired = _judge_length(usual) is None
            what = f"{1000 * length:.0f} ms on the ground" + ("; set to the usual time" if repaired else "")
            repairs.append(_report(fault, contact.side, contact.initial_contact_s, repaired, what))
            if repaired:
                contact = dataclasses.replace(contact, toe_off_s=contact.initial_contact_s + usual)
        result.append(contact)
    return result, repairs


def _judge_length(length_s: float) -> ContactFault | None:
    if length_s < LEAST_CONTACT_S:
        return "short_contact"
    return "long_contact" if length_s > MOST_CONTACT_S else None


def _check_flights(contacts: list[Contact]) -> tuple[list[Contact], list[ContactRepair]]:
    """Where running has no flight before one step, the toe-off goes to the foot's usual time, if that leaves one."""
    repairs = []
    result = list(contacts)
    flights = [b.initial_contact_s - a.toe_off_s for a, b in itertools.pairwise(contacts)]
    known = [flight for flight in flights if np.isfinite(flight)]
    if not known or np.median(known) < LEAST_FLIGHT_S:
        return result, []  # no flight at all is walking, which a check says once for the clip
    for i, flight in enumerate(flights):
        if not flight < LEAST_FLIGHT_S:
            continue
        contact, following = result[i], result[i + 1]
        usual = contact.initial_contact_s + _compute_usual_length(contacts, contact.side)
        repaired = following.initial_contact_s - usual >= LEAST_FLIGHT_S
        what = f"{1000 * flight:.0f} ms of flight after it" + ("; set to the usual contact time" if repaired else "")
        repairs.append(_report("short_flight", contact.side, contact.initial_contact_s, repaired, what))
        if repaired:
            result[i] = dataclasses.replace(contact, toe_off_s=usual)
    return result, repairs


def _compute_usual_length(contacts: list[Contact], side: Side) -> float:
    """Median time on the ground of one side, seconds; NaN when none is known."""
    lengths = [c.toe_off_s - c.initial_contact_s for c in contacts if c.side == side and np.isfinite(c.toe_off_s)]
    return float(np.median(lengths)) if lengths else float("nan")


def _report(kind: ContactFault, side: Side, time_s: float, repaired: bool, what: str) -> ContactRepair:
    return ContactRepair(kind, side, time_s, repaired, f"{side.capitalize()} contact at {time_s:.2f} s: {what}.")
