"""A coach's way through the app, from the file to the cadence on the page."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runform.demo.render import write_demo
from runform.ui import router
from runform.ui.demo_task import CLIP_NAME
from tests.conftest import PROJECT_ROOT
from tests.fixtures.clips import Coding, write_clip

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MS_TO_ANALYSE = 10 * 60 * 1000
DEMO_SECONDS = 8.0
TREADMILL = PROJECT_ROOT.parent / "shared" / "clips" / "treadmill_side_portrait.mp4"
TREADMILL_CADENCE = 168.0
STEPS_PER_MIN_OFF = 1.0


@dataclass(frozen=True)
class KnownClip:
    """A clip and the cadence that is true of it, steps/min."""

    path: Path
    cadence: float


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> KnownClip:
    """The demo's virtual runner, rendered once and shorter than the app renders it."""
    path = tmp_path_factory.mktemp("demo") / CLIP_NAME
    return KnownClip(path, write_demo(path, seconds=DEMO_SECONDS).cadence)


@pytest.fixture
def known_clip(request: pytest.FixtureRequest) -> KnownClip:
    """The real treadmill clip, or where it is absent the demo."""
    if TREADMILL.is_file():
        return KnownClip(TREADMILL, TREADMILL_CADENCE)
    clip: KnownClip = request.getfixturevalue("demo")
    return clip


def upload(page: Page, app_url: str, path: Path) -> None:
    page.goto(app_url)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(path)
    page.locator(".st-key-submit button:enabled").click()


def open_result(page: Page, ms: int) -> None:
    """Wait for the first job to be done, and go to its result."""
    button = page.get_by_role("button", name="Open result")
    failure = page.locator("[data-testid=stAlertContentError]")
    expect(button.or_(failure)).to_be_visible(timeout=ms)
    assert not failure.count(), failure.inner_text()
    button.click()
    expect(page.locator("h1")).to_have_text("Result", timeout=60_000)


def read_cadence(page: Page) -> float:
    value = page.locator(".st-key-cadence [data-testid=stMetricValue]")
    expect(value).to_contain_text("steps/min", timeout=60_000)
    found = re.match(r"\d+", value.inner_text().strip())
    assert found is not None, value.inner_text()
    return float(found.group())


def assert_video_plays(page: Page) -> None:
    """The browser has decoded a picture of the video with the skeleton."""
    page.wait_for_function("() => { const v = document.querySelector('video'); return v && v.readyState >= 2; }")
    assert page.evaluate("() => document.querySelector('video').videoWidth") > 0


def stored_files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_clip_goes_in_and_its_cadence_comes_out(
    page: Page, app_url: str, data_dir: Path, known_clip: KnownClip
) -> None:
    upload(page, app_url, known_clip.path)

    open_result(page, MS_TO_ANALYSE)

    assert read_cadence(page) == pytest.approx(known_clip.cadence, abs=STEPS_PER_MIN_OFF)
    expect(page.locator(".st-key-verdict")).to_be_visible()
    assert_video_plays(page)
    assert stored_files(data_dir / "uploads") == []
    expected = {"record.json", "arrays.npz", "clip.mp4", "overlay.mp4", "person_0.jpg"}
    assert set(stored_files(data_dir / "runs")) == expected


def test_a_box_drawn_on_the_picture_becomes_its_numbers(page: Page, app_url: str, tmp_path: Path) -> None:
    width, height = 320, 240
    clip = write_clip(tmp_path / "nobody.mp4", [i / 30 for i in range(10)], coding=Coding(size=(width, height)))
    page.goto(app_url)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(clip)
    page.get_by_text("Several people in the picture?").click()
    page.get_by_role("button", name="Look for people").click()
    page.get_by_text("None of these: draw a box").click(timeout=60_000)

    picture = page.locator(".js-plotly-plot .nsewdrag").first
    expect(picture).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1000)  # Streamlit fits the figure to its column once more
    picture.scroll_into_view_if_needed()
    place = picture.bounding_box()
    assert place is not None
    for share, act in ((0.25, page.mouse.down), (0.5, None), (0.75, page.mouse.up)):
        page.mouse.move(place["x"] + share * place["width"], place["y"] + share * place["height"], steps=4)
        if act is not None:
            act()

    drawn = {"left": width / 4, "top": height / 4, "width": width / 2, "height": height / 2}
    expect(page.locator(".st-key-box_left input")).not_to_have_value("", timeout=30_000)
    for side, px in drawn.items():
        assert float(page.locator(f".st-key-box_{side} input").input_value()) == pytest.approx(px, abs=3)
    expect(page.get_by_text("The runner in this box")).to_be_visible()


def test_a_text_file_named_mp4_is_refused_with_a_remedy(
    page: Page, app_url: str, data_dir: Path, tmp_path: Path
) -> None:
    words = tmp_path / "training_plan.mp4"
    words.write_text("Monday: rest. Tuesday: 8 x 400 m.\n" * 50)

    upload(page, app_url, words)

    message = page.locator("[data-testid=stAlertContentError]")
    expect(message).to_contain_text("training_plan.mp4 is not a video", timeout=60_000)
    expect(message).to_contain_text("Choose a video file")
    expect(message).to_contain_text("Nothing of this file was stored")
    expect(page.get_by_role("button", name="Open result")).to_have_count(0)
    assert stored_files(data_dir / "uploads") == []
    assert stored_files(data_dir / "runs") == []


def test_the_demo_is_measured_as_it_was_made(page: Page, app_url: str, data_dir: Path, demo: KnownClip) -> None:
    # As if it had been tried before: the app renders its demo once and keeps it.
    (data_dir / "demo").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(demo.path, data_dir / "demo" / CLIP_NAME)
    page.goto(app_url)

    page.get_by_role("button", name="Try the demo").click()
    open_result(page, MS_TO_ANALYSE)

    assert read_cadence(page) == pytest.approx(demo.cadence, abs=STEPS_PER_MIN_OFF)
    assert_video_plays(page)


def test_a_deep_link_on_a_fresh_server_opens_its_page_within_the_app(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/pro_database")

    expect(page.locator("h1")).to_have_text("Pro database", timeout=60_000)
    # Streamlit's own list of the folder would call the first page "app" and show no icons.
    expect(page.locator("[data-testid=stSidebarNavLink]").first).to_contain_text("Analyse")
    expect(page.locator("[data-testid=stSidebarNavLink]")).to_have_count(len(router.PAGES))
