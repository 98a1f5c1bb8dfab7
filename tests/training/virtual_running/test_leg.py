"""Legs of a runner whose pelvis only bounces: what was asked for is what they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.training.virtual_running.drawing import fit_contact
from runform.training.virtual_running.leg import Leg, bend_leg, lift_clear
from runform.training.virtual_running.leg_fit import solve_legs
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import RunnerTraits


@pytest.fixture(scope="module")
def leg(even_traits: RunnerTraits, made_up_sources: RunnerSources) -> Leg:
    """The left one of both, which are alike."""
    legs = solve_legs(even_traits, made_up_sources)
    assert legs is not None
    return legs["left"]


def test_the_knee_lands_and_leaves_as_asked(leg: Leg) -> None:
    thigh, shank, foot = np.degrees(leg.stance_angles(np.array([0.0, 1.0]))).T

    np.testing.assert_allclose(thigh - shank, [leg.traits.landing_knee_deg, leg.runner.toe_off_knee_deg], atol=1e-4)
    np.testing.assert_allclose(foot, [leg.traits.foot_strike_deg, leg.traits.toe_off_pitch_deg], atol=1e-9)


def test_the_ankle_lands_as_far_ahead_as_asked(leg: Leg) -> None:
    ahead = leg.pose(np.zeros(1)).ankle[0, 0] - leg.pelvis.centre(np.zeros(1))[0, 0]

    assert ahead == pytest.approx(leg.traits.ankle_ahead_m, abs=1e-9)


def test_swing_begins_and_ends_where_stance_ends_and_begins(leg: Leg) -> None:
    duty = leg.runner.duty_factor
    before, after = leg.pose(np.array([duty - 1e-7, 1 - 1e-7])), leg.pose(np.array([duty, 1.0]))

    np.testing.assert_allclose(before.ankle, after.ankle, atol=1e-4)
    np.testing.assert_allclose(before.pitch, after.pitch, atol=1e-4)
    np.testing.assert_allclose(before.toe_pitch, after.toe_pitch, atol=1e-4)


def test_the_ankle_leaves_the_belt_without_a_jerk(leg: Leg) -> None:
    duty, step = leg.runner.duty_factor, 1e-4
    ankle = leg.pose(np.array([duty - 2 * step, duty - step, duty + step, duty + 2 * step])).ankle
    before, after = (ankle[1] - ankle[0]) / step, (ankle[3] - ankle[2]) / step

    # m per stride; the belt's speed is several.
    np.testing.assert_allclose(before, after, atol=0.25)


def test_time_on_the_ground_is_what_the_leg_can_span(leg: Leg) -> None:
    runner = leg.runner
    contact_s = fit_contact(
        leg.traits, runner.lengths, runner.speed, runner.cadence, runner.toe_off_knee_deg, leg.pelvis.bounce.skew
    )

    assert contact_s == pytest.approx(runner.contact_s, rel=0.01)


def test_a_leg_that_cannot_span_the_stance_is_refused(
    even_traits: RunnerTraits, made_up_sources: RunnerSources
) -> None:
    assert solve_legs(replace(even_traits, speed=2 * even_traits.speed), made_up_sources) is None
    assert solve_legs(replace(even_traits, duty_factor=0.5), made_up_sources) is None


def test_bending_a_leg(leg: Leg) -> None:
    thigh_m, shank_m = leg.runner.lengths["thigh"], leg.runner.lengths["shank"]
    thigh, shank = np.radians([30.0, -10.0]), np.radians([-40.0, -15.0])
    ahead = thigh_m * np.sin(thigh) + shank_m * np.sin(shank)
    drop = thigh_m * np.cos(thigh) + shank_m * np.cos(shank)

    found = bend_leg(leg.runner, ahead, drop)

    np.testing.assert_allclose(found, [thigh, shank], atol=1e-9)


def test_a_low_swing_is_raised_and_a_high_one_is_not() -> None:
    u = np.array([0.0, 0.5, 0.5, 1.0])
    height = np.array([0.0, -0.02, 0.3, 0.0])

    raised = height + lift_clear(height, u)

    assert raised[1] > 0.01
    np.testing.assert_allclose(raised[[0, 2, 3]], height[[0, 2, 3]], atol=2e-4)
