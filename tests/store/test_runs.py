from __future__ import annotations

import math
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runform.errors import InputError, NotStoredError, StoreError
from runform.results import Analysis
from runform.store import runs
from runform.store.athletes import Athlete, add_athlete
from runform.store.database import Database
from runform.store.embeddings import load_run_embeddings
from runform.store.labels import set_label
from runform.store.run_files import find_person_picture
from runform.store.runs import (
    delete_run,
    find_runs_by_sha256,
    list_runs,
    load_metric_history,
    load_run,
    load_summary,
    save_run,
)
from tests.fixtures.analyses import MODEL_SHA256, make_analysis
from tests.fixtures.people import with_people
from tests.test_record import assert_same


@pytest.fixture
def ann(db: Database) -> Athlete:
    return add_athlete(db, "Ann")


def with_overlay(analysis: Analysis, folder: Path) -> Analysis:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "out.mp4").write_bytes(b"the clip with its skeleton")
    return replace(analysis, overlay=folder / "out.mp4")


def count_rows(db: Database) -> list[int]:
    with db.cursor() as cursor:
        tables = ("runs", "metrics", "embeddings")
        return [cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables]


def test_a_run_comes_back_whole(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete, tmp_path: Path) -> None:
    analysis = with_overlay(make_analysis(cadence=174.0, verdict="overstride"), tmp_path / "out")
    run_id = save_run(db, runs_dir, analysis, clip_path, ann.id, source="demo")
    stored = load_run(db, run_id)
    assert stored.clip_file.name == "clip.mp4"
    assert stored.clip_file.read_bytes() == clip_path.read_bytes()
    assert stored.overlay_file == runs_dir / run_id / "overlay.mp4"
    assert stored.overlay_file.read_bytes() == b"the clip with its skeleton"
    assert_same(stored.analysis, replace(analysis, overlay=stored.overlay_file))
    summary = stored.summary
    assert (summary.athlete_id, summary.athlete_name, summary.source) == (ann.id, "Ann", "demo")
    assert (summary.clip_name, summary.clip_sha256) == ("runner_0.mp4", analysis.clip_sha256)
    assert (summary.view, summary.verdict, summary.label, summary.refused) == ("right", "overstride", None, False)
    assert (summary.cadence, summary.model_sha256, summary.folder) == (174.0, MODEL_SHA256, runs_dir / run_id)
    assert abs((datetime.now(UTC) - summary.created_at).total_seconds()) < 60
    assert clip_path.is_file()


def test_the_record_does_not_tell_where_the_clip_was_analysed(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    analysis = make_analysis()
    analysis = replace(analysis, clip=replace(analysis.clip, path="/home/coach/uploads/3f/morning.mp4"))
    stored = load_run(db, save_run(db, runs_dir, analysis, clip_path, ann.id))
    assert stored.analysis.clip.path == stored.summary.clip_name == "morning.mp4"


def test_a_refused_analysis_is_stored_without_an_embedding(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    summary = load_run(db, save_run(db, runs_dir, make_analysis(refused=True), clip_path, ann.id)).summary
    assert (summary.refused, summary.verdict, summary.model_sha256) == (True, "refused", None)
    assert len(load_run_embeddings(db, MODEL_SHA256)) == 0


def test_a_run_without_a_cadence_has_nan(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete) -> None:
    analysis = make_analysis(refused=True)
    analysis = replace(analysis, gait=replace(analysis.gait, metrics={}))
    assert math.isnan(load_summary(db, save_run(db, runs_dir, analysis, clip_path, ann.id)).cadence)


def test_clips_within_the_data_folder_are_not_copied(
    db: Database, runs_dir: Path, data_dir: Path, ann: Athlete
) -> None:
    upload = data_dir / "uploads" / "1" / "run.mov"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"a large clip")
    stored = load_run(db, save_run(db, runs_dir, make_analysis(), upload, ann.id))
    assert stored.clip_file.samefile(upload)
    upload.unlink()
    assert stored.clip_file.read_bytes() == b"a large clip"


def test_clips_are_copied_where_links_do_not_work(
    db: Database, runs_dir: Path, data_dir: Path, ann: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    upload = data_dir / "run.mp4"
    upload.write_bytes(b"a clip")
    stored = load_run(db, save_run(db, runs_dir, make_analysis(), upload, ann.id))
    assert stored.clip_file.read_bytes() == b"a clip"
    assert not stored.clip_file.samefile(upload)


def fail_at_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copyfile

    def fill_the_disk_at_the_overlay(source: Path, target: Path) -> Any:
        copy(source, target)
        if target.name == "overlay.mp4":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fill_the_disk_at_the_overlay)


def fail_at_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise StoreError("The database could not be written.")

    monkeypatch.setattr(runs, "insert_embedding", fail)


def fail_at_the_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "rename", fail)


