"""Pro match: three likenesses, whom percentiles are among, and one pro beside the run."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup, Selectbox

from runform.form.form_space import SPACE_FILE, FormSpace, save_form_space
from runform.sequences import EMBEDDING_DIM
from runform.settings import get_settings
from runform.store.pros import list_pros
from runform.ui import services, text
from tests.fixtures.analyses import MODEL_SHA256
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_pro, store_run

WORDS = text.ProMatch


@pytest.fixture
def form_space(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form space for the tests' identity."""
    folder = tmp_path / "models"
    folder.mkdir()
    rng = np.random.default_rng(0)
    basis = rng.standard_normal((EMBEDDING_DIM, 8)).astype(np.float32)
    save_form_space(FormSpace(MODEL_SHA256, np.zeros(EMBEDDING_DIM, dtype=np.float32), basis), folder / SPACE_FILE)
    monkeypatch.setenv("RUNFORM_MODELS_DIR", str(folder))
    get_settings.cache_clear()


def pick(app: AppTest, label: str) -> ButtonGroup[str]:
    return next(control for control in app.segmented_control if control.label == label)


def choice(app: AppTest, key: str) -> Selectbox[str]:
    return app.selectbox(key=key)


def test_without_pros_it_leads_to_their_database(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("pro_match")
    assert WORDS.NO_PRO in all_text(app)

    app.button(key="empty_go").click().run()

    assert app.title[0].value == text.ProDatabase.TITLE


def test_pros_are_ranked_and_the_order_can_be_chosen(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    for seed, name in ((11, "Cy Fast"), (1, "Same Form"), (12, "Ada Example")):
        store_pro(name, seed)
    app = open_page("pro_match", run=two_runs[0])

    table = app.dataframe[0].value
    assert table[WORDS.COLUMN_NAME].iloc[0] == "Same Form"  # the run's own embedding
    assert table[WORDS.COLUMN_SIMILARITY].is_monotonic_decreasing
    assert WORDS.NOTES["raw"] in all_text(app)
    assert WORDS.NOT_TALENT in all_text(app)

    pick(app, WORDS.ORDER).set_value("name").run()

    assert_healthy(app)
    assert list(app.dataframe[0].value[WORDS.COLUMN_NAME]) == ["Ada Example", "Cy Fast", "Same Form"]


def test_a_refused_run_is_not_ranked(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    store_pro("Ada Example", 3)

    app = open_page("pro_match", run=two_runs[1])

    assert_healthy(app)
    assert WORDS.REFUSED_REMEDY in all_text(app)
    assert not app.dataframe
    assert WORDS.PARTS not in all_text(app)


@pytest.mark.usefixtures("form_space")
def test_the_three_likenesses_can_be_switched(open_page: OpenPage, clip: Path) -> None:
    runs = [store_run(clip, "Anna Berg", seed=seed) for seed in range(7)]
    store_pro("Ada Example", 20)
    app = open_page("pro_match", run=runs[0])
    similarities = []
    for likeness in ("form_space", "centred", "raw"):
        pick(app, WORDS.LIKENESS).set_value(likeness).run()

        assert_healthy(app)
        assert WORDS.NOTES[likeness] in all_text(app)
        assert WORDS.POPULATION.format(n=6, views=WORDS.POPULATION_VIEWS["right"]) in all_text(app)
        table = app.dataframe[0].value
        assert table[WORDS.COLUMN_PERCENTILE].notna().all()
        similarities.append(table[WORDS.COLUMN_SIMILARITY].iloc[0])
    assert len(set(similarities)) == 3


def test_a_likeness_that_there_is_not_says_why(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    store_pro("Ada Example", 3)
    app = open_page("pro_match", run=two_runs[0])
    assert WORDS.POPULATION_NONE.format(n=0, views=WORDS.POPULATION_VIEWS["right"]) in all_text(app)

    for likeness, reason in (("form_space", "no_space"), ("centred", "too_few")):
        pick(app, WORDS.LIKENESS).set_value(likeness).run()

        assert_healthy(app)
        assert WORDS.UNAVAILABLE[reason] in all_text(app)
        assert not app.dataframe


def test_with_enough_runs_the_average_is_taken_off_at_first(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    runs = [store_run(clip, "Anna Berg", seed=seed) for seed in range(7)]
    store_pro("Ada Example", 20)

    app = open_page("pro_match", run=runs[0])

    assert WORDS.NOTES["centred"] in all_text(app)


def test_a_chosen_pro_stands_beside_the_run(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    for seed, name in ((1, "Same Form"), (12, "Ada_Example")):
        store_pro(name, seed)
    app = open_page("pro_match", run=two_runs[0])

    assert_healthy(app)
    assert WORDS.DETAIL.format(run="Anna Berg", pro="Same Form") in all_text(app)
    assert WORDS.SAYS_NONE in all_text(app)
    assert {chart.proto.id for chart in app.get("plotly_chart")}
    assert len(app.get("plotly_chart")) == 2
    assert len(app.get("bidi_component")) == 1

    other = next(pro for pro in list_pros(services.database()) if pro.name == "Ada_Example")
    choice(app, "compare_with").set_value(other.id).run()
    choice(app, "compared_angle").set_value("trunk_lean").run()
    pick(app, WORDS.SIDE).set_value("left").run()

    assert_healthy(app)
    assert "Ada\\_Example" in all_text(app)
    assert text.Cycle.MEANING["trunk_lean"] in all_text(app)


def test_a_clip_of_an_earlier_version_says_to_add_it_again(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    store_pro("Ada Example", 3)
    with services.database().write() as cursor:
        cursor.execute("UPDATE pro_clips SET form_record = NULL")

    app = open_page("pro_match", run=two_runs[0])

    assert_healthy(app)
    assert all_text(app).count(WORDS.OBSTACLES["no_record"]) == 2
    assert len(app.get("plotly_chart")) == 1  # what makes them alike needs the embedding alone


def test_a_pro_filmed_from_ahead_is_marked_and_has_no_angles(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    store_pro("Ada Example", 3)
    with services.database().write() as cursor:
        cursor.execute("UPDATE pro_clips SET \"view\" = 'front'")

    app = open_page("pro_match", run=two_runs[0])

    assert_healthy(app)
    assert WORDS.OTHER_VIEW.format(pro="Ada Example") in all_text(app)
    assert WORDS.OBSTACLES["pro_view"] in all_text(app)


def test_reference_runners_stand_apart(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    for seed, name in ((3, "Ada Example"), (1, "Subject 7")):
        store_pro(name, seed)
    with services.database().write() as cursor:
        cursor.execute("UPDATE pros SET kind = 'reference' WHERE name = 'Subject 7'")
    app = open_page("pro_match", run=two_runs[0])

    assert_healthy(app)
    own, references = (list(table.value[WORDS.COLUMN_NAME]) for table in app.dataframe)
    assert (own, references) == (["Ada Example"], ["Subject 7"])
    assert WORDS.REFERENCES_NOTE in all_text(app)
    assert WORDS.DETAIL.format(run="Anna Berg", pro="Ada Example") in all_text(app)
    assert WORDS.REFERENCE_LABEL.format(name="Subject 7") in choice(app, "compare_with").options


def test_only_reference_runners_is_said(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    store_pro("Subject 7", 1)
    with services.database().write() as cursor:
        cursor.execute("UPDATE pros SET kind = 'reference'")
    app = open_page("pro_match", run=two_runs[0])

    assert_healthy(app)
    assert WORDS.OWN_PROS_NONE in all_text(app)
    assert not math.isnan(app.dataframe[0].value[WORDS.COLUMN_SIMILARITY].iloc[0])
