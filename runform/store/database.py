"""The DuckDB file: opened by one process, read by every thread, written by one thread at a time."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from runform.errors import StoreError
from runform.store.migrate import migrate, read_migrations

Cursor = duckdb.DuckDBPyConnection

# Nothing is fetched from the network; what RunForm needs is built into the wheel.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# What DuckDB says, on POSIX and on Windows, when another process holds the file.
_LOCKED_SIGNS = ("could not set lock", "used by another process")


class _WriteLock:
    """A lock that several Database objects of this process on one file share, and how often it was written under."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.commits = 0


_write_locks: weakref.WeakValueDictionary[Path, _WriteLock] = weakref.WeakValueDictionary()
_write_locks_guard = threading.Lock()


class _Transaction(threading.local):
    """The transaction a thread has open, if any."""

    cursor: Cursor | None = None
    undo: list[Callable[[], None]]
    then: list[Callable[[], None]]


class Database:
    """An open database at this program's schema.

    Args:
        path: The DuckDB file, made with its folder where it is absent.

    Raises:
        StoreError: Another process has it open, it is damaged or not a database, it is newer than this program, or
            its folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = duckdb.connect(str(self.path), config=_CONFIG)
        except (duckdb.Error, OSError) as error:
            raise explain_open_error(error, self.path) from error
        with _write_locks_guard:
            self._shared = _write_locks.setdefault(self.path.resolve(), _WriteLock())
        self._transaction = _Transaction()
        try:
            with self._shared.lock:
                migrate(self._connection, read_migrations())
        except duckdb.Error as error:
            self._connection.close()
            raise explain_open_error(error, self.path) from error
        except BaseException:
            self._connection.close()
            raise

    @property
    def commits(self) -> int:
        """How often this process has committed to the file: while it stays the same, so does what `cursor` sees.

        It grows just after each commit, so that it may be read first and the tables then: what they hold is at least as
        new.
        """
        return self._shared.commits

    @property
    def in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        return self._transaction.cursor is not None

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor of the calling thread's own, to read with; it sees what has been committed.

        Inside `write` of the same thread it is that transaction's cursor, and sees what the transaction wrote.

        Raises:
            StoreError: DuckDB reports a fault.
        """
        if self._transaction.cursor is not None:
            yield self._transaction.cursor
            return
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            raise StoreError(
                f"The database could not be read: {_first_line(error)}",
                "Restart RunForm; if that does not help, restore a backup.",
            ) from error

    @contextmanager
    def write(self) -> Iterator[Cursor]:
        """One transaction: committed when the block ends well, rolled back when it raises.

        One thread writes at a time; the others wait. A `write` inside a `write` of the same thread joins it.

        Raises:
            StoreError: DuckDB reports a fault; nothing was written.
        """
        if self._transaction.cursor is not None:
            yield self._transaction.cursor
            return
        try:
            with self._shared.lock, self._connection.cursor() as cursor:
                cursor.begin()
                self._transaction.cursor, self._transaction.undo, self._transaction.then = cursor, [], []
                try:
                    yield cursor
                    cursor.commit()
                    self._shared.commits += 1
                except BaseException:
                    self._roll_back(cursor)
                    raise
                finally:
                    self._transaction.cursor = None
                for step in self._transaction.then:
                    step()
        except duckdb.Error as error:
            raise StoreError(
                f"The database could not be written: {_first_line(error)}",
                "Nothing was stored. Check that the disk has room, and try again.",
            ) from error

    @contextmanager
    def without_writers(self) -> Iterator[Cursor]:
        """A cursor to read with while nobody writes, outside any transaction.

        Raises:
            StoreError: DuckDB reports a fault, or the calling thread is writing.
        """
        if self._transaction.cursor is not None:
            raise StoreError("The database is being written.", "Report this as a fault of RunForm.")
        with self._shared.lock, self.cursor() as cursor:
            yield cursor

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Have `undo` called if the calling thread's open transaction does not commit: for files made with its rows."""
        self._require_transaction()
        self._transaction.undo.append(undo)

    def on_commit(self, step: Callable[[], None]) -> None:
        """Have `step` called once the calling thread's open transaction is committed: for files of deleted rows."""
        self._require_transaction()
        self._transaction.then.append(step)

    def close(self) -> None:
        """Wait for the writer and let go of the file. Closing twice is allowed."""
        with self._shared.lock:
            self._connection.close()

    def _require_transaction(self) -> None:
        """Raise StoreError where the calling thread has no transaction open."""
        if self._transaction.cursor is None:
            raise StoreError("Files can only be tied to an open transaction.", "Report this as a fault of RunForm.")

    def _roll_back(self, cursor: Cursor) -> None:
        """Undo a transaction: its rows, then its files, the latest first."""
        try:
            cursor.rollback()
        finally:
            for undo in reversed(self._transaction.undo):
                undo()


def explain_open_error(error: Exception, path: Path) -> StoreError:
    """The StoreError for a DuckDB file that does not open."""
    if is_locked_error(error):
        return StoreError(
            f"Another program has the database {path} open.", "Close the other RunForm (app or command line) first."
        )
    if isinstance(error, PermissionError) or "permission denied" in str(error).lower():
        return StoreError(
            f"The database {path} may not be opened by this user.",
            "Give yourself the right to write to that folder, or set RUNFORM_DATA_DIR to another one.",
        )
    return StoreError(
        f"The database {path} could not be opened: {_first_line(error)}",
        "Restore a backup with `python -m runform db restore`, or move the file away to start an empty one.",
    )


def is_locked_error(error: Exception) -> bool:
    """Whether a DuckDB file did not open because another process has it."""
    return any(sign in str(error).lower() for sign in _LOCKED_SIGNS)


def utc_now() -> datetime:
    """The time now as the tables hold it: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def with_utc(stored: datetime) -> datetime:
    """A time from a table, with its zone."""
    return stored.replace(tzinfo=UTC)


def _first_line(error: Exception) -> str:
    """DuckDB's messages go on with advice for programmers."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
