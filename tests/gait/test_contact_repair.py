"""Steps that cannot be, and what becomes of them."""

from __future__ import annotations

import math

import pytest

from runform.gait.contact_repair import Step, repair_steps
from runform.sequences import SIDES

_STEP_S, _CONTACT_S = 0.36, 0.25
_FREQUENCY_HZ = 1 / (2 * _STEP_S)
_UNSEEN = (math.nan, math.nan)


def _walk(n: int) -> list[Step]:
    """Even steps of both feet by turns."""
    steps = []
    for i in range(n):
        at = (i * _STEP_S, i * _STEP_S + _CONTACT_S)
        steps.append(Step(SIDES[i % 2], at, at, (0.015, 0.030)))
    return steps


def _with(steps: list[Step], i: int, seen_s: tuple[float, float]) -> list[Step]:
    """The steps with one of them seen at other times."""
    old = steps[i]
    return [*steps[:i], Step(old.side, old.usual_s, seen_s, old.plus_minus_s), *steps[i + 1 :]]


def test_even_steps_are_left_alone() -> None:
    contacts, repairs = repair_steps(_walk(10), _FREQUENCY_HZ)

    assert len(contacts) == 10
    assert not repairs
    assert {contact.origin for contact in contacts} == {"seen"}


def test_one_step_that_was_not_seen_is_put_where_the_rhythm_has_it() -> None:
    contacts, repairs = repair_steps(_with(_walk(10), 4, _UNSEEN), _FREQUENCY_HZ)

    inferred = contacts[4]
    assert inferred.origin == "inferred"
    assert inferred.initial_contact_s == pytest.approx(4 * _STEP_S)
    assert inferred.plus_minus_s > contacts[3].plus_minus_s
    assert [(r.kind, r.repaired) for r in repairs] == [("missed", True)]


def test_a_longer_gap_is_reported_once_and_nothing_is_made_up() -> None:
    steps = _walk(12)
    for i in (4, 5, 6):
        steps = _with(steps, i, _UNSEEN)

    contacts, repairs = repair_steps(steps, _FREQUENCY_HZ)

    assert len(contacts) == 9
    assert [(r.kind, r.repaired) for r in repairs] == [("missed", False)]
    assert "2 after it" in repairs[0].message


def test_of_two_contacts_of_one_foot_too_near_for_a_stride_the_less_certain_goes() -> None:
    steps = _walk(6)
    late = (2 * _STEP_S + 0.2, 2 * _STEP_S + 0.4)
    double = Step(steps[2].side, late, late, (0.050, 0.050))
    # Its neighbour of the other foot is absent, so that two of one foot lie in a row.
    contacts, repairs = repair_steps([*steps[:3], double, *steps[4:]], _FREQUENCY_HZ)

    assert 2 * _STEP_S in [c.initial_contact_s for c in contacts]
    assert late[0] not in [c.initial_contact_s for c in contacts]
    assert "double" in [r.kind for r in repairs]


@pytest.mark.parametrize(("length_s", "kind"), [(0.06, "short_contact"), (0.56, "long_contact")])
def test_an_impossible_contact_gets_its_foots_usual_length(length_s: float, kind: str) -> None:
    start = 4 * _STEP_S
    contacts, repairs = repair_steps(_with(_walk(10), 4, (start, start + length_s)), _FREQUENCY_HZ)

    assert contacts[4].toe_off_s - start == pytest.approx(_CONTACT_S)
    assert [(r.kind, r.repaired) for r in repairs] == [(kind, True)]


def test_a_step_without_flight_among_steps_with_flight_leaves_in_time() -> None:
    start = 4 * _STEP_S
    contacts, repairs = repair_steps(_with(_walk(10), 4, (start, start + _STEP_S - 0.005)), _FREQUENCY_HZ)

    assert contacts[5].initial_contact_s - contacts[4].toe_off_s == pytest.approx(_STEP_S - _CONTACT_S)
    assert [(r.kind, r.repaired) for r in repairs] == [("short_flight", True)]


def test_a_walk_has_no_flight_to_mend() -> None:
    steps = [Step(s.side, s.usual_s, (s.seen_s[0], s.seen_s[0] + 0.45), s.plus_minus_s) for s in _walk(10)]

    contacts, repairs = repair_steps(steps, _FREQUENCY_HZ)

    assert not repairs
    assert contacts[3].toe_off_s - contacts[3].initial_contact_s == pytest.approx(0.45)


def test_a_toe_off_that_was_not_seen_stays_unknown() -> None:
    contacts, repairs = repair_steps(_with(_walk(6), 5, (5 * _STEP_S, math.nan)), _FREQUENCY_HZ)

    assert math.isnan(contacts[5].toe_off_s)
    assert math.isnan(contacts[5].toe_off_plus_minus_s)
    assert not repairs
