"""The whole database with its files as one zip, back from one, and its tables for other programs."""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

import duckdb

from runform import __version__
from runform.errors import InputError, StoreError
from runform.store.database import Cursor, Database, is_locked_error

DATABASE_FILE = "runform.duckdb"
RUNS_FOLDER = "runs"
MANIFEST_FILE = "backup.json"
BACKUP_FORMAT = 1

ExportFormat = Literal["csv", "parquet"]

_EXPORTS = {
    "athletes": "SELECT id, name, height_cm, created_at FROM athletes ORDER BY name_key",
    "runs": (
        "SELECT r.*, a.name AS athlete_name FROM runs AS r JOIN athletes AS a ON a.id = r.athlete_id"
        " ORDER BY r.created_at, r.id"
    ),
    "metrics": (
        "SELECT a.name AS athlete_name, r.created_at, r.clip_name, m.*"
        " FROM metrics AS m JOIN runs AS r ON r.id = m.run_id JOIN athletes AS a ON a.id = r.athlete_id"
        " ORDER BY r.created_at, r.id, m.name"
    ),
    "contacts": (
        "SELECT a.name AS athlete_name, r.created_at, r.clip_name, c.*"
        " FROM contacts AS c JOIN runs AS r ON r.id = c.run_id JOIN athletes AS a ON a.id = r.athlete_id"
        " ORDER BY r.created_at, r.id, c.number"
    ),
    "labels": "SELECT * EXCLUDE (rater_key) FROM labels ORDER BY run_id, rater_key",
    "pros": "SELECT * EXCLUDE (name_key) FROM pros ORDER BY name_key",
    "pro_clips": "SELECT * EXCLUDE (form_record, preview) FROM pro_clips ORDER BY created_at, id",
}


