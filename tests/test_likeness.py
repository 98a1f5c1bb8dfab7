from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runform.errors import InputError, NotStoredError
from runform.likeness import cut_run, train_for_athlete
from runform.store.database import Database
from tests.fixtures.analyses import make_analysis


def test_refused_runs_and_other_views_have_no_strides() -> None:
    analysis = make_analysis()
    with pytest.raises(InputError, match="refused"):
        cut_run(make_analysis(refused=True))
    with pytest.raises(InputError, match="side views"):
        cut_run(replace(analysis, gait=replace(analysis.gait, view="back")))
    assert len(cut_run(analysis)) > 4


def test_an_unknown_athlete_cannot_be_learnt(tmp_path: Path) -> None:
    db = Database(tmp_path / "runform.duckdb")
    try:
        with pytest.raises(NotStoredError, match="No athlete is called Nobody"):
            train_for_athlete(db, tmp_path, "Nobody")
    finally:
        db.close()
