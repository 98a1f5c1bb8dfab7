from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.errors import NotStoredError
from runform.results import Analysis, Metric
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.labels import set_label
from runform.store.map_rows import count_identities, list_left_out, list_map_rows, read_run_vectors
from runform.store.runs import save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis


def with_speed(analysis: Analysis, value: float, unit: str) -> Analysis:
    metrics = {**analysis.gait.metrics, "speed": Metric("speed", value, unit, 0.1, 8)}
    return replace(analysis, gait=replace(analysis.gait, metrics=metrics))


def with_identity(analysis: Analysis, identity: str) -> Analysis:
    assert analysis.embedding is not None
    return replace(analysis, embedding=FormEmbedding(analysis.embedding.vector, "another", identity))


@pytest.fixture
def run_ids(db: Database, runs_dir: Path, clip_path: Path) -> list[str]:
    """Three runs of one identity (speed in m/s, in leg lengths, none), one of another, and one that was refused."""
    athlete = find_or_add_athlete(db, "Ada", None).id
    analyses = [
        with_speed(make_analysis(seed=1), 3.5, "m/s"),
        with_speed(make_analysis(seed=2, verdict="overstride"), 4.0, "leg lengths/s"),
        make_analysis(seed=3),
        with_identity(make_analysis(seed=4), "other"),
        make_analysis(seed=5, verdict="refused"),
    ]
    return [save_run(db, runs_dir, analysis, clip_path, athlete) for analysis in analyses]


def test_rows_say_what_a_point_needs(db: Database, run_ids: list[str]) -> None:
    set_label(db, run_ids[1], "overstride")
    rows = list_map_rows(db, MODEL_SHA256)
    assert [row.id for row in rows] == run_ids[:3]
    assert rows[0].speed == 3.5
    assert all(math.isnan(row.speed) for row in rows[1:])
    assert [(row.athlete_name, row.label, row.verdict, row.view) for row in rows[:2]] == [
        ("Ada", None, "optimal", "right"),
        ("Ada", "overstride", "overstride", "right"),
    ]
    assert rows[0].created_at.tzinfo is not None
    assert rows[0].clip_name == "runner_1.mp4"


def test_identities_are_counted_and_the_runs_left_out_named(db: Database, run_ids: list[str]) -> None:
    assert count_identities(db) == {MODEL_SHA256: 3, "other": 1}
    assert list_left_out(db, MODEL_SHA256) == (("Ada", "runner_4.mp4"),)
    assert len(list_left_out(db, "other")) == 3


def test_vectors_come_in_the_order_asked_for(db: Database, run_ids: list[str]) -> None:
    asked = [run_ids[2], run_ids[0]]
    vectors = read_run_vectors(db, MODEL_SHA256, asked)
    for vector, seed in zip(vectors, (3, 1), strict=True):
        embedding = make_analysis(seed=seed).embedding
        assert embedding is not None
        assert np.array_equal(vector, embedding.vector)
    assert read_run_vectors(db, MODEL_SHA256, []).shape == (0, EMBEDDING_DIM)


def test_a_run_of_another_identity_has_no_vector(db: Database, run_ids: list[str]) -> None:
    with pytest.raises(NotStoredError, match=run_ids[3]):
        read_run_vectors(db, MODEL_SHA256, run_ids[2:4])
