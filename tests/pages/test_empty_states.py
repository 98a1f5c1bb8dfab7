"""What every page shows before anything is stored: what to do first, and a way there."""

from __future__ import annotations

import pytest

from runform.ui import text
from tests.pages.conftest import OpenPage, all_text, assert_healthy

# (page, its heading, a sentence that says what to do)
EMPTY = (
    ("analyse", text.Analyse.HEADING, text.Queue.EMPTY),
    ("result", text.Result.TITLE, text.Result.EMPTY),
    ("labels", text.Labels.TITLE, text.Labels.EMPTY),
    ("athletes", text.Athletes.TITLE, text.Athletes.EMPTY),
    ("form_map", text.FormMap.TITLE, text.FormMap.EMPTY.format(minimum=5, have=0)),
    ("pro_match", text.ProMatch.TITLE, text.ProMatch.NO_RUN),
    ("efficiency", text.Efficiency.TITLE, text.Efficiency.NO_RUN),
    ("pro_database", text.ProDatabase.TITLE, text.ProDatabase.EMPTY),
    ("system", text.System.TITLE, text.System.PRIVACY),
)


@pytest.mark.parametrize(("page", "heading", "sentence"), EMPTY, ids=[page for page, *_ in EMPTY])
def test_an_empty_page_says_what_to_do(open_page: OpenPage, page: str, heading: str, sentence: str) -> None:
    app = open_page(page)

    assert_healthy(app)
    assert app.title[0].value == heading
    assert sentence in all_text(app)


@pytest.mark.parametrize("page", ["result", "labels", "athletes", "form_map", "pro_match", "efficiency"])
def test_its_button_leads_to_the_clip_form(open_page: OpenPage, page: str) -> None:
    app = open_page(page)

    app.button(key="empty_go").click().run()

    assert_healthy(app)
    assert app.title[0].value == text.Analyse.HEADING


def test_the_app_opens_on_analyse(open_page: OpenPage) -> None:
    app = open_page("analyse")

    assert app.title[0].value == text.Analyse.HEADING
    assert app.button(key="submit").disabled
