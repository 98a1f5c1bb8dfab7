"""The athletes whose runs are stored."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runform.errors import InputError, NotStoredError
from runform.store.database import Cursor, Database, utc_now, with_utc
from runform.store.names import clean_name, name_key
from runform.store.runs import delete_runs

_COLUMNS = "id, name, height_cm, created_at"


@dataclass(frozen=True)
class Athlete:
    """A runner of the user's.

    Attributes:
        id: Key.
        name: As shown; no two athletes share one, whatever the case.
        height_cm: Or None where unknown.
        created_at: With its zone, UTC.
    """

    id: str
    name: str
    height_cm: float | None
    created_at: datetime


def add_athlete(db: Database, name: str, height_cm: float | None = None) -> Athlete:
    """Store a new athlete.

    Raises:
        InputError: The name is empty or taken, or the height is not a positive number.
    """
    athlete = Athlete(uuid.uuid4().hex, clean_name(name), _check_height(height_cm), with_utc(utc_now()))
    with db.write() as cursor:
        _refuse_taken(cursor, athlete.name)
        cursor.execute(
            "INSERT INTO athletes (id, name, name_key, height_cm, created_at) VALUES (?, ?, ?, ?, ?)",
            [athlete.id, athlete.name, name_key(name), athlete.height_cm, athlete.created_at.replace(tzinfo=None)],
        )
    return athlete


def list_athletes(db: Database) -> tuple[Athlete, ...]:
    """All athletes, by name."""
    with db.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM athletes ORDER BY name_key").fetchall()
    return tuple(_to_athlete(row) for row in rows)


def load_athlete(db: Database, athlete_id: str) -> Athlete:
    """One athlete.

    Raises:
        NotStoredError: There is no such athlete.
    """
    with db.cursor() as cursor:
        row = cursor.execute(f"SELECT {_COLUMNS} FROM athletes WHERE id = ?", [athlete_id]).fetchone()
    if row is None:
        raise NotStoredError("This athlete is not in the database.", "Choose another athlete, or add this one.")
    return _to_athlete(row)


def find_or_add_athlete(db: Database, name: str, height_cm: float | None = None) -> Athlete:
    """The athlete of that name, stored first where there is none.

    Args:
        db: The database.
        name: Blanks and case do not count.
        height_cm: Stored with a new athlete, and with one whose height is unknown.

    Raises:
        InputError: The name is empty, or the height is not a positive number.
    """
    with db.write() as cursor:
        row = cursor.execute(f"SELECT {_COLUMNS} FROM athletes WHERE name_key = ?", [name_key(name)]).fetchone()
        if row is None:
            return add_athlete(db, name, height_cm)
        athlete = _to_athlete(row)
        if athlete.height_cm is None and height_cm is not None:
            return set_height(db, athlete.id, height_cm)
        return athlete


def rename_athlete(db: Database, athlete_id: str, name: str) -> Athlete:
    """Give an athlete another name.

    Raises:
        NotStoredError: There is no such athlete.
        InputError: The name is empty or another athlete's.
    """
    with db.write() as cursor:
        athlete = load_athlete(db, athlete_id)
        _refuse_taken(cursor, name, but=athlete_id)
        values = [clean_name(name), name_key(name), athlete_id]
        cursor.execute("UPDATE athletes SET name = ?, name_key = ? WHERE id = ?", values)
    return replace(athlete, name=clean_name(name))


def set_height(db: Database, athlete_id: str, height_cm: float | None) -> Athlete:
    """Note an athlete's height, or None for unknown.

    Raises:
        NotStoredError: There is no such athlete.
        InputError: The height is not a positive number.
    """
    with db.write() as cursor:
        athlete = load_athlete(db, athlete_id)
        cursor.execute("UPDATE athletes SET height_cm = ? WHERE id = ?", [_check_height(height_cm), athlete_id])
    return replace(athlete, height_cm=height_cm)


def delete_athlete(db: Database, athlete_id: str) -> None:
    """Delete an athlete with every run, clip and result of theirs.

    Raises:
        NotStoredError: There is no such athlete.
    """
    with db.write() as cursor:
        load_athlete(db, athlete_id)
        rows = cursor.execute("SELECT id FROM runs WHERE athlete_id = ?", [athlete_id]).fetchall()
        cursor.execute("DELETE FROM athletes WHERE id = ?", [athlete_id])
        delete_runs(db, [row[0] for row in rows])


def _refuse_taken(cursor: Cursor, name: str, but: str = "") -> None:
    """Raise InputError where an athlete other than `but` has the name. Writes are serialised, so it stays free."""
    query = "SELECT name FROM athletes WHERE name_key = ? AND id <> ?"
    row = cursor.execute(query, [name_key(name), but]).fetchone()
    if row is not None:
        raise InputError(f"There is already an athlete called {row[0]}.", "Choose that athlete, or another name.")


def _check_height(height_cm: float | None) -> float | None:
    """The height, or InputError where it is not a positive number of centimetres."""
    if height_cm is not None and not (math.isfinite(height_cm) and height_cm > 0):
        raise InputError("The height must be more than 0 cm.", "Give the height in centimetres, or leave it empty.")
    return height_cm


def _to_athlete(row: tuple[Any, ...]) -> Athlete:
    """An athlete from a row of `_COLUMNS`."""
    return Athlete(row[0], row[1], row[2], with_utc(row[3]))
