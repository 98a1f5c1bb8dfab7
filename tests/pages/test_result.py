from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.store.runs import list_runs, load_summary
from runform.ui import services, text
from tests.fixtures.analyses import make_analysis
from tests.fixtures.measured import with_measurements
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_analysis, store_pro, store_run


@pytest.fixture
def measured_run(data_dir: Path, clip: Path) -> str:
    """A stored run with everything that gait measures."""
    return store_analysis(clip, "Anna Berg", with_measurements(make_analysis(seed=5)))


def metrics_of(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_a_run_asked_for_by_address_shows_its_numbers(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])

    assert_healthy(app)
    assert metrics_of(app)[text.Result.CADENCE] == "168 steps/min"
    assert app.query_params["run"] == [two_runs[0]]
    cadence = app.table[0].value.iloc[0]
    assert cadence[text.Metrics.COLUMN_METRIC].startswith("**Cadence** (steps/min)")
    assert cadence[text.Metrics.COLUMN_VALUE].startswith("168 ±\u00a01")


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
    assert "No metric is shown. There is no flight phase: this is walking. Film the runner running." in all_text(app)
    assert text.Change.TITLE not in all_text(app)
    assert text.Cycle.TITLE not in all_text(app)


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


def test_metrics_are_grouped_and_what_is_withheld_says_why(open_page: OpenPage, measured_run: str) -> None:
    app = open_page("result", run=measured_run)

    assert_healthy(app)
    said = all_text(app)
    assert [title for title in text.Metrics.GROUPS if f"#### {title}" in said] == [
        "Rhythm",
        "Landing",
        "Trunk and arms",
        "Symmetry",
    ]
    assert "Not shown: peak knee flexion in swing. The camera looks 40° off the square side view. Film from" in said
    assert "about **2.7 ±\u00a00.3 m/s**" in said
    assert "Left contact at 1.50 s: not seen; placed by the rhythm." in said
    assert text.Strike.NOTE in said


def test_the_step_chart_follows_the_chosen_metric_and_axis(open_page: OpenPage, measured_run: str) -> None:
    app = open_page("result", run=measured_run)

    assert app.selectbox(key="step_metric").options == ["Ground contact time"]
    app.segmented_control(key="step_axis").set_value("number").run()

    assert_healthy(app)
    assert text.Steps.NOTE_ERROR in all_text(app)


def test_the_gait_cycle_offers_every_quantity_there_is(open_page: OpenPage, measured_run: str) -> None:
    app = open_page("result", run=measured_run)
    quantity = app.selectbox(key="cycle_quantity")

    assert quantity.options == ["Knee flexion", "Height of the hips"]
    assert "The left leg is the far one" in all_text(app)

    quantity.set_value("hip_height").run()

    assert_healthy(app)
    assert text.Cycle.MEANING["hip_height"] in all_text(app)
    assert "far one" not in all_text(app)


def test_a_run_of_an_earlier_version_has_no_cycle_and_no_steps(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])

    assert text.Cycle.NONE in all_text(app)
    assert text.Steps.TITLE not in all_text(app)


def test_the_first_run_has_nothing_to_compare_with(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    assert text.Change.NONE.format(athlete="Anna Berg") in all_text(open_page("result", run=two_runs[0]))


def test_a_later_run_is_compared_with_the_last_one_that_was_not_refused(open_page: OpenPage, clip: Path) -> None:
    store_run(clip, "Anna Berg", seed=1, cadence=165.0)
    store_run(clip, "Anna Berg", seed=2, verdict="refused")
    store_run(clip, "Ben Osei", seed=3, cadence=150.0)
    later = store_run(clip, "Anna Berg", seed=4, cadence=172.0)

    app = open_page("result", run=later)

    assert_healthy(app)
    assert "(runner\\_1.mp4)" in all_text(app)
    assert "Larger than the error: **cadence, step time**." in all_text(app)
    larger = next(table.value for table in app.table if text.Change.COLUMN_CHANGE in table.value)
    assert larger[text.Change.COLUMN_CHANGE].tolist()[0] == "+7 ±\u00a01"


def test_any_earlier_run_can_be_chosen(open_page: OpenPage, clip: Path) -> None:
    first = store_run(clip, "Anna Berg", seed=1, cadence=160.0)
    second = store_run(clip, "Anna Berg", seed=2, cadence=171.0)
    later = store_run(clip, "Anna Berg", seed=3, cadence=172.0)
    app = open_page("result", run=later)
    choice = app.selectbox(key=f"change_{second}")

    choice.set_value(first).run()

    assert_healthy(app)
    changes = [table.value for table in app.table if text.Change.COLUMN_CHANGE in table.value]
    assert changes[0][text.Change.COLUMN_BEFORE].tolist()[0] == "160 ±\u00a01"


def test_an_earlier_run_whose_files_are_gone_is_said_and_the_page_goes_on(open_page: OpenPage, clip: Path) -> None:
    earlier = store_run(clip, "Anna Berg", seed=1)
    later = store_run(clip, "Anna Berg", seed=2)
    (load_summary(services.database(), earlier).folder / "clip.mp4").unlink()

    app = open_page("result", run=later)

    assert not app.exception
    assert "backup" in app.error[0].value
    assert text.Result.DOWNLOADS in all_text(app)
