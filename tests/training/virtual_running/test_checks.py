"""Sixty drawn runners stand, fly and bend as bodies on a belt can; and the checks see those who do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from runform.training.runner_motions import AT
from runform.training.virtual_runners import VirtualRun
from runform.training.virtual_running import checks
from runform.training.virtual_running.labels import compute_knee_flexion

Check = Callable[[VirtualRun], float]


@pytest.mark.parametrize(
    ("check", "least", "most"),
    [
        (checks.compute_slip, 0.0, 0.002),
        (checks.compute_sinking, 0.0, 0.002),
        (checks.compute_hovering, 0.0, 0.002),
        (checks.compute_bone_change, 0.0, 0.001),
        (checks.compute_shoe_change, 0.0, 0.015),
        (checks.compute_least_knee_flexion, 0.0, 45.0),
        (checks.compute_flight_clearance, 0.0, 0.1),
        (checks.compute_flight_share, 0.03, 0.7),
        (checks.compute_side_order, 1.0, 1.0),
    ],
)
def test_drawn_runners(runs: tuple[VirtualRun, ...], check: Check, least: float, most: float) -> None:
    values = [check(run) for run in runs]

    assert min(values) >= least - 1e-9
    assert max(values) <= most


def test_nothing_jumps(runs: tuple[VirtualRun, ...]) -> None:
    slow = [checks.compute_peak_acceleration(run) for run in runs if run.traits.speed <= 6.0]
    fast = [checks.compute_peak_acceleration(run) for run in runs if run.traits.speed > 6.0]

    assert len(slow) > 30
    assert max(slow) < 600
    assert max(fast, default=0.0) < 900


def test_all_points_are_there(runs: tuple[VirtualRun, ...]) -> None:
    assert all(checks.is_whole(run) for run in runs)


def test_a_sliding_foot_is_seen(runs: tuple[VirtualRun, ...]) -> None:
    run = runs[0]
    sliding = replace(run, traits=replace(run.traits, speed=run.traits.speed + 0.1))

    # In the time on the ground the belt now goes this much further than the foot.
    assert checks.compute_slip(sliding) == pytest.approx(0.1 * run.traits.contact_s, rel=0.4)


def test_a_sunken_foot_and_a_hovering_one_are_seen(runs: tuple[VirtualRun, ...]) -> None:
    run = runs[0]
    down, up = (
        replace(run, soles={side: sole + np.array([0.0, by, 0.0]) for side, sole in run.soles.items()})
        for by in (-0.01, 0.01)
    )

    assert checks.compute_sinking(down) == pytest.approx(0.01, abs=1e-6)
    assert checks.compute_hovering(up) == pytest.approx(0.01, abs=1e-6)


def test_a_stretched_bone_a_broken_knee_and_a_jump_are_seen(runs: tuple[VirtualRun, ...]) -> None:
    run = runs[0]
    points = run.motion.points.copy()
    straight = int(compute_knee_flexion(points, "left").argmin())
    points[straight, AT["left_knee"], 0] -= 0.3
    broken = replace(run, motion=replace(run.motion, points=points))

    assert checks.compute_bone_change(broken) > 0.02
    assert checks.compute_least_knee_flexion(broken) < -1
    assert checks.compute_peak_acceleration(broken) > 1000


def test_exchanged_sides_are_seen(runs: tuple[VirtualRun, ...]) -> None:
    run = runs[0]
    mirrored = run.motion.points * np.array([1.0, 1.0, -1.0])

    assert checks.compute_side_order(replace(run, motion=replace(run.motion, points=mirrored))) == 0.0
