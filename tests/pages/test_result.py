from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from runform.store.runs import list_runs, load_summary
from runform.ui import services, text
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_pro, store_run


def metrics_of(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_a_run_asked_for_by_address_shows_its_numbers(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])

    assert_healthy(app)
    assert metrics_of(app)[text.Result.CADENCE] == "168 steps/min"
    assert app.query_params["run"] == [two_runs[0]]
    assert app.table[0].value.loc["Cadence (steps/min)", text.Metrics.COLUMN_VALUE] == "168 ± 1"


def test_without_an_address_the_latest_run_is_shown(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result")

    assert app.selectbox(key="run_picker").value == two_runs[1]


def test_a_refused_run_gives_the_reason_and_no_number(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[1])

    assert not app.exception
    assert app.error[0].proto.title == "There is no flight phase: this is walking."
    assert app.error[0].value == "Film the runner running."
    assert text.Verdicts.REFUSED_CERTAINTY in all_text(app)
    assert set(metrics_of(app).values()) == {text.Common.NOT_MEASURED}
    assert not app.table
    assert "flight time" in all_text(app)


def test_choosing_another_run_changes_page_and_address(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[1])

    app.selectbox(key="run_picker").set_value(two_runs[0]).run()

    assert_healthy(app)
    assert metrics_of(app)[text.Result.CADENCE] == "168 steps/min"
    assert app.query_params["run"] == [two_runs[0]]


def test_a_run_that_is_gone_is_said_and_another_is_shown(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run="no such run")

    assert text.Result.GONE_REMEDY in all_text(app)
    assert app.selectbox(key="run_picker").value == two_runs[1]


def test_a_label_is_kept_and_can_be_taken_back(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])
    buttons = app.segmented_control(key=f"label_{two_runs[0]}")

    buttons.set_value("overstride").run()
    assert load_summary(services.database(), two_runs[0]).label == "overstride"

    app.segmented_control(key=f"label_{two_runs[0]}").set_value("none").run()
    assert load_summary(services.database(), two_runs[0]).label is None
    assert_healthy(app)


def test_pros_are_those_of_today(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    assert text.Result.NO_PROS in all_text(open_page("result", run=two_runs[0]))

    store_pro("Ada Example", seed=7)

    assert "Ada Example" in all_text(open_page("result", run=two_runs[0]))


def test_deleting_asks_and_then_shows_the_other_run(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])

    app.button(key="delete_run_sure").click().run()

    assert [run.id for run in list_runs(services.database())] == [two_runs[1]]
    assert not app.exception
    assert app.selectbox(key="run_picker").value == two_runs[1]


def test_a_run_whose_clip_is_gone_says_what_to_do(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    folder = load_summary(services.database(), two_runs[0]).folder
    (folder / "clip.mp4").unlink()

    app = open_page("result", run=two_runs[0])

    assert not app.exception
    assert "backup" in app.error[0].value


def test_labels_of_both_kinds_train_the_model(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    runs = [store_run(clip, f"Runner {seed % 4}", seed=seed) for seed in range(8)]
    for place, run_id in enumerate(runs):
        app = open_page("result", run=run_id)
        label = "overstride" if place % 2 else "optimal"
        app.segmented_control(key=f"label_{run_id}").set_value(label).run()

    assert_healthy(app)
    assert "Learnt from 8 labelled runs of 4 runners" in all_text(app)
