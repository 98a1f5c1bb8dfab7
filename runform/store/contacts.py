"""The contacts of stored runs as rows, for questions that go over many runs."""

from __future__ import annotations

from dataclasses import dataclass

from runform import __version__
from runform.results import GaitReport
from runform.sequences import Side
from runform.store.database import Cursor, Database


@dataclass(frozen=True)
class ContactRow:
    """One contact of a stored run.

    Attributes:
        run_id, number: Which; numbered from 0 in the order of time.
        side: Whose foot.
        initial_contact_s, toe_off_s, plus_minus_s: Seconds of real time.
        ankle_ahead, shank_angle_deg, knee_flexion_deg: At initial contact, NaN where the leg was not seen.
        version: Of RunForm that found it.
    """

    run_id: str
    number: int
    side: Side
    initial_contact_s: float
    toe_off_s: float
    plus_minus_s: float
    ankle_ahead: float
    shank_angle_deg: float
    knee_flexion_deg: float
    version: str


def list_contacts(db: Database, run_id: str) -> tuple[ContactRow, ...]:
    """A run's contacts in the order of time; none for runs stored before contacts were rows."""
    with db.cursor() as cursor:
        rows = cursor.execute("SELECT * FROM contacts WHERE run_id = ? ORDER BY number", [run_id]).fetchall()
    return tuple(ContactRow(*row) for row in rows)


def insert_contacts(cursor: Cursor, run_id: str, gait: GaitReport) -> None:
    """Write a run's contacts within an open transaction."""
    nan = float("nan")
    geometry = {(step.side, step.time_s): step for step in gait.geometry}
    for number, contact in enumerate(gait.contacts):
        step = geometry.get((contact.side, contact.initial_contact_s))
        leg = [nan] * 3 if step is None else [step.ankle_ahead, step.shank_angle_deg, step.knee_flexion_deg]
        times = [contact.initial_contact_s, contact.toe_off_s, contact.plus_minus_s]
        values = [run_id, number, contact.side, *map(float, times), *map(float, leg), __version__]
        cursor.execute("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def delete_contacts(cursor: Cursor, run_id: str) -> None:
    """Delete a run's contacts within an open transaction."""
    cursor.execute("DELETE FROM contacts WHERE run_id = ?", [run_id])
