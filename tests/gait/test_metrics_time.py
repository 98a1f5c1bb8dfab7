"""Metrics of time from contacts that are set by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.metrics_time import (
    TEMPO_FACTOR,
    compute_cadence,
    compute_duty_factor,
    compute_flight_time,
    compute_ground_contact_time,
    compute_step_time,
    compute_stride_time,
    compute_symmetry,
)
from runform.sequences import SIDES, Contact


def _make_contacts(steps_s: list[float], stance_s: tuple[float, float] = (0.25, 0.25)) -> list[Contact]:
    """Contacts from the left one at 0 s on, each so long after the one before; stance of left and right."""
    starts = np.concatenate([[0.0], np.cumsum(steps_s)])
    return [Contact(SIDES[i % 2], float(start), float(start) + stance_s[i % 2], 0.01) for i, start in enumerate(starts)]


def test_cadence_is_of_both_feet() -> None:
    metric = compute_cadence(_make_contacts([0.34, 0.36] * 6))

    assert metric.value == pytest.approx(60 / 0.35)
    assert metric.n == len(metric.steps) == 12
    assert metric.steps[0].value == pytest.approx(60 / 0.34)
    assert metric.plus_minus == pytest.approx(0, abs=1e-9)


def test_a_step_belongs_to_the_foot_whose_contact_ends_it() -> None:
    metric = compute_step_time(_make_contacts([0.34, 0.36] * 6), 60.0)

    assert [metric.right, metric.left] == pytest.approx([0.34, 0.36])


def test_a_stride_is_from_one_foot_to_the_same_foot() -> None:
    metric = compute_stride_time(_make_contacts([0.34, 0.36] * 6), 60.0)

    assert [metric.left, metric.right] == pytest.approx([0.70, 0.70])
    assert metric.n == 6
    assert [step.side for step in metric.steps[:3]] == ["left", "right", "left"]


def test_contact_flight_and_duty_factor_add_up() -> None:
    contacts = _make_contacts([0.35] * 10, stance_s=(0.24, 0.26))
    contact, flight, step = (
        compute(contacts, 60.0) for compute in (compute_ground_contact_time, compute_flight_time, compute_step_time)
    )
    duty = compute_duty_factor(contact, step)

    assert [contact.left, contact.right] == pytest.approx([0.24, 0.26])
    assert [flight.left, flight.right] == pytest.approx([0.11, 0.09])
    assert duty.value == pytest.approx(0.25 / 0.70)
    assert duty.right_plus_minus == pytest.approx(contact.right_plus_minus / 0.70)
    assert [step.value for step in duty.steps[:2]] == pytest.approx([0.24 / 0.70, 0.26 / 0.70])


def test_no_step_is_counted_across_a_missed_contact() -> None:
    contacts = _make_contacts([0.35] * 12)
    del contacts[5]

    assert compute_cadence(contacts).value == pytest.approx(60 / 0.35)
    assert compute_step_time(contacts, 60.0).n == 10
    assert compute_stride_time(contacts, 60.0).value == pytest.approx(0.70)


def test_an_inferred_contact_is_no_measurement() -> None:
    contacts = _make_contacts([0.35] * 12)
    contacts[5] = dataclasses.replace(contacts[5], origin="inferred")

    assert compute_ground_contact_time(contacts, 60.0).n == 12
    assert compute_step_time(contacts, 60.0).n == 10


def test_a_contact_without_toe_off_has_no_contact_time() -> None:
    contacts = _make_contacts([0.35] * 9)
    contacts[-1] = dataclasses.replace(contacts[-1], toe_off_s=float("nan"))

    assert compute_ground_contact_time(contacts, 60.0).n == 9


@pytest.mark.parametrize("contacts", [[], _make_contacts([])])
def test_without_two_contacts_there_is_no_step(contacts: list[Contact]) -> None:
    assert compute_cadence(contacts).n == compute_step_time(contacts, 60.0).n == 0
    assert np.isnan(compute_duty_factor(*(compute_step_time(contacts, 60.0),) * 2).value)


def test_contacts_that_stray_cancel_between_neighbouring_steps() -> None:
    """A runner as even as a clock, whose contacts are found with 8 ms of error."""
    rng = np.random.default_rng(0)
    off, stated = [], []
    for _ in range(400):
        found = 0.35 * np.arange(21) + rng.normal(0, 0.008, 21)
        metric = compute_step_time(_make_contacts(list(np.diff(found))), 60.0)
        off.append(metric.value - 0.35)
        stated.append(metric.plus_minus)

    assert np.mean(np.abs(off) <= stated) > 0.93
    # Without what is added for a tempo that wanders, which this runner's does not.
    assert np.median(stated) / TEMPO_FACTOR < 0.7 * 1.96 * np.sqrt(2) * 0.008 / np.sqrt(20)


def test_symmetry_is_the_difference_over_the_mean() -> None:
    contacts = _make_contacts([0.35] * 12, stance_s=(0.26, 0.24))
    metric = compute_symmetry("contact_time_symmetry", compute_ground_contact_time(contacts, 60.0), 60.0)

    assert metric.value == pytest.approx(100 * 0.02 / 0.25)
    assert metric.unit == "%"
    assert metric.n == 13


def test_symmetry_states_the_error_between_the_sides() -> None:
    step = compute_step_time(_make_contacts([0.34, 0.36] * 6), 60.0)
    metric = compute_symmetry("step_time_symmetry", step, 60.0, opposed=True)

    assert metric.value == pytest.approx(100 * 0.02 / 0.35)
    # A left foot found late by d makes its steps longer and the right one's shorter by d each.
    assert metric.plus_minus == pytest.approx(100 * 2 * step.left_plus_minus / 0.35, rel=0.01)


def test_one_side_alone_has_no_symmetry() -> None:
    one_sided = [contact for contact in _make_contacts([0.35] * 6) if contact.side == "left"]
    metric = compute_symmetry("contact_time_symmetry", compute_ground_contact_time(one_sided, 60.0), 60.0)

    assert np.isnan(metric.value)
