"""Several people in a clip: picking one before it is analysed, and another one afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.errors import BackendUnavailableError
from runform.pose.people.find import People
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions
from runform.sequences import ClipInfo
from runform.store.athletes import find_or_add_athlete
from runform.store.runs import list_runs, load_run, save_run
from runform.ui import services, text
from runform.ui.people_search_task import PeopleSearch
from tests.fixtures.analyses import make_analysis
from tests.fixtures.people import make_people, with_people, with_repairs
from tests.pages.conftest import OpenPage, all_text, assert_healthy
from tests.pages.test_analyse import StandInAnalyser, all_finished, upload, wait_until

SECONDS_TO_WAIT = 30


class Finder(StandInAnalyser):
    """Finds who it is told to, once it may, or fails as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.people = make_people(count=2)
        self.failure: Exception | None = None
        self.go_on = threading.Event()
        self.go_on.set()

    def find_people(
        self, clip_path: Path, clip: ClipInfo, options: AnalysisOptions, *, progress: Progress | None = None
    ) -> People:
        assert clip_path.is_file()
        self.go_on.wait(SECONDS_TO_WAIT)
        assert progress is not None
        progress.report(0.5)
        if self.failure is not None:
            raise self.failure
        return self.people


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Finder]:
    stand_in = Finder()
    monkeypatch.setattr(services, "analyser", lambda: stand_in)
    yield stand_in
    stand_in.go_on.set()


def search_of(app: AppTest) -> PeopleSearch:
    search: PeopleSearch = app.session_state["people_search"].search
    return search


def look(app: AppTest) -> AppTest:
    """Press the button and wait until the search has ended."""
    app.button(key="look_for_people").click().run()
    search_of(app).task.wait(SECONDS_TO_WAIT)
    return app.run()


def uploads(data_dir: Path) -> list[Path]:
    folder = data_dir / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def store_with_people(tmp_path: Path, clip: Path, count: int, followed: int = 0) -> str:
    made = make_analysis(seed=5)
    made = replace(made, options=AnalysisOptions(time_scale=4.0, height_cm=176.0, box=(1, 2, 3, 4), box_s=0.5))
    return store(with_people(made, tmp_path / "out", count=count, followed=followed), clip)


def store(analysis: Analysis, clip: Path) -> str:
    athlete = find_or_add_athlete(services.database(), "Anna Berg", 176.0)
    return save_run(services.database(), services.settings().runs_dir, analysis, clip, athlete.id)


def test_a_person_picked_before_is_the_one_analysed(
    open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes
) -> None:
    app = look(upload(open_page("analyse"), ("run.mp4", clip_bytes)))
    assert_healthy(app)
    assert app.radio(key="people_choice").value == "decide"
    assert len(app.radio(key="people_choice").options) == 4  # RunForm, two people, a box

    app.radio(key="people_choice").set_value("1").run()
    app.button(key="submit").click().run()
    wait_until(all_finished)

    assert_healthy(app)
    assert (finder.asked[0].runner, finder.asked[0].box) == (1, None)
    assert "people_search" not in app.session_state
    assert uploads(data_dir) == []  # the clip was stored once, and went with its job


def test_the_choice_is_never_required(open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes) -> None:
    app = upload(open_page("analyse"), ("run.mp4", clip_bytes))
    app.button(key="submit").click().run()
    wait_until(all_finished)

    assert finder.asked[0] == AnalysisOptions()


def test_a_box_by_its_numbers(open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes) -> None:
    finder.people = make_people(count=0)
    app = look(upload(open_page("analyse"), ("run.mp4", clip_bytes)))
    assert text.People.NOBODY in all_text(app)
    app.radio(key="people_choice").set_value("box").run()
    assert text.People.NO_BOX in all_text(app)

    app.select_slider(key="box_moment").set_value(3).run()
    for side, number in {"left": 10, "top": 5, "width": 20, "height": 30}.items():
        app.number_input(key=f"box_{side}").set_value(number)
    app.run()
    assert text.People.BOX.format(seconds=0.1) in all_text(app)
    app.button(key="submit").click().run()
    wait_until(all_finished)

    assert_healthy(app)
    assert (finder.asked[0].runner, finder.asked[0].box) == (None, (10, 5, 20, 30))
    assert finder.asked[0].box_s == pytest.approx(0.1, abs=1e-3)


def test_a_search_can_be_stopped_and_begun_again(
    open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes
) -> None:
    finder.go_on.clear()
    app = upload(open_page("analyse"), ("run.mp4", clip_bytes))
    app.button(key="look_for_people").click().run()
    app.button(key="people_cancel").click().run()
    finder.go_on.set()
    search_of(app).task.wait(SECONDS_TO_WAIT)
    app.run()
    assert text.People.CANCELLED in all_text(app)
    assert_healthy(app)

    look(app)
    assert app.radio(key="people_choice").value == "decide"
    assert len(uploads(data_dir)) == 1


