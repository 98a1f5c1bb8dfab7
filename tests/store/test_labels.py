from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runform.errors import InputError
from runform.store.athletes import Athlete, add_athlete
from runform.store.database import Database
from runform.store.label_sheet import COLUMNS, import_sheet, read_sheet, write_agreed_sheet, write_sheet
from runform.store.labels import list_labels, list_raters, set_label
from runform.store.runs import delete_run, load_summary, save_run
from runform.training.overstride_labels import read_labelled_clips
from tests.fixtures.analyses import make_analysis


@pytest.fixture
def ann(db: Database) -> Athlete:
    return add_athlete(db, "Ann")


@pytest.fixture
def run_id(db: Database, runs_dir: Path, clip_path: Path, ann: Athlete) -> str:
    return save_run(db, runs_dir, make_analysis(seed=1), clip_path, ann.id)


def sha256(seed: int) -> str:
    return make_analysis(seed=seed).clip_sha256


def make_sheet(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows])


def test_two_raters_who_agree_make_the_runs_label(db: Database, run_id: str) -> None:
    set_label(db, run_id, "overstride", rater="Ana", reason=" shank leans back ")
    set_label(db, run_id, "overstride", rater="Ben")

    assert load_summary(db, run_id).label == "overstride"
    said = list_labels(db, run_id)
    assert [(label.rater, label.label, label.reason) for label in said] == [
        ("Ana", "overstride", "shank leans back"),
        ("Ben", "overstride", ""),
    ]
    assert all(abs(label.labelled_at - datetime.now(UTC)) < timedelta(minutes=1) for label in said)


def test_a_disagreement_leaves_the_run_without_a_label(db: Database, run_id: str) -> None:
    set_label(db, run_id, "overstride", rater="Ana")
    set_label(db, run_id, "optimal", rater="Ben")
    assert load_summary(db, run_id).label is None

    set_label(db, run_id, "overstride", rater="Ben")
    assert load_summary(db, run_id).label == "overstride"


def test_unsure_does_not_count(db: Database, run_id: str) -> None:
    set_label(db, run_id, "unsure", rater="Ana")
    assert load_summary(db, run_id).label is None

    set_label(db, run_id, "optimal", rater="Ben")
    assert load_summary(db, run_id).label == "optimal"


def test_raters_whose_names_differ_in_case_are_one(db: Database, run_id: str) -> None:
    set_label(db, run_id, "overstride", rater="ana  lund")
    set_label(db, run_id, "optimal", rater="Ana Lund")

    (said,) = list_labels(db, run_id)
    assert (said.rater, said.label) == ("Ana Lund", "optimal")
    assert list_raters(db) == ("Ana Lund",)


def test_a_rater_needs_a_name(db: Database, run_id: str) -> None:
    with pytest.raises(InputError, match="empty"):
        set_label(db, run_id, "optimal", rater="  ")


def test_labels_go_with_their_run(db: Database, run_id: str, runs_dir: Path, clip_path: Path, ann: Athlete) -> None:
    kept = save_run(db, runs_dir, make_analysis(seed=2), clip_path, ann.id)
    for run in (run_id, kept):
        set_label(db, run, "optimal", rater="Ana")
        set_label(db, run, "unsure", rater="Ben")

    delete_run(db, run_id)

    assert {label.run_id for label in list_labels(db)} == {kept}


def test_a_sheet_brings_the_labels_back(db: Database, run_id: str) -> None:
    set_label(db, run_id, "overstride", rater="Ana", reason='straight knee, "very"\nfar ahead')
    set_label(db, run_id, "unsure", rater="Ben")
    said = list_labels(db)
    sheet = write_sheet(db)
    assert sheet.splitlines()[0] == "clip,label,runner,rater,reason,labelled_at,clip_sha256"
    for rater in ("Ana", "Ben"):
        set_label(db, run_id, None, rater=rater)

    report = import_sheet(db, sheet.encode())

    assert (report.written, report.kept, report.unmatched) == (2, 0, ())
    assert list_labels(db) == said
    again = import_sheet(db, sheet.encode())
    assert (again.written, again.kept) == (0, 2)


