from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.store.label_sheet import write_sheet
from runform.store.labels import RaterLabel, list_labels, set_label
from runform.store.runs import delete_run, load_summary
from runform.ui import services, text
from runform.ui.label_order import order_runs
from runform.ui.label_view import labelable_runs
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_run

WORDS = text.Labels


@pytest.fixture
def runs(data_dir: Path, clip: Path) -> tuple[str, ...]:
    """Four runs of two athletes in Ana's order; one more that a check refused cannot be labelled."""
    for seed in range(4):
        store_run(clip, ("Cleo", "Dan")[seed % 2], seed=seed, verdict="overstride")
    store_run(clip, "Dan", seed=9, verdict="refused")
    return tuple(run.id for run in order_runs(labelable_runs(), "Ana"))


@pytest.fixture
def ana(open_page: OpenPage, runs: tuple[str, ...]) -> AppTest:
    """The page with Ana as its rater."""
    return sign_in(open_page("labels"), "Ana")


def sign_in(app: AppTest, name: str) -> AppTest:
    app.session_state["rater"] = name
    return app.run()


def press(app: AppTest, what: str, run_id: str) -> AppTest:
    return app.button(key=f"{what}_{run_id}").click().run()


def say(run_id: str, rater: str, label: RaterLabel) -> None:
    set_label(services.database(), run_id, label, rater=rater)


def labels() -> list[tuple[str, str, str, str]]:
    return sorted((said.run_id, said.rater, said.label, said.reason) for said in list_labels(services.database()))


def shown_run(app: AppTest) -> str | None:
    key = next((button.key for button in app.button if button.key and button.key.startswith("skip_")), None)
    return None if key is None else key.removeprefix("skip_")


def test_the_rater_is_asked_first(open_page: OpenPage, runs: tuple[str, ...]) -> None:
    say(runs[0], "Ben", "optimal")
    app = open_page("labels")

    assert_healthy(app)
    assert app.selectbox(key="rater_choice").options == ["Ben"]
    assert shown_run(app) is None

    app.selectbox(key="rater_choice").set_value("Ben")
    app.button(key="rater_start").click().run()
    assert WORDS.RATER_NOW.format(rater="Ben") in all_text(app)
    assert shown_run(app) not in (None, runs[0])

    app.button(key="rater_change").click().run()
    assert shown_run(app) is None


def test_a_rater_needs_a_name(open_page: OpenPage, runs: tuple[str, ...]) -> None:
    app = open_page("labels")
    app.button(key="rater_start").click().run()
    assert "Give a name" in app.error[0].value


def test_a_label_is_kept_with_its_reason_and_the_next_run_comes(ana: AppTest, runs: tuple[str, ...]) -> None:
    assert shown_run(ana) == runs[0]
    press(ana, "phrase_1", runs[0])
    press(ana, "phrase_3", runs[0])
    press(ana, "say_overstride", runs[0])

    assert_healthy(ana)
    assert labels() == [(runs[0], "Ana", "overstride", "foot far ahead of the hip; straight knee")]
    assert shown_run(ana) == runs[1]
    assert ana.text_input(key=f"reason_ana_{runs[1]}").value == ""


def test_all_runs_labelled(ana: AppTest, runs: tuple[str, ...]) -> None:
    for run_id, label in zip(runs, ("overstride", "optimal", "unsure", "optimal"), strict=True):
        press(ana, f"say_{label}", run_id)

    assert_healthy(ana)
    assert WORDS.ALL_DONE[0] in all_text(ana)
    assert len(labels()) == 4
    ana.segmented_control(key="label_show").set_value("all").run()
    assert shown_run(ana) == runs[0]


def test_rating_is_blind_until_the_rater_has_spoken_or_asks(ana: AppTest, runs: tuple[str, ...]) -> None:
    say(runs[0], "Ben", "optimal")
    ana.run()
    opinion = WORDS.SAID.split(",")[0].format(rater="Ben", label="optimal")
    badge = text.Verdicts.NAMES["overstride"]
    assert WORDS.BLIND in all_text(ana)
    assert opinion not in all_text(ana)
    assert badge not in all_text(ana)

    ana.toggle(key="label_unblind").set_value(True).run()
    assert opinion in all_text(ana)
    ana.toggle(key="label_unblind").set_value(False).run()
    assert opinion not in all_text(ana)

    press(ana, "say_overstride", runs[0])
    press(ana, "back", runs[1])
    assert shown_run(ana) == runs[0]
    assert opinion in all_text(ana)


def test_a_reason_outlives_skipping_going_back_and_other_pages(ana: AppTest, runs: tuple[str, ...]) -> None:
    ana.text_input(key=f"reason_ana_{runs[0]}").set_value("lands like a hurdler").run()
    press(ana, "skip", runs[0])
    assert shown_run(ana) == runs[1]
    press(ana, "back", runs[1])
    assert ana.text_input(key=f"reason_ana_{runs[0]}").value == "lands like a hurdler"

    ana.switch_page("pages/athletes.py").run()
    ana.switch_page("pages/labels.py").run()
    press(ana, "say_optimal", runs[0])
    assert labels() == [(runs[0], "Ana", "optimal", "lands like a hurdler")]


def test_a_label_taken_back_leaves_its_reason(ana: AppTest, runs: tuple[str, ...]) -> None:
    press(ana, "phrase_2", runs[0])
    press(ana, "say_unsure", runs[0])
    press(ana, "back", runs[1])
    press(ana, "take_back", runs[0])

    assert labels() == []
    assert ana.text_input(key=f"reason_ana_{runs[0]}").value == "shank leans back"


