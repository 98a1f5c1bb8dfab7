from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError, StoreError
from runform.form_mapping import FOLDER, FormMapping
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.map_rows import list_map_rows
from runform.store.runs import delete_run, save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis

AddRuns = Callable[[int], None]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "runform.duckdb")
    yield database
    database.close()


@pytest.fixture
def add_runs(db: Database, tmp_path: Path) -> AddRuns:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip in name only")

    def add(count: int) -> None:
        athlete = find_or_add_athlete(db, "Ada", None).id
        before = len(ids_of(db))
        for run in range(before, before + count):
            save_run(db, db.path.parent / "runs", make_analysis(seed=run), clip, athlete)

    return add


def ids_of(db: Database) -> list[str]:
    return [row.id for row in list_map_rows(db, MODEL_SHA256)]


def test_a_map_grows_shrinks_and_is_laid_out_anew(db: Database, add_runs: AddRuns, tmp_path: Path) -> None:
    mapping = FormMapping(db, tmp_path)
    add_runs(8)
    assert mapping.find(MODEL_SHA256, ids_of(db)) is None
    mapping.update(MODEL_SHA256)
    first = mapping.find(MODEL_SHA256, ids_of(db))
    assert first is not None
    assert list(first.ids) == ids_of(db)

    add_runs(2)
    shown = mapping.find(MODEL_SHA256, ids_of(db))
    assert shown is not None
    assert len(shown) == 8  # until it is brought up to date
    mapping.update(MODEL_SHA256)
    grown = mapping.find(MODEL_SHA256, ids_of(db))
    assert grown is not None
    assert grown.positions[:8].tobytes() == first.positions.tobytes()
    assert list(grown.placed) == [False] * 8 + [True] * 2

    delete_run(db, grown.ids[3])
    shrunk = mapping.find(MODEL_SHA256, ids_of(db))
    assert shrunk is not None
    assert shrunk.positions.tobytes() == np.delete(grown.positions, 3, axis=0).tobytes()

    add_runs(4)  # six of thirteen are new
    assert mapping.find(MODEL_SHA256, ids_of(db)) is None
    mapping.update(MODEL_SHA256)
    anew = mapping.find(MODEL_SHA256, ids_of(db))
    assert anew is not None
    assert not anew.placed.any()
    assert list(anew.ids) == ids_of(db)


def test_an_unchanged_map_opens_without_the_embeddings(
    db: Database, add_runs: AddRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_runs(6)
    FormMapping(db, tmp_path).update(MODEL_SHA256)

    def refuse(*_: object) -> None:
        pytest.fail("embeddings were read")

    monkeypatch.setattr("runform.form_mapping.read_run_vectors", refuse)
    again = FormMapping(db, tmp_path)
    form_map = again.find(MODEL_SHA256, ids_of(db))
    assert form_map is not None
    again.update(MODEL_SHA256)
    assert again.find(MODEL_SHA256, ids_of(db)) is form_map


def test_its_file_may_be_deleted_and_the_map_comes_back_the_same(
    db: Database, add_runs: AddRuns, tmp_path: Path
) -> None:
    add_runs(6)
    maps = []
    for _ in range(2):
        mapping = FormMapping(db, tmp_path)
        mapping.update(MODEL_SHA256)
        maps.append(mapping.find(MODEL_SHA256, ids_of(db)))
        shutil.rmtree(db.path.parent / FOLDER)
    first, second = maps
    assert first is not None
    assert second is not None
    assert np.array_equal(first.positions, second.positions)


def test_too_few_runs_and_a_folder_that_cannot_be_written_are_named(
    db: Database, add_runs: AddRuns, tmp_path: Path
) -> None:
    mapping = FormMapping(db, tmp_path)
    add_runs(4)
    with pytest.raises(InputError, match="at least 5"):
        mapping.update(MODEL_SHA256)
    add_runs(1)
    (db.path.parent / FOLDER).write_text("a file in the folder's place")
    with pytest.raises(StoreError, match="kept on disk"):
        mapping.update(MODEL_SHA256)
