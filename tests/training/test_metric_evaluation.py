"""Metrics of filmed runs beside the truth of markers and force plates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.training.force_runs import ForceRun, extend_force_run, read_force_runs
from runform.training.metric_evaluation import Reading, evaluate_metrics, read_metrics
from runform.training.metric_truth import compute_true_metrics


@pytest.fixture(scope="module")
def runs(mocap_dir: Path) -> dict[str, ForceRun]:
    return {run.name: run for run in read_force_runs(mocap_dir)}


def test_the_truth_is_the_force_plate_s(runs: dict[str, ForceRun]) -> None:
    truth = compute_true_metrics(extend_force_run(runs["hamner04 4 m/s"], 20.0, np.random.default_rng(0)))

    assert truth["cadence"].value == pytest.approx(173, abs=2)
    assert truth["ground_contact_time"].value == pytest.approx(0.246, abs=0.006)
    assert truth["flight_time"].value == pytest.approx(60 / 173 - 0.246, abs=0.006)
    assert truth["step_length"].value == pytest.approx(4 * 60 / 173, rel=0.02)
    assert 5 < truth["trunk_lean"].value < 15
    assert truth["foot_angle_at_contact"].value > 20
    assert 30 < truth["knee_flexion_midstance"].value < 55 < truth["knee_flexion_swing"].value < 130


def test_what_was_not_captured_has_no_truth(runs: dict[str, ForceRun]) -> None:
    truth = compute_true_metrics(runs["rbds001 2.5 m/s"])

    assert {"trunk_lean", "arm_swing"}.isdisjoint(truth)
    assert truth["cadence"].value == pytest.approx(157, abs=2)


@pytest.mark.slow
def test_most_clips_hold_the_truth_within_their_stated_error(runs: dict[str, ForceRun]) -> None:
    """A run that set no figure, from square and from the side, at a phone's rates; the whole table takes minutes."""
    readings = list(read_metrics([runs["hamner04 4 m/s"]], 0, (30.0, 60.0), (0.0, 10.0), 3))
    angles = [r for r in readings if r.found.unit == "deg"]

    assert len(readings) > 200
    assert _share_held(angles) > 0.85
    assert _share_held([r for r in readings if r.found.unit != "deg"]) > 0.85
    assert max(abs(r.error) for r in angles) < 12


def _share_held(readings: list[Reading]) -> float:
    return float(np.mean([abs(reading.error) <= reading.found.plus_minus for reading in readings]))


@pytest.mark.slow
def test_the_table_says_what_it_judges(mocap_dir: Path) -> None:
    table = evaluate_metrics(mocap_dir, frame_rates=(60.0,), yaws_deg=(0.0,), repeats=1)

    assert {row["tuned"] for row in table["rows"]} == {True, False}
    assert {goal["name"] for goal in table["goals"]} == {row["metric"] for row in table["rows"] if not row["tuned"]}
    assert all(0 <= row["coverage"] <= 1 for row in table["rows"])
