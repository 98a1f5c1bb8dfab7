from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from runform.errors import StoreError
from runform.store.database import Database
from runform.store.migrate import Migration, migrate, read_migrations

FIRST = Migration(1, "first", "CREATE TABLE one (id INTEGER); INSERT INTO one VALUES (1);")


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {row[0] for row in rows}


def test_an_empty_file_gets_every_table(db: Database) -> None:
    with db.cursor() as cursor:
        expected = {
            "athletes",
            "runs",
            "metrics",
            "contacts",
            "labels",
            "pros",
            "pro_clips",
            "embeddings",
            "models",
            "jobs",
            "migrations",
        }
        assert tables(cursor) == expected
        applied = cursor.execute("SELECT number, name FROM migrations ORDER BY number").fetchall()
    assert applied == [(m.number, m.name) for m in read_migrations()]


def test_opening_again_changes_nothing(db: Database) -> None:
    with db.write() as cursor:
        cursor.execute("INSERT INTO athletes VALUES ('a', 'Ann', 'ann', NULL, '2026-01-01')")
        before = cursor.execute("SELECT * FROM migrations").fetchall()
    db.close()
    again = Database(db.path)
    with again.cursor() as cursor:
        assert cursor.execute("SELECT * FROM migrations").fetchall() == before
        assert cursor.execute("SELECT name FROM athletes").fetchall() == [("Ann",)]
    again.close()


def test_later_migrations_are_applied_to_an_older_database() -> None:
    with duckdb.connect() as connection:
        migrate(connection, (FIRST,))
        migrate(connection, (FIRST, Migration(2, "second", "ALTER TABLE one ADD COLUMN name VARCHAR")))
        assert connection.execute("SELECT id, name FROM one").fetchall() == [(1, None)]
        assert connection.execute("SELECT number FROM migrations ORDER BY number").fetchall() == [(1,), (2,)]


def test_a_failing_migration_leaves_the_schema_before_it() -> None:
    half_wrong = Migration(2, "second", "CREATE TABLE two (id INTEGER); INSERT INTO no_such_table VALUES (1);")
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.Error):
            migrate(connection, (FIRST, half_wrong))
        assert tables(connection) == {"migrations", "one"}
        assert connection.execute("SELECT number FROM migrations").fetchall() == [(1,)]


def test_a_database_of_a_newer_program_is_refused(db: Database) -> None:
    with db.write() as cursor:
        cursor.execute("INSERT INTO migrations VALUES (99, 'from the future', '2030-01-01')")
    db.close()
    with pytest.raises(StoreError, match="newer RunForm") as caught:
        Database(db.path)
    assert "Update RunForm" in caught.value.remedy


def test_migrations_must_be_numbered_without_gaps(tmp_path: Path) -> None:
    for name in ("0001_first.sql", "0003_third.sql"):
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(StoreError, match="not numbered"):
        read_migrations(tmp_path)
