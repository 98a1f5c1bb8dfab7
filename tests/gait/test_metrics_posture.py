"""Angles within the stride against the same figure sampled finely at its true contacts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from runform.gait import metrics_posture
from runform.gait.angles import compute_knee_flexion, compute_thigh_angle
from runform.gait.contacts import detect_contacts
from runform.gait.stride_reading import Strides
from runform.results import Metric
from runform.sequences import ContactGeometry, FloatArray, FootStrike, KeypointSequence
from tests.fixtures.motions import KnownRun, make_known_run

_FINE_FPS = 600.0


def _make_strides(run: KnownRun, direction: int = -1) -> Strides:
    detection = detect_contacts(run.keypoints, direction)
    assert detection is not None
    rate = float(1 / np.median(np.diff(run.keypoints.time_s)))
    return Strides(run.keypoints, detection.contacts, detection.phase, direction, rate)


def _find_true_peak(signal: FloatArray, run: KnownRun, start: float, end: float) -> float:
    """Highest value of a finely sampled signal in a part of the left foot's second stride; parts from 0 to 1 are of
    the contact, from 1 to 2 of the flight that follows it."""
    (_, down, up), (_, after, _) = [contact for contact in run.contacts if contact[0] == "left"][1:3]
    low, high = (np.interp(part, [0, 1, 2], [down, up, after]) for part in (start, end))
    time_s = run.keypoints.time_s
    return float(signal[(time_s >= low) & (time_s <= high)].max())


@pytest.mark.parametrize(
    ("compute", "signal", "part"),
    [
        (metrics_posture.compute_knee_flexion_midstance, lambda k, d: compute_knee_flexion(k, "left", d), (0.0, 0.75)),
        (metrics_posture.compute_knee_flexion_swing, lambda k, d: compute_knee_flexion(k, "left", d), (1.0, 2.0)),
        (metrics_posture.compute_hip_extension, lambda k, d: -compute_thigh_angle(k, "left", d), (0.5, 1.25)),
    ],
)
@pytest.mark.parametrize("fps", [30.0, 120.0])
@pytest.mark.parametrize("direction", [-1, 1])
def test_peaks_are_read_where_they_are(
    compute: Callable[[Strides], Metric],
    signal: Callable[[KeypointSequence, int], FloatArray],
    part: tuple[float, float],
    fps: float,
    direction: int,
) -> None:
    fine = make_known_run(fps=_FINE_FPS, seconds=3, direction=direction)
    truth = _find_true_peak(signal(fine.keypoints, direction), fine, *part)
    metric = compute(_make_strides(make_known_run(fps=fps, noise_px=1.5, direction=direction), direction))

    assert metric.value == pytest.approx(truth, abs=2.5)
    assert metric.left == pytest.approx(metric.right, abs=2.0)
    assert 20 <= metric.n == len(metric.steps) <= 23


@pytest.mark.parametrize("swing_deg", [25.0, 60.0])
def test_arm_swing_is_from_front_to_back(swing_deg: float) -> None:
    metric = metrics_posture.compute_arm_swing(_make_strides(make_known_run(arm_swing_deg=swing_deg, noise_px=1.5)))

    assert metric.value == pytest.approx(swing_deg, abs=2.0)
    assert abs(metric.left - swing_deg) <= metric.left_plus_minus


def test_trunk_lean_is_the_mean_over_each_step() -> None:
    metric = metrics_posture.compute_mean_trunk_lean(_make_strides(make_known_run(noise_px=1.5)))

    assert metric.value == pytest.approx(np.degrees(np.arctan2(0.1, 0.6)), abs=0.3)
    assert np.isnan(metric.left)
    assert metric.n == len(metric.steps) >= 20


def test_only_feet_that_can_be_told_count_for_the_share() -> None:
    told: list[FootStrike] = ["rearfoot", "unclear", "not_rearfoot", "rearfoot", "unclear", "rearfoot"]
    geometry = [
        ContactGeometry("left" if i % 2 == 0 else "right", float(i), 0.2, 5.0, 10.0, foot_strike=strike)
        for i, strike in enumerate(told)
    ]
    metric = metrics_posture.compute_rearfoot_share(geometry)

    assert (metric.value, metric.n) == (0.75, 4)
    assert (metric.left, metric.right) == (0.5, 1.0)
    assert [step.value for step in metric.steps] == [1.0, 0.0, 1.0, 1.0]
    # Wilson's interval of 3 in 4 runs from 0.301 to 0.954.
    assert metric.plus_minus == pytest.approx(0.75 - 0.301, abs=0.001)


def test_no_foot_that_can_be_told_leaves_no_share() -> None:
    assert np.isnan(metrics_posture.compute_rearfoot_share([ContactGeometry("left", 0.0, 0.2, 5.0, 10.0)]).value)
