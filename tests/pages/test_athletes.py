from __future__ import annotations

from pathlib import Path

from runform.store.athletes import add_athlete, list_athletes
from runform.store.runs import list_runs
from runform.ui import services, text
from tests.pages.conftest import OpenPage, all_text, assert_healthy


def test_an_athletes_runs_and_history_are_shown(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("athletes")

    assert_healthy(app)
    assert app.selectbox(key="athlete_choice").options == ["Anna Berg · 1 run", "Ben_Osei · 1 run"]
    table = app.dataframe[0].value
    assert list(table[text.Athletes.COLUMN_CADENCE]) == ["168"]
    assert len(app.get("plotly_chart")) == 1


def test_each_metric_can_be_followed(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("athletes")

    metrics = app.selectbox(key="history_metric")
    assert "Ground contact time" in metrics.options
    metrics.set_value("ground_contact_time").run()

    assert_healthy(app)


def test_an_athlete_is_added(open_page: OpenPage, data_dir: Path) -> None:
    app = open_page("athletes")

    next(field for field in app.text_input if field.form_id == "add_athlete").set_value("Chiara Lund")
    app.number_input(key="new_height").set_value(171.0)
    next(button for button in app.button if button.form_id == "add_athlete").click().run()

    assert_healthy(app)
    (athlete,) = list_athletes(services.database())
    assert (athlete.name, athlete.height_cm) == ("Chiara Lund", 171.0)
    assert text.Athletes.NO_RUNS.format(name="Chiara Lund") in all_text(app)


def test_a_name_that_is_taken_is_refused(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("athletes")

    next(field for field in app.text_input if field.form_id == "add_athlete").set_value("anna berg")
    next(button for button in app.button if button.form_id == "add_athlete").click().run()

    assert app.error[0].value == "Choose that athlete, or another name."
    assert len(list_athletes(services.database())) == 2


def test_name_and_height_are_changed(open_page: OpenPage, data_dir: Path) -> None:
    athlete = add_athlete(services.database(), "Anna", 170.0)
    app = open_page("athletes")
    form = f"edit_{athlete.id}"

    next(field for field in app.text_input if field.form_id == form).set_value("Anna Berg")
    app.number_input(key=f"height_{athlete.id}").set_value(172.0)
    next(button for button in app.button if button.form_id == form).click().run()

    assert_healthy(app)
    (changed,) = list_athletes(services.database())
    assert (changed.name, changed.height_cm) == ("Anna Berg", 172.0)


def test_deleting_an_athlete_takes_the_runs_along(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("athletes")

    app.button(key="delete_athlete_sure").click().run()

    assert_healthy(app)
    assert [run.athlete_name for run in list_runs(services.database())] == ["Ben_Osei"]
