"""Analyses that were asked for and are not finished, kept so that a restart can offer them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from runform.results import AnalysisOptions
from runform.store.database import Database, with_utc

Purpose = Literal["run", "pro"]

_OPTIONS = TypeAdapter(AnalysisOptions)
_COLUMNS = "id, clip_path, clip_name, options, athlete_name, purpose, pro_id, submitted_at, message, remedy"


@dataclass(frozen=True)
class JobRow:
    """What it takes to run an analysis again.

    Attributes:
        id: Key.
        clip_path: The clip to analyse.
        clip_name: As the user calls it.
        options: What the user stated.
        athlete_name: Whose run it becomes, or None.
        purpose: run stores a run, pro a clip of a pro.
        pro_id: Which pro, None for a run.
        submitted_at: With its zone, UTC.
        message, remedy: Why it failed; empty while it waits or runs.
    """

    id: str
    clip_path: Path
    clip_name: str
    options: AnalysisOptions
    athlete_name: str | None
    purpose: Purpose
    pro_id: str | None
    submitted_at: datetime
    message: str = ""
    remedy: str = ""


def write_job(db: Database, job: JobRow) -> None:
    """Store a job, in place of what was stored under its id."""
    options = _OPTIONS.dump_json(job.options).decode()
    submitted_at = job.submitted_at.replace(tzinfo=None)
    values = [job.athlete_name, job.purpose, job.pro_id, submitted_at, job.message, job.remedy]
    with db.write() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO jobs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [job.id, str(job.clip_path), job.clip_name, options, *values],
        )


def list_jobs(db: Database) -> tuple[JobRow, ...]:
    """All stored jobs in the order they were submitted."""
    with db.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM jobs ORDER BY submitted_at, id").fetchall()
    return tuple(
        JobRow(job_id, Path(path), name, _OPTIONS.validate_json(options), athlete, purpose, pro, with_utc(at), *why)
        for job_id, path, name, options, athlete, purpose, pro, at, *why in rows
    )


def delete_job(db: Database, job_id: str) -> None:
    """Forget a job, if it is stored."""
    with db.write() as cursor:
        cursor.execute("DELETE FROM jobs WHERE id = ?", [job_id])
