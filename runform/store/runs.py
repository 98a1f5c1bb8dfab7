"""Stored runs: one row each in the database, one folder each on the disk, both or neither."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from runform import __version__
from runform.errors import NotStoredError, StoreError
from runform.record import read_record
from runform.results import Analysis, Verdict
from runform.sequences import View
from runform.store.contacts import delete_contacts, insert_contacts
from runform.store.database import Cursor, Database, utc_now, with_utc
from runform.store.embeddings import delete_embeddings, insert_embedding
from runform.store.labels import Label, delete_labels
from runform.store.run_files import find_clip, find_overlay, publish_run_files, remove_run_files, write_run_files

_SUMMARY = (
    'SELECT r.id, r.athlete_id, a.name, r.created_at, r.clip_name, r.clip_sha256, r."view", r.verdict, l.label,'
    " r.cadence, r.refused, r.model_sha256, r.folder, r.source"
    " FROM runs AS r JOIN athletes AS a ON a.id = r.athlete_id LEFT JOIN agreed_labels AS l ON l.run_id = r.id"
)
_NEWEST_FIRST = " ORDER BY r.created_at DESC, r.id"


@dataclass(frozen=True)
class RunSummary:
    """A stored run without its files.

    Attributes:
        id: Key.
        athlete_id, athlete_name: Whose.
        created_at: When it was saved, UTC.
        clip_name, clip_sha256: The clip as it was called, and the hash of its bytes.
        view: From where the camera looks.
        verdict: The overstride verdict.
        label: What all raters who decide say, or None.
        cadence: Steps/min, NaN where not measured.
        refused: Whether a check refused.
        model_sha256: Of the lifting model's weights, None where the analysis refused.
        folder: Of its files, absolute.
        source: Where the clip came from.
    """

    id: str
    athlete_id: str
    athlete_name: str
    created_at: datetime
    clip_name: str
    clip_sha256: str
    view: View
    verdict: Verdict
    label: Label | None
    cadence: float
    refused: bool
    model_sha256: str | None
    folder: Path
    source: str


@dataclass(frozen=True)
class StoredRun:
    """A stored run with its files.

    Attributes:
        summary: Its row.
        analysis: Its record.
        clip_file: The clip, absolute.
        overlay_file: The browser-playable video with the skeleton, absolute, or None.
    """

    summary: RunSummary
    analysis: Analysis
    clip_file: Path
    overlay_file: Path | None


@dataclass(frozen=True)
class MetricPoint:
    """One metric of one run, for a history.

    Attributes:
        run_id, created_at: Which run.
        name, value, unit, plus_minus, n, left, right: As in `runform.results.Metric`.
    """

    run_id: str
    created_at: datetime
    name: str
    value: float
    unit: str
    plus_minus: float
    n: int
    left: float
    right: float


def save_run(
    db: Database, runs_dir: Path, analysis: Analysis, clip_path: Path, athlete_id: str, source: str = "upload"
) -> str:
    """Store an analysis with its clip, whole or not at all.

    The same clip may be stored again; `find_runs_by_sha256` tells.

    Args:
        db: The database.
        runs_dir: Holds one folder per run; lies in the database's folder.
        analysis: The record; its overlay is taken along.
        clip_path: The clip as it was analysed; it stays where it is.
        athlete_id: Whose run it is.
        source: Where the clip came from.

    Returns:
        The run's id.

    Raises:
        NotStoredError: There is no such athlete.
        StoreError: The files or the row cannot be written; neither is left behind.
    """
    run_id = uuid.uuid4().hex
    folder = runs_dir.absolute() / run_id
    staged = folder.with_name(f".{run_id}.part")
    data_dir = db.path.parent
    if not folder.is_relative_to(data_dir):
        raise StoreError(
            f"Runs cannot be stored in {runs_dir}: the database lies in {data_dir}.",
            "Keep the runs in the database's folder, so that one backup holds both.",
        )
    clip_name = Path(analysis.clip.path).name
    # The record outlives the folder the clip was analysed in.
    analysis = replace(analysis, clip=replace(analysis.clip, path=clip_name))
    try:
        write_run_files(staged, analysis, clip_path, data_dir)
        with db.write() as cursor:
            if cursor.execute("SELECT 1 FROM athletes WHERE id = ?", [athlete_id]).fetchone() is None:
                raise NotStoredError("This athlete is not in the database.", "Choose another athlete, or add this one.")
            _insert_run(cursor, run_id, athlete_id, analysis, source, folder.relative_to(data_dir).as_posix())
            db.on_rollback(partial(remove_run_files, [folder]))
            publish_run_files(staged, folder)
    finally:
        remove_run_files([staged])
    return run_id


def load_run(db: Database, run_id: str) -> StoredRun:
    """A stored run with its record and files.

    Raises:
        NotStoredError: There is no such run.
        StoreError: Its files are missing or damaged.
    """
    summary = load_summary(db, run_id)
    return StoredRun(
        summary=summary,
        analysis=read_record(summary.folder),
        clip_file=find_clip(summary.folder),
        overlay_file=find_overlay(summary.folder),
    )


def load_summary(db: Database, run_id: str) -> RunSummary:
    """A stored run's row.

    Raises:
        NotStoredError: There is no such run.
    """
    found = _select(db, " WHERE r.id = ?", [run_id])
    if not found:
        raise NotStoredError("This run is not in the database.", "It may have been deleted; choose another.")
    return found[0]


def list_runs(db: Database, athlete_id: str | None = None) -> tuple[RunSummary, ...]:
    """All runs, or one athlete's, the newest first."""
    if athlete_id is None:
        return _select(db, "", [])
    return _select(db, " WHERE r.athlete_id = ?", [athlete_id])


