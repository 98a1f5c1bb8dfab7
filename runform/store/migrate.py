"""Brings a database to this program's schema by numbered migrations, each applied once and whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from runform.errors import StoreError

MIGRATIONS_DIR = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Migration:
    """One step of the schema.

    Attributes:
        number: 1 for the first; they are applied in this order without gaps.
        name: What it does, from the file's name.
        sql: Its statements.
    """

    number: int
    name: str
    sql: str


def read_migrations(folder: Path = MIGRATIONS_DIR) -> tuple[Migration, ...]:
    """The migrations in `folder`, files named 0001_what_it_does.sql, in order.

    Raises:
        StoreError: The numbers do not run 1, 2, 3, ...
    """
    migrations = []
    for path in sorted(folder.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        migrations.append(Migration(int(number), name, path.read_text(encoding="utf-8")))
    if [m.number for m in migrations] != list(range(1, len(migrations) + 1)):
        raise StoreError(f"The migrations in {folder} are not numbered 1, 2, 3, ...", "Install RunForm again.")
    return tuple(migrations)


def migrate(connection: duckdb.DuckDBPyConnection, migrations: tuple[Migration, ...]) -> None:
    """Apply the migrations the database has not had, each in one transaction with its entry in `migrations`.

    Raises:
        StoreError: The database has had migrations that this program does not know.
        duckdb.Error: A migration fails; the database stays at the one before.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
    )
    row = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
    applied = int(row[0]) if row else 0
    if applied > len(migrations):
        raise StoreError(
            f"The database was written by a newer RunForm (schema {applied}; this one knows {len(migrations)}).",
            "Update RunForm, or restore a backup made by this version.",
        )
    for migration in migrations[applied:]:
        connection.begin()
        try:
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)",
                [migration.number, migration.name, datetime.now(UTC).replace(tzinfo=None)],
            )
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
