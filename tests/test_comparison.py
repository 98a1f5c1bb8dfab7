"""A form beside what the store holds: the model in use judges, pros are ranked, and both follow every change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.comparison import Comparison
from runform.retraining import retrain
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.labels import set_label
from runform.store.models import stop_using_models, use_model
from runform.store.pros import Pro, add_pro, add_pro_clip
from runform.store.runs import save_run
from tests.fixtures.analyses import make_analysis


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "data" / "runform.duckdb")
    yield opened
    opened.close()


def _form(overstrides: bool, seed: int) -> npt.NDArray[np.float32]:
    """A vector whose first tenth differs between the classes, by more than the noise of a run."""
    vector = np.random.default_rng(seed).normal(0, 1, EMBEDDING_DIM)
    vector[: EMBEDDING_DIM // 10] += 2.0 if overstrides else -2.0
    return vector.astype(np.float32)


def _store_labelled_runs(db: Database, tmp_path: Path) -> FormEmbedding:
    """Eight runners of each class with one run each; gives the embedding of one more who overstrides."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip in name only")
    for i in range(16):
        analysis = make_analysis(seed=i, embedding_vector=_form(i % 2 == 0, i))
        athlete = find_or_add_athlete(db, f"Runner {i}")
        run = save_run(db, tmp_path / "data" / "runs", analysis, clip, athlete.id)
        set_label(db, run, "overstride" if i % 2 == 0 else "optimal")
    unseen = make_analysis(seed=99, embedding_vector=_form(True, 99)).embedding
    assert unseen is not None
    return unseen


def test_the_shipped_model_judges_until_a_retrained_one_is_used(db: Database, tmp_path: Path) -> None:
    unseen = _store_labelled_runs(db, tmp_path)
    comparison = Comparison(db, tmp_path)
    assert comparison.judge(unseen).verdict == "refused"  # none is shipped for this made-up lifting model

    trained = retrain(db, tmp_path, unseen.model_sha256, permutations=29)
    assert comparison.judge(unseen).verdict == "refused"  # stored, not used
    use_model(db, trained.model_id)
    opinion = comparison.judge(unseen)

    assert opinion.verdict == "overstride"
    assert opinion.margin > 0
    assert opinion.cross_validation["n"] == 16
    assert opinion.cross_validation["accuracy"] > 0.8
    stop_using_models(db, "overstride", unseen.model_sha256)
    assert comparison.judge(unseen).verdict == "refused"


def test_a_clip_without_a_form_is_compared_with_nothing(db: Database, tmp_path: Path) -> None:
    comparison = Comparison(db, tmp_path)

    assert comparison.judge(None).verdict == "refused"
    assert comparison.rank(None, "left") == ()


def test_a_pro_added_later_is_ranked(db: Database, tmp_path: Path) -> None:
    comparison = Comparison(db, tmp_path)
    analysis = make_analysis(seed=3)
    assert comparison.rank(analysis.embedding, analysis.gait.view) == ()

    pro = add_pro(db, "Ada Swift")
    add_pro_clip(db, pro.id, analysis, "swift.mp4")
    assert isinstance(pro, Pro)
    matches = comparison.rank(analysis.embedding, analysis.gait.view)

    assert [match.name for match in matches] == ["Ada Swift"]
    assert matches[0].similarity == pytest.approx(1.0)
