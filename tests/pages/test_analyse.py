from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.errors import RunnerNotFoundError
from runform.hashing import compute_sha256
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions
from runform.store.athletes import list_athletes
from runform.store.runs import list_runs
from runform.ui import services, text
from runform.ui.demo_task import demo_task
from tests.fixtures.analyses import make_analysis
from tests.pages.conftest import OpenPage, all_text, assert_healthy

SECONDS_TO_WAIT = 30


class StandInAnalyser:
    """Gives a made-up analysis at once, or the error it is told to raise; remembers what it was asked."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.asked: list[AnalysisOptions] = []

    def analyse(
        self, clip_path: Path, options: AnalysisOptions, *, progress: Progress, db: object, out_dir: Path
    ) -> Analysis:
        self.asked.append(options)
        progress.enter("Finding the runner's joints", 0.0, 1.0)
        if self.error is not None:
            raise self.error
        return replace(make_analysis(), clip_sha256=compute_sha256(clip_path), options=options)


@pytest.fixture
def analyser(monkeypatch: pytest.MonkeyPatch) -> StandInAnalyser:
    stand_in = StandInAnalyser()
    monkeypatch.setattr(services, "analyser", lambda: stand_in)
    return stand_in


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "video/mp4") for name, content in files]).run()
    return app


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def all_finished() -> bool:
    return all(job.state not in ("queued", "running") for job in services.jobs().list())


def test_an_uploaded_clip_becomes_a_run(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser, clip_bytes: bytes
) -> None:
    app = upload(open_page("analyse"), ("my run.mp4", clip_bytes))
    app.number_input(key="height").set_value(181.0)
    app.number_input(key="belt").set_value(12.6)
    app.selectbox(key="slow_motion").set_value(4.0)
    app.button(key="submit").click().run()
    assert app.toast[0].value == "my run.mp4 is in the queue."
    wait_until(all_finished)

    app.run()

    assert_healthy(app)
    asked = analyser.asked[0]
    assert (asked.time_scale, asked.height_cm) == (4.0, 181.0)
    assert asked.belt_speed == pytest.approx(3.5)
    run = list_runs(services.database())[0]
    app.button(key=f"open_{services.jobs().list()[0].id}").click().run()
    assert app.title[0].value == text.Result.TITLE
    assert app.query_params["run"] == [run.id]
    assert list((data_dir / "uploads").iterdir()) == []


@pytest.mark.parametrize(("chosen", "expected"), [(None, None), (1.0, 1.0), (8.0, 8.0), (0.0, 3.5)])
def test_slow_motion_goes_by_the_file_unless_stated(
    open_page: OpenPage,
    data_dir: Path,
    analyser: StandInAnalyser,
    clip_bytes: bytes,
    chosen: float | None,
    expected: float | None,
) -> None:
    app = open_page("analyse")
    assert app.selectbox(key="slow_motion").options[0] == "As the file says"
    if chosen is not None:
        app.selectbox(key="slow_motion").set_value(chosen).run()
    if chosen == 0.0:
        app.number_input(key="slow_motion_free").set_value(3.5).run()
    upload(app, ("my run.mp4", clip_bytes)).button(key="submit").click().run()
    wait_until(all_finished)
    assert analyser.asked[0].time_scale == expected


def test_a_text_file_named_mp4_is_refused_and_nothing_is_stored(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser
) -> None:
    app = upload(open_page("analyse"), ("notes.mp4", b"these are words and no pictures\n" * 40))

    app.button(key="submit").click().run()

    assert not app.exception
    assert text.Analyse.NOTHING_STORED in app.error[0].value
    assert "Choose a video file" in app.error[0].value
    assert services.jobs().list() == ()
    assert list_runs(services.database()) == ()
    assert list((data_dir / "uploads").iterdir()) == []


def test_of_several_files_the_good_ones_are_taken(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser, clip_bytes: bytes
) -> None:
    app = upload(open_page("analyse"), ("a.mp4", clip_bytes), ("empty.mp4", b""), ("b.mp4", clip_bytes))

    app.button(key="submit").click().run()
    wait_until(all_finished)

    assert app.toast[0].value == "2 clips are in the queue."
    assert len(app.error) == 1
    assert len(list_runs(services.database())) == 2


def test_a_failed_job_shows_its_message_and_can_be_tried_again(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser, clip_bytes: bytes
) -> None:
    analyser.error = RunnerNotFoundError("Nobody was found in this clip.", "Film one runner from the side.")
    app = upload(open_page("analyse"), ("run.mp4", clip_bytes))
    app.button(key="submit").click().run()
    wait_until(all_finished)

    app.run()
    assert app.error[0].value == "Film one runner from the side."
    assert list_athletes(services.database()) == ()

    analyser.error = None
    job = services.jobs().list()[0]
    app.button(key=f"retry_{job.id}").click().run()
    wait_until(lambda: services.jobs().list()[0].state == "done")
    app.run()
    assert_healthy(app)

    app.button(key=f"dismiss_{job.id}").click().run()
    assert services.jobs().list() == ()
    assert text.Queue.EMPTY in all_text(app)


def test_a_known_athletes_height_is_taken(
    open_page: OpenPage, two_runs: tuple[str, str], analyser: StandInAnalyser, clip_bytes: bytes
) -> None:
    app = upload(open_page("analyse"), ("run.mp4", clip_bytes))
    app.selectbox(key="athlete").set_value("Anna Berg")

    app.button(key="submit").click().run()
    wait_until(all_finished)

    assert analyser.asked[0].height_cm == 176.0
    assert sum(run.athlete_name == "Anna Berg" for run in list_runs(services.database())) == 2


def test_the_demo_is_rendered_and_analysed(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser, clip_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(out: Path, *, progress: Progress) -> None:
        progress.enter("Rendering", 0.0, 1.0)
        out.write_bytes(clip_bytes)

    monkeypatch.setattr("runform.demo.render.write_demo", render)
    app = open_page("analyse")

    app.button(key="try_demo").click().run()
    wait_until(lambda: bool(services.jobs().list()) and all_finished())
    app.run()

    assert_healthy(app)
    assert [run.athlete_name for run in list_runs(services.database())] == [text.Analyse.DEMO_ATHLETE]


def test_a_demo_that_cannot_be_rendered_says_so(
    open_page: OpenPage, data_dir: Path, analyser: StandInAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(out: Path, *, progress: Progress) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("runform.demo.render.write_demo", fail)
    app = open_page("analyse")

    app.button(key="try_demo").click().run()
    wait_until(lambda: demo_task().status().state == "failed")
    app.run()

    assert text.Common.UNEXPECTED_REMEDY in app.error[0].value
    app.button(key="demo_dismiss").click().run()
    assert_healthy(app)