def test_a_later_label_of_the_same_rater_stays(db: Database, run_id: str) -> None:
    set_label(db, run_id, "optimal", rater="Ana")
    old = make_sheet(f"a.mp4,overstride,Ann,ANA,,2020-01-01T00:00:00,{sha256(1)}")

    assert import_sheet(db, old.encode()).kept == 1
    assert list_labels(db)[0].label == "optimal"


def test_rows_of_clips_that_are_not_stored_are_reported(db: Database, run_id: str) -> None:
    sheet = make_sheet(f"a.mp4,optimal,,Ana,,,{sha256(1)}", f"gone.mp4,optimal,,Ana,,,{sha256(9)}")

    report = import_sheet(db, ("\ufeff" + sheet).encode())

    assert report.written == 1
    assert [(row.line, row.clip) for row in report.unmatched] == [(3, "gone.mp4")]


def test_a_clip_of_two_athletes_goes_by_the_runners_name(
    db: Database, run_id: str, runs_dir: Path, clip_path: Path
) -> None:
    other = save_run(db, runs_dir, make_analysis(seed=1), clip_path, add_athlete(db, "Bea").id)

    sheet = make_sheet(f"a,optimal,bea,Ana,,,{sha256(1)}", f"a,overstride,Cem,Ana,,,{sha256(1)}")

    report = import_sheet(db, sheet.encode())

    assert [(label.run_id, label.label) for label in list_labels(db)] == [(other, "optimal")]
    assert [row.runner for row in report.unmatched] == ["Cem"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,perfect,,Ana,,,{sha}", "line 3: there is no label 'perfect'"),
        ("a,optimal,,,,,{sha}", "line 3: the rater's name"),
        ("a,optimal,,Ana,,,abc", "line 3: clip_sha256"),
        ("a,optimal,,Ana,,yesterday,{sha}", "line 3: labelled_at 'yesterday'"),
        ("a,overstride,,ana,,,{sha}", "line 3: ana says optimal of the same clip in line 2"),
    ],
)
def test_a_sheet_with_a_fault_writes_nothing(db: Database, run_id: str, row: str, words: str) -> None:
    sheet = make_sheet(f"a,optimal,,Ana,,,{sha256(1)}", row.format(sha=sha256(1)))

    with pytest.raises(InputError) as caught:
        import_sheet(db, sheet.encode())

    assert words in caught.value.message
    assert list_labels(db) == ()


def test_a_fault_half_way_writes_nothing(db: Database, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_for_ben(*args: object, rater: str, **kwargs: object) -> None:
        if rater == "Ben":
            raise RuntimeError("the disk is full")
        set_label(*args, rater=rater, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("runform.store.label_sheet.set_label", fail_for_ben)
    sheet = make_sheet(f"a,optimal,,Ana,,,{sha256(1)}", f"a,optimal,,Ben,,,{sha256(1)}")

    with pytest.raises(RuntimeError, match="disk"):
        import_sheet(db, sheet.encode())

    assert list_labels(db) == ()


@pytest.mark.parametrize("content", ["", "clip,label\na,optimal", "no table at all"])
def test_what_is_no_sheet_names_the_columns(content: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(content)
    assert "clip_sha256" in caught.value.message
    assert ",".join(COLUMNS) in caught.value.remedy


def test_a_sheet_in_another_encoding_is_refused(db: Database) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        import_sheet(db, "é".encode("utf-16"))


def test_the_agreed_sheet_is_what_evaluate_reads(
    db: Database, run_id: str, runs_dir: Path, clip_path: Path, ann: Athlete, tmp_path: Path
) -> None:
    split = save_run(db, runs_dir, make_analysis(seed=2), clip_path, ann.id)
    for rater, label in (("Ana", "overstride"), ("Ben", "overstride"), ("Cem", "unsure")):
        set_label(db, run_id, label, rater=rater)  # type: ignore[arg-type]  # a loop's strings
    set_label(db, split, "overstride", rater="Ana")
    set_label(db, split, "optimal", rater="Ben")
    table = tmp_path / "agreed.csv"
    table.write_text(write_agreed_sheet(db, with_paths=True))

    (row,) = read_labelled_clips(table)

    assert (row.label, row.runner) == ("overstride", "Ann")
    assert row.path.read_bytes() == clip_path.read_bytes()
    assert write_agreed_sheet(db).splitlines()[1].startswith("runner_1.mp4,overstride,Ann,,,")
