from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runform.errors import InputError, NotStoredError
from runform.store.athletes import (
    add_athlete,
    delete_athlete,
    find_or_add_athlete,
    list_athletes,
    load_athlete,
    rename_athlete,
    set_height,
)
from runform.store.database import Database
from runform.store.embeddings import load_run_embeddings
from runform.store.runs import list_runs, load_metric_history, save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis


def test_an_athlete_comes_back_as_added(db: Database) -> None:
    added = add_athlete(db, "  Ann   Example ", height_cm=171.5)
    assert added.name == "Ann Example"
    assert load_athlete(db, added.id) == added
    assert list_athletes(db) == (added,)
    assert abs((datetime.now(UTC) - added.created_at).total_seconds()) < 60


def test_athletes_are_listed_by_name_whatever_the_case(db: Database) -> None:
    for name in ("bea", "Ann", "Émile", "CLEO"):
        add_athlete(db, name)
    assert [athlete.name for athlete in list_athletes(db)] == ["Ann", "bea", "CLEO", "Émile"]


@pytest.mark.parametrize("name", ["Ann", "ANN", " ann "])
def test_a_name_is_one_athlete(db: Database, name: str) -> None:
    add_athlete(db, "Ann")
    with pytest.raises(InputError, match="already an athlete called Ann"):
        add_athlete(db, name)
    assert len(list_athletes(db)) == 1


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 101])
def test_a_name_must_be_one(db: Database, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        add_athlete(db, name)
    assert list_athletes(db) == ()


@pytest.mark.parametrize("height_cm", [0.0, -170.0, math.nan, math.inf])
def test_a_height_must_be_one(db: Database, height_cm: float) -> None:
    with pytest.raises(InputError, match="height"):
        add_athlete(db, "Ann", height_cm)
    athlete = add_athlete(db, "Bea")
    with pytest.raises(InputError, match="height"):
        set_height(db, athlete.id, height_cm)
    assert list_athletes(db) == (athlete,)


def test_find_or_add_finds_before_it_adds(db: Database) -> None:
    added = find_or_add_athlete(db, "Ann")
    assert find_or_add_athlete(db, "ANN") == added
    assert find_or_add_athlete(db, "ann", height_cm=170.0).height_cm == 170.0
    assert find_or_add_athlete(db, "ann", height_cm=999.0).height_cm == 170.0
    assert [(athlete.id, athlete.height_cm) for athlete in list_athletes(db)] == [(added.id, 170.0)]


def test_renaming(db: Database) -> None:
    ann, bea = add_athlete(db, "Ann"), add_athlete(db, "Bea")
    assert rename_athlete(db, ann.id, " anna  b ").name == "anna b"
    assert rename_athlete(db, ann.id, "ANNA B").name == "ANNA B"
    with pytest.raises(InputError, match="already an athlete called Bea"):
        rename_athlete(db, ann.id, "bea")
    assert [athlete.name for athlete in list_athletes(db)] == ["ANNA B", "Bea"]
    assert load_athlete(db, bea.id) == bea


def test_who_is_not_there_is_said(db: Database) -> None:
    for act in (
        lambda: load_athlete(db, "nobody"),
        lambda: rename_athlete(db, "nobody", "Ann"),
        lambda: set_height(db, "nobody", 170.0),
        lambda: delete_athlete(db, "nobody"),
    ):
        with pytest.raises(NotStoredError, match="not in the database"):
            act()


def test_deleting_an_athlete_deletes_all_of_theirs_and_nothing_else(
    db: Database, runs_dir: Path, clip_path: Path
) -> None:
    ann, bea = add_athlete(db, "Ann"), add_athlete(db, "Bea")
    for seed in (1, 2):
        save_run(db, runs_dir, make_analysis(seed=seed), clip_path, ann.id)
    kept = save_run(db, runs_dir, make_analysis(seed=3), clip_path, bea.id)
    delete_athlete(db, ann.id)
    assert list_athletes(db) == (bea,)
    assert [run.id for run in list_runs(db)] == [kept]
    assert load_run_embeddings(db, MODEL_SHA256).ids == (kept,)
    assert load_metric_history(db, ann.id) == ()
    assert [path.name for path in runs_dir.iterdir()] == [kept]
