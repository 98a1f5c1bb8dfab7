"""Standing, walking and running, told apart on motions that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.body_frame import compute_direction
from runform.gait.checks import check_contacts, check_rhythm, check_running, check_standing
from runform.gait.checks.rhythm import compute_median_flight
from runform.gait.contacts import detect_contacts
from runform.gait.vertical_motion import VerticalMotion
from tests.fixtures.motions import make_known_run
from tests.gait.checks.grounds import make_detection

_BOUNCES = VerticalMotion(oscillation=0.1, rise_at_midstance=-0.1)


def test_one_who_stands_is_told_so_with_the_swing() -> None:
    standing, walking = check_standing(0.02), check_standing(0.5)

    assert (standing.name, standing.status, standing.measured, standing.limit) == ("standing", "refuse", 0.02, 0.15)
    assert "not running" in standing.message
    assert (walking.status, walking.remedy) == ("ok", "")


def test_a_rhythm_is_held_to_what_it_explains() -> None:
    steady = make_detection(0.1)
    ragged = make_detection(0.1, explained=0.3)

    assert check_rhythm(steady).status == "ok"
    assert (check_rhythm(ragged).status, check_rhythm(ragged).measured) == ("refuse", 0.3)
    assert (check_rhythm(None).status, check_rhythm(None).measured) == ("refuse", 0.0)


@pytest.mark.parametrize(
    ("flight_s", "plus_minus_s", "status", "words"),
    [
        (0.10, 0.02, "ok", ""),
        (0.03, 0.01, "ok", ""),  # short, but longer than its ±
        (0.03, 0.03, "warn", "30 ms is within its ± of 42 ms: grounded running, or walking?"),
        (0.10, 0.10, "ok", ""),  # a duty factor far from walking
        (0.00, 0.02, "refuse", "with no flight: this is walking"),
        (-0.05, 0.02, "refuse", "with no flight: this is walking"),
    ],
)
def test_running_needs_a_flight(flight_s: float, plus_minus_s: float, status: str, words: str) -> None:
    check = check_running(make_detection(flight_s, plus_minus_s), _BOUNCES)

    assert check.status == status
    assert words in check.message


def test_both_feet_down_at_once_are_walking_whatever_the_mean_stride_says() -> None:
    check = check_running(make_detection(-0.02, duty_factor=0.46), _BOUNCES)

    assert check.status == "refuse"
    assert "20 ms before the other has left" in check.message
    assert check.measured == pytest.approx(-0.02)
    assert check.limit == 0.0


@pytest.mark.parametrize(("rise", "status"), [(-0.1, "ok"), (-0.01, "ok"), (0.01, "refuse")])
def test_hips_highest_over_the_standing_foot_are_walking(rise: float, status: str) -> None:
    check = check_running(make_detection(0.1), VerticalMotion(0.1, rise))

    assert check.status == status
    if status == "refuse":
        assert (check.measured, check.limit) == (rise, 0.0)


def test_a_sprint_that_hardly_bounces_is_not_taken_for_walking() -> None:
    jog = make_detection(0.1)
    sprint = dataclasses.replace(jog, phase=dataclasses.replace(jog.phase, frequency_hz=2.15))

    assert check_running(sprint, VerticalMotion(0.03, 0.005)).status == "ok"


def test_no_stance_is_not_running() -> None:
    check = check_running(make_detection(0.1, contacts=0, duty_factor=float("nan")), None)

    assert check.status == "refuse"
    assert "not running" in check.message


def test_the_flight_is_that_of_the_run() -> None:
    keypoints = make_known_run(fps=120).keypoints
    detection = detect_contacts(keypoints, compute_direction(keypoints))
    assert detection is not None
    flight_s, plus_minus_s = compute_median_flight(detection)

    assert flight_s == pytest.approx(0.12 * 120 / 170, abs=plus_minus_s)
    assert 0 < plus_minus_s < 0.1


def test_a_flight_is_not_counted_across_a_missed_contact() -> None:
    whole = make_detection(0.1)
    missed = dataclasses.replace(whole, contacts=(*whole.contacts[:3], *whole.contacts[6:]))

    assert compute_median_flight(missed)[0] == pytest.approx(0.1)
    assert np.isnan(compute_median_flight(dataclasses.replace(whole, contacts=whole.contacts[:1]))[0])


def test_contacts_are_counted_in_one_take() -> None:
    few, cut, enough = check_contacts(7), check_contacts(7, cuts=2), check_contacts(8, cuts=2)

    assert (few.status, cut.status, enough.status) == ("refuse", "refuse", "ok")
    assert "cut" not in few.remedy
    assert "in one take, without a cut." in cut.remedy
