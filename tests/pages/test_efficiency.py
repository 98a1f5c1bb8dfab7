from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.form.likeness_model import name_features
from runform.store.models import list_models
from runform.ui import services, text
from tests.fixtures.analyses import make_analysis
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_analysis, store_run

words = text.Efficiency


@pytest.fixture
def runs(data_dir: Path, clip: Path) -> list[str]:
    """Four side views of two athletes, one from ahead and one that was refused."""
    stored = [store_run(clip, "Anna", seed=seed, seconds=6.0) for seed in (1, 2)]
    stored += [store_run(clip, "Ben", seed=seed, seconds=6.0, cadence=160.0) for seed in (3, 4)]
    ahead = make_analysis(seed=5)
    store_analysis(clip, "Cleo", replace(ahead, gait=replace(ahead.gait, view="front")))
    store_run(clip, "Dora", seed=6, verdict="refused", refused=True)
    return stored


def learn(app: AppTest) -> AppTest:
    app.button(key="learn_strides").click().run()
    assert_healthy(app)
    return app


def test_without_a_run_it_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("efficiency")

    assert_healthy(app)
    assert words.NO_RUN in all_text(app)


def test_only_athletes_with_side_views_can_be_the_reference(open_page: OpenPage, runs: list[str]) -> None:
    app = open_page("efficiency")

    assert_healthy(app)
    assert app.selectbox(key="likeness_reference").options == ["Anna", "Ben"]
    assert not app.metric


def test_learning_stores_a_model_and_the_run_is_shown(open_page: OpenPage, runs: list[str]) -> None:
    app = learn(open_page("efficiency", run=runs[0]))

    stored = list_models(services.database(), "efficiency")
    assert len(stored) == 1
    assert stored[0].in_use
    assert stored[0].model_sha256.startswith(name_features("athlete:"))
    assert app.metric[0].label == words.MEAN.format(name="Anna")
    # Anna's own run is like Anna.
    assert float(app.metric[0].value.split()[0]) > 0.8
    assert len(app.get("plotly_chart")) == 1
    assert "not efficiency" in all_text(app)


def test_two_conditions_need_runs_that_can_be_compared(open_page: OpenPage, runs: list[str]) -> None:
    app = learn(open_page("efficiency"))
    app.segmented_control[0].set_value(words.VIEWS[1]).run()
    assert words.CHOOSE in all_text(app)
    app.selectbox(key="conditions_athlete").select("Anna").run()
    labels = app.multiselect(key="runs_b").options
    app.multiselect(key="runs_a").select(labels[1])
    app.multiselect(key="runs_b").select(labels[1]).run()
    assert words.TWICE_REMEDY in all_text(app)

    app.multiselect(key="runs_b").set_value([labels[0]]).run()

    assert_healthy(app)
    assert app.metric[0].label == words.DIFFERENCE.format(a=words.DEFAULT_A, b=words.DEFAULT_B)
    assert words.CLIPS in all_text(app)
    assert words.TELLS_NOT in all_text(app)  # two takes of one made-up gait
