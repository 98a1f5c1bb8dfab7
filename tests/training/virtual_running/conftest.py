"""Runs of made-up sources, so that virtual runners are tested without captured data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.training.virtual_runners import VirtualRun, draw_virtual_runs
from runform.training.virtual_running.drawing import draw_traits
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import RunnerTraits


@pytest.fixture(scope="session")
def runs(made_up_sources: RunnerSources) -> tuple[VirtualRun, ...]:
    """60 runners as they are drawn, 3 s each."""
    return tuple(draw_virtual_runs(11, 60, made_up_sources, seconds=3.0))


@pytest.fixture(scope="session")
def even_traits(made_up_sources: RunnerSources) -> RunnerTraits:
    """A runner with two like legs, a pelvis that only bounces, and strides that are all alike."""
    drawn = draw_traits(np.random.default_rng(3), made_up_sources)
    return replace(
        drawn,
        right=drawn.left,
        right_arm=drawn.left_arm,
        pelvis_turn=0.0,
        pelvis_list=0.0,
        fore_aft_m=0.0,
        step_shift=0.0,
        variation=0.0,
    )
