"""Labels as a CSV file that raters send one another: written from the database, and read into it whole or not at all.

A row is one rater's label of one clip, which is known again by the SHA-256 of its bytes, so that a sheet fits the
database of another machine that has the same clips. Its columns clip, label and runner are those that
`evaluate overstride --labels` reads.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast, get_args

from runform.errors import InputError
from runform.store.database import Database
from runform.store.labels import RaterLabel, list_labels, set_label
from runform.store.names import clean_name, name_key
from runform.store.run_files import find_clip
from runform.store.runs import RunSummary, list_runs

COLUMNS = ("clip", "label", "runner", "rater", "reason", "labelled_at", "clip_sha256")
_REQUIRED = ("label", "rater", "clip_sha256")
_MOST_FAULTS_TOLD = 5


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet.

    Attributes:
        line: In the file, the header being line 1.
        clip, runner: What the clip and the athlete are called; may be empty.
        clip_sha256: The clip's hash.
        label, rater, reason: What was said, by whom, and why.
        labelled_at: When, with its zone; None where the sheet does not say.
    """

    line: int
    clip: str
    runner: str
    clip_sha256: str
    label: RaterLabel
    rater: str
    reason: str
    labelled_at: datetime | None


@dataclass(frozen=True)
class ImportReport:
    """What became of a sheet.

    Attributes:
        written: Labels noted.
        kept: Labels left as they are, because that rater has labelled that run since, or at that time.
        unmatched: Rows whose clip is not in the database.
    """

    written: int
    kept: int
    unmatched: tuple[SheetRow, ...]


def write_sheet(db: Database) -> str:
    """Every rater's label of every run as CSV with a header; times are UTC in ISO 8601."""
    runs = {run.id: run for run in list_runs(db)}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for label in list_labels(db):
        run = runs[label.run_id]
        moment = label.labelled_at.isoformat()
        writer.writerow(
            [run.clip_name, label.label, run.athlete_name, label.rater, label.reason, moment, run.clip_sha256]
        )
    return out.getvalue()


def write_agreed_sheet(db: Database, *, with_paths: bool = False) -> str:
    """The labels all raters who decide agree on, one row for each clip, as `evaluate overstride` reads them.

    The newest run speaks for a clip stored more than once. No rater is named, so this sheet is not for importing.

    Args:
        db: The database.
        with_paths: Whether clips are named by where RunForm keeps them, so that the sheet can be used as it is, or as
            they were called.

    Raises:
        StoreError: A stored clip is missing, `with_paths`.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    moments: dict[str, datetime] = {}
    for label in list_labels(db):
        moments[label.run_id] = max(label.labelled_at, moments.get(label.run_id, label.labelled_at))
    written = set()
    for run in list_runs(db):
        if run.label is None or run.clip_sha256 in written:
            continue
        written.add(run.clip_sha256)
        clip = str(find_clip(run.folder)) if with_paths else run.clip_name
        writer.writerow([clip, run.label, run.athlete_name, "", "", moments[run.id].isoformat(), run.clip_sha256])
    return out.getvalue()


def read_sheet(content: str) -> tuple[SheetRow, ...]:
    """The rows of a sheet; other columns and their order do not matter.

    Raises:
        InputError: Columns are missing, a row cannot be used, or one rater says two things of one clip and runner. It
            names the lines.
    """
    reader = csv.DictReader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"The sheet lacks these columns: {', '.join(missing)}.", f"Its first line names them: {','.join(COLUMNS)}."
        )
    rows, faults = [], []
    try:
        for number, values in enumerate(reader, start=2):
            try:
                rows.append(_read_row(number, {name: (values.get(name) or "").strip() for name in COLUMNS}))
            except InputError as error:
                faults.append(f"line {number}: {error.message}")
    except csv.Error as error:
        raise InputError(f"The sheet is no CSV: {error}.", "Export one from the Labels page.") from error
    faults += _find_contradictions(rows)
    if faults:
        more = f" and {len(faults) - _MOST_FAULTS_TOLD} more" if len(faults) > _MOST_FAULTS_TOLD else ""
        raise InputError(
            f"Nothing was imported: {'; '.join(faults[:_MOST_FAULTS_TOLD])}{more}.", "Correct these lines, then import."
        )
    return tuple(rows)


def import_sheet(db: Database, content: bytes) -> ImportReport:
    """Note the labels of a sheet for the runs whose clip it names by hash: all of them or, after any fault, none.

    Where a clip is stored for several athletes, a row is for the athlete it names. A label that the same rater gave at
    the same time or later stays.

    Raises:
        InputError: The sheet cannot be used.
        StoreError: The database cannot be written.
    """
    try:
        rows = read_sheet(content.decode())
    except UnicodeDecodeError as error:
        raise InputError("The sheet is not in UTF-8.", "Save it as CSV in UTF-8, then import.") from error
    written = kept = 0
    unmatched = []
    with db.write():
        runs_of = defaultdict(list)
        for run in list_runs(db):
            runs_of[run.clip_sha256].append(run)
        known = {(label.run_id, name_key(label.rater)): label.labelled_at for label in list_labels(db)}
        for row in rows:
            matched = _choose_runs(row, runs_of[row.clip_sha256])
            if not matched:
                unmatched.append(row)
            for run in matched:
                moment = row.labelled_at or datetime.now(UTC)
                before = known.get((run.id, name_key(row.rater)))
                if before is not None and before >= moment:
                    kept += 1
                    continue
                set_label(db, run.id, row.label, rater=row.rater, reason=row.reason, labelled_at=moment)
                written += 1
    return ImportReport(written, kept, tuple(unmatched))


def _read_row(line: int, values: dict[str, str]) -> SheetRow:
    """One row from its trimmed values.

    Raises:
        InputError: Something in it cannot be used.
    """
    label, digest = values["label"].casefold(), values["clip_sha256"].lower()
    if label not in get_args(RaterLabel):
        raise InputError(f"there is no label {values['label']!r}")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise InputError("clip_sha256 is not 64 hexadecimal digits")
    return SheetRow(
        line=line,
        clip=values["clip"],
        runner=values["runner"],
        clip_sha256=digest,
        label=cast(RaterLabel, label),
        rater=_read_rater(values["rater"]),
        reason=values["reason"],
        labelled_at=_read_moment(values["labelled_at"]),
    )


def _read_rater(name: str) -> str:
    try:
        return clean_name(name)
    except InputError as error:
        raise InputError("the rater's name is empty or too long") from error


def _read_moment(written: str) -> datetime | None:
    """A time in ISO 8601, UTC where it names no zone; None for nothing."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InputError(f"labelled_at {written!r} is no time such as 2026-05-04T09:30:00+00:00") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _find_contradictions(rows: Sequence[SheetRow]) -> list[str]:
    """Lines that say something else than an earlier line of the same rater, clip and runner."""
    said: dict[tuple[str, str, str], SheetRow] = {}
    faults = []
    for row in rows:
        first = said.setdefault((name_key(row.rater), row.clip_sha256, row.runner.casefold()), row)
        if first.label != row.label:
            faults.append(f"line {row.line}: {row.rater} says {first.label} of the same clip in line {first.line}")
    return faults


def _choose_runs(row: SheetRow, runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Of the runs of the row's clip, those of the athlete it names; all where only one athlete has that clip."""
    if len({run.athlete_id for run in runs}) <= 1:
        return list(runs)
    return [run for run in runs if row.runner and name_key(run.athlete_name) == name_key(row.runner)]