def find_runs_by_sha256(db: Database, clip_sha256: str, athlete_id: str | None = None) -> tuple[RunSummary, ...]:
    """Runs of the clip with that hash, of anyone or of one athlete, the newest first."""
    runs = _select(db, " WHERE r.clip_sha256 = ?", [clip_sha256])
    return tuple(run for run in runs if athlete_id in (None, run.athlete_id))


def load_metric_history(db: Database, athlete_id: str) -> tuple[MetricPoint, ...]:
    """Every metric of every run of an athlete, the oldest run first, metrics by name."""
    with db.cursor() as cursor:
        rows = cursor.execute(
            'SELECT m.run_id, r.created_at, m.name, m."value", m.unit, m.plus_minus, m.n, m.left_value, m.right_value'
            " FROM metrics AS m JOIN runs AS r ON r.id = m.run_id WHERE r.athlete_id = ?"
            " ORDER BY r.created_at, r.id, m.name",
            [athlete_id],
        ).fetchall()
    return tuple(MetricPoint(row[0], with_utc(row[1]), *row[2:]) for row in rows)


def delete_run(db: Database, run_id: str) -> None:
    """Delete a run with its clip and results.

    Raises:
        NotStoredError: There is no such run.
    """
    load_summary(db, run_id)
    delete_runs(db, [run_id])


def delete_runs(db: Database, run_ids: Sequence[str]) -> None:
    """Delete runs in one transaction, and their folders once it is committed."""
    with db.write() as cursor:
        folders = []
        for run_id in run_ids:
            row = cursor.execute("SELECT folder FROM runs WHERE id = ?", [run_id]).fetchone()
            if row is not None:
                folders.append(db.path.parent / row[0])
            cursor.execute("DELETE FROM metrics WHERE run_id = ?", [run_id])
            delete_embeddings(cursor, "run", run_id)
            delete_contacts(cursor, run_id)
            delete_labels(cursor, run_id)
            cursor.execute("DELETE FROM runs WHERE id = ?", [run_id])
        db.on_commit(partial(remove_run_files, folders))


def _insert_run(cursor: Cursor, run_id: str, athlete_id: str, analysis: Analysis, source: str, folder: str) -> None:
    """Write a run's row, its metrics, its contacts and its embedding."""
    gait = analysis.gait
    cadence = gait.metrics.get("cadence")
    row = {
        "id": run_id,
        "athlete_id": athlete_id,
        "created_at": utc_now(),
        "clip_name": analysis.clip.path,
        "clip_sha256": analysis.clip_sha256,
        "source": source,
        "view": gait.view,
        "motion": gait.motion,
        "verdict": analysis.overstride.verdict,
        "refused": gait.refused,
        "cadence": math.nan if cadence is None else float(cadence.value),
        "pose_backend": analysis.pose.backend,
        "pose_model_sha256": analysis.pose.model_sha256,
        "model_sha256": None if analysis.embedding is None else analysis.embedding.model_sha256,
        "folder": folder,
        "version": __version__,
    }
    columns = ", ".join(f'"{name}"' for name in row)
    cursor.execute(f"INSERT INTO runs ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    for name, metric in gait.metrics.items():
        numbers = [float(metric.plus_minus), int(metric.n), float(metric.left), float(metric.right)]
        values = [run_id, name, float(metric.value), metric.unit, *numbers, __version__]
        cursor.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    insert_contacts(cursor, run_id, gait)
    if analysis.embedding is not None:
        insert_embedding(cursor, "run", run_id, analysis.embedding)


def _select(db: Database, where: str, values: list[Any]) -> tuple[RunSummary, ...]:
    """Summaries of the runs that meet a condition, the newest first."""
    with db.cursor() as cursor:
        rows = cursor.execute(_SUMMARY + where + _NEWEST_FIRST, values).fetchall()
    return tuple(_to_summary(row, db.path.parent) for row in rows)


def _to_summary(row: tuple[Any, ...], data_dir: Path) -> RunSummary:
    """A summary from a row of `_SUMMARY`."""
    named = dict(zip((field.name for field in fields(RunSummary)), row, strict=True))
    return RunSummary(**named | {"created_at": with_utc(named["created_at"]), "folder": data_dir / named["folder"]})
