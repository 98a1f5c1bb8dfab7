from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from runform.results import Metric
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from runform.store.map_rows import list_map_rows
from runform.store.runs import delete_run
from runform.ui import services, text
from tests.fixtures.analyses import MODEL_SHA256, make_analysis
from tests.fixtures.clips import Coding, write_clip
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_analysis, store_run


def store_six(clip: Path, first_seed: int = 0) -> list[str]:
    """Two athletes whose forms lie far apart, three runs each."""
    rng = np.random.default_rng(first_seed)
    centres = np.random.default_rng(0).normal(0, 1, (2, EMBEDDING_DIM))
    return [
        store_run(
            clip,
            f"Athlete {run % 2}",
            seed=first_seed + run,
            embedding_vector=(centres[run % 2] + rng.normal(0, 0.1, EMBEDDING_DIM)).astype(np.float32),
        )
        for run in range(6)
    ]


@pytest.fixture
def six_runs(data_dir: Path, clip: Path) -> list[str]:
    return store_six(clip)


def choose(app: AppTest, *run_ids: str) -> AppTest:
    """By the list, as a keyboard does."""
    return app.multiselect(key="form_map_chosen").set_value(list(run_ids)).run()


def test_with_two_runs_it_says_how_many_are_missing(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("form_map")

    assert_healthy(app)
    assert app.subheader[0].value == text.FormMap.EMPTY_TITLE.format(missing=4)  # the refused run has no form
    assert text.FormMap.EMPTY.format(minimum=5, have=1) in all_text(app)


def test_runs_that_are_all_the_same_are_refused_with_a_remedy(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    for seed in range(5):
        store_run(clip, "Ada", seed=seed, embedding_vector=np.full(EMBEDDING_DIM, 0.1, dtype=np.float32))

    app = open_page("form_map")

    assert not app.exception
    assert "Save other clips." in all_text(app)
    assert not app.get("plotly_chart")
    assert app.button(key="form_map_again").label == text.FormMap.AGAIN


def test_with_enough_runs_there_is_a_map_and_its_purity(open_page: OpenPage, six_runs: list[str]) -> None:
    app = open_page("form_map")
    app.segmented_control[0].set_value("athlete").run()

    assert_healthy(app)
    assert len(app.get("plotly_chart")) == 1
    purity = app.metric[0]
    assert purity.label == text.MapTrust.PURITY
    # Each run's five neighbours are its athlete's two others and the three runs of the other athlete.
    assert purity.value == "40 %"
    assert text.MapSelection.NOTHING in all_text(app)


@pytest.mark.parametrize("colour", ["label", "speed", "view", "verdict"])
def test_a_value_that_no_run_has_or_all_share_gives_no_purity(
    open_page: OpenPage, six_runs: list[str], colour: str
) -> None:
    app = open_page("form_map")
    app.segmented_control[0].set_value(colour).run()

    assert_healthy(app)
    assert app.metric[0].value == text.Common.NOT_MEASURED
    assert text.MapTrust.NONE.format(value=text.FormMap.VALUES[colour]) in all_text(app)
    if colour == "speed":
        assert text.FormMap.SPEED_GREY.format(unknown=6, all=6) in all_text(app)


def test_speeds_have_a_correlation_with_what_chance_gives(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    for seed in range(12):
        analysis = make_analysis(seed=seed)
        metrics = {**analysis.gait.metrics, "speed": Metric("speed", 3.0 + 0.1 * seed, "m/s", 0.1, 8)}
        store_analysis(clip, f"Athlete {seed}", replace(analysis, gait=replace(analysis.gait, metrics=metrics)))
    app = open_page("form_map")
    app.segmented_control[0].set_value("speed").run()

    assert_healthy(app)
    assert app.metric[0].label == text.MapTrust.CORRELATION
    assert -1.0 <= float(app.metric[0].value) <= 1.0
    assert "No pattern that could be told from chance: shuffled speeds" in all_text(app)  # the forms are random


def test_one_chosen_run_is_shown_and_can_be_opened(open_page: OpenPage, six_runs: list[str]) -> None:
    app = choose(open_page("form_map"), six_runs[2])

    assert_healthy(app)
    said = all_text(app)
    assert "runner\\_2.mp4" in said
    assert "The clip cannot be read" in said  # the fixture's clip is one in name only
    app.button(key=f"map_open_{six_runs[2]}").click().run()
    assert app.title[0].value == text.Result.TITLE
    assert app.query_params["run"] == [six_runs[2]]


def test_a_chosen_runs_landings_are_shown(open_page: OpenPage, data_dir: Path, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "real.mp4", [frame / 30 for frame in range(60)], coding=Coding(size=(320, 480)))
    ids = store_six(clip)

    app = choose(open_page("form_map"), ids[0])

    assert_healthy(app)
    assert len(app.get("image")) == 2


def test_a_label_given_beside_the_map_is_kept(open_page: OpenPage, six_runs: list[str]) -> None:
    app = choose(open_page("form_map"), six_runs[0])
    app.segmented_control(key=f"label_{six_runs[0]}").set_value("overstride").run()

    assert_healthy(app)
    labels = {row.id: row.label for row in list_map_rows(services.database(), MODEL_SHA256)}
    assert labels[six_runs[0]] == "overstride"


def test_two_chosen_runs_are_compared(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    ids = store_six(clip)
    ids.append(store_run(clip, "Cy", seed=77, cadence=190.0))

    app = choose(open_page("form_map"), ids[0], ids[6])

    assert_healthy(app)
    likeness = next(metric for metric in app.metric if metric.label == text.MapSelection.LIKENESS)
    assert -1.0 <= float(likeness.value) <= 1.0
    assert "% of 20 pairs" in all_text(app)
    table = app.table[0].value
    cadence = next(row for _, row in table.iterrows() if row.iloc[0].startswith("Cadence"))
    assert text.MapSelection.READINGS[True] in cadence.iloc[0]
    assert cadence.iloc[3].startswith("+20")
    assert text.MapSelection.UNSHARED in all_text(app)


def test_two_runs_of_one_athlete_share_part_of_their_error(open_page: OpenPage, six_runs: list[str]) -> None:
    app = choose(open_page("form_map"), six_runs[0], six_runs[2])

    assert_healthy(app)
    assert text.MapSelection.SHARED in all_text(app)


def test_more_chosen_runs_are_listed(open_page: OpenPage, six_runs: list[str]) -> None:
    app = choose(open_page("form_map"), *six_runs[:4])

    assert_healthy(app)
    assert len(app.dataframe[0].value) == 4
    assert text.MapSelection.MANY.format(n=4) in all_text(app)


def test_runs_of_another_identity_are_counted_and_named(open_page: OpenPage, six_runs: list[str], clip: Path) -> None:
    analysis = make_analysis(seed=50)
    assert analysis.embedding is not None
    other = FormEmbedding(analysis.embedding.vector, "another model", "another.recipe")
    store_analysis(clip, "Odd One", replace(analysis, embedding=other))

    app = open_page("form_map")

    assert_healthy(app)
    assert "One run is not on the map" in app.info[0].value
    assert "Odd One: runner\\_50.mp4" in app.info[0].value
    assert len(app.multiselect(key="form_map_chosen").options) == 6


def test_new_and_deleted_runs_leave_the_others_where_they_are(
    open_page: OpenPage, six_runs: list[str], clip: Path
) -> None:
    open_page("form_map")
    ids = [row.id for row in list_map_rows(services.database(), MODEL_SHA256)]
    before = services.form_mapping().find(MODEL_SHA256, ids)
    new = store_run(clip, "Cy", seed=9)
    delete_run(services.database(), six_runs[0])

    app = open_page("form_map")

    assert_healthy(app)
    assert text.FormMap.PLACED_ONE.format(all=6) in all_text(app)
    now = services.form_mapping().find(MODEL_SHA256, [*six_runs[1:], new])
    assert before is not None
    assert now is not None
    assert now.positions[:5].tobytes() == before.positions[1:].tobytes()
    app.button(key="form_map_anew").click().run()
    assert_healthy(app)
    anew = services.form_mapping().find(MODEL_SHA256, [*six_runs[1:], new])
    assert anew is not None
    assert not anew.placed.any()
