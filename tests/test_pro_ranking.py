"""Pros ranked from the database by each likeness, with the population there is today."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.form.form_space import SPACE_FILE, FormSpace, save_form_space
from runform.form.measure import LIKENESSES
from runform.form.similarity import Ranking
from runform.pro_ranking import ProRanker
from runform.results import Analysis
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.pros import add_pro, add_pro_clip
from runform.store.runs import delete_run, save_run
from tests.fixtures.analyses import MODEL_SHA256, make_analysis

RNG = np.random.default_rng(5)
SHARED = 10 * RNG.standard_normal(EMBEDDING_DIM)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "data" / "runform.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """Holds a form space for the tests' identity that sees the first four numbers."""
    folder = tmp_path / "models"
    folder.mkdir()
    basis = np.zeros((EMBEDDING_DIM, 4), dtype=np.float32)
    basis[range(4), range(4)] = 1.0
    save_form_space(FormSpace(MODEL_SHA256, SHARED.astype(np.float32), basis), folder / SPACE_FILE)
    return folder


def draw_vector() -> npt.NDArray[np.float32]:
    """Alike in what all runners share."""
    return (SHARED + RNG.standard_normal(EMBEDDING_DIM)).astype(np.float32)


def store_runs(db: Database, tmp_path: Path, count: int) -> list[str]:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip in name only")
    athlete = find_or_add_athlete(db, "Ann")
    return [
        save_run(
            db,
            tmp_path / "data" / "runs",
            make_analysis(seed=100 + at, seconds=1.0, embedding_vector=draw_vector()),
            clip,
            athlete.id,
        )
        for at in range(count)
    ]


def store_pro(db: Database, name: str, vector: npt.NDArray[np.float32], seed: int) -> Analysis:
    analysis = make_analysis(seed=seed, embedding_vector=vector)
    add_pro_clip(db, add_pro(db, name).id, analysis, f"{name}.mp4")
    return analysis


def get_form(vector: npt.NDArray[np.float32]) -> FormEmbedding:
    return FormEmbedding(vector, "a model", MODEL_SHA256)


def test_each_likeness_is_the_cosine_it_says(db: Database, models_dir: Path, tmp_path: Path) -> None:
    runs = store_runs(db, tmp_path, 8)
    run, pro = draw_vector(), draw_vector()
    store_pro(db, "Ada", pro, 1)
    ranker = ProRanker(db, models_dir)
    stored = ranker._cache.load(MODEL_SHA256).matrix.astype(np.float64)
    assert len(stored) == len(runs)
    maps = {
        "raw": lambda x: x,
        "centred": lambda x: x - stored.mean(axis=0),
        "form_space": lambda x: (x - SHARED.astype(np.float32))[..., :4],
    }
    for likeness in LIKENESSES:
        ranking = ranker.rank(get_form(run), "left", likeness)
        assert isinstance(ranking, Ranking)
        assert (ranking.likeness, ranking.compared, ranking.sampled) == (likeness, 8, False)
        a, b, all_runs = (maps[likeness](np.asarray(x, dtype=np.float64)) for x in (run, pro, stored))
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        others = all_runs @ a / np.linalg.norm(all_runs, axis=1) / np.linalg.norm(a)
        (ranked,) = ranking.pros
        assert ranked.similarity == pytest.approx(cosine, abs=1e-4)
        assert ranked.percentile == pytest.approx(100 * np.mean(others < cosine))
        assert sum(ranked.shares) == pytest.approx(ranked.similarity, abs=1e-6)


def test_it_follows_the_stored_runs(db: Database, models_dir: Path, tmp_path: Path) -> None:
    store_pro(db, "Ada", draw_vector(), 1)
    form, ranker = get_form(draw_vector()), ProRanker(db, models_dir)
    assert ranker.rank(form, "left", "centred") == "too_few"
    runs = store_runs(db, tmp_path, 5)
    for likeness in LIKENESSES:
        ranking = ranker.rank(form, "left", likeness)
        assert isinstance(ranking, Ranking)
        assert ranking.compared == 5
    delete_run(db, runs[0])
    assert ranker.rank(form, "left", "centred") == "too_few"
    raw = ranker.rank(form, "left", "raw")
    assert isinstance(raw, Ranking)
    assert raw.compared == 4
    front = ranker.rank(form, "front", "raw")
    assert isinstance(front, Ranking)
    assert front.compared == 0
    assert math.isnan(front.pros[0].percentile)


def test_without_pros_or_a_space_it_says_so(db: Database, models_dir: Path, tmp_path: Path) -> None:
    form = get_form(draw_vector())
    assert ProRanker(db, models_dir).rank(form, "left", "raw") == "no_pros"
    assert ProRanker(db, models_dir).rank_best(form, "left") is None
    store_pro(db, "Ada", draw_vector(), 1)
    other = ProRanker(db, tmp_path / "no models")
    assert other.rank(form, "left", "form_space") == "no_space"
    assert other.rank(replace(form, model_sha256="another"), "left", "raw") == "no_pros"


def test_the_best_likeness_is_the_first_there_is(db: Database, models_dir: Path, tmp_path: Path) -> None:
    store_pro(db, "Ada", draw_vector(), 1)
    form = get_form(draw_vector())

    def find(ranker: ProRanker) -> str:
        ranking = ranker.rank_best(form, "left")
        assert ranking is not None
        return ranking.likeness

    without = ProRanker(db, tmp_path / "no models")
    assert find(ProRanker(db, models_dir)) == "form_space"
    assert find(without) == "raw"
    store_runs(db, tmp_path, 5)
    assert find(without) == "centred"


def test_a_run_at_the_spaces_origin_is_compared_with_nobody(db: Database, models_dir: Path, tmp_path: Path) -> None:
    store_runs(db, tmp_path, 4)
    store_pro(db, "Ada", draw_vector(), 1)
    ranking = ProRanker(db, models_dir).rank(get_form(SHARED.astype(np.float32)), "left", "form_space")

    assert isinstance(ranking, Ranking)
    assert (ranking.compared, ranking.pros[0].similarity) == (0, 0.0)


def test_reference_runners_are_told_from_pros_and_deleted_ones_are_left_out(db: Database, models_dir: Path) -> None:
    for seed, name in enumerate(("Ada", "Bob", "Cleo")):
        store_pro(db, name, draw_vector(), seed)
    with db.write() as cursor:
        cursor.execute("UPDATE pros SET kind = 'reference' WHERE name = 'Bob'")
        cursor.execute("UPDATE pros SET deleted_at = created_at WHERE name = 'Cleo'")
    ranking = ProRanker(db, models_dir).rank(get_form(draw_vector()), "left", "form_space")

    assert isinstance(ranking, Ranking)
    assert {pro.name: pro.kind for pro in ranking.pros} == {"Ada": "pro", "Bob": "reference"}
