"""What RunForm runs on: device, database, versions."""

from __future__ import annotations

import streamlit as st

from runform.settings import resolve_device
from runform.store.athletes import list_athletes
from runform.store.pros import list_pros
from runform.ui import run_access, services, text


def show_device() -> None:
    """Where the models run, and which pose backend is asked for."""
    words = text.System
    with st.container(horizontal=True):
        st.metric(words.DEVICE, _describe_device(), border=True)
        st.metric(words.BACKEND, text.Analyse.BACKENDS[services.settings().backend], border=True)


@st.cache_data(show_spinner=False)
def _describe_device() -> str:
    """CPU, or the GPU's name."""
    device = resolve_device(services.settings().device)
    if device == "cpu":
        return text.System.DEVICE_CPU
    import torch  # only where there is a GPU to name

    if not torch.cuda.is_available():
        return text.System.DEVICE_MISSING
    return text.System.DEVICE_CUDA.format(name=torch.cuda.get_device_name(device))


def show_database() -> None:
    """Where everything is kept, and how much of it there is."""
    words = text.System
    database = services.database()
    st.subheader(words.DATABASE, anchor=False)
    with st.container(horizontal=True):
        st.metric(words.ATHLETES, len(list_athletes(database)), border=True)
        st.metric(words.RUNS, len(run_access.stored_runs()), border=True)
        st.metric(words.PROS, len(list_pros(database)), border=True)
    st.code(str(database.path), language=None, wrap_lines=True)
    st.caption(words.PRIVACY)


def show_versions() -> None:
    """Of everything an analysis stands on."""
    from runform.analysis import read_versions  # brings torch along, which the other parts of the page do not need

    st.subheader(text.System.VERSIONS, anchor=False)
    st.code("\n".join(f"{name} {version}" for name, version in read_versions().items()), language=None)
