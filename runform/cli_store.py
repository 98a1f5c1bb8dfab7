"""`python -m runform db ...`: the database's backup, restore and export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runform.console import print_lines
from runform.settings import get_settings
from runform.store import backup as store_backup
from runform.store.database import Database

db_app = typer.Typer(help="Back up, restore and export the database.", no_args_is_help=True)


@db_app.command("backup")
def backup_command(out: Annotated[Path, typer.Argument(help="The zip to write.")]) -> None:
    """Write the database and every run's files to one zip."""
    db = Database(get_settings().database_path)
    try:
        store_backup.backup(db, out)
    finally:
        db.close()
    print_lines([f"{out}: {out.stat().st_size / 1e6:.1f} MB"])


@db_app.command("restore")
def restore_command(
    backup_zip: Annotated[Path, typer.Argument(help="A zip that `db backup` wrote.")],
    force: Annotated[bool, typer.Option(help="Replace what is stored now.")] = False,
) -> None:
    """Put a backup in place of the database."""
    data_dir = get_settings().data_dir
    store_backup.restore(backup_zip, data_dir, force=force)
    print_lines([f"restored to {data_dir}"])


@db_app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(help="Where the tables are written.")],
    file_format: Annotated[store_backup.ExportFormat, typer.Option("--format", help="csv or parquet.")] = "csv",
) -> None:
    """Write athletes, runs and metrics as tables."""
    db = Database(get_settings().database_path)
    try:
        written = store_backup.export(db, folder, file_format)
    finally:
        db.close()
    print_lines([str(path) for path in written])
