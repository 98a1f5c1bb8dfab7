"""Calibration on confidences whose worth is known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.training.confidence_evaluation import compute_auc, compute_calibration_error, describe_reliability


def test_confidence_that_is_the_share_right_has_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0, 1, 20_000)

    assert compute_calibration_error(confidence, rng.uniform(0, 1, 20_000) < confidence) < 0.02


def test_sure_of_everything_and_right_half_the_time_errs_by_half() -> None:
    right = np.arange(100) % 2 == 0

    assert compute_calibration_error(np.ones(100), right) == pytest.approx(0.5)
    assert compute_auc(np.ones(100), right) == pytest.approx(0.5)


def test_auc_is_one_where_confidence_parts_right_from_wrong() -> None:
    confidence = np.array([0.9, 0.8, 0.3, 0.1])

    assert compute_auc(confidence, np.array([True, True, False, False])) == 1.0
    assert compute_auc(confidence, np.array([False, False, True, True])) == 0.0


def test_the_table_counts_right_keypoints_in_each_bin_and_has_no_nan() -> None:
    row = describe_reliability(np.array([0.05, 0.95, 1.0]), np.array([True, True, False]))

    assert (row["n"], row["0.0-0.2"], row["0.4-0.6"], row["0.8-1.0"]) == (3, "1/1", "0/0", "1/2")
    assert row["share_right"] == pytest.approx(2 / 3)
    empty = describe_reliability(np.zeros(0), np.zeros(0, dtype=np.bool_))
    assert (empty["n"], empty["auc"], empty["mean_confidence"], empty["calibration_error"]) == (0, None, None, None)
