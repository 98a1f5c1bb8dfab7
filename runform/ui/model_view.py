"""Model weights: which there are, which are here, and fetching those that are not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from runform.download import fetch_weights
from runform.hashing import compute_sha256
from runform.progress import Progress
from runform.settings import Settings
from runform.ui import components, guard, services, text
from runform.ui.background import BackgroundTask
from runform.ui.format import escape_markdown, short_hash
from runform.weights import list_weights

REFRESH_S = 1.0
_CHOICE = "weights_choice"


def show_models() -> None:
    """What came with RunForm, and what of the published weights is here."""
    words = text.System
    st.subheader(words.MODELS, anchor=False)
    st.dataframe(make_model_table(services.settings()), hide_index=True, key="models")
    st.caption(words.MODELS_NOTE)


def make_model_table(settings: Settings) -> pd.DataFrame:
    """One row per model: those that came with RunForm first, then the manifest's."""
    words = text.System
    rows = [
        {
            words.COLUMN_MODEL: path.stem,
            words.COLUMN_STATE: words.BUILT_IN,
            words.COLUMN_PURPOSE: words.OWN,
            words.COLUMN_LICENCE: words.OWN_LICENCE,
            words.COLUMN_HASH: short_hash(_hash(path, path.stat().st_mtime_ns)),
        }
        for path in sorted(settings.models_dir.glob("*.safetensors"))
    ]
    rows.append(
        {
            words.COLUMN_MODEL: words.BLAZEPOSE,
            words.COLUMN_STATE: words.BUILT_IN,
            words.COLUMN_PURPOSE: words.BLAZEPOSE_PURPOSE,
            words.COLUMN_LICENCE: words.BLAZEPOSE_LICENCE,
            words.COLUMN_HASH: "",
        }
    )
    rows += [
        {
            words.COLUMN_MODEL: status.entry.name,
            words.COLUMN_STATE: words.STATES[status.state],
            words.COLUMN_PURPOSE: " ".join(part for part in (status.entry.purpose, status.entry.note) if part),
            words.COLUMN_LICENCE: status.entry.licence,
            words.COLUMN_HASH: short_hash(status.sha256 or status.entry.sha256),
        }
        for status in list_weights(settings)
    ]
    return pd.DataFrame(rows)


@st.cache_data(show_spinner=False, max_entries=16)
def _hash(path: Path, changed_ns: int) -> str:  # noqa: ARG001 - the key: a file that changes is hashed anew
    return compute_sha256(path)


def show_fetch() -> None:
    """Choosing weights that are not here, and watching them come."""
    words = text.System
    settings = services.settings()
    missing = [status.entry.name for status in list_weights(settings) if status.state != "present"]
    if not missing:
        return
    if not settings.allow_downloads:
        st.caption(words.DOWNLOADS_OFF)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(words.FETCH_CHOOSE, missing, key=_CHOICE, width=320)
        task = fetch_task(name)
        st.button(words.FETCH, icon=":material/download:", key="fetch", on_click=task.start)
    running = task.status().state == "running"
    st.fragment(_show_progress, run_every=REFRESH_S if running else None)(name)


def _show_progress(name: str) -> None:
    words = text.System
    task = fetch_task(name)
    status = task.status()
    with guard.shown_errors():
        if status.state == "running":
            st.progress(status.fraction, text=words.FETCHING.format(name=name, percent=int(100 * status.fraction)))
            st.button(text.Common.CANCEL, key="fetch_cancel", icon=":material/close:", on_click=task.cancel)
        elif status.state == "failed":
            components.show_problem(status.message, status.remedy)
        elif status.state == "cancelled":
            st.info(words.FETCH_CANCELLED)
        elif status.state == "done":
            task.dismiss()
            services.reload_analyser()
            components.flash(words.FETCHED.format(name=escape_markdown(name)))
            st.rerun()


def fetch_task(name: str) -> BackgroundTask:
    """The one task of the process that fetches these weights."""
    return _make_task(services.settings().models_dir, name)


@st.cache_resource(show_spinner=False)
def _make_task(models_dir: Path, name: str) -> BackgroundTask:  # noqa: ARG001 - the folder is part of the key
    settings = services.settings()

    def work(progress: Progress) -> None:
        fetch_weights(name, settings, progress)

    return BackgroundTask(f"fetch-{name}", work)
