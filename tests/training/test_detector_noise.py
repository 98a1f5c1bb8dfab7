from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_FEET_21
from runform.training.detector_noise import DetectorNoise, add_detector_noise, vary_confidence

SHAPE = (40, 30, 21)
QUIET = DetectorNoise(
    offset_m=0.0, jitter_m=(0.0, 0.0), gross_share=0.0, swap_share=0.0, lost_joint_share=0.0, lost_frame_share=0.0
)
AT = HUMAN36M_FEET_21.index


def _still_px() -> FloatArray:
    rng = np.random.default_rng(0)
    return np.broadcast_to(rng.uniform(0, 500, (1, 1, 21, 2)), (*SHAPE, 2)).copy()


def _report(noise: DetectorNoise, depth_m: float = 0.0) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(1)
    return add_detector_noise(_still_px(), np.full(SHAPE, depth_m), np.full(SHAPE[:2], 200.0), rng, noise)


def test_a_perfect_detector_reports_the_truth() -> None:
    reported, confidence = _report(QUIET)
    np.testing.assert_array_equal(reported, _still_px())
    assert confidence.min() > 0.5


@pytest.mark.parametrize("quick", [0.2, 1.0])
def test_jitter_has_its_size_and_follows_itself(quick: float) -> None:
    noise = replace(QUIET, jitter_m=(0.01, 0.01), quick_share=(quick, quick))
    error_m = ((_report(noise)[0] - _still_px()) / 200.0)[:, :, AT["left_knee"]]
    # A slow half, and a quick one of the given size.
    assert error_m.std() == pytest.approx(0.01 * np.hypot(1.0, quick), rel=0.07)
    neighbours = np.corrcoef(error_m[:, 1:].ravel(), error_m[:, :-1].ravel())[0, 1]
    assert neighbours == pytest.approx(0.85 / (1 + quick**2), abs=0.06)


def test_offsets_hold_for_a_window() -> None:
    noise = replace(QUIET, offset_m=0.02)
    error = _report(noise)[0] - _still_px()
    np.testing.assert_allclose(error, np.broadcast_to(error[:, :1], error.shape), atol=1e-9)
    assert error.std() > 2.0


def test_joints_behind_the_body_are_found_worse_and_told_so() -> None:
    noise = DetectorNoise(lost_joint_share=0.0, lost_frame_share=0.0, swap_share=0.0, offset_m=0.0)
    (near, near_sure), (far, far_sure) = _report(noise, depth_m=-0.2), _report(noise, depth_m=0.2)
    assert np.abs(far - _still_px()).mean() > 1.2 * np.abs(near - _still_px()).mean()
    assert far_sure.mean() < near_sure.mean()


def test_confidence_falls_with_the_error() -> None:
    noise = DetectorNoise(gross_share=0.2, lost_joint_share=0.0, lost_frame_share=0.0, swap_share=0.0, offset_m=0.0)
    reported, confidence = _report(noise)
    error = np.linalg.norm(reported - _still_px(), axis=-1)
    assert np.corrcoef(error.ravel(), confidence.ravel())[0, 1] < -0.5
    assert confidence.min() > 0
    assert confidence.max() <= 1


def test_lost_joints_are_nan_with_no_confidence_and_never_all() -> None:
    noise = DetectorNoise(lost_joint_share=0.1, lost_frame_share=0.05)
    reported, confidence = _report(noise)
    lost = np.isnan(reported).any(axis=-1)
    np.testing.assert_array_equal(lost, confidence == 0)
    assert 0.05 < lost.mean() < 0.25
    assert not lost.all(axis=(1, 2)).any()


def test_exchanged_legs_are_each_others() -> None:
    noise = replace(QUIET, swap_share=1.0)
    reported, truth = _report(noise)[0], _still_px()
    changed = (reported != truth).any(axis=-1)  # (B, T, J)
    assert changed.any(axis=(1, 2)).all(), "every window has an exchange"
    assert changed[..., AT["left_elbow"]].sum() == 0
    np.testing.assert_array_equal(changed[..., AT["left_knee"]], changed[..., AT["left_toe"]])
    window, frame = np.argwhere(changed[..., AT["left_knee"]])[0]
    np.testing.assert_array_equal(reported[window, frame, AT["left_knee"]], truth[window, frame, AT["right_knee"]])
    np.testing.assert_array_equal(reported[window, frame, AT["right_ankle"]], truth[window, frame, AT["left_ankle"]])
    np.testing.assert_array_equal(reported[window, frame, AT["left_heel"]], truth[window, frame, AT["right_heel"]])
    assert changed.any(axis=2).sum(axis=1).max() <= 4


def test_a_body_without_feet_is_seen_and_exchanged_as_well() -> None:
    truth, px_per_metre = _still_px()[:, :, :17], np.full(SHAPE[:2], 200.0)
    depth, noise = np.zeros(truth.shape[:3]), replace(QUIET, swap_share=1.0)
    reported, confidence = add_detector_noise(truth, depth, px_per_metre, np.random.default_rng(1), noise)
    assert reported.shape == truth.shape
    assert confidence.shape == depth.shape
    exchanged = (reported[:, :, AT["left_knee"]] == truth[:, :, AT["right_knee"]]).all(axis=-1)
    assert exchanged.any(axis=1).all(), "every window has an exchange"


def test_heels_are_found_less_exactly_than_toes() -> None:
    noise = DetectorNoise(lost_joint_share=0.0, lost_frame_share=0.0, swap_share=0.0, offset_m=0.0, gross_share=0.0)
    error = np.abs(_report(noise)[0] - _still_px())
    heels, toes = (error[:, :, [AT[f"left_{part}"], AT[f"right_{part}"]]].mean() for part in ("heel", "toe"))
    assert heels == pytest.approx(1.3 * toes, rel=0.1)


def test_another_detectors_confidence_keeps_the_order_or_says_nothing() -> None:
    confidence = np.random.default_rng(0).uniform(0.1, 0.9, SHAPE[1:])
    confidence[3, 5] = 0.0
    found = confidence > 0
    silent = 0
    for seed in range(60):
        varied = vary_confidence(confidence, np.random.default_rng(seed))
        assert varied[3, 5] == 0
        assert varied[found].min() >= 0.02
        assert varied.max() <= 1
        if np.ptp(varied[found]) == 0:
            silent += 1
        else:
            order = np.argsort(confidence[found])
            assert (np.diff(varied[found][order]) >= 0).all()
    assert 8 < silent < 28, "three in ten"
