"""Who labels in this session: asked once, and what that rater has begun to write."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from runform.errors import InputError
from runform.store.labels import DEFAULT_RATER, list_raters
from runform.store.names import clean_name, name_key
from runform.ui import components, services, text
from runform.ui.format import escape_markdown

_RATER = "rater"
_CHOICE = "rater_choice"
_DRAFTS = "label_drafts"


def current_rater() -> str | None:
    """Who labels, or None where nobody has said so in this session."""
    rater: str | None = st.session_state.get(_RATER)
    return rater


def rater_or_default() -> str:
    """Who labels, or the name that labels had before raters were asked for theirs."""
    return current_rater() or DEFAULT_RATER


def ask_rater(on_leave: Callable[[], None]) -> str | None:
    """The rater of this session; where there is none yet, a form that asks, and None.

    Args:
        on_leave: Called as a rater makes way for another.
    """
    words = text.Labels
    rater = current_rater()
    if rater is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(words.RATER_NOW.format(rater=escape_markdown(rater)), width="content")
            st.button(words.RATER_CHANGE, key="rater_change", type="tertiary", on_click=_leave, args=(on_leave,))
        return rater
    with st.form("rater_form", width=460):
        st.selectbox(
            words.RATER,
            list_raters(services.database()),
            index=None,
            accept_new_options=True,
            placeholder=words.RATER_PLACEHOLDER,
            help=words.RATER_HELP,
            key=_CHOICE,
        )
        st.form_submit_button(words.RATER_START, type="primary", key="rater_start", on_click=_begin)
    return None


def _begin() -> None:
    """Keep the name in the session, as it was written before where it was."""
    try:
        name = clean_name(st.session_state.get(_CHOICE) or "")
    except InputError as error:
        components.flash_error(error)
        return
    known = {name_key(rater): rater for rater in list_raters(services.database())}
    st.session_state[_RATER] = known.get(name_key(name), name)


def _leave(on_leave: Callable[[], None]) -> None:
    st.session_state.pop(_RATER, None)
    on_leave()


def read_draft(rater: str, run_id: str) -> str | None:
    """What a rater has written about a run and not kept with a label yet."""
    draft: str | None = st.session_state.get(_DRAFTS, {}).get((name_key(rater), run_id))
    return draft


def keep_draft(rater: str, run_id: str, reason: str) -> None:
    """Hold on to a reason for as long as the session lasts, whichever page is open."""
    st.session_state.setdefault(_DRAFTS, {})[(name_key(rater), run_id)] = reason


def drop_draft(rater: str, run_id: str) -> None:
    """Forget a draft that a label now carries."""
    st.session_state.get(_DRAFTS, {}).pop((name_key(rater), run_id), None)
