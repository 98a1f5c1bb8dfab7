"""The Labels page in a browser, by keyboard alone: a name, answers, phrases, a written reason, skip and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runform.report.overlay import write_overlay
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.runs import save_run
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis
from tests.fixtures.clips import Coding, write_clip

pytestmark = pytest.mark.browser

MS = 60_000
MOST_TABS = 40
PLAYING = "() => { const v = document.querySelector('video'); return v && !v.paused && v.currentTime > 0; }"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with four runs, each with its video, before the app opens it."""
    folder = tmp_path / "data"
    clip = write_clip(tmp_path / "clip.mp4", [frame / 30 for frame in range(60)], coding=Coding(size=(WIDTH, HEIGHT)))
    database = Database(folder / "runform.duckdb")
    athlete = find_or_add_athlete(database, "Anna Berg", None).id
    for seed in range(4):
        analysis = make_analysis(seed=seed, seconds=2.0)
        overlay = tmp_path / f"overlay_{seed}.mp4"
        write_overlay(clip, analysis.keypoints, analysis.gait.contacts, overlay)
        save_run(database, folder / "runs", replace(analysis, overlay=overlay), clip, athlete)
    database.close()
    return folder


def tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def expect_shown(page: Page, run_id: str) -> None:
    expect(page.locator(f".st-key-skip_{run_id}")).to_be_visible(timeout=MS)
    expect_idle(page)


def expect_idle(page: Page) -> None:
    """The page is whole, and keys go to what is seen."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=MS)


def test_runs_are_labelled_without_a_mouse(page: Page, app_url: str, data_dir: Path) -> None:
    page.goto(f"{app_url}/labels")
    expect(page.locator(".st-key-rater_choice input")).to_be_visible(timeout=MS)

    tab_to(page, ".st-key-rater_choice input")
    page.keyboard.type("Ana")
    page.wait_for_timeout(500)  # the list is narrowed as one types
    page.keyboard.press("Enter")
    tab_to(page, ".st-key-rater_start button")
    page.keyboard.press("Enter")

    progress = page.locator("[data-testid=stProgress]")
    expect(progress).to_contain_text("0 of 4 labelled", timeout=MS)
    page.wait_for_function(PLAYING)
    shown = page.locator("[class*=st-key-skip_]")
    first = (shown.get_attribute("class") or "").split("st-key-skip_")[1].split()[0]
    expect_shown(page, first)

    page.keyboard.press("s")
    expect(page.locator(f".st-key-skip_{first}")).to_have_count(0, timeout=MS)
    page.keyboard.press("b")
    expect_shown(page, first)

    reason = page.locator(".st-key-label_reason input")
    page.keyboard.press("1")
    expect(reason).to_have_value("foot far ahead of the hip", timeout=MS)
    page.keyboard.press("w")
    expect(reason).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("; soup on the road")  # s, o, u and p are keys, and must not act while one writes
    page.keyboard.press("Escape")
    expect(reason).not_to_be_focused()
    expect_shown(page, first)
    page.keyboard.press("o")
    expect(progress).to_contain_text("1 of 4 labelled", timeout=MS)
    expect_idle(page)

    for count, key in enumerate("pup", start=2):
        second = shown.get_attribute("class") or ""
        page.keyboard.press(key)
        expect(progress).to_contain_text(f"{count} of 4 labelled", timeout=MS)
        if count < 4:
            expect(shown).not_to_have_class(second, timeout=MS)
            expect_idle(page)
    expect(page.locator(".st-key-label_done")).to_contain_text("All labelled", timeout=MS)

    page.keyboard.press("b")
    for _ in range(3):
        expect_idle(page)
        expect(page.locator("[class*=st-key-take_back_]")).to_be_visible(timeout=MS)
        third = shown.get_attribute("class") or ""
        page.keyboard.press("b")
        expect(shown).not_to_have_class(third, timeout=MS)
    expect_shown(page, first)
    expect(reason).to_have_value("foot far ahead of the hip; soup on the road", timeout=MS)
    expect(page.locator(".st-key-label_opinions")).to_contain_text("Ana: overstride", timeout=MS)
    page.wait_for_function(PLAYING)

    page.evaluate("() => document.querySelector('video').focus()")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('video').paused")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => document.querySelector('video').paused"), "a pause by the rater stays"
