"""Contacts held against force plates: the stated ± holds, and the table says what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.gait.contact_error import SYSTEMATIC_S
from runform.training.contact_evaluation import (
    ReadClip,
    compute_cadence_error,
    compute_coverage,
    evaluate_contacts,
    read_clips,
)
from runform.training.force_runs import read_force_runs


@pytest.fixture(scope="module")
def clips(mocap_dir: Path) -> list[ReadClip]:
    """Every run, from either side, at 30 frames/s."""
    return list(read_clips(read_force_runs(mocap_dir), 3, (30.0,), (10.0,), 2))


def test_no_contact_is_missed_and_none_is_false(clips: list[ReadClip]) -> None:
    scores = [clip.score() for clip in clips]

    assert len({clip.filmed.name for clip in clips}) == 5
    assert sum(score.total for score in scores) > 150
    assert not [contact for score in scores for contact in (*score.missed, *score.false)]


def test_the_stated_half_widths_hold_nearly_all_events(clips: list[ReadClip]) -> None:
    covered = compute_coverage(clips)

    assert covered["initial_contact"] > 0.9
    assert covered["toe_off"] > 0.85
    for clip in clips:
        assert clip.detection is not None
        assert all(c.plus_minus_s > SYSTEMATIC_S["initial_contact"] for c in clip.detection.contacts)


def test_cadence_is_that_of_the_force_plate(clips: list[ReadClip]) -> None:
    assert max(abs(compute_cadence_error(clip)) for clip in clips) < 0.6


def test_the_table_has_a_row_for_each_run_rate_and_yaw_and_judges_what_was_set(mocap_dir: Path) -> None:
    result = evaluate_contacts(mocap_dir, frame_rates=(60.0,), yaws_deg=(0.0,), repeats=1)

    assert [row["frame_rate"] for row in result["rows"]] == [60.0] * 5
    assert sum("(tuned)" in row["run"] for row in result["rows"]) == 2
    for row in result["rows"]:
        assert row["initial_contact_median_ms"] < 20
        assert np.isfinite(row["shank_rmse_deg"])
    assert len(result["overground_rows"]) == 5
    assert sum(row["missed"] + row["false"] for row in result["overground_rows"]) == 0
    for goal in result["goals"]:
        assert goal["met"] == (abs(goal["value"]) <= goal["goal"])
    assert len(result["goals"]) == 9
