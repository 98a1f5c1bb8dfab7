"""Virtual runners beside the people whose strides they are made of, and the same seed the same runner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.demo.fit_stride_curves import FILE_GROUPS, read_sagittal_curves
from runform.errors import InputError
from runform.sequences import FloatArray
from runform.training.angle_ranges import compute_knee_ranges
from runform.training.virtual_runners import (
    RunnerSources,
    draw_traits,
    draw_virtual_runners,
    make_run,
    make_runner,
    read_runner_sources,
)
from runform.training.virtual_running.labels import compute_knee_flexion
from runform.training.virtual_running.leg_fit import solve_legs
from runform.training.virtual_running.sources import CAPTURED_RUNS

STANCE_POINTS = 40
MEASURED_SPEED = (2.2, 2.8)


@pytest.fixture(scope="module")
def sources(mocap_dir: Path) -> RunnerSources:
    return read_runner_sources(mocap_dir)


@pytest.fixture(scope="module")
def knees(sources: RunnerSources) -> FloatArray:
    """(40, 101) degrees of knee flexion over a stride of virtual runners at the speed of the measured ones."""
    rng = np.random.default_rng(0)
    curves: list[FloatArray] = []
    while len(curves) < 40:
        traits = draw_traits(rng, sources)
        if not MEASURED_SPEED[0] < traits.speed < MEASURED_SPEED[1] or solve_legs(traits, sources) is None:
            continue
        run = make_run(traits, sources, seconds=2.2, frame_rate=200.0, rng=rng)
        first, last = [c.initial_contact_s for c in run.contacts if c.side == "left"][:2]
        flexion = compute_knee_flexion(run.motion.points, "left")
        curves.append(np.interp(np.linspace(first, last, 101), np.arange(len(flexion)) / 200.0, flexion))
    return np.array(curves)


def test_all_measured_runners_are_there(sources: RunnerSources) -> None:
    assert len(sources.names) == 46
    assert len(set(sources.names)) == 46
    assert len(sources.upper) == len(CAPTURED_RUNS)


def test_nothing_of_the_test_people_is_needed(mocap_dir: Path, tmp_path: Path, sources: RunnerSources) -> None:
    for name in ("running_angles", "cmu.npz"):
        (tmp_path / name).symlink_to(mocap_dir / name)

    alone = read_runner_sources(tmp_path)

    np.testing.assert_allclose(alone.legs, sources.legs, atol=1e-5)
    np.testing.assert_allclose(alone.upper, sources.upper, atol=1e-5)
    assert not any(name.startswith("test_") for name in CAPTURED_RUNS)


def test_missing_sources_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stride curves"):
        read_runner_sources(tmp_path)


def test_knees_are_those_of_measured_runners(knees: FloatArray, mocap_dir: Path) -> None:
    """Most virtual runners lie within two standard deviations of the measured ones, as most measured ones do."""
    ranges = compute_knee_ranges(mocap_dir / "running_angles")
    found = {
        "knee_flexion_at_contact": knees[:, 0],
        "knee_flexion_midstance": knees[:, :STANCE_POINTS].max(axis=1),
        "knee_flexion_swing": knees[:, STANCE_POINTS:].max(axis=1),
    }
    for name, values in found.items():
        low, high, _ = ranges[name]
        assert low < values.mean() < high
        assert ((values > low) & (values < high)).mean() > 0.8, name
        # And they are as varied, not all alike.
        assert values.std() > (high - low) / 4 * 0.5, name


def test_the_mean_knee_is_the_measured_mean_knee(knees: FloatArray, mocap_dir: Path) -> None:
    folder = mocap_dir / "running_angles"
    paths = [path for pattern in FILE_GROUPS for path in sorted(folder.glob(pattern))]
    measured = np.mean([read_sagittal_curves(path)["knee"] for path in paths], axis=0)

    assert np.sqrt(np.mean((knees.mean(axis=0) - measured) ** 2)) < 6.0


def test_the_same_seed_is_the_same_runner(sources: RunnerSources) -> None:
    first, again, other = (next(draw_virtual_runners(seed, 1, sources, seconds=1.0)) for seed in (4, 4, 5))

    np.testing.assert_array_equal(first[1].points, again[1].points)
    assert first[0] == again[0]
    assert first[0] != other[0]


def test_names_and_lengths(sources: RunnerSources) -> None:
    runners = list(draw_virtual_runners(1, 4, sources, seconds=2.0, frame_rate=50.0))

    assert [motion.name for _, motion in runners] == [f"virtual {i:05d}" for i in range(4)]
    assert all(motion.points.shape == (100, 19, 3) and motion.kind == "run" for _, motion in runners)
    assert len({traits.height_m for traits, _ in runners}) == 4


def test_traits_that_no_leg_can_run_are_refused(sources: RunnerSources) -> None:
    traits = draw_traits(np.random.default_rng(0), sources)
    with pytest.raises(InputError, match="No legs"):
        make_runner(replace(traits, speed=15.0), sources, seconds=1.0, rng=np.random.default_rng(0))
