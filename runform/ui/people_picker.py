"""Several people in the picture: looking for them before a clip is submitted, and picking one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from runform.people_search import PeopleFound
from runform.results import AnalysisOptions, PersonSummary
from runform.ui import components, guard, services, text
from runform.ui.box_picker import show_box_picker
from runform.ui.format import escape_markdown
from runform.ui.people_search_task import NOBODY_PICKED, PeopleSearch, RunnerPick
from runform.ui.progress_bar import show_bar
from runform.ui.uploads import remove_upload, store_upload

_HELD = "people_search"
_REFRESH_S = 0.5
_DECIDE, _BOX = "decide", "box"
_PICTURE_PX = 84


@dataclass(frozen=True)
class _Held:
    """A search, and for which file and slow motion its numbers hold."""

    file_id: str
    time_scale: float | None
    search: PeopleSearch


def show_people_picker(files: Sequence[UploadedFile], time_scale: float | None) -> RunnerPick:
    """The step for clips with several people; nothing while no clip or more than one is chosen.

    Args:
        files: What is in the uploader.
        time_scale: Slow motion as stated; who runs depends on it, so that another one needs another search.
    """
    held = _keep_fitting(files, time_scale)
    if len(files) != 1:
        return NOBODY_PICKED
    with st.expander(text.People.TITLE, icon=":material/group:", expanded=held is not None):
        if held is None:
            st.markdown(text.People.LEAD)
            _show_look(files[0], time_scale, text.People.LOOK)
            return NOBODY_PICKED
        status = held.search.task.status()
        if status.state == "running":
            st.fragment(_show_running, run_every=_REFRESH_S)(held.search)
        elif status.state == "done" and held.search.found is not None:
            return _show_found(held.search.found)
        else:
            if status.state == "failed":
                components.show_problem(status.message, status.remedy)
            else:
                st.markdown(text.People.CANCELLED)
            _show_look(files[0], time_scale, text.People.LOOK_AGAIN)
    return NOBODY_PICKED


def take_stored(file: UploadedFile) -> Path | None:
    """The clip as the search has stored it, which from now on is the caller's; None if it has not."""
    held: _Held | None = st.session_state.get(_HELD)
    if held is None or held.file_id != file.file_id:
        return None
    del st.session_state[_HELD]
    held.search.task.cancel()
    return held.search.path


def _keep_fitting(files: Sequence[UploadedFile], time_scale: float | None) -> _Held | None:
    """The search that was made, as long as it is about the chosen clip; another one is stopped and its file removed."""
    held: _Held | None = st.session_state.get(_HELD)
    if held is None:
        return None
    if [file.file_id for file in files] == [held.file_id] and held.time_scale == time_scale:
        return held
    _drop(held)
    return None


def _drop(held: _Held) -> None:
    held.search.task.cancel()
    remove_upload(held.search.path, services.settings())
    del st.session_state[_HELD]


def _show_look(file: UploadedFile, time_scale: float | None, label: str) -> None:
    st.button(
        label,
        key="look_for_people",
        icon=":material/person_search:",
        on_click=components.attempt,
        args=(_look, file, time_scale),
    )


def _look(file: UploadedFile, time_scale: float | None) -> None:
    """Store the clip and begin to search it; whoever was looked for before is forgotten."""
    held: _Held | None = st.session_state.get(_HELD)
    if held is not None:
        _drop(held)
    path = store_upload(file, file.name, file.size, services.settings())
    search = PeopleSearch(path, AnalysisOptions(time_scale=time_scale), services.analyser)
    st.session_state[_HELD] = _Held(file.file_id, time_scale, search)


def _show_running(search: PeopleSearch) -> None:
    """How far it is, refreshed by itself; at its end the page is drawn again."""
    with guard.shown_errors():
        status = search.task.status()
        if status.state != "running":
            st.rerun()
        show_bar(status.stage or text.People.STARTING, status.fraction, status.remaining_s)
        st.button(text.Common.CANCEL, key="people_cancel", icon=":material/close:", on_click=search.task.cancel)


def _show_found(found: PeopleFound) -> RunnerPick:
    """Everyone with a picture, and the choice."""
    words = text.People
    if not found.people:
        st.info(words.NOBODY, icon=":material/person_off:")
    with st.container(horizontal=True, key="people_pictures", gap="small"):
        for person, picture in zip(found.people, found.pictures, strict=True):
            st.image(picture, caption=words.PERSON.format(number=person.number), width=_PICTURE_PX)
    several = found.people if len(found.people) > 1 else ()
    labels = {_DECIDE: words.DECIDE, **{str(p.number): describe_person(p) for p in several}, _BOX: words.DRAW_BOX}
    captions = [
        words.DECIDE_NOTE if found.people else words.DECIDE_NOBODY,
        *(escape_markdown(p.reason) for p in several),
        words.DRAW_BOX_NOTE,
    ]
    choice = st.radio(
        words.CHOOSE, list(labels), format_func=labels.__getitem__, captions=captions, key="people_choice"
    )
    if choice == _BOX:
        return show_box_picker(found)
    return RunnerPick(runner=None if choice == _DECIDE else int(choice))


def describe_person(person: PersonSummary) -> str:
    """A person's number and when they are seen; how much of the clip that is stands in the reason."""
    return text.People.PERSON_SEEN.format(number=person.number, first=person.first_s, last=person.last_s)
