"""Initial contact and toe-off on mean strides, on runs whose contacts force plates saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.gait.body_frame import compute_rearfoot_ahead
from runform.gait.foot_curves import fit_foot_curves
from runform.gait.stance import find_stance
from runform.gait.stride_phase import compute_stride_phase
from runform.sequences import SIDES, KeypointSequence, Side
from runform.training.detector_damage import DamagePlan
from runform.training.filming import FilmedRun, VirtualCamera, film_run
from runform.training.force_runs import read_force_runs
from tests.fixtures.motions import make_known_run

_NO_FAULTS = DamagePlan(
    noise=0.0, speed_noise=0.0, swaps_per_s=0.0, merged_share=0.0, gaps_per_s=0.0, spike_share=0.0, lags_per_s=0.0
)


@pytest.fixture(scope="module")
def filmed(mocap_dir: Path) -> list[FilmedRun]:
    """Every run with force plates, seen square from its right without any error."""
    return [
        film_run(run, VirtualCamera(frame_rate=120.0), np.random.default_rng(0), plan=_NO_FAULTS)
        for run in read_force_runs(mocap_dir)
    ]


def _find_errors(run: FilmedRun, side: Side) -> tuple[float, float]:
    """Found minus true place of initial contact and toe-off on the mean stride, seconds."""
    keypoints, direction = run.truth, run.direction
    ahead = {s: compute_rearfoot_ahead(keypoints, s, direction) for s in SIDES}
    phase = compute_stride_phase(keypoints.time_s, ahead["left"] - ahead["right"])
    assert phase is not None
    curves = fit_foot_curves(keypoints, side, direction, phase)
    assert curves is not None
    stance = find_stance(curves, phase.frequency_hz)
    assert stance is not None
    errors = []
    for found, true_s in (
        (stance.initial_contact, [c.initial_contact_s for c in run.contacts if c.side == side]),
        (stance.toe_off, [c.toe_off_s for c in run.contacts if c.side == side and np.isfinite(c.toe_off_s)]),
    ):
        places = np.interp(true_s, phase.time_s, phase.phase)
        apart = np.angle(np.exp(2j * np.pi * (found - places)).mean()) / (2 * np.pi)
        errors.append(float(apart) / phase.frequency_hz)
    return errors[0], errors[1]


def test_events_lie_where_the_force_plates_have_them(filmed: list[FilmedRun]) -> None:
    errors = 1000 * np.array([_find_errors(run, side) for run in filmed for side in SIDES])  # (10, 2) ms

    assert np.abs(errors[:, 0]).max() < 10
    assert np.abs(errors[:, 1]).max() < 25
    assert np.abs(np.median(errors, axis=0)).max() < 5


def test_the_foot_on_the_belt_moves_at_the_belts_speed() -> None:
    run = make_known_run(stance_speed=2.6, fps=60, direction=1)
    ahead = {s: compute_rearfoot_ahead(run.keypoints, s, 1) for s in SIDES}
    phase = compute_stride_phase(run.keypoints.time_s, ahead["left"] - ahead["right"])
    assert phase is not None
    curves = fit_foot_curves(run.keypoints, "left", 1, phase)
    assert curves is not None
    stance = find_stance(curves, phase.frequency_hz)

    assert stance is not None
    assert stance.ground_speed == pytest.approx(2.6, rel=0.05)


def test_a_foot_that_stands_still_has_no_stance() -> None:
    run = make_known_run(fps=60, direction=1)
    ahead = {s: compute_rearfoot_ahead(run.keypoints, s, 1) for s in SIDES}
    phase = compute_stride_phase(run.keypoints.time_s, ahead["left"] - ahead["right"])
    assert phase is not None
    k = run.keypoints
    noise = np.random.default_rng(0).normal(0, 1e-3, k.xy_px.shape)
    still = KeypointSequence(
        k.time_s, np.repeat(k.xy_px[:1], len(k), axis=0) + noise, k.confidence, k.skeleton, k.width, k.height
    )
    curves = fit_foot_curves(still, "left", 1, phase)

    assert curves is not None
    stance = find_stance(curves, phase.frequency_hz)
    assert stance is None or stance.ground_speed < 0.01
