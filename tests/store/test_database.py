from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runform.errors import InputError, StoreError
from runform.store.database import Database

OPEN_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from runform.errors import StoreError
from runform.store.database import Database
try:
    Database(Path(sys.argv[1]))
except StoreError as error:
    print(error)
"""


def count_athletes(db: Database) -> int:
    with db.cursor() as cursor:
        return int(cursor.execute("SELECT count(*) FROM athletes").fetchall()[0][0])


def insert_athlete(db: Database, key: str) -> None:
    with db.write() as cursor:
        cursor.execute("INSERT INTO athletes VALUES (?, ?, ?, NULL, '2026-01-01')", [key, key, key])


class HalfWayError(Exception):
    """Stands for whatever ends a transaction early."""


def write_all(db: Database, *steps: Callable[[], None]) -> None:
    with db.write():
        for step in steps:
            step()


def fail_after(db: Database, *steps: Callable[[], None]) -> None:
    with db.write():
        for step in steps:
            step()
        raise HalfWayError


def test_a_write_that_raises_leaves_nothing(db: Database) -> None:
    with pytest.raises(HalfWayError):
        fail_after(db, lambda: insert_athlete(db, "a"))
    assert count_athletes(db) == 0
    insert_athlete(db, "b")
    assert count_athletes(db) == 1


def test_a_fault_of_duckdb_is_a_store_error_and_rolls_back(db: Database) -> None:
    insert_athlete(db, "a")
    with pytest.raises(StoreError, match="could not be written"):
        write_all(db, lambda: insert_athlete(db, "b"), lambda: insert_athlete(db, "a"))
    assert count_athletes(db) == 1
    with pytest.raises(StoreError, match="could not be read"), db.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")


def test_errors_of_runform_pass_through_a_write(db: Database) -> None:
    with pytest.raises(InputError, match="The name is empty"), db.write():
        raise InputError("The name is empty.")


def test_a_write_within_a_write_is_one_transaction(db: Database) -> None:
    with pytest.raises(HalfWayError):
        fail_after(db, lambda: insert_athlete(db, "a"), lambda: insert_athlete(db, "b"))
    assert count_athletes(db) == 0


def test_a_write_sees_its_own_rows_and_others_do_not(db: Database) -> None:
    seen_elsewhere: list[int] = []
    with db.write():
        insert_athlete(db, "a")
        assert count_athletes(db) == 1
        reader = threading.Thread(target=lambda: seen_elsewhere.append(count_athletes(db)))
        reader.start()
        reader.join()
    assert seen_elsewhere == [0]
    assert count_athletes(db) == 1


def test_files_follow_the_transaction(db: Database) -> None:
    steps: list[str] = []
    with db.write():
        db.on_rollback(lambda: steps.append("undo"))
        db.on_commit(lambda: steps.append("then"))
        assert steps == []
    assert steps == ["then"]
    with pytest.raises(HalfWayError):
        fail_after(
            db,
            lambda: db.on_rollback(lambda: steps.append("undo first")),
            lambda: db.on_rollback(lambda: steps.append("undo second")),
            lambda: db.on_commit(lambda: steps.append("then")),
        )
    assert steps == ["then", "undo second", "undo first"]


def test_files_cannot_be_tied_to_no_transaction(db: Database) -> None:
    with pytest.raises(StoreError, match="open transaction"):
        db.on_commit(lambda: None)


def test_threads_that_write_at_once_all_succeed(db: Database) -> None:
    start = threading.Barrier(4)

    def write_twenty(who: int) -> None:
        start.wait()
        for n in range(20):
            with db.write() as cursor:
                # Read, then write on what was read: only serialised writers never lose a step.
                cursor.execute("UPDATE athletes SET height_cm = height_cm + 1 WHERE id = 'counter'")
                insert_athlete(db, f"{who}-{n}")

    with db.write() as cursor:
        cursor.execute("INSERT INTO athletes VALUES ('counter', 'c', 'c', 0, '2026-01-01')")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_twenty, range(4)))
    assert count_athletes(db) == 81
    with db.cursor() as cursor:
        assert cursor.execute("SELECT height_cm FROM athletes WHERE id = 'counter'").fetchall() == [(80.0,)]


def test_two_databases_of_one_process_share_their_lock(db: Database) -> None:
    other = Database(db.path)
    order: list[str] = []
    inside, tried = threading.Event(), threading.Event()

    def write_second() -> None:
        inside.wait()
        tried.set()
        insert_athlete(other, "second")
        order.append("second")

    thread = threading.Thread(target=write_second)
    thread.start()
    with db.write():
        inside.set()
        tried.wait()
        insert_athlete(db, "first")
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    other.close()


def test_another_process_is_told_to_close_the_first(db: Database) -> None:
    result = subprocess.run(
        [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(db.path)], capture_output=True, text=True, check=True
    )
    assert "Another program has the database" in result.stdout
    assert "Close the other RunForm" in result.stdout


def test_closing_lets_go_of_the_file(db: Database) -> None:
    db.close()
    result = subprocess.run(
        [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(db.path)], capture_output=True, text=True, check=True
    )
    assert result.stdout == ""
    db.close()
    with pytest.raises(StoreError):
        count_athletes(db)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "runform.duckdb").write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError, match="could not be opened") as caught:
        Database(tmp_path / "runform.duckdb")
    assert "backup" in caught.value.remedy


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be opened"):
        Database(tmp_path / "file" / "runform.duckdb")


def test_reading_without_writers_is_refused_to_a_writer(db: Database) -> None:
    with pytest.raises(StoreError, match="being written"), db.write(), db.without_writers():
        pytest.fail("a writer would wait for itself")
