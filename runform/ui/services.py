"""What lives as long as the process and is shared by every tab: settings, database, models, the queue.

Each is opened once, on first use, by `st.cache_resource`; the models only when the first clip is analysed. Heavy
modules are imported inside the functions, so that a page that does not need torch does not wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from runform.settings import Settings, get_settings

if TYPE_CHECKING:
    from runform.analysis import Analyser
    from runform.comparison import Comparison
    from runform.form_mapping import FormMapping
    from runform.jobs import JobService
    from runform.store.database import Database


def settings() -> Settings:
    """Where things are and what may be used."""
    return get_settings()


def database() -> Database:
    """The one connection to the user's database."""
    return _open_database(settings().database_path)


def analyser() -> Analyser:
    """The pipeline with its models loaded, on the GPU where there is one."""
    return _open_analyser(settings().data_dir)


def reload_analyser() -> None:
    """Have the models opened anew for the next analysis: other weights have come."""
    _open_analyser.clear()


def jobs() -> JobService:
    """The queue of analyses, which goes on when no page looks at it."""
    return _open_jobs(settings().data_dir)


def comparison() -> Comparison:
    """What compares a form with the stored runs and pros."""
    return _open_comparison(settings().data_dir)


def form_mapping() -> FormMapping:
    """What keeps the form map."""
    return _open_form_mapping(settings().data_dir)


def _close(resource: Database | JobService) -> None:
    resource.close()


# Each cached function takes the folder it serves: it is the cache's key, so that another folder gets its own.
@st.cache_resource(show_spinner=False, on_release=_close)
def _open_database(path: Path) -> Database:
    from runform.store.database import Database

    path.parent.mkdir(parents=True, exist_ok=True)
    return Database(path)


@st.cache_resource(show_spinner=False)
def _open_comparison(data_dir: Path) -> Comparison:  # noqa: ARG001 - the cache's key
    from runform.comparison import Comparison

    return Comparison(database(), settings().models_dir)


@st.cache_resource(show_spinner=False)
def _open_form_mapping(data_dir: Path) -> FormMapping:  # noqa: ARG001 - the cache's key
    from runform.form_mapping import FormMapping

    return FormMapping(database(), settings().models_dir)


@st.cache_resource(show_spinner=False)
def _open_analyser(data_dir: Path) -> Analyser:  # noqa: ARG001 - the cache's key
    from runform.video.opencv import require_opencv

    require_opencv()
    from runform.analysis import Analyser

    return Analyser(settings())


@st.cache_resource(show_spinner=False, on_release=_close)
def _open_jobs(data_dir: Path) -> JobService:  # noqa: ARG001 - the cache's key
    from runform.jobs import JobService

    return JobService(analyser, database(), settings())
