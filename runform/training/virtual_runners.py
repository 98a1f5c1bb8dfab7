"""Thousands of virtual runners with the variety of real ones, each with its traits as labels.

A runner runs toward +x in place on a treadmill whose belt moves toward -x; y is up, the belt lies at y = 0, and the
runner's right is +z. The standing foot moves exactly with the belt, the pelvis is thrown up by each stance, the knee
follows by inverse kinematics; the swing is that of a measured runner, pelvis, trunk and arms those of captured runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from runform.errors import InputError
from runform.sequences import Side
from runform.training.runner_motions import RunnerMotion
from runform.training.virtual_running.drawing import draw_traits
from runform.training.virtual_running.labels import measure_traits
from runform.training.virtual_running.leg import Leg
from runform.training.virtual_running.leg_fit import solve_legs
from runform.training.virtual_running.run import VirtualRun, run_in_place
from runform.training.virtual_running.sources import RunnerSources, read_runner_sources
from runform.training.virtual_running.traits import ArmTraits, LegTraits, RunnerTraits

__all__ = [
    "ArmTraits",
    "LegTraits",
    "RunnerSources",
    "RunnerTraits",
    "VirtualRun",
    "draw_traits",
    "draw_virtual_runners",
    "draw_virtual_runs",
    "make_run",
    "make_runner",
    "read_runner_sources",
]

_TRIES = 200


def draw_virtual_runners(
    seed: int | np.random.Generator,
    count: int,
    sources: RunnerSources,
    *,
    seconds: float = 5.0,
    frame_rate: float = 60.0,
) -> Iterator[tuple[RunnerTraits, RunnerMotion]]:
    """Virtual runners one after another, the traits as measured on the motion.

    Args:
        seed: Of the draw, or its source of chance.
        count: How many.
        sources: From `read_runner_sources`.
        seconds: Length of each run.
        frame_rate: Frames/s.

    Raises:
        InputError: Sources that no runner can be made of.
    """
    for run in draw_virtual_runs(seed, count, sources, seconds=seconds, frame_rate=frame_rate):
        yield measure_traits(run), run.motion


def draw_virtual_runs(
    seed: int | np.random.Generator,
    count: int,
    sources: RunnerSources,
    *,
    seconds: float = 5.0,
    frame_rate: float = 60.0,
) -> Iterator[VirtualRun]:
    """As `draw_virtual_runners`, with soles and contacts; the traits are those drawn."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        traits, legs = _draw_able(rng, sources)
        run = run_in_place(traits, legs, sources, seconds=seconds, frame_rate=frame_rate, rng=rng)
        yield replace(run, motion=replace(run.motion, name=f"virtual {number:05d}"))


def make_runner(
    traits: RunnerTraits,
    sources: RunnerSources,
    *,
    seconds: float,
    frame_rate: float = 60.0,
    rng: np.random.Generator,
) -> RunnerMotion:
    """The runner's points: see `make_run`."""
    return make_run(traits, sources, seconds=seconds, frame_rate=frame_rate, rng=rng).motion


def make_run(
    traits: RunnerTraits,
    sources: RunnerSources,
    *,
    seconds: float,
    frame_rate: float = 60.0,
    rng: np.random.Generator,
) -> VirtualRun:
    """A run in place toward +x, with the change from stride to stride that runners have.

    Args:
        traits: Who runs.
        sources: That the traits were drawn from.
        seconds: Length.
        frame_rate: Frames/s.
        rng: Source of chance: the first frame's phase, the change from stride to stride.

    Raises:
        InputError: Legs that cannot run so.
    """
    legs = solve_legs(traits, sources)
    if legs is None:
        raise InputError(
            f"No legs run {traits.speed:.1f} m/s at {traits.cadence:.0f} steps/min so.", "Draw other traits."
        )
    return run_in_place(traits, legs, sources, seconds=seconds, frame_rate=frame_rate, rng=rng)


def _draw_able(rng: np.random.Generator, sources: RunnerSources) -> tuple[RunnerTraits, dict[Side, Leg]]:
    """A runner who can run as drawn, and the legs."""
    for _ in range(_TRIES):
        traits = draw_traits(rng, sources)
        legs = solve_legs(traits, sources)
        if legs is not None:
            return traits, legs
    raise InputError(f"None of {_TRIES} drawn runners can run.", "Give stride angles of running.")
