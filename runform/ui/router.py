"""Which pages there are, what they are called, and how one leads to another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from runform.ui import text

ASSETS = Path(__file__).parent / "assets"
ICON = ASSETS / "icon.svg"
LOGO = ASSETS / "logo.svg"
STYLE = ASSETS / "style.css"
LABEL_KEYS = ASSETS / "label_keys.html"

ANALYSE = "pages/analyse.py"
RESULT = "pages/result.py"
LABELS = "pages/labels.py"
FORM_MAP = "pages/form_map.py"
PRO_MATCH = "pages/pro_match.py"
EFFICIENCY = "pages/efficiency.py"
PRO_DATABASE = "pages/pro_database.py"
ATHLETES = "pages/athletes.py"
SYSTEM = "pages/system.py"

# (file, title, icon); the first is where the app opens.
PAGES = (
    (ANALYSE, text.Analyse.TITLE, ":material/videocam:"),
    (RESULT, text.Result.TITLE, ":material/monitoring:"),
    (LABELS, text.Labels.TITLE, ":material/label:"),
    (ATHLETES, text.Athletes.TITLE, ":material/groups:"),
    (FORM_MAP, text.FormMap.TITLE, ":material/scatter_plot:"),
    (PRO_MATCH, text.ProMatch.TITLE, ":material/compare:"),
    (EFFICIENCY, text.Efficiency.TITLE, ":material/person_check:"),
    (PRO_DATABASE, text.ProDatabase.TITLE, ":material/folder_special:"),
    (SYSTEM, text.System.TITLE, ":material/settings:"),
)


def build_navigation() -> StreamlitPage:
    """Tell Streamlit the pages, and give the one that the address asks for.

    The tab's icon is set first: without it the browser takes the page's own icon, and fetches that from another host.
    """
    st.set_page_config(page_icon=str(ICON), layout="wide")
    page = st.navigation(
        [st.Page(path, title=title, icon=icon, default=place == 0) for place, (path, title, icon) in enumerate(PAGES)]
    )
    st.set_page_config(page_title=text.Common.TAB.format(page=page.title))
    return page


def open_run(run_id: str) -> None:
    """Leave this page for the result of one run."""
    st.switch_page(RESULT, query_params={"run": run_id})
