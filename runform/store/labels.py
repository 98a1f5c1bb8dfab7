"""What raters say of runs: one label of each rater for each run, and the run's own where all who decide agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from runform.errors import InputError, NotStoredError
from runform.store.database import Cursor, Database, utc_now, with_utc
from runform.store.names import clean_name, name_key

Label = Literal["overstride", "optimal"]
"""What a run may be called: what the learned model learns from."""
RaterLabel = Literal["overstride", "optimal", "unsure"]
"""What a rater may say."""

DEFAULT_RATER = "Coach"


@dataclass(frozen=True)
class RunLabel:
    """What one rater says of one run.

    Attributes:
        run_id: Which run.
        rater: Who, as shown; raters whose names differ in case alone are one.
        label: What.
        reason: Why, or empty.
        labelled_at: When last said, UTC.
    """

    run_id: str
    rater: str
    label: RaterLabel
    reason: str
    labelled_at: datetime


def set_label(
    db: Database,
    run_id: str,
    label: RaterLabel | None,
    *,
    rater: str = DEFAULT_RATER,
    reason: str = "",
    labelled_at: datetime | None = None,
) -> None:
    """Note what a rater says of a run in place of what that rater said before; None takes it away.

    Args:
        db: The database.
        run_id: Which run.
        label: What, or None.
        rater: Who.
        reason: Why, or empty.
        labelled_at: When it was said, with its zone; None: now.

    Raises:
        NotStoredError: There is no such run.
        InputError: Another word than the labels there are, or a rater without a name.
    """
    if label is not None and label not in get_args(RaterLabel):
        raise InputError(f"There is no label {label!r}.", f"Use one of: {', '.join(get_args(RaterLabel))}.")
    rater = clean_name(rater)
    moment = utc_now() if labelled_at is None else labelled_at.astimezone(UTC).replace(tzinfo=None)
    with db.write() as cursor:
        if cursor.execute("SELECT 1 FROM runs WHERE id = ?", [run_id]).fetchone() is None:
            raise NotStoredError("This run is not in the database.", "It may have been deleted; choose another.")
        cursor.execute("DELETE FROM labels WHERE run_id = ? AND rater_key = ?", [run_id, name_key(rater)])
        if label is not None:
            cursor.execute(
                "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)",
                [run_id, rater, name_key(rater), label, reason.strip(), moment],
            )


def list_labels(db: Database, run_id: str | None = None) -> tuple[RunLabel, ...]:
    """Every rater's label of one run, or of all, by run and rater."""
    query = "SELECT run_id, rater, label, reason, labelled_at FROM labels"
    with db.cursor() as cursor:
        if run_id is None:
            rows = cursor.execute(query + " ORDER BY run_id, rater_key").fetchall()
        else:
            rows = cursor.execute(query + " WHERE run_id = ? ORDER BY rater_key", [run_id]).fetchall()
    return tuple(RunLabel(run, rater, label, reason, with_utc(at)) for run, rater, label, reason, at in rows)


def list_raters(db: Database) -> tuple[str, ...]:
    """Everyone who has labelled a run, by name, each as they last wrote it."""
    with db.cursor() as cursor:
        rows = cursor.execute(
            "SELECT arg_max(rater, labelled_at) FROM labels GROUP BY rater_key ORDER BY rater_key"
        ).fetchall()
    return tuple(row[0] for row in rows)


def delete_labels(cursor: Cursor, run_id: str) -> None:
    """Delete every rater's label of a run within an open transaction."""
    cursor.execute("DELETE FROM labels WHERE run_id = ?", [run_id])
