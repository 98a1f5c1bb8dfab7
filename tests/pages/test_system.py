from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from runform.errors import WeightsError
from runform.progress import Progress
from runform.settings import Settings, get_settings
from runform.ui import model_view, services, text
from tests.pages.conftest import OpenPage, all_text, assert_healthy


def test_it_counts_what_is_stored_and_says_where(open_page: OpenPage, two_runs: tuple[str, str]) -> None:
    app = open_page("system")

    assert_healthy(app)
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown[text.System.RUNS], shown[text.System.ATHLETES], shown[text.System.PROS]) == ("2", "2", "0")
    assert str(services.database().path) in [block.value for block in app.code]
    assert any("runform 0." in block.value for block in app.code)


def test_every_model_is_listed_with_its_state(open_page: OpenPage) -> None:
    table = open_page("system").dataframe[0].value

    states = dict(zip(table[text.System.COLUMN_MODEL], table[text.System.COLUMN_STATE], strict=True))
    assert states[text.System.BLAZEPOSE] == text.System.BUILT_IN
    assert "rtmpose-m-halpe26" in states


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A models folder in which nothing has been fetched."""
    monkeypatch.setenv("RUNFORM_MODELS_DIR", str(tmp_path / "models"))


def fetch_and_wait(open_page: OpenPage) -> AppTest:
    app = open_page("system")
    name = str(app.selectbox(key="weights_choice").value)
    app.button(key="fetch").click().run()
    model_view.fetch_task(name).wait(30)
    return app.run()


def test_weights_that_cannot_be_fetched_say_why(
    no_weights: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str, settings: Settings, progress: Progress) -> None:
        raise WeightsError("No connection.", "Connect to the internet.")

    monkeypatch.setattr(model_view, "fetch_weights", fail)

    assert fetch_and_wait(open_page).error[0].value == "Connect to the internet."


def test_fetched_weights_are_used_by_the_next_analysis(
    no_weights: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reloaded: list[bool] = []
    monkeypatch.setattr(model_view, "fetch_weights", lambda name, settings, progress: None)
    monkeypatch.setattr(services, "reload_analyser", lambda: reloaded.append(True))

    app = fetch_and_wait(open_page)

    assert_healthy(app)
    assert reloaded == [True]


def test_with_downloads_switched_off_nothing_is_offered(
    no_weights: None, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNFORM_ALLOW_DOWNLOADS", "false")
    get_settings.cache_clear()

    app = open_page("system")

    assert text.System.DOWNLOADS_OFF in all_text(app)
    assert not [button for button in app.button if button.key == "fetch"]
