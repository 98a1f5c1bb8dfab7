"""What stands before every page: it is reached through the router, and a known error is a sentence with a remedy."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from runform.errors import RunFormError
from runform.ui import components, router, text

_LOG = logging.getLogger(__name__)

_ROUTED = "routed"


def mark_routed() -> None:
    """Called by app.py on every run: this session's pages are the router's."""
    st.session_state[_ROUTED] = True


def require_router() -> None:
    """Send a page that was run without app.py back through it; the address and what it asks for stay the same.

    On a fresh server Streamlit takes the folder pages/ for its older kind of app and runs a deep-linked page directly,
    without the title, the order and the theme that app.py sets. Naming the pages once ends that for the whole process.
    """
    if not st.session_state.get(_ROUTED, False):
        router.build_navigation()
        st.rerun()


@contextmanager
def shown_errors() -> Iterator[None]:
    """Show what goes wrong inside the block: what happened and what to do; the log holds what was not foreseen.

    Streamlit's own stops and reruns pass through: they are no `Exception`.
    """
    try:
        yield
    except RunFormError as error:
        components.show_error(error)
    except Exception as error:  # noqa: BLE001 - the last caller there is: a coach reads a sentence, not a traceback
        _LOG.exception("A page failed")
        kind = type(error).__name__
        components.show_problem(text.Common.UNEXPECTED.format(kind=kind), text.Common.UNEXPECTED_REMEDY)
