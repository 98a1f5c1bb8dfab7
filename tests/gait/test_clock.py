"""The clock by gravity, of bodies whose fall is known, and running found at another time scale."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.body_frame import compute_direction
from runform.gait.clock import (
    GRAVITY,
    USUAL_LEG_M,
    compute_bounce,
    compute_clock_by_gravity,
    find_other_clock,
    list_time_scales,
)
from runform.gait.vertical_motion import VerticalMotion
from tests.fixtures.motions import make_known_run
from tests.gait.checks.grounds import STEP_S, make_clip, make_detection, play


@pytest.mark.parametrize("contact_s", [0.15, 0.25, 0.35])
def test_the_bounce_is_that_of_a_body_pushed_by_half_a_sine(contact_s: float) -> None:
    # The same step after the same step, integrated numerically as a periodic motion.
    time_s = np.arange(4000) / 4000 * STEP_S
    push = np.pi * STEP_S / (2 * contact_s) * np.sin(np.pi * time_s / contact_s)
    acceleration = GRAVITY * (np.where(time_s < contact_s, push, 0.0) - 1)
    spectrum = np.fft.rfft(acceleration - acceleration.mean())
    angular = 2 * np.pi * np.fft.rfftfreq(len(time_s), STEP_S / len(time_s))
    height = np.fft.irfft(np.concatenate([[0], -spectrum[1:] / angular[1:] ** 2]), len(time_s))

    assert compute_bounce(STEP_S, contact_s) == pytest.approx(np.ptp(height), rel=1e-3)


def test_short_contacts_bounce_as_a_ball_does() -> None:
    assert compute_bounce(0.4, 1e-6) == pytest.approx(GRAVITY * 0.4**2 / 8, rel=1e-4)


@pytest.mark.parametrize("slower", [0.5, 1.0, 2.0])
def test_a_clock_is_wrong_by_the_square_root(slower: float) -> None:
    bounce = compute_bounce(STEP_S / slower, 0.25 / slower)
    detection = make_detection(STEP_S - 0.25)

    found = compute_clock_by_gravity(detection, VerticalMotion(bounce / USUAL_LEG_M, -bounce), USUAL_LEG_M)

    assert found == pytest.approx(slower)


def test_without_a_bounce_there_is_no_clock() -> None:
    assert np.isnan(compute_clock_by_gravity(make_detection(0.1), VerticalMotion(0.0, 0.0), USUAL_LEG_M))
    unheard = make_detection(0.1, duty_factor=float("nan"))
    assert np.isnan(compute_clock_by_gravity(unheard, VerticalMotion(0.1, -0.1), USUAL_LEG_M))


@pytest.mark.parametrize(("rate", "slower"), [(30.0, 4.0), (24.0, 2.5), (31.4, 8.0), (24.0, 4.0)])
def test_running_is_found_at_its_own_time_scale(rate: float, slower: float) -> None:
    keypoints = play(make_known_run(fps=rate * slower, seconds=6, noise_px=1.0).keypoints, slower)
    other = find_other_clock(keypoints, compute_direction(keypoints), make_clip(rate), USUAL_LEG_M)

    assert other is not None
    assert other.time_scale == slower
    assert other.cadence == pytest.approx(170, abs=2)
    assert 0.7 < other.by_gravity < 1.4


def test_walking_in_slow_motion_is_running_at_no_time_scale() -> None:
    walk = make_known_run(cadence=112, duty_factor=0.62, stance_speed=1.4, bounce=-0.02, fps=120)
    keypoints = play(walk.keypoints, 4.0)

    assert find_other_clock(keypoints, compute_direction(keypoints), make_clip(30.0), USUAL_LEG_M) is None


def test_an_unknown_direction_finds_nothing() -> None:
    keypoints = play(make_known_run(fps=120).keypoints, 4.0)

    assert find_other_clock(keypoints, 0, make_clip(30.0), USUAL_LEG_M) is None


@pytest.mark.parametrize(
    ("rate", "scales"),
    [(30.0, [0.5, 1, 2, 4, 8, 16, 32]), (24.0, [0.5, 1, 2.5, 5, 10, 20, 40]), (31.4, [0.5, 1, 2, 4, 8, 16])],
)
def test_time_scales_are_those_that_cameras_make(rate: float, scales: list[float]) -> None:
    assert list_time_scales(rate) == scales
