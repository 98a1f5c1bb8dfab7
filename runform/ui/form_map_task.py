"""Bringing the form map up to date in the background, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from runform.form.form_map import FormMap
from runform.progress import Progress
from runform.ui import components, guard, services, text
from runform.ui.background import BackgroundTask
from runform.ui.progress_bar import show_bar

_REFRESH_S = 0.5
_PATIENCE_S = 4.0
"""A small map is there within seconds: the page waits for it rather than show a bar that is gone at once."""


class MapUpdate:
    """Updates one map in a thread of its own; what failed is not tried again for the same runs unless asked to.

    Args:
        model_sha256: Identity of the embeddings that the map is made of.
    """

    def __init__(self, model_sha256: str) -> None:
        self._model_sha256 = model_sha256
        self._anew = False
        self._asked: frozenset[str] = frozenset()
        self.task = BackgroundTask("form-map", self._work)

    def begin(self, ids: Sequence[str], *, anew: bool = False) -> None:
        """Start, unless it is running or has failed with these runs.

        Args:
            ids: The runs there are.
            anew: Lay the map out anew, also after it failed.
        """
        state = self.task.status().state
        if state == "running" or (state in ("failed", "cancelled") and not anew and self._asked == frozenset(ids)):
            return
        self._anew, self._asked = anew, frozenset(ids)
        self.task.start()

    def _work(self, progress: Progress) -> None:
        services.form_mapping().update(self._model_sha256, progress, anew=self._anew)


@st.cache_resource(show_spinner=False)
def _make_update(data_dir: Path, model_sha256: str) -> MapUpdate:  # noqa: ARG001 - the cache's key
    return MapUpdate(model_sha256)


def bring_up_to_date(model_sha256: str, ids: Sequence[str]) -> FormMap | None:
    """The map as it is now, started on its way to these runs where it lacks any; says how far that is, or what failed.

    Args:
        model_sha256: Identity of the embeddings.
        ids: The runs that should be on it.

    Returns:
        The map, with what it has so far; None where there is none yet.
    """
    words = text.FormMap
    mapping = services.form_mapping()
    update = _make_update(services.settings().data_dir, model_sha256)
    found = mapping.find(model_sha256, ids)
    if _lacks(found, ids):
        update.begin(ids)
    if update.task.status().state == "running":
        with st.spinner(words.DRAWING):
            update.task.wait(_PATIENCE_S)
        found = mapping.find(model_sha256, ids)
    status = update.task.status()
    if status.state == "running":
        with st.container(border=True, key="form_map_progress", gap="small"):
            st.fragment(_show_running, run_every=_REFRESH_S)(update.task)
    elif status.state in ("failed", "cancelled") and _lacks(found, ids):
        if status.state == "failed":
            components.show_problem(status.message, status.remedy)
        st.button(
            words.AGAIN,
            key="form_map_again",
            icon=":material/refresh:",
            on_click=lay_out_anew,
            args=(model_sha256, ids),
        )
    return found


def lay_out_anew(model_sha256: str, ids: Sequence[str]) -> None:
    """Start a new layout of a map; a button's callback."""
    _make_update(services.settings().data_dir, model_sha256).begin(ids, anew=True)


def _lacks(found: FormMap | None, ids: Sequence[str]) -> bool:
    """Whether a run is not on the map."""
    return found is None or not set(ids) <= set(found.ids)


def _show_running(task: BackgroundTask) -> None:
    """Refreshed by itself; at the end the page is drawn again."""
    with guard.shown_errors():
        status = task.status()
        if status.state != "running":
            st.rerun()
        show_bar(status.stage or text.FormMap.DRAWING, status.fraction, status.remaining_s)
        st.button(text.Common.CANCEL, key="form_map_cancel", icon=":material/close:", on_click=task.cancel)
