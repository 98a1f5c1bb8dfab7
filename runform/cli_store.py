"""`python -m runform db ...`: the database's backup, restore and export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runform.console import print_lines
from runform.errors import InputError
from runform.settings import get_settings
from runform.store import backup as store_backup
from runform.store.database import Database
from runform.store.label_sheet import import_sheet, write_agreed_sheet, write_sheet

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


@db_app.command("export-labels")
def export_labels_command(
    out: Annotated[Path, typer.Argument(help="The CSV to write.")],
    agreed: Annotated[
        bool, typer.Option(help="Only labels raters agree on, with the clips' paths: for `evaluate overstride`.")
    ] = False,
) -> None:
    """Write the raters' labels as CSV."""
    db = Database(get_settings().database_path)
    try:
        sheet = write_agreed_sheet(db, with_paths=True) if agreed else write_sheet(db)
    finally:
        db.close()
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(sheet, encoding="utf-8")
        part.replace(out)
    except OSError as error:
        raise InputError(
            f"The labels could not be written to {out}: {error.strerror or error}.",
            "Name a file in a folder that exists, may be written to and has room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    print_lines([str(out)])


@db_app.command("import-labels")
def import_labels_command(
    sheet: Annotated[Path, typer.Argument(help="A CSV that export-labels wrote.", exists=True, dir_okay=False)],
) -> None:
    """Read raters' labels from a CSV, by the clips' hashes."""
    db = Database(get_settings().database_path)
    try:
        report = import_sheet(db, sheet.read_bytes())
    finally:
        db.close()
    print_lines(
        [
            f"{report.written} labels imported, {report.kept} left as they are (labelled since)",
            *(f"line {row.line}: the clip {row.clip} is not in the database" for row in report.unmatched),
        ]
    )
