"""Upper bodies as angles: what is placed is what is measured, and a mirror exchanges the sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.training.runner_motions import AT, BODY, RunnerMotion
from runform.training.virtual_runners import VirtualRun, make_run
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import RunnerTraits
from runform.training.virtual_running.upper import blend_upper, mirror_upper, place_upper
from runform.training.virtual_running.upper_cycle import (
    CHANNELS,
    evaluate_series,
    find_thigh_phase,
    fit_upper_cycle,
    measure_channels,
)
from tests.training.conftest import make_upper

C = {name: i for i, name in enumerate(CHANNELS)}


def test_angles_placed_are_angles_measured(runs: tuple[VirtualRun, ...]) -> None:
    run, rng = runs[0], np.random.default_rng(1)
    points = np.full((50, len(BODY), 3), np.nan)
    points[:, : len(BODY)] = run.motion.points[:50]
    asked = evaluate_series(make_upper(), np.linspace(0, 1, 50)) + rng.normal(size=(50, len(CHANNELS)))

    place_upper(points, asked, run.traits)

    found, _ = measure_channels(points)
    placed = [i for i, name in enumerate(CHANNELS) if not name.startswith("pelvis")]
    np.testing.assert_allclose(found[:, placed], asked[:, placed], atol=1e-6)


def test_a_right_arm_swings_with_the_left_thigh(runs: tuple[VirtualRun, ...]) -> None:
    for run in runs[:10]:
        channels, thighs = measure_channels(run.motion.points)
        # Over whole strides a little is lost at the ends: the sign is what counts.
        assert np.corrcoef(thighs, channels[:, C["right_raise"]])[0, 1] > 0.7
        assert np.corrcoef(thighs, channels[:, C["left_raise"]])[0, 1] < -0.7


def test_a_captured_cycle_is_found_again(even_traits: RunnerTraits, made_up_sources: RunnerSources) -> None:
    """A virtual runner who travels as a captured one does gives back the cycle that moves the upper body."""
    run = make_run(even_traits, made_up_sources, seconds=1.4, frame_rate=120.0, rng=np.random.default_rng(0))
    travel = np.zeros((len(run.motion.points), 1, 3))
    travel[:, 0, 0] = even_traits.speed * np.arange(len(travel)) / 120.0
    captured = RunnerMotion("captured", "run", 120.0, run.motion.points + travel)

    found = fit_upper_cycle(captured)

    asked = blend_upper(even_traits, made_up_sources)
    rows = [C["left_raise"], C["right_elbow"], C["shoulder_turn"]]
    phase = np.arange(50) / 50
    np.testing.assert_allclose(evaluate_series(found[rows], phase), evaluate_series(asked[rows], phase), atol=1.5)


def test_a_mirrored_cycle() -> None:
    cycle, phase = make_upper(), np.arange(20) / 20

    mirrored = evaluate_series(mirror_upper(cycle), phase)
    later = evaluate_series(cycle, phase + 0.5)

    np.testing.assert_allclose(mirrored[:, C["left_raise"]], later[:, C["right_raise"]])
    np.testing.assert_allclose(mirrored[:, C["right_elbow"]], later[:, C["left_elbow"]])
    np.testing.assert_allclose(mirrored[:, C["lean"]], later[:, C["lean"]])
    np.testing.assert_allclose(mirrored[:, C["shoulder_turn"]], -later[:, C["shoulder_turn"]])
    np.testing.assert_allclose(mirror_upper(mirror_upper(cycle)), cycle)


def test_carriage_is_what_the_traits_say(even_traits: RunnerTraits, made_up_sources: RunnerSources) -> None:
    arm = replace(even_traits.left_arm, swing_deg=20.0, raise_deg=-5.0, elbow_deg=80.0)
    cycle = blend_upper(replace(even_traits, left_arm=arm, trunk_lean_deg=9.0), made_up_sources)
    over = evaluate_series(cycle, np.arange(256) / 256)

    assert np.ptp(over[:, C["left_raise"]]) == pytest.approx(40.0, abs=0.1)
    assert over[:, C["left_raise"]].mean() == pytest.approx(-5.0, abs=1e-6)
    assert over[:, C["left_elbow"]].mean() == pytest.approx(80.0, abs=1e-6)
    assert over[:, C["lean"]].mean() == pytest.approx(9.0, abs=1e-6)


def test_the_phase_of_the_thighs() -> None:
    phase = np.arange(64) / 64

    apart = 50 * np.cos(2 * np.pi * (phase - 0.3)) + 4 * np.cos(6 * np.pi * phase)

    assert find_thigh_phase(apart) == pytest.approx(0.3)


def test_the_head_sits_on_the_spine(runs: tuple[VirtualRun, ...]) -> None:
    for run in runs[:10]:
        points, size = run.motion.points, run.traits.lengths["head"]
        neck, crown, nose = (points[:, AT[name]] for name in ("neck", "head_top", "nose"))

        np.testing.assert_allclose(np.linalg.norm(crown - neck, axis=1), 0.27 * size, rtol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(nose - neck, axis=1), np.hypot(0.13, 0.12) * size, rtol=1e-6)
        assert (nose[:, 0] > neck[:, 0]).all()