@pytest.mark.parametrize("fail", [fail_at_copying, fail_at_the_row, fail_at_the_rename])
def test_a_run_is_saved_whole_or_not_at_all(
    fail: Any,
    db: Database,
    runs_dir: Path,
    clip_path: Path,
    ann: Athlete,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analysis = with_overlay(make_analysis(), tmp_path / "out")
    fail(monkeypatch)
    with pytest.raises(StoreError):
        save_run(db, runs_dir, analysis, clip_path, ann.id)
    monkeypatch.undo()
    assert list(runs_dir.iterdir()) == []
    assert count_rows(db) == [0, 0, 0]
    assert list_runs(db, ann.id) == ()


def test_a_run_is_gone_when_the_transaction_around_it_fails(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    def save_and_fail() -> None:
        with db.write():
            run_id = save_run(db, runs_dir, make_analysis(), clip_path, ann.id)
            assert (runs_dir / run_id).is_dir()
            raise RuntimeError("after the run was saved")

    with pytest.raises(RuntimeError, match="after the run"):
        save_and_fail()
    assert list(runs_dir.iterdir()) == []
    assert count_rows(db) == [0, 0, 0]


def test_a_run_needs_an_athlete_and_a_clip(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete) -> None:
    with pytest.raises(NotStoredError, match="athlete"):
        save_run(db, runs_dir, make_analysis(), clip_path, "nobody")
    with pytest.raises(StoreError, match="could not be saved"):
        save_run(db, runs_dir, make_analysis(), clip_path.with_name("gone.mp4"), ann.id)
    assert list(runs_dir.iterdir()) == []


def test_runs_lie_beside_their_database(db: Database, clip_path: Path, ann: Athlete, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be stored"):
        save_run(db, tmp_path / "elsewhere", make_analysis(), clip_path, ann.id)
    assert not (tmp_path / "elsewhere").exists()


def test_the_data_folder_can_be_moved(
    db: Database, runs_dir: Path, data_dir: Path, clip_path: Path, ann: Athlete, tmp_path: Path
) -> None:
    run_id = save_run(db, runs_dir, with_overlay(make_analysis(), tmp_path / "out"), clip_path, ann.id)
    db.close()
    data_dir.rename(tmp_path / "moved")
    moved = Database(tmp_path / "moved" / "runform.duckdb")
    stored = load_run(moved, run_id)
    assert stored.clip_file.parent == tmp_path / "moved" / "runs" / run_id
    assert stored.analysis.overlay == stored.overlay_file
    moved.close()


def test_runs_are_listed_newest_first_of_all_or_of_one(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    bea = add_athlete(db, "Bea")
    first = save_run(db, runs_dir, make_analysis(seed=1), clip_path, ann.id)
    second = save_run(db, runs_dir, make_analysis(seed=2), clip_path, bea.id)
    third = save_run(db, runs_dir, make_analysis(seed=1), clip_path, ann.id)
    assert [run.id for run in list_runs(db)] == [third, second, first]
    assert [run.id for run in list_runs(db, ann.id)] == [third, first]
    sha256 = make_analysis(seed=1).clip_sha256
    assert [run.id for run in find_runs_by_sha256(db, sha256)] == [third, first]
    assert find_runs_by_sha256(db, sha256, bea.id) == ()


def test_labels_are_set_and_taken_away(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete) -> None:
    run_id = save_run(db, runs_dir, make_analysis(), clip_path, ann.id)
    set_label(db, run_id, "overstride")
    assert load_summary(db, run_id).label == "overstride"
    assert load_run_embeddings(db, MODEL_SHA256).labels == ("overstride",)
    set_label(db, run_id, None)
    assert load_summary(db, run_id).label is None
    with pytest.raises(InputError, match="no label"):
        set_label(db, run_id, "perfect")  # type: ignore[arg-type]  # what a page could send
    with pytest.raises(NotStoredError):
        set_label(db, "nothing", "optimal")


def test_deleting_a_run_deletes_its_rows_and_its_folder(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    run_id = save_run(db, runs_dir, make_analysis(), clip_path, ann.id)
    kept = save_run(db, runs_dir, make_analysis(seed=1), clip_path, ann.id)
    delete_run(db, run_id)
    assert [run.id for run in list_runs(db)] == [kept]
    assert [path.name for path in runs_dir.iterdir()] == [kept]
    for act in (load_run, load_summary, delete_run):
        with pytest.raises(NotStoredError, match="not in the database"):
            act(db, run_id)


def test_a_run_whose_deletion_is_rolled_back_keeps_its_files(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    run_id = save_run(db, runs_dir, make_analysis(), clip_path, ann.id)

    def delete_and_fail() -> None:
        with db.write():
            delete_run(db, run_id)
            raise RuntimeError("after the run was deleted")

    with pytest.raises(RuntimeError, match="after the run"):
        delete_and_fail()
    assert load_run(db, run_id).clip_file.is_file()


def test_missing_files_are_said(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete) -> None:
    run_id = save_run(db, runs_dir, make_analysis(), clip_path, ann.id)
    assert load_run(db, run_id).overlay_file is None
    (runs_dir / run_id / "clip.mp4").unlink()
    with pytest.raises(StoreError, match="The clip is missing"):
        load_run(db, run_id)
    shutil.rmtree(runs_dir / run_id)
    with pytest.raises(StoreError, match="cannot be read"):
        load_run(db, run_id)
    delete_run(db, run_id)
    assert list_runs(db) == ()


def test_the_metric_history_holds_every_run_oldest_first(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete
) -> None:
    for cadence in (168.0, 172.0):
        save_run(db, runs_dir, make_analysis(cadence=cadence), clip_path, ann.id)
    history = load_metric_history(db, ann.id)
    cadences = [point for point in history if point.name == "cadence"]
    assert [(p.value, p.unit, p.plus_minus, p.n) for p in cadences] == [
        (168.0, "steps/min", 0.8, 11),
        (172.0, "steps/min", 0.8, 12),
    ]
    assert math.isnan(cadences[0].left)
    assert {point.name for point in history} == set(make_analysis().gait.metrics)


def test_peoples_pictures_are_taken_along(
    db: Database, runs_dir: Path, clip_path: Path, ann: Athlete, tmp_path: Path
) -> None:
    analysis = with_people(make_analysis(), tmp_path / "out", count=2)
    (tmp_path / "out" / "person_1.jpg").unlink()  # one that could not be written is no reason to store nothing

    folder = load_run(db, save_run(db, runs_dir, analysis, clip_path, ann.id)).summary.folder

    picture = find_person_picture(folder, 0)
    assert picture == folder / "person_0.jpg"
    assert picture.read_bytes() == (tmp_path / "out" / "person_0.jpg").read_bytes()
    assert find_person_picture(folder, 1) is None
