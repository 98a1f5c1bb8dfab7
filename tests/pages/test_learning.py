"""Learning the verdict from labels, on the Labels page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.retraining import retrain
from runform.store.labels import set_label
from runform.store.models import list_models
from runform.ui import services, text
from tests.fixtures.analyses import make_analysis
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_analysis


def _store_labelled(clip: Path, runners: int = 4, runs: int = 2) -> str:
    """Runs of several runners, every other one labelled overstride; gives the identity of their embeddings."""
    identity = ""
    for number in range(runners * runs):
        vector = np.random.default_rng(number).normal(0, 1, 8704)
        vector[:900] += 2.0 if number % 2 else -2.0
        analysis = make_analysis(seed=number, embedding_vector=vector.astype(np.float32))
        assert analysis.embedding is not None
        identity = analysis.embedding.model_sha256
        run_id = store_analysis(clip, f"Runner {number % runners}", analysis)
        set_label(services.database(), run_id, "overstride" if number % 2 else "optimal")
    return identity


def test_too_few_labels_say_what_is_missing(open_page: OpenPage, clip: Path) -> None:
    store_analysis(clip, "Anna Berg", make_analysis(seed=1))
    app = open_page("labels")
    assert_healthy(app)
    assert "0 of 0 runners labelled optimal" in all_text(app)
    assert not [button for button in app.button if button.key == "retrain"]


@pytest.mark.usefixtures("data_dir")
def test_a_trained_model_is_compared_and_used_only_when_asked(open_page: OpenPage, clip: Path) -> None:
    identity = _store_labelled(clip)
    app = open_page("labels")
    assert app.button(key="retrain").label == text.Learning.TRAIN.format(n=8)
    retrain(services.database(), services.settings().models_dir, identity, permutations=19)

    app = open_page("labels")
    assert_healthy(app)
    assert text.Learning.NOW_SHIPPED in all_text(app)
    table = app.dataframe[-1].value.set_index(text.Learning.COLUMN_FIGURE)
    assert table.loc[text.Learning.FIGURES["n"], text.Learning.COLUMN_OWN] == "8"
    assert table.loc[text.Learning.FIGURES["n"], text.Learning.COLUMN_SHIPPED] == text.Common.NONE

    app.button(key="use_own").click().run()
    assert list_models(services.database(), "overstride")[0].in_use
    app.button(key="use_shipped").click().run()
    assert not list_models(services.database(), "overstride")[0].in_use
    assert_healthy(app)