def backup(db: Database, out_zip: Path) -> None:
    """Write the database and every run's files to `out_zip`, whole or not at all; an older file there is replaced.

    Nothing can be written to the database meanwhile, so that rows and files belong together.

    Raises:
        InputError: The zip cannot be written there.
        StoreError: The database cannot be read.
    """
    part = out_zip.with_name(f".{out_zip.name}.part")
    try:
        with (
            db.without_writers() as cursor,
            tempfile.TemporaryDirectory(dir=out_zip.parent) as temporary,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            copy = Path(temporary) / DATABASE_FILE
            _copy_database(cursor, copy)
            archive.write(copy, DATABASE_FILE)
            rows = cursor.execute("SELECT folder FROM runs ORDER BY created_at, id").fetchall()
            for path in _run_files(db, [row[0] for row in rows]):
                # Clips and arrays are compressed already.
                archive.write(path, path.relative_to(db.path.parent).as_posix(), zipfile.ZIP_STORED)
            manifest = {
                "format": BACKUP_FORMAT,
                "runform": __version__,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "runs": len(rows),
            }
            archive.writestr(MANIFEST_FILE, json.dumps(manifest, indent=1))
        part.replace(out_zip)
    except OSError as error:
        raise InputError(
            f"The backup could not be written to {out_zip}: {error.strerror or error}.",
            "Name a file in a folder that exists, may be written to and has room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def restore(backup_zip: Path, data_dir: Path, *, force: bool = False) -> None:
    """Put a backup's database and runs into `data_dir`; the backup is read and checked before anything is replaced.

    Args:
        backup_zip: What `backup` wrote.
        data_dir: RunForm's data folder; no RunForm may have it open.
        force: Whether a database that is there may be replaced. Uploads and other files stay.

    Raises:
        InputError: Not a backup, a damaged one, or there is a database and `force` is not given.
        StoreError: The database is open elsewhere, the backup is newer than this program, or the disk is full.
    """
    database_path = data_dir / DATABASE_FILE
    if database_path.exists():
        if not force:
            raise InputError(
                f"There is a database in {data_dir} already.", "Restore with --force to replace it and its runs."
            )
        _refuse_open(database_path)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as temporary:
            incoming, outgoing = Path(temporary) / "incoming", Path(temporary) / "outgoing"
            incoming.mkdir()
            outgoing.mkdir()
            _extract(backup_zip, incoming)
            Database(incoming / DATABASE_FILE).close()  # brings it to this program's schema, or says why not
            _swap(incoming, data_dir, outgoing)
    except OSError as error:
        raise StoreError(
            f"The backup could not be restored: {error.strerror or error}.",
            "What was there is unchanged. Check that the disk has room and that the folder may be written to.",
        ) from error


def export(db: Database, folder: Path, file_format: ExportFormat = "csv") -> tuple[Path, ...]:
    """Write athletes, runs, metrics, contacts, labels, pros and their clips as one table file each, for other programs.

    Times are UTC; numbers that could not be measured are NaN.

    Args:
        db: The database.
        folder: Made where it is absent; files of these names in it are replaced.
        file_format: csv or parquet.

    Returns:
        The files written.

    Raises:
        InputError: The folder cannot be written to.
        StoreError: The database cannot be read.
    """
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as temporary, db.cursor() as cursor:
            for name, query in _EXPORTS.items():
                staged = Path(temporary) / f"{name}.{file_format}"
                cursor.execute(f"COPY ({query}) TO {_quote(staged)} (FORMAT {file_format})")
                files.append(staged.replace(folder / staged.name))
    except OSError as error:
        raise InputError(
            f"The tables could not be written to {folder}: {error.strerror or error}.",
            "Name a folder that may be written to and has room.",
        ) from error
    return tuple(files)


def _copy_database(cursor: Cursor, target: Path) -> None:
    """Write a database of the same content as the cursor sees to a new file.

    The open file itself must not be read beside DuckDB: closing it again would let go of DuckDB's lock on it.
    """
    name = cursor.execute("SELECT current_database()").fetchall()[0][0]
    cursor.execute(f"ATTACH {_quote(target)} AS backup_copy")
    try:
        cursor.execute(f'COPY FROM DATABASE "{name}" TO backup_copy')
    finally:
        cursor.execute("DETACH backup_copy")


def _run_files(db: Database, folders: list[str]) -> Iterator[Path]:
    """Every file of the runs in these folders, relative to the database's."""
    for folder in folders:
        yield from sorted(path for path in (db.path.parent / folder).rglob("*") if path.is_file())


def _extract(backup_zip: Path, target: Path) -> None:
    """Unpack a backup, whose every byte is checked on the way.

    Raises:
        InputError: It is not a backup or damaged.
    """
    with _explained(backup_zip), zipfile.ZipFile(backup_zip) as archive:
        names = archive.namelist()
        if MANIFEST_FILE not in names or DATABASE_FILE not in names:
            raise InputError(f"{backup_zip.name} is not a backup of RunForm.", "Choose a file that `db backup` wrote.")
        if json.loads(archive.read(MANIFEST_FILE))["format"] != BACKUP_FORMAT:
            raise InputError(f"{backup_zip.name} was made by a newer RunForm.", "Update RunForm, then restore.")
        for name in names:
            path = PurePosixPath(name)
            known = path.parts[0] == RUNS_FOLDER or name in (MANIFEST_FILE, DATABASE_FILE)
            if path.is_absolute() or ".." in path.parts or not known:
                raise InputError(
                    f"{backup_zip.name} holds a file that no backup holds: {name}.", "Choose a file you can trust."
                )
        archive.extractall(target)


@contextmanager
def _explained(backup_zip: Path) -> Iterator[None]:
    """Faults of a zip's content as InputError."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"There is no file {backup_zip}.", "Choose a file that `db backup` wrote.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(f"{backup_zip.name} is damaged or not a backup.", "Choose another backup.") from error


def _swap(incoming: Path, data_dir: Path, outgoing: Path) -> None:
    """Move what is in `data_dir` out and what came in there; a failure half-way is undone."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name in (DATABASE_FILE, f"{DATABASE_FILE}.wal", RUNS_FOLDER):
            for source, target in ((data_dir / name, outgoing / name), (incoming / name, data_dir / name)):
                if source.exists():
                    moved.append((source, source.rename(target)))
    except OSError:
        for source, target in reversed(moved):
            target.rename(source)
        raise


def _refuse_open(database_path: Path) -> None:
    """Raise StoreError where another process, or this one, has the database; a damaged one may be replaced."""
    try:
        duckdb.connect(str(database_path)).close()
    except duckdb.Error as error:
        # A connection of this process is refused for its other configuration.
        if is_locked_error(error) or isinstance(error, duckdb.ConnectionException):
            raise StoreError(
                "The database is open.", "Close RunForm (app or command line) before restoring."
            ) from error


def _quote(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
