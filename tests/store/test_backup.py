from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from runform.errors import InputError, StoreError
from runform.store.athletes import add_athlete, list_athletes
from runform.store.backup import backup, export, restore
from runform.store.database import Database
from runform.store.embeddings import load_run_embeddings
from runform.store.pros import add_pro, add_pro_clip, list_pros
from runform.store.runs import list_runs, load_run, save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis
from tests.test_record import assert_same

RESTORE_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from runform.errors import StoreError
from runform.store.backup import restore
try:
    restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)
except StoreError as error:
    print(error)
"""


@pytest.fixture
def filled(db: Database, runs_dir: Path, clip_path: Path) -> Database:
    """A database with two runs of one athlete, one of them refused, and a pro."""
    ann = add_athlete(db, "Ann O'Neill")
    save_run(db, runs_dir, make_analysis(cadence=171.0), clip_path, ann.id)
    save_run(db, runs_dir, make_analysis(seed=1, refused=True), clip_path, ann.id)
    add_pro_clip(db, add_pro(db, "Ada").id, make_analysis(seed=2), "ada.mp4")
    return db


@pytest.fixture
def backup_zip(filled: Database, tmp_path: Path) -> Path:
    path = tmp_path / "backup.zip"
    backup(filled, path)
    return path


def rewrite(backup_zip: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change a zip's files by name."""
    with zipfile.ZipFile(backup_zip) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(backup_zip, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def test_a_backup_restores_everything(filled: Database, backup_zip: Path, tmp_path: Path) -> None:
    restore(backup_zip, tmp_path / "new")
    restored = Database(tmp_path / "new" / "runform.duckdb")
    assert list_athletes(restored) == list_athletes(filled)
    assert list_pros(restored) == list_pros(filled)
    assert [run.id for run in list_runs(restored)] == [run.id for run in list_runs(filled)]
    for run in list_runs(filled):
        before, after = load_run(filled, run.id), load_run(restored, run.id)
        assert_same(after.analysis, before.analysis)
        assert after.clip_file.read_bytes() == before.clip_file.read_bytes()
    before_table, after_table = (load_run_embeddings(d, MODEL_SHA256) for d in (filled, restored))
    assert_same(after_table, before_table)
    restored.close()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["runform.duckdb", "runs"]


def test_the_database_stays_usable_and_locked_after_a_backup(
    filled: Database, backup_zip: Path, data_dir: Path
) -> None:
    add_athlete(filled, "Bea")
    result = subprocess.run(
        [sys.executable, "-c", RESTORE_IN_ANOTHER_PROCESS, str(backup_zip), str(data_dir)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "The database is open. Close RunForm" in result.stdout
    assert [athlete.name for athlete in list_athletes(filled)] == ["Ann O'Neill", "Bea"]


def test_a_backup_replaces_an_older_one_only_when_it_is_whole(
    filled: Database, backup_zip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup_zip.read_bytes()

    def fill_the_disk(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fill_the_disk)
    with pytest.raises(InputError, match="No space left"):
        backup(filled, backup_zip)
    assert backup_zip.read_bytes() == before
    assert [path.name for path in backup_zip.parent.glob("*backup*")] == ["backup.zip"]


def test_a_backup_to_a_folder_that_is_not_there_is_bad_input(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written"):
        backup(filled, tmp_path / "nowhere" / "backup.zip")


def test_restoring_over_a_database_needs_force(filled: Database, backup_zip: Path, data_dir: Path) -> None:
    add_athlete(filled, "Bea, added after the backup")
    (data_dir / "uploads").mkdir()
    filled.close()
    with pytest.raises(InputError, match="There is a database") as caught:
        restore(backup_zip, data_dir)
    assert "--force" in caught.value.remedy
    restore(backup_zip, data_dir, force=True)
    restored = Database(data_dir / "runform.duckdb")
    assert [athlete.name for athlete in list_athletes(restored)] == ["Ann O'Neill"]
    assert len(list_runs(restored)) == 2
    restored.close()
    assert sorted(path.name for path in data_dir.iterdir()) == ["runform.duckdb", "runs", "uploads"]


def test_a_damaged_database_can_be_restored_over(filled: Database, backup_zip: Path, data_dir: Path) -> None:
    filled.close()
    (data_dir / "runform.duckdb").write_bytes(b"no longer a database" * 1000)
    restore(backup_zip, data_dir, force=True)
    restored = Database(data_dir / "runform.duckdb")
    assert len(list_runs(restored)) == 2
    restored.close()


def test_restoring_under_an_open_database_is_refused(filled: Database, backup_zip: Path, data_dir: Path) -> None:
    with pytest.raises(StoreError, match="The database is open"):
        restore(backup_zip, data_dir, force=True)
    assert len(list_runs(filled)) == 2


def test_a_failing_swap_is_undone(
    filled: Database, backup_zip: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_athlete(filled, "Bea, added after the backup")
    filled.close()
    rename = Path.rename

    def fail_at_the_runs_coming_in(self: Path, target: Path) -> Path:
        if self.name == "runs" and self.parent.name == "incoming":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_the_runs_coming_in)
    with pytest.raises(StoreError, match="What was there is unchanged"):
        restore(backup_zip, data_dir, force=True)
    database = Database(data_dir / "runform.duckdb")
    assert len(list_athletes(database)) == 2
    assert all(load_run(database, run.id).clip_file.is_file() for run in list_runs(database))
    database.close()
    assert sorted(path.name for path in data_dir.iterdir()) == ["runform.duckdb", "runs"]


def escape_upwards(files: dict[str, bytes]) -> None:
    files["runs/../../outside.txt"] = b"planted"


def hold_a_stranger(files: dict[str, bytes]) -> None:
    files["settings.py"] = b"planted"


def lose_the_manifest(files: dict[str, bytes]) -> None:
    del files["backup.json"]


def come_from_the_future(files: dict[str, bytes]) -> None:
    files["backup.json"] = json.dumps({"format": 2}).encode()


def spoil_the_manifest(files: dict[str, bytes]) -> None:
    files["backup.json"] = b"{}"


@pytest.mark.parametrize(
    "change", [escape_upwards, hold_a_stranger, lose_the_manifest, come_from_the_future, spoil_the_manifest]
)
def test_what_is_not_a_backup_is_refused_and_leaves_nothing(
    change: Callable[[dict[str, bytes]], None], backup_zip: Path, tmp_path: Path
) -> None:
    rewrite(backup_zip, change)
    with pytest.raises(InputError, match=r"backup\.zip"):
        restore(backup_zip, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "outside.txt").exists()


def test_a_flipped_byte_is_found_before_anything_is_replaced(
    filled: Database, backup_zip: Path, data_dir: Path
) -> None:
    filled.close()
    before = (data_dir / "runform.duckdb").read_bytes()
    data = bytearray(backup_zip.read_bytes())
    data[len(data) // 3] ^= 0xFF
    backup_zip.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        restore(backup_zip, data_dir, force=True)
    assert (data_dir / "runform.duckdb").read_bytes() == before


def test_a_file_that_is_not_there_or_not_a_zip_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        restore(tmp_path / "gone.zip", tmp_path / "new")
    (tmp_path / "text.zip").write_text("not a zip")
    with pytest.raises(InputError, match="not a backup"):
        restore(tmp_path / "text.zip", tmp_path / "new")


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_exported_tables_open_elsewhere(filled: Database, tmp_path: Path, file_format: str) -> None:
    folder = tmp_path / "it's out"
    files = export(filled, folder, "csv" if file_format == "csv" else "parquet")
    assert [path.name for path in files] == [
        f"{name}.{file_format}" for name in ("athletes", "runs", "metrics", "contacts", "labels", "pros", "pro_clips")
    ]
    with duckdb.connect() as other:
        read = f"read_{file_format}(?)"
        runs = other.execute(
            f"SELECT athlete_name, CAST(cadence AS VARCHAR), refused FROM {read} ORDER BY created_at", [str(files[1])]
        )
        assert runs.fetchall() == [("Ann O'Neill", "171.0", False), ("Ann O'Neill", "nan", True)]
        metrics = other.execute(f"SELECT value, unit, n FROM {read} WHERE name = 'cadence' AND n > 0", [str(files[2])])
        assert metrics.fetchall() == [(171.0, "steps/min", 12)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in files)
