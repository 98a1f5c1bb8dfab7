"""A data folder of its own for each test of a page, and the page run in it without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from runform.results import Analysis
from runform.settings import get_settings
from runform.store.athletes import find_or_add_athlete
from runform.store.pros import Pro, add_pro, add_pro_clip
from runform.store.runs import save_run
from runform.ui import services
from tests.conftest import PROJECT_ROOT
from tests.fixtures.analyses import make_analysis
from tests.fixtures.clips import write_clip

OpenPage = Callable[..., AppTest]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder that the app uses; its database and its queue are closed afterwards."""
    monkeypatch.setenv("RUNFORM_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield tmp_path / "data"
    st.cache_resource.clear()
    get_settings.cache_clear()


@pytest.fixture
def open_page(data_dir: Path) -> OpenPage:
    """Runs one page of the app as a deep link does."""

    def run(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(PROJECT_ROOT / "app.py", default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"pages/{page}.py").run()

    return run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A file in a clip's place: the store keeps it and never looks inside."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"a clip in name only")
    return path


@pytest.fixture
def clip_bytes(tmp_path: Path) -> bytes:
    """A real little video, as it is uploaded."""
    path = tmp_path / "made.mp4"
    write_clip(path, [index / 30 for index in range(10)])
    return path.read_bytes()


@pytest.fixture
def two_runs(data_dir: Path, clip: Path) -> tuple[str, str]:
    """Two stored runs of two athletes, an optimal one and, later, one that a check refused."""
    return store_run(clip, "Anna Berg", seed=1, cadence=168.4), store_run(clip, "Ben_Osei", seed=2, verdict="refused")


def store_run(clip: Path, athlete: str, **analysis: object) -> str:
    """Store a made-up run in the test's data folder; `analysis` goes to `make_analysis`."""
    return store_analysis(clip, athlete, make_analysis(**analysis))  # type: ignore[arg-type]


def store_analysis(clip: Path, athlete: str, analysis: Analysis) -> str:
    """Store an analysis in the test's data folder."""
    database = services.database()
    athlete_id = find_or_add_athlete(database, athlete, 176.0).id
    return save_run(database, services.settings().runs_dir, analysis, clip, athlete_id)


def store_pro(name: str, seed: int) -> Pro:
    """Store a made-up pro with one clip."""
    pro = add_pro(services.database(), name, event="10 000 m")
    add_pro_clip(services.database(), pro.id, make_analysis(seed=seed), f"{name}.mp4")
    return pro


def all_text(app: AppTest) -> str:
    """Everything a page says in words, for looking something up in it."""
    kinds = ("title", "subheader", "markdown", "caption", "error", "warning", "info", "success")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def assert_healthy(app: AppTest) -> None:
    """No exception and no error message on the page."""
    assert not app.exception, app.exception[0].value
    assert not app.error, app.error[0].value
