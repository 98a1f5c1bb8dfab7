from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from runform.results import Verdict
from runform.sequences import FormEmbedding
from runform.store.athletes import add_athlete
from runform.store.database import Database
from runform.store.embeddings import load_pro_embeddings, load_run_embeddings
from runform.store.labels import set_label
from runform.store.runs import save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis


def test_an_empty_store_gives_empty_tables_of_the_right_width(db: Database) -> None:
    table = load_run_embeddings(db, MODEL_SHA256)
    assert table.matrix.shape == (0, 8704)
    assert table.matrix.dtype == np.float32
    assert (len(table), table.ids, table.labels) == (0, (), ())
    assert load_pro_embeddings(db, MODEL_SHA256) == ()


def test_embeddings_come_back_to_the_bit_with_what_they_belong_to(
    db: Database, runs_dir: Path, clip_path: Path
) -> None:
    ann, bea = add_athlete(db, "Ann"), add_athlete(db, "Bea")
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((3, 8704)).astype(np.float32)
    verdicts: tuple[Verdict, ...] = ("optimal", "overstride", "uncertain")
    ids = []
    for seed, (verdict, athlete) in enumerate(zip(verdicts, (ann, bea, ann), strict=True)):
        analysis = make_analysis(seed=seed, verdict=verdict, cadence=160.0 + seed, embedding_vector=vectors[seed])
        ids.append(save_run(db, runs_dir, analysis, clip_path, athlete.id))
    set_label(db, ids[1], "overstride")
    table = load_run_embeddings(db, MODEL_SHA256)
    assert table.ids == tuple(ids)
    np.testing.assert_array_equal(table.matrix, vectors)
    assert table.matrix.dtype == np.float32
    assert table.athlete_ids == (ann.id, bea.id, ann.id)
    assert table.athlete_names == ("Ann", "Bea", "Ann")
    assert table.labels == (None, "overstride", None)
    assert table.views == ("right", "right", "right")
    assert table.cadences == (160.0, 161.0, 162.0)
    assert table.verdicts == verdicts


def test_embeddings_of_different_weights_never_meet(db: Database, runs_dir: Path, clip_path: Path) -> None:
    ann = add_athlete(db, "Ann")
    analysis = make_analysis()
    assert analysis.embedding is not None
    other = replace(analysis, embedding=FormEmbedding(analysis.embedding.vector, analysis.embedding.model, "other"))
    first = save_run(db, runs_dir, analysis, clip_path, ann.id)
    second = save_run(db, runs_dir, other, clip_path, ann.id)
    assert load_run_embeddings(db, MODEL_SHA256).ids == (first,)
    assert load_run_embeddings(db, "other").ids == (second,)
    assert load_run_embeddings(db, "a third").ids == ()
