from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.training.lifter_errors import (
    compute_acceleration_error,
    compute_mpjpe,
    compute_n_mpjpe,
    compute_p_mpjpe,
    compute_scale,
    compute_velocity_error,
)


@pytest.fixture
def truth() -> FloatArray:
    joints = np.random.default_rng(0).normal(0, 300, (12, 17, 3))
    return joints - joints[:, :1]


def _turn(angle: float) -> FloatArray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


def test_the_truth_in_another_unit_has_no_error(truth: FloatArray) -> None:
    for compute in (compute_mpjpe, compute_n_mpjpe, compute_p_mpjpe):
        assert compute(0.001 * truth, truth) == pytest.approx(0, abs=1e-9)


def test_a_known_shift_has_a_known_error(truth: FloatArray) -> None:
    shifted = truth.copy()
    shifted[:, 5] += np.array([0.0, 0.0, 34.0])
    # One joint of 17 off by 34; the scale can only take a little of it away.
    assert compute_mpjpe(shifted, truth) == pytest.approx(2.0, rel=0.05)


def test_only_a_scale_per_frame_forgives_a_changing_scale(truth: FloatArray) -> None:
    breathing = truth * np.linspace(0.8, 1.2, len(truth))[:, None, None]
    assert compute_n_mpjpe(breathing, truth) == pytest.approx(0, abs=1e-9)
    assert compute_mpjpe(breathing, truth) > 10


def test_only_the_best_turn_forgives_a_turn_and_shift(truth: FloatArray) -> None:
    turned = truth @ _turn(0.5) + np.array([10.0, 20.0, 30.0])
    assert compute_p_mpjpe(turned, truth) == pytest.approx(0, abs=1e-9)
    assert compute_n_mpjpe(turned, truth) > 10


def test_no_turn_forgives_a_mirroring(truth: FloatArray) -> None:
    assert compute_p_mpjpe(truth * np.array([-1.0, 1.0, 1.0]), truth) > 50


def test_the_scale_is_the_one_that_was_taken(truth: FloatArray) -> None:
    assert compute_scale(0.02 * truth, truth) == pytest.approx(50.0)
    assert compute_scale(0.02 * truth[..., :2], truth[..., :2]) == pytest.approx(50.0)


def test_a_steady_offset_has_no_velocity_and_a_steady_drift_no_acceleration(truth: FloatArray) -> None:
    time_s = np.array([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13]) / 30
    drift = np.array([30.0, 0.0, -40.0])
    assert compute_velocity_error(truth + drift, truth, time_s) == pytest.approx(0, abs=1e-9)
    drifting = truth + drift * time_s[:, None, None]
    assert compute_velocity_error(drifting, truth, time_s) == pytest.approx(50.0)
    assert compute_acceleration_error(drifting, truth, time_s) == pytest.approx(0, abs=1e-6)
    falling = truth + drift * time_s[:, None, None] ** 2 / 2
    assert compute_acceleration_error(falling, truth, time_s) == pytest.approx(50.0)