def test_filters(ana: AppTest, runs: tuple[str, ...]) -> None:
    cleo = next(run for run in labelable_runs() if run.athlete_name == "Cleo")
    ana.selectbox(key="label_athlete").set_value(cleo.athlete_id).run()
    assert shown_run(ana) in {run.id for run in labelable_runs() if run.athlete_name == "Cleo"}
    assert ana.get("progress")[0].proto.text == WORDS.PROGRESS.format(n=0, m=2)

    ana.segmented_control(key="label_show").set_value("disagreements").run()
    assert WORDS.NO_DISAGREEMENT[0] in all_text(ana)


def test_agreement_names_disagreements_to_those_who_have_labelled_them(
    ana: AppTest, open_page: OpenPage, runs: tuple[str, ...]
) -> None:
    for rater, answers in (("Ana", "opop"), ("Ben", "oppp")):
        for run_id, letter in zip(runs, answers, strict=True):
            say(run_id, rater, "overstride" if letter == "o" else "optimal")
    ana.run()

    assert_healthy(ana)
    (row,) = (table.value for table in ana.dataframe if WORDS.COLUMN_KAPPA in table.value)
    # Observed 3 / 4; expected 0.5 * 0.25 + 0.5 * 0.75 = 0.5.
    assert row[WORDS.COLUMN_KAPPA].tolist() == ["0.50"]
    assert row[WORDS.COLUMN_N].tolist() == [4]
    assert WORDS.NO_INTERVAL_FEW.format(n=10) in all_text(ana)
    ana.button(key=f"look_0_{runs[2]}").click().run()
    assert shown_run(ana) == runs[2]

    ana.button(key="rater_change").click().run()
    sign_in(ana, "Cem")
    assert not [button for button in ana.button if (button.key or "").startswith("look_")]
    assert WORDS.HIDDEN.format(n=1) in all_text(ana)


def test_a_run_whose_video_is_gone_can_be_skipped_only(ana: AppTest, runs: tuple[str, ...]) -> None:
    (load_summary(services.database(), runs[1]).folder / "clip.mp4").unlink()
    press(ana, "say_optimal", runs[0])

    assert not ana.exception
    assert "backup" in ana.error[0].value
    assert WORDS.NO_VIDEO in all_text(ana)
    assert all(ana.button(key=f"say_{label}_{runs[1]}").disabled for label in WORDS.ANSWERS)
    press(ana, "skip", runs[1])
    assert shown_run(ana) == runs[2]


def test_a_run_deleted_meanwhile_is_said_and_the_reason_stays(ana: AppTest, runs: tuple[str, ...]) -> None:
    delete_run(services.database(), runs[0])
    press(ana, "say_optimal", runs[0])

    assert "deleted" in ana.error[0].value
    assert shown_run(ana) == runs[1]


def test_a_key_pressed_again_before_the_next_run_comes_does_nothing(ana: AppTest, runs: tuple[str, ...]) -> None:
    ana.session_state["label_current"] = runs[1]  # as after the first press, while the old buttons are still there
    press(ana, "say_optimal", runs[0])
    assert labels() == []


def test_the_address_opens_a_run(open_page: OpenPage, runs: tuple[str, ...]) -> None:
    app = open_page("labels", run=runs[3])
    sign_in(app, "Ana")
    assert shown_run(app) == runs[3]


def test_the_result_page_keeps_the_raters_label_and_says_who_said_what(
    open_page: OpenPage, runs: tuple[str, ...]
) -> None:
    set_label(services.database(), runs[0], "optimal", rater="Ben", reason="lands well")
    app = open_page("result", run=runs[0])
    sign_in(app, "Ana")

    app.segmented_control(key=f"label_{runs[0]}").set_value("unsure").run()

    assert_healthy(app)
    assert labels() == [(runs[0], "Ana", "unsure", ""), (runs[0], "Ben", "optimal", "lands well")]
    assert "**Ben**: optimal" in all_text(app)
    app.button(key=f"go_labels_{runs[0]}").click().run()
    assert app.title[0].value == WORDS.TITLE
    assert shown_run(app) == runs[0]


def test_changing_the_label_on_the_result_page_keeps_the_reason(open_page: OpenPage, runs: tuple[str, ...]) -> None:
    set_label(services.database(), runs[0], "optimal", rater="Ana", reason="lands well")
    app = sign_in(open_page("result", run=runs[0]), "Ana")

    app.segmented_control(key=f"label_{runs[0]}").set_value("overstride").run()

    assert labels() == [(runs[0], "Ana", "overstride", "lands well")]


def test_labels_go_out_and_in_as_a_file(ana: AppTest, runs: tuple[str, ...]) -> None:
    say(runs[0], "Ben", "overstride")
    sheet = write_sheet(services.database()) + f"gone.mp4,optimal,,Ben,,,{'0' * 64}\n"
    set_label(services.database(), runs[0], None, rater="Ben")
    ana.file_uploader[0].set_value([("theirs.csv", sheet.encode(), "text/csv")]).run()
    ana.button(key="import_labels").click().run()

    assert_healthy(ana)
    assert labels() == [(runs[0], "Ben", "overstride", "")]
    assert WORDS.IMPORTED.format(n=1) in all_text(ana)
    assert "line 3: gone.mp4" in all_text(ana)


def test_a_file_that_is_no_sheet_is_refused(ana: AppTest) -> None:
    ana.file_uploader[0].set_value([("plan.csv", b"Monday,rest\n", "text/csv")]).run()
    ana.button(key="import_labels").click().run()
    assert "Its first line names them" in ana.error[0].value
    assert labels() == []
