from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runform.cli import main
from runform.settings import get_settings
from runform.store.athletes import add_athlete
from runform.store.database import Database
from runform.store.labels import list_labels, set_label
from runform.store.runs import save_run
from runform.training.overstride_labels import read_labelled_clips
from tests.fixtures.analyses import make_analysis


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with one run that Ana calls overstriding."""
    folder = tmp_path / "data"
    monkeypatch.setenv("RUNFORM_DATA_DIR", str(folder))
    get_settings.cache_clear()
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip in name only")
    db = Database(folder / "runform.duckdb")
    run_id = save_run(db, folder / "runs", make_analysis(), clip, add_athlete(db, "Ann").id)
    set_label(db, run_id, "overstride", rater="Ana")
    db.close()
    yield folder
    get_settings.cache_clear()


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["runform", "db", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_labels_go_out_and_come_back(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "labels.csv"
    assert call(monkeypatch, "export-labels", sheet) == 0
    sheet.write_text(sheet.read_text().replace("Ana", "Ben") + f"gone.mp4,optimal,,Ben,,,{'0' * 64}\n")

    assert call(monkeypatch, "import-labels", sheet) == 0

    out = capsys.readouterr().out
    assert "1 labels imported" in out
    assert "line 3: the clip gone.mp4 is not in the database" in out
    db = Database(data_dir / "runform.duckdb")
    assert [label.rater for label in list_labels(db)] == ["Ana", "Ben"]
    db.close()


def test_agreed_labels_are_ready_for_evaluate(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "agreed.csv"
    assert call(monkeypatch, "export-labels", table, "--agreed") == 0
    (row,) = read_labelled_clips(table)
    assert (row.label, row.path.parent.parent) == ("overstride", data_dir / "runs")


def test_what_cannot_be_read_or_written_exits_with_2(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "export-labels", tmp_path / "nowhere" / "labels.csv") == 2
    assert "could not be written" in capsys.readouterr().err
    plan = tmp_path / "plan.csv"
    plan.write_text("Monday,rest\n")
    assert call(monkeypatch, "import-labels", plan) == 2
    assert "lacks these columns" in capsys.readouterr().err
