"""The cache holds what the database holds, whatever was done to it, and reads no more than it must."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import StoreError
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from runform.store import embedding_cache
from runform.store.athletes import add_athlete, delete_athlete
from runform.store.database import Cursor, Database
from runform.store.embedding_cache import WHOLE, CachedRows, EmbeddingCache, Reducer
from runform.store.embeddings import delete_embeddings, insert_embedding, load_run_embeddings
from runform.store.labels import set_label
from runform.store.runs import delete_run, save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis

Save = Callable[[int], str]
FIRST_TWO = Reducer("the first two numbers", 2, lambda matrix: matrix[:, :2])


@pytest.fixture
def athlete_id(db: Database) -> str:
    return add_athlete(db, "Ann").id


@pytest.fixture
def save(db: Database, runs_dir: Path, clip_path: Path, athlete_id: str) -> Save:
    """Stores a run; another seed is another form."""
    return lambda seed: save_run(db, runs_dir, make_analysis(seed=seed, seconds=1.0), clip_path, athlete_id)


def assert_true(cache: EmbeddingCache, db: Database) -> CachedRows:
    """The cache says what a plain reading says, whole and reduced; gives the whole rows."""
    table = load_run_embeddings(db, MODEL_SHA256)
    rows = cache.load(MODEL_SHA256)
    assert (rows.ids, rows.views, rows.total) == (table.ids, table.views, len(table))
    np.testing.assert_array_equal(rows.matrix, table.matrix)
    np.testing.assert_array_equal(cache.load(MODEL_SHA256, FIRST_TWO).matrix, table.matrix[:, :2])
    return rows


def embed_anew(db: Database, run_id: str, vector: npt.NDArray[np.float32], *, at_once: bool) -> None:
    """Another vector under the same identity, in one transaction or in two."""
    embedding = FormEmbedding(vector, "a model", MODEL_SHA256)
    if at_once:
        with db.write() as cursor:
            delete_embeddings(cursor, "run", run_id)
            insert_embedding(cursor, "run", run_id, embedding)
    else:
        with db.write() as cursor:
            delete_embeddings(cursor, "run", run_id)
        with db.cursor() as cursor:
            cursor.execute("FORCE CHECKPOINT")
        with db.write() as cursor:
            insert_embedding(cursor, "run", run_id, embedding)


@contextmanager
def counted_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows each reading asked the database for."""
    asked: list[int] = []
    real = embedding_cache._read

    def read(cursor: Cursor, model_sha256: str, wanted: dict[str, int]) -> Iterator[object]:
        asked.append(len(wanted))
        return real(cursor, model_sha256, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(embedding_cache, "_read", read)
        yield asked


def test_an_empty_store_has_no_rows(db: Database) -> None:
    rows = EmbeddingCache(db).load(MODEL_SHA256)

    assert (rows.ids, rows.total, rows.matrix.shape) == ((), 0, (0, EMBEDDING_DIM))


def test_it_follows_runs_that_come_go_and_are_labelled(db: Database, save: Save, athlete_id: str) -> None:
    cache = EmbeddingCache(db)
    runs = [save(seed) for seed in range(4)]
    assert_true(cache, db)
    runs.append(save(4))
    assert_true(cache, db)
    set_label(db, runs[1], "overstride")
    assert_true(cache, db)
    delete_run(db, runs[1])
    assert_true(cache, db)
    delete_run(db, runs[4])
    runs.append(save(5))
    assert_true(cache, db)
    delete_athlete(db, athlete_id)
    assert len(assert_true(cache, db).ids) == 0


@pytest.mark.parametrize("at_once", [True, False], ids=["one transaction", "two, with a checkpoint between"])
def test_a_run_that_is_embedded_anew_is_read_anew(db: Database, save: Save, at_once: bool) -> None:
    """DuckDB gives the number of the last row again, so the number alone would not tell."""
    cache = EmbeddingCache(db)
    only = save(0)
    for seed in range(3):
        before = assert_true(cache, db).matrix
        embed_anew(db, only, np.full(EMBEDDING_DIM, seed + 1, dtype=np.float32), at_once=at_once)
        after = assert_true(cache, db).matrix
        assert not np.array_equal(before, after)


def test_rows_read_while_another_thread_deletes_them_do_not_stay(db: Database, save: Save) -> None:
    cache = EmbeddingCache(db)
    run = save(0)
    new = FormEmbedding(np.ones(EMBEDDING_DIM, dtype=np.float32), "a model", MODEL_SHA256)
    deleted, looked = threading.Event(), threading.Event()

    def embed() -> None:
        with db.write() as cursor:
            delete_embeddings(cursor, "run", run)
            deleted.set()
            assert looked.wait(10)
            insert_embedding(cursor, "run", run, new)

    writer = threading.Thread(target=embed)
    writer.start()
    assert deleted.wait(10)
    assert_true(cache, db)  # the old row: nothing is committed
    looked.set()
    writer.join()
    np.testing.assert_array_equal(assert_true(cache, db).matrix[0], new.vector)


def test_what_was_handed_out_stays_as_it_was(db: Database, save: Save) -> None:
    cache = EmbeddingCache(db)
    runs = [save(seed) for seed in range(3)]
    rows = cache.load(MODEL_SHA256)
    copy = rows.matrix.copy()
    save(3)
    cache.load(MODEL_SHA256)
    delete_run(db, runs[0])
    cache.load(MODEL_SHA256)
    embed_anew(db, runs[1], np.ones(EMBEDDING_DIM, dtype=np.float32), at_once=True)
    cache.load(MODEL_SHA256)

    np.testing.assert_array_equal(rows.matrix, copy)
    with pytest.raises(ValueError, match="read-only"):
        rows.matrix[0, 0] = 1.0


def test_only_new_rows_are_read(db: Database, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = EmbeddingCache(db)
    for seed in range(3):
        save(seed)
    with counted_rows(monkeypatch) as asked:
        first = cache.load(MODEL_SHA256)
        assert cache.load(MODEL_SHA256) is first
        save(3)
        grown = cache.load(MODEL_SHA256)
        delete_run(db, grown.ids[0])
        cache.load(MODEL_SHA256)
    assert asked == [3, 1, 0]
    assert np.shares_memory(first.matrix, grown.matrix)


def test_many_rows_are_read_as_one_by_one(db: Database, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(5):
        save(seed)
    monkeypatch.setattr(embedding_cache, "_ROW_BY_ROW", 0)

    assert_true(EmbeddingCache(db), db)


def test_identities_never_meet(db: Database, runs_dir: Path, clip_path: Path, save: Save, athlete_id: str) -> None:
    cache = EmbeddingCache(db)
    save(0)
    analysis = make_analysis(seed=1)
    assert analysis.embedding is not None
    other = replace(analysis, embedding=replace(analysis.embedding, model_sha256="another"))
    run = save_run(db, runs_dir, other, clip_path, athlete_id)

    assert_true(cache, db)
    assert cache.load("another").ids == (run,)
    assert_true(cache, db)


def test_of_more_than_fit_a_steady_sample_is_kept(db: Database, save: Save) -> None:
    cache = EmbeddingCache(db, max_bytes=4 * 4 * EMBEDDING_DIM)
    runs = [save(seed) for seed in range(12)]
    rows = cache.load(MODEL_SHA256)
    table = load_run_embeddings(db, MODEL_SHA256)

    assert (len(rows.ids), rows.total) == (4, 12)
    for run, vector in zip(rows.ids, rows.matrix, strict=True):
        np.testing.assert_array_equal(vector, table.matrix[table.ids.index(run)])
    assert list(rows.ids) == [run for run in runs if run in rows.ids]
    assert len(cache.load(MODEL_SHA256, FIRST_TWO).ids) == 12
    outside = next(run for run in runs if run not in rows.ids)
    delete_run(db, outside)
    assert cache.load(MODEL_SHA256).ids == rows.ids
    delete_run(db, rows.ids[0])
    later = cache.load(MODEL_SHA256)
    assert set(rows.ids[1:]) < set(later.ids)
    assert len(later.ids) == 4


def test_a_thread_that_writes_is_refused(db: Database) -> None:
    cache = EmbeddingCache(db)

    with db.write(), pytest.raises(StoreError, match="being written"):
        cache.load(MODEL_SHA256, WHOLE)


def test_threads_see_the_same_rows(db: Database, save: Save) -> None:
    cache = EmbeddingCache(db)
    for seed in range(4):
        save(seed)
    seen: list[CachedRows] = []
    threads = [threading.Thread(target=lambda: seen.append(cache.load(MODEL_SHA256))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 6
    assert all(rows is seen[0] for rows in seen)
