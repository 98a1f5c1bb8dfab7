from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from runform.store.pros import list_pros
from runform.ui import services, text
from tests.pages.conftest import OpenPage, assert_healthy, store_pro


def names() -> list[str]:
    return [pro.name for pro in list_pros(services.database())]


def test_a_stored_run_becomes_a_pro(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("pro_database")

    app.text_input(key="pro_name_run").set_value("  Ada   Example ")
    app.text_input(key="pro_event_run").set_value("Marathon")
    app.number_input(key="pro_speed_run").set_value(5.4)
    submit_of(app, "add_pro_run").click().run()

    assert_healthy(app)
    (pro,) = list_pros(services.database())
    assert (pro.name, pro.event, pro.speed_mps, len(pro.clips)) == ("Ada Example", "Marathon", 5.4, 1)


def test_a_pro_without_a_name_is_refused_with_a_remedy(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("pro_database")

    submit_of(app, "add_pro_run").click().run()

    assert app.error[0].value == "Give a name."
    assert names() == []


def test_a_run_that_is_a_pro_already_adds_no_second_one(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    for name in ("Ada Example", "Somebody Else"):
        app = open_page("pro_database")
        app.text_input(key="pro_name_run").set_value(name)
        submit_of(app, "add_pro_run").click().run()

    assert "already stored" in app.error[0].proto.title
    assert names() == ["Ada Example"]


def test_a_clip_is_asked_for(open_page: OpenPage, data_dir: Path) -> None:
    app = open_page("pro_database")
    app.text_input(key="pro_name_clip").set_value("Ada Example")

    submit_of(app, "add_pro_clip").click().run()

    assert app.error[0].value == text.ProDatabase.CLIP_MISSING_REMEDY
    assert names() == []


def test_a_pro_is_deleted(open_page: OpenPage, data_dir: Path) -> None:
    store_pro("Ada Example", 3)
    store_pro("Bo Pro", 4)
    app = open_page("pro_database")
    assert list(app.dataframe[0].value[text.ProDatabase.NAME]) == ["Ada Example", "Bo Pro"]

    app.button(key="delete_pro_sure").click().run()

    assert_healthy(app)
    assert names() == ["Bo Pro"]


def submit_of(app: AppTest, form: str) -> Button:
    """The submit button of a form."""
    return next(button for button in app.button if button.form_id == form)
