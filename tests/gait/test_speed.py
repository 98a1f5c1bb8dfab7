"""Speeds of motions whose speed is known."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from runform.gait.speed import (
    check_speed_agrees,
    compute_ground_speed,
    correct_for_view,
    estimate_speed,
)
from runform.results import AnalysisOptions
from tests.fixtures.motions import LEG_PX, make_known_run

_HEIGHT = AnalysisOptions(height_cm=180)
_LEG_M = 0.491 * 1.80


def test_an_oblique_view_is_made_square() -> None:
    assert correct_for_view(2.0, 0.0) == 2.0
    assert correct_for_view(2.0 * math.cos(math.radians(20)), 20.0) == pytest.approx(2.0)
    assert correct_for_view(2.0, math.nan) == 2.0
    assert correct_for_view(1.0, 90.0) == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("direction", [-1, 1])
def test_the_hips_way_over_the_ground(direction: int) -> None:
    keypoints = make_known_run(travel_px_per_s=600.0, seconds=3, direction=direction, noise_px=2.0).keypoints

    assert compute_ground_speed(keypoints) == pytest.approx(600 / LEG_PX, rel=0.02)


def test_nobody_has_no_speed() -> None:
    keypoints = make_known_run(seconds=1).keypoints
    empty = dataclasses.replace(keypoints, xy_px=np.full_like(keypoints.xy_px, np.nan))

    assert math.isnan(compute_ground_speed(empty))


def test_what_is_stated_goes_before_what_is_seen() -> None:
    keypoints = make_known_run(travel_px_per_s=600.0, seconds=3).keypoints
    stated = estimate_speed(keypoints, "in_place", 2.5, 0.0, AnalysisOptions(belt_speed=3.0, height_cm=180), 60.0)
    stance = estimate_speed(keypoints, "in_place", 2.5, 0.0, _HEIGHT, 60.0)
    ground = estimate_speed(keypoints, "passing", 2.5, 0.0, _HEIGHT, 60.0)
    panned = estimate_speed(keypoints, "panning", 2.5, 0.0, _HEIGHT, 60.0)

    assert (stated.value, stated.source) == (3.0, "stated")
    assert (stance.source, ground.source) == ("stance", "ground")
    assert [stance.value, ground.value] == pytest.approx([2.5 * _LEG_M, 600 / LEG_PX * _LEG_M], rel=0.02)
    assert panned == stance
    assert stated.leg_lengths_per_s == 2.5
    assert 0 < stated.plus_minus < stance.plus_minus


def test_without_a_scale_there_are_no_metres() -> None:
    estimate = estimate_speed(make_known_run(seconds=1).keypoints, "in_place", 2.5, 0.0, AnalysisOptions(), 60.0)

    assert math.isnan(estimate.value)
    assert (estimate.leg_lengths_per_s, estimate.source) == (2.5, "")


@pytest.mark.parametrize(("belt", "status"), [(2.5 * _LEG_M, "ok"), (2.9 * _LEG_M, "ok"), (3.1 * _LEG_M, "warn")])
def test_belt_and_height_check_one_another(belt: float, status: str) -> None:
    check = check_speed_agrees(AnalysisOptions(belt_speed=belt, height_cm=180), 2.5)

    assert check is not None
    assert (check.name, check.status) == ("speed_agrees", status)
    assert bool(check.remedy) == (status == "warn")


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        (_HEIGHT, 2.5),
        (AnalysisOptions(belt_speed=3.0), 2.5),
        (AnalysisOptions(belt_speed=3.0, height_cm=180), math.nan),
    ],
)
def test_one_alone_checks_nothing(options: AnalysisOptions, seen: float) -> None:
    assert check_speed_agrees(options, seen) is None
