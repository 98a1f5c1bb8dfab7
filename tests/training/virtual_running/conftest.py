"""Made-up sources and runs of them, so that virtual runners are tested without captured data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.demo.stride_model import load_stride_curves
from runform.sequences import FloatArray
from runform.training.virtual_runners import VirtualRun, draw_virtual_runs
from runform.training.virtual_running.drawing import draw_traits
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import RunnerTraits
from runform.training.virtual_running.upper_cycle import CHANNELS, HARMONICS

# Channel -> mean, amplitude and phase of the first harmonic, degrees.
_CARRIAGE: dict[str, tuple[float, float, float]] = {
    "pelvis_turn": (0.0, 5.0, -130.0), "pelvis_list": (0.0, 3.5, 150.0), "lean": (4.0, 0.5, 0.0),
    "side_lean": (0.0, 0.8, 0.0), "shoulder_turn": (0.0, 11.0, -150.0), "shoulder_list": (0.0, 1.5, -80.0),
    "left_raise": (-22.0, 18.0, 180.0), "left_abduction": (5.0, 6.0, -150.0), "left_elbow": (110.0, 8.0, 140.0),
    "left_inward": (10.0, 12.0, -160.0), "right_raise": (-22.0, 18.0, 0.0), "right_abduction": (3.0, 6.0, 30.0),
    "right_elbow": (108.0, 8.0, -20.0), "right_inward": (12.0, 12.0, 30.0),
}  # fmt: skip


def make_upper() -> FloatArray:
    """(C, 7) Fourier coefficients of a plain swing of the arms."""
    upper = np.zeros((len(CHANNELS), 1 + 2 * HARMONICS))
    for row, name in enumerate(CHANNELS):
        mean, size, phase = _CARRIAGE[name]
        upper[row, 0] = mean
        upper[row, 1] = size * np.cos(np.radians(phase))
        upper[row, 1 + HARMONICS] = size * np.sin(np.radians(phase))
    return upper


@pytest.fixture(scope="session")
def made_up_sources() -> RunnerSources:
    """Two runners, the published mean stride and one who lifts the heel less, and two upper bodies."""
    curves = load_stride_curves()
    mean = np.array([[s.mean, *s.cosine, *s.sine] for s in (curves.hip, curves.knee, curves.ankle)])
    stiff = mean.copy()
    stiff[1] *= 0.92
    upper = make_upper()
    return RunnerSources(("mean", "stiff"), np.stack([mean, stiff]), np.array([0.39, 0.4]), np.stack([upper, upper]))


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