def test_a_search_that_fails_says_why(open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes) -> None:
    finder.failure = BackendUnavailableError("No finder of people can run.", "Install it again.")
    app = look(upload(open_page("analyse"), ("run.mp4", clip_bytes)))

    assert app.error[0].value == "Install it again."
    app.button(key="submit").click().run()
    wait_until(all_finished)
    assert finder.asked[0] == AnalysisOptions()


def test_what_is_no_video_is_said_at_once(open_page: OpenPage, data_dir: Path, finder: Finder) -> None:
    app = upload(open_page("analyse"), ("notes.mp4", b"words and no pictures\n" * 40))

    app.button(key="look_for_people").click().run()

    assert "Choose a video file" in app.error[0].value
    assert uploads(data_dir) == []


@pytest.mark.parametrize("change", ["another clip", "no clip", "slow motion"])
def test_what_was_found_is_forgotten_when_it_no_longer_holds(
    open_page: OpenPage, data_dir: Path, finder: Finder, clip_bytes: bytes, change: str
) -> None:
    app = look(upload(open_page("analyse"), ("run.mp4", clip_bytes)))
    assert len(uploads(data_dir)) == 1

    if change == "slow motion":
        app.selectbox(key="slow_motion").set_value(4.0).run()
    else:
        upload(app, *([("other.mp4", clip_bytes)] if change == "another clip" else []))

    assert_healthy(app)
    assert not app.radio
    assert uploads(data_dir) == []
    assert bool([button for button in app.button if button.key == "look_for_people"]) == (change != "no clip")


def test_several_clips_have_no_picker(open_page: OpenPage, finder: Finder, clip_bytes: bytes) -> None:
    app = upload(open_page("analyse"), ("a.mp4", clip_bytes), ("b.mp4", clip_bytes))

    assert "look_for_people" not in [button.key for button in app.button]


def test_another_person_of_a_stored_run_is_analysed(
    open_page: OpenPage, data_dir: Path, finder: Finder, tmp_path: Path, clip: Path
) -> None:
    run_id = store_with_people(tmp_path, clip, count=3)
    app = open_page("result", run=run_id)
    assert_healthy(app)
    assert text.People.FOLLOWED.format(n=3, number=0) in all_text(app)
    assert [b.key for b in app.button if str(b.key).startswith("analyse_")] == ["analyse_1", "analyse_2"]

    app.button(key="analyse_2").click().run()
    assert_healthy(app)
    assert app.title[0].value == text.Analyse.HEADING
    wait_until(all_finished)

    assert finder.asked == [AnalysisOptions(time_scale=4.0, height_cm=176.0, runner=2)]
    assert [run.athlete_name for run in list_runs(services.database())] == ["Anna Berg"] * 2
    assert load_run(services.database(), run_id).clip_file.is_file()


def test_it_can_be_stored_for_another_athlete_with_their_own_height(
    open_page: OpenPage, data_dir: Path, finder: Finder, tmp_path: Path, clip: Path
) -> None:
    find_or_add_athlete(services.database(), "Ben Osei", 190.0)
    run_id = store_with_people(tmp_path, clip, count=2, followed=1)
    app = open_page("result", run=run_id)

    app.selectbox(key=f"athlete_of_other_{run_id}").set_value("Ben Osei").run()
    app.button(key="analyse_0").click().run()
    wait_until(all_finished)

    assert (finder.asked[0].runner, finder.asked[0].height_cm) == (0, 190.0)
    assert {run.athlete_name for run in list_runs(services.database())} == {"Anna Berg", "Ben Osei"}


@pytest.mark.parametrize("count", [0, 1])
def test_one_person_makes_no_clutter(
    open_page: OpenPage, data_dir: Path, tmp_path: Path, clip: Path, count: int
) -> None:
    app = open_page("result", run=store_with_people(tmp_path, clip, count=count))

    assert_healthy(app)
    assert text.People.FOLLOWED_TITLE not in all_text(app)


def test_a_picture_that_is_gone_leaves_its_card(
    open_page: OpenPage, data_dir: Path, tmp_path: Path, clip: Path
) -> None:
    run_id = store_with_people(tmp_path, clip, count=2)
    (load_run(services.database(), run_id).summary.folder / "person_1.jpg").unlink()

    app = open_page("result", run=run_id)

    assert_healthy(app)
    assert text.People.NO_PICTURE in all_text(app)
    assert app.button(key="analyse_1")


def test_repairs_are_told_and_drawn(open_page: OpenPage, data_dir: Path, clip: Path) -> None:
    app = open_page("result", run=store(with_repairs(make_analysis(seed=6)), clip))

    assert_healthy(app)
    assert "In 4 of 120 frames the legs were swapped back" in all_text(app)
    app.selectbox(key="repair_keypoint").set_value("right_knee").run()
    assert_healthy(app)


def test_a_run_of_an_earlier_version_shows_no_repairs(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("result", run=two_runs[0])

    assert_healthy(app)
    assert text.Result.REPAIRS not in all_text(app)
    assert "Filmed from the **right side**" in all_text(app)
