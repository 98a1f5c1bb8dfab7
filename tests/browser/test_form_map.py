"""The form map in a browser: a run chosen by the keyboard is ringed, shown and opened."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from runform.sequences import EMBEDDING_DIM
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.runs import save_run
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis
from tests.fixtures.clips import Coding, write_clip

pytestmark = pytest.mark.browser

MS = 60_000


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with eight runs of two athletes, before the app opens it."""
    folder = tmp_path / "data"
    clip = write_clip(tmp_path / "clip.mp4", [frame / 30 for frame in range(60)], coding=Coding(size=(WIDTH, HEIGHT)))
    database = Database(folder / "runform.duckdb")
    rng = np.random.default_rng(0)
    for run in range(8):
        athlete = find_or_add_athlete(database, ("Anna Berg", "Ben Osei")[run % 2], None).id
        vector = (rng.normal(0, 0.1, EMBEDDING_DIM) + run % 2).astype(np.float32)
        save_run(database, folder / "runs", make_analysis(seed=run, embedding_vector=vector), clip, athlete)
    database.close()
    return folder


def choose_by_keyboard(page: Page, words: str) -> None:
    box = page.locator(".st-key-form_map_chosen input")
    box.focus()
    page.keyboard.type(words)
    page.wait_for_timeout(500)  # the list is narrowed as one types
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def test_runs_chosen_by_the_keyboard_are_compared_and_opened(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/form_map")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=MS)

    choose_by_keyboard(page, "runner_3.mp4")
    panel = page.locator("[class*=st-key-map_run_]")
    expect(panel).to_have_count(1, timeout=MS)
    expect(panel).to_contain_text("runner_3.mp4")
    expect(panel.locator("img")).to_have_count(2, timeout=MS)

    choose_by_keyboard(page, "runner_4.mp4")
    expect(panel).to_have_count(2, timeout=MS)
    expect(page.get_by_text("Likeness of the two forms")).to_be_visible(timeout=MS)

    chosen = panel.filter(has_text="runner_4.mp4")
    named = re.search(r"map_run_([0-9a-f-]+)", chosen.get_attribute("class") or "")
    assert named is not None
    chosen.get_by_role("button", name="Open result").press("Enter")
    expect(page.locator("h1")).to_have_text("Result", timeout=MS)
    expect(page).to_have_url(f"{app_url}/result?run={named.group(1)}")
