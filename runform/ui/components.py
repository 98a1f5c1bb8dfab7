"""Small pieces that several pages share: empty states, errors, verdict badges, confirmations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from runform.errors import RunFormError
from runform.results import Verdict
from runform.ui import text
from runform.ui.format import escape_markdown

BadgeColour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]

# What plotly shows beside a figure: nothing, and no link to its maker.
PLOTLY_CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True}

_FLASHES = "flashes"
_FLASHED_ERRORS = "flashed_errors"

VERDICT_COLOURS: dict[Verdict, BadgeColour] = {
    "overstride": "orange",
    "optimal": "green",
    "uncertain": "yellow",
    "refused": "gray",
}
VERDICT_ICONS: dict[Verdict, str] = {
    "overstride": ":material/warning:",
    "optimal": ":material/check_circle:",
    "uncertain": ":material/help:",
    "refused": ":material/block:",
}


def show_error(error: RunFormError) -> None:
    """What happened, in bold, and beneath it what to do about it."""
    show_problem(error.message, error.remedy)


def show_problem(message: str, remedy: str) -> None:
    """The same for a message that did not come as an exception."""
    if remedy:
        st.error(escape_markdown(remedy), title=escape_markdown(message), icon=":material/error:")
    else:
        st.error(escape_markdown(message), icon=":material/error:")


def empty_state(title: str, body: str, *, button: str, page: str, key: str = "empty") -> None:
    """What a page shows when there is nothing to show yet: what to do first, and a button that leads there."""
    with st.container(border=True, key=key, horizontal_alignment="center", gap="small"):
        st.subheader(title, anchor=False, text_alignment="center")
        st.markdown(body, text_alignment="center")
        if st.button(button, type="primary", key=f"{key}_go"):
            st.switch_page(page)


def verdict_badge(verdict: Verdict) -> None:
    """The verdict in a word, with the colour and the sign that it has everywhere."""
    st.badge(text.Verdicts.NAMES[verdict], icon=VERDICT_ICONS[verdict], color=VERDICT_COLOURS[verdict])


def confirmed_delete(label: str, question: str, *, key: str, delete: Callable[[], None]) -> None:
    """A button that asks once more before it deletes.

    Args:
        label: On the button.
        question: What exactly will be deleted.
        key: Of the widgets.
        delete: Does it; called only after the second button.
    """
    with st.popover(label, icon=":material/delete:", key=key):
        st.markdown(question)
        st.caption(text.Common.CONFIRM_DELETE)
        st.button(text.Common.DELETE, type="primary", key=f"{key}_sure", on_click=attempt, args=(delete,))


def attempt(action: Callable[..., None], *args: object) -> None:
    """Do what a widget's callback is for; an error is shown on the next run of the page instead of ending it."""
    try:
        action(*args)
    except RunFormError as error:
        flash_error(error)


def flash(message: str) -> None:
    """Say something on the next run of a page, which a widget's callback cannot do itself."""
    st.session_state.setdefault(_FLASHES, []).append(message)


def flash_error(error: RunFormError) -> None:
    """The same for an error that a callback met."""
    st.session_state.setdefault(_FLASHED_ERRORS, []).append((error.message, error.remedy))


def show_flashes() -> None:
    """Show what callbacks had to say; every page calls this once."""
    for message in st.session_state.pop(_FLASHES, []):
        st.toast(message, icon=":material/check:")
    for message, remedy in st.session_state.pop(_FLASHED_ERRORS, []):
        show_problem(message, remedy)
