"""The 3D view and what can be taken along of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from runform.progress import Progress
from runform.store.runs import list_runs, load_run, load_summary
from runform.ui import result_side_by_side, services, text
from runform.ui.result_side_by_side import find_file, side_by_side_task
from runform.video.read import probe, read_frames
from runform.video.write import VideoWriter
from tests.fixtures.analyses import FRAME_RATE, HEIGHT, WIDTH, make_analysis
from tests.pages.conftest import OpenPage, all_text, assert_healthy, store_analysis, store_run

SECONDS = 0.4
MAKE, TAKE = "make_side_by_side", "download_side_by_side"
JOINTS = {"download_joints_npz", "download_joints_csv"}


@pytest.fixture
def real_clip(tmp_path: Path) -> Path:
    """A grey video as long as the analysis is."""
    path = tmp_path / "grey.mp4"
    with VideoWriter(path, WIDTH, HEIGHT) as writer:
        for index in range(round(SECONDS * FRAME_RATE)):
            writer.write(np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8), index / FRAME_RATE)
    return path


def keys_of_downloads(app: AppTest) -> set[str]:
    return {str(element.key) for element in app.get("download_button")}


def keys_of_buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def test_the_3d_view_looks_from_the_clip_s_side(open_page: OpenPage, clip: Path) -> None:
    analysis = make_analysis()
    run = store_analysis(clip, "Anna Berg", replace(analysis, gait=replace(analysis.gait, view="left")))

    app = open_page("result", run=run)

    assert_healthy(app)
    figures = [json.loads(element.proto.spec) for element in app.get("plotly_chart")]
    scenes = [figure["layout"]["scene"] for figure in figures if "scene" in figure["layout"]]
    assert len(scenes) == 1
    assert scenes[0]["camera"]["eye"]["x"] < 0
    assert text.Result.JOINTS_NOTE in all_text(app)


def test_joints_can_be_taken_along_and_the_video_is_not_made_unasked(open_page: OpenPage, clip: Path) -> None:
    run = store_run(clip, "Anna Berg", seed=1)

    app = open_page("result", run=run)

    assert keys_of_downloads(app) >= {"download_json", "download_npz", *JOINTS}
    assert TAKE not in keys_of_downloads(app)
    assert MAKE in keys_of_buttons(app)
    assert side_by_side_task(run, False).status().state == "idle"


def test_a_run_without_3d_says_so_and_offers_the_rest(open_page: OpenPage, clip: Path) -> None:
    app = open_page("result", run=store_run(clip, "Anna Berg", verdict="refused"))

    assert not app.exception
    assert text.Result.NO_JOINTS in all_text(app)
    assert text.Result.NO_JOINTS_TO_TAKE in all_text(app)
    assert keys_of_downloads(app) == {"download_json", "download_npz"}
    assert MAKE not in keys_of_buttons(app)


def test_the_video_is_made_when_asked_for_and_then_kept(open_page: OpenPage, data_dir: Path, real_clip: Path) -> None:
    run_id = store_run(real_clip, "Anna Berg", seconds=SECONDS)
    app = open_page("result", run=run_id)

    app.button(key=MAKE).click().run()
    side_by_side_task(run_id, False).wait(60)
    app.run()

    assert_healthy(app)
    assert TAKE in keys_of_downloads(app)
    assert MAKE not in keys_of_buttons(app)
    made = find_file(load_run(services.database(), run_id), False)
    assert probe(made).frames == round(SECONDS * FRAME_RATE)
    assert made.parent == load_summary(services.database(), run_id).folder


def test_a_clip_that_cannot_be_read_is_said_with_what_to_do_and_can_be_tried_again(
    open_page: OpenPage, clip: Path
) -> None:
    run_id = store_run(clip, "Anna Berg", seed=1)  # a clip in name only
    app = open_page("result", run=run_id)

    app.button(key=MAKE).click().run()
    side_by_side_task(run_id, False).wait(60)
    app.run()

    assert not app.exception
    assert "is not a video" in app.error[0].proto.title
    assert MAKE in keys_of_buttons(app)


def test_slow_motion_can_be_had_at_life_s_speed(open_page: OpenPage, data_dir: Path, real_clip: Path) -> None:
    analysis = make_analysis(seconds=SECONDS)
    slow = replace(analysis, clip=replace(analysis.clip, time_scale=4.0))
    run_id = store_analysis(real_clip, "Anna Berg", slow)
    app = open_page("result", run=run_id)

    app.toggle(key="side_by_side_real_time").set_value(True).run()
    app.button(key=MAKE).click().run()
    side_by_side_task(run_id, True).wait(60)
    app.run()

    assert_healthy(app)
    run = load_run(services.database(), run_id)
    *_, last = read_frames(find_file(run, True))
    assert last.time_s == pytest.approx((SECONDS - 1 / FRAME_RATE) / 4, abs=1 / 60)
    assert not find_file(run, False).exists()
    app.toggle(key="side_by_side_real_time").set_value(False).run()
    assert MAKE in keys_of_buttons(app)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every video one that is never done."""

    def wait_for_cancel(run: object, out: object, progress: Progress, *, real_time: bool) -> None:
        while True:
            progress.report(0.4)
            time.sleep(0.01)

    monkeypatch.setattr(result_side_by_side, "make_video", wait_for_cancel)


def test_while_it_is_made_progress_and_cancel_are_shown(open_page: OpenPage, clip: Path, endless: None) -> None:
    run_id = store_run(clip, "Anna Berg", seed=1)
    task = side_by_side_task(run_id, False)
    task.start()
    app = open_page("result", run=run_id)

    assert MAKE not in keys_of_buttons(app)
    app.button(key="side_by_side_cancel").click().run()
    task.wait(60)
    app.run()

    assert_healthy(app)
    assert task.status().state == "cancelled"
    assert MAKE in keys_of_buttons(app)


def test_deleting_the_run_stops_its_video(open_page: OpenPage, clip: Path, endless: None) -> None:
    run_id = store_run(clip, "Anna Berg", seed=1)
    task = side_by_side_task(run_id, False)
    task.start()
    app = open_page("result", run=run_id)

    app.button(key="delete_run_sure").click().run()
    task.wait(60)

    assert task.status().state == "cancelled"
    assert list_runs(services.database()) == ()
