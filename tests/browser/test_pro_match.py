"""Pro match in a browser: the strides are played, stepped, scrubbed and laid over one another, by keyboard too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import PROJECT_ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILL = """
import sys
from pathlib import Path
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.pros import add_pro, add_pro_clip
from runform.store.runs import save_run
from tests.fixtures.analyses import make_analysis

folder = Path(sys.argv[1])
db = Database(folder / "runform.duckdb")
clip = folder / "clip.mp4"
clip.write_bytes(b"a clip in name only")
athlete = find_or_add_athlete(db, "Anna Berg", 176.0)
for seed in range(7):
    save_run(db, folder / "runs", make_analysis(seed=seed, cadence=165.0 + seed), clip, athlete.id)
for seed, name in ((20, "Ada Example"), (21, "Cy Fast")):
    add_pro_clip(db, add_pro(db, name, event="10 000 m").id, make_analysis(seed=seed, cadence=185.0), f"{name}.mp4")
db.close()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Seven runs and two pros, written by a process of its own: only one may hold the database."""
    folder = tmp_path / "data"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", FILL, str(folder)], check=True, cwd=PROJECT_ROOT)
    return folder


@pytest.fixture
def viewer(page: Page, app_url: str) -> Locator:
    """The viewer of the two strides, in sight."""
    page.goto(f"{app_url}/pro_match")
    found = page.locator(".phase")
    expect(found).to_be_visible(timeout=60_000)
    found.scroll_into_view_if_needed()
    return found


def read_place(viewer: Locator) -> int:
    return int(viewer.locator(".scrub").input_value())


def read_pixels(viewer: Locator) -> str:
    """What is drawn."""
    picture: str = viewer.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return picture


def test_the_strides_are_stepped_scrubbed_and_played(viewer: Locator) -> None:
    said = viewer.locator("output")
    expect(said).to_have_text("0 %: left foot lands")
    first = read_pixels(viewer)

    viewer.get_by_role("button", name="One step on").click()
    expect(said).to_have_text("2 % of the stride")
    assert read_pixels(viewer) != first
    viewer.get_by_role("button", name="One step back").click()
    assert read_pixels(viewer) == first
    viewer.get_by_role("button", name="One step back").click()
    expect(said).to_have_text("98 % of the stride")

    scrub = viewer.get_by_role("slider", name="Share of the stride")
    scrub.fill("25")
    expect(said).to_have_text("50 % of the stride")
    scrub.press("ArrowRight")
    expect(said).to_have_text("52 % of the stride")

    viewer.get_by_role("button", name="Play").press("Enter")
    expect(said).not_to_have_text("52 % of the stride")
    pause = viewer.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    pause.press("Enter")
    place = read_place(viewer)
    viewer.page.wait_for_timeout(300)
    assert read_place(viewer) == place


def test_they_are_laid_over_one_another_and_seen_from_the_front(viewer: Locator) -> None:
    apart = read_pixels(viewer)

    viewer.get_by_label("Lay over one another at the pelvis").check()
    together = read_pixels(viewer)
    viewer.get_by_label("Seen from").select_option("front")

    assert len({apart, together, read_pixels(viewer)}) == 3


def test_it_fits_a_phone_and_stays_as_it_was_when_another_pro_is_chosen(viewer: Locator) -> None:
    page = viewer.page
    page.set_viewport_size({"width": 390, "height": 844})
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    box = viewer.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390

    viewer.get_by_label("Lay over one another at the pelvis").check()
    choice = page.get_by_role("combobox", name="Compare with")
    choice.focus()
    choice.press("ArrowDown")
    expect(page.get_by_role("option", name="Cy Fast")).to_be_visible()
    choice.press("ArrowDown")
    choice.press("Enter")
    expect(page.get_by_role("heading", name="Anna Berg beside Cy Fast")).to_be_visible(timeout=30_000)
    expect(viewer.get_by_label("Lay over one another at the pelvis")).to_be_checked()
