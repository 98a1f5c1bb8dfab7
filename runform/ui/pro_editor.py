"""Adding, editing and deleting pros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from runform.errors import InputError, RunFormError
from runform.store.pros import Pro, add_pro, add_pro_clip, delete_pro, list_pros, update_pro
from runform.ui import components, run_access, services, text
from runform.ui.format import escape_markdown
from runform.ui.pro_view import describe_views
from runform.ui.submit import queue_pro_clip
from runform.ui.uploads import SUFFIXES, remove_upload, store_upload

# Counts edits: the table is a new widget after each, so that it shows what is stored and not what was typed.
_ROUND = "pro_table_round"

# Field of Pro -> column heading, in the order of the columns.
_FIELDS = {
    "name": text.ProDatabase.NAME,
    "event": text.ProDatabase.EVENT,
    "speed_mps": text.ProDatabase.SPEED,
    "source": text.ProDatabase.SOURCE,
    "notes": text.ProDatabase.NOTES,
}


@dataclass(frozen=True)
class ProDetails:
    """What the user states of a new pro."""

    name: str
    event: str
    speed_mps: float | None
    source: str
    notes: str


def stored_pros() -> tuple[Pro, ...]:
    """All pros, by name."""
    return list_pros(services.database())


def show_table(pros: Sequence[Pro]) -> None:
    """The pros; a changed cell is kept at once."""
    words = text.ProDatabase
    key = f"pros_{st.session_state.setdefault(_ROUND, 0)}"
    st.data_editor(
        make_table(pros),
        key=key,
        hide_index=True,
        placeholder="",
        disabled=[words.COLUMN_CLIPS, words.COLUMN_VIEW],
        column_config={
            words.NAME: st.column_config.TextColumn(required=True),
            words.SPEED: st.column_config.NumberColumn(min_value=0.5, max_value=13.0, format="%.1f"),
        },
        on_change=_keep_edits,
        args=(tuple(pros), key),
    )
    st.caption(words.EDIT_NOTE)


def make_table(pros: Sequence[Pro]) -> pd.DataFrame:
    """One row per pro: the fields that can be edited, then how many clips and from where."""
    words = text.ProDatabase
    rows = [
        {heading: getattr(pro, field) for field, heading in _FIELDS.items()}
        | {words.COLUMN_CLIPS: len(pro.clips), words.COLUMN_VIEW: describe_views(pro)}
        for pro in pros
    ]
    return pd.DataFrame(rows).astype({words.SPEED: "float64"})


def _keep_edits(pros: tuple[Pro, ...], key: str) -> None:
    edited: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    for row, cells in edited.items():
        try:
            pro = update_pro(services.database(), apply_edits(pros[row], cells))
        except RunFormError as error:
            components.flash_error(error)
        else:
            components.flash(text.ProDatabase.SAVED.format(name=pro.name))
    st.session_state[_ROUND] += 1


def apply_edits(pro: Pro, cells: dict[str, Any]) -> Pro:
    """A pro with the cells of its row that were changed; an emptied cell of text is an empty text."""
    fields = {heading: field for field, heading in _FIELDS.items()}
    changes = {fields[heading]: value for heading, value in cells.items()}
    for field, value in changes.items():
        if value is None and field != "speed_mps":
            changes[field] = ""
    return replace(pro, **changes)


def show_delete(pros: Sequence[Pro]) -> None:
    """Choosing a pro and deleting it, asked twice."""
    words = text.ProDatabase
    with st.popover(words.DELETE, icon=":material/delete:", key="delete_pro"):
        pro = st.selectbox(words.DELETE_CHOOSE, pros, format_func=lambda choice: choice.name, key="delete_pro_choice")
        st.markdown(words.DELETE_QUESTION.format(name=escape_markdown(pro.name), clips=len(pro.clips)))
        st.caption(text.Common.CONFIRM_DELETE)
        st.button(
            text.Common.DELETE, type="primary", key="delete_pro_sure", on_click=components.attempt, args=(_delete, pro)
        )


def _delete(pro: Pro) -> None:
    delete_pro(services.database(), pro.id)
    components.flash(text.ProDatabase.DELETED.format(name=pro.name))


def show_add_from_clip() -> None:
    """A form whose clip is analysed in the background."""
    words = text.ProDatabase
    with st.form("add_pro_clip", clear_on_submit=True, border=False):
        file = st.file_uploader(
            words.CLIP, type=list(SUFFIXES), key="pro_clip", max_upload_size=services.settings().max_upload_mb
        )
        details = _show_details("clip")
        if not st.form_submit_button(words.SUBMIT, type="primary", icon=":material/add:"):
            return
    try:
        if file is None:
            raise InputError(words.CLIP_MISSING, words.CLIP_MISSING_REMEDY)
        path = store_upload(file, file.name, file.size, services.settings())
        try:
            pro = _add(details)
        except RunFormError:
            remove_upload(path, services.settings())
            raise
        queue_pro_clip(path, file.name, pro.id)
    except RunFormError as error:
        components.show_error(error)
    else:
        components.flash(words.ADDED_QUEUED.format(name=pro.name))
        st.rerun()


def show_add_from_run() -> None:
    """A form that takes the form of a stored run."""
    words = text.ProDatabase
    runs = [run for run in run_access.stored_runs() if run.model_sha256 is not None]
    if not runs:
        st.caption(words.NO_RUNS)
        return
    labels = run_access.label_runs(runs)
    with st.form("add_pro_run", clear_on_submit=True, border=False):
        run = st.selectbox(words.RUN, runs, format_func=lambda run: labels[run.id])
        details = _show_details("run")
        if not st.form_submit_button(words.SUBMIT, type="primary", icon=":material/add:"):
            return
    try:
        analysis = run_access.load(run.id).analysis
        pro = _add(details)
        try:
            add_pro_clip(services.database(), pro.id, analysis, run.clip_name)
        except RunFormError:
            delete_pro(services.database(), pro.id)
            raise
    except RunFormError as error:
        components.show_error(error)
    else:
        components.flash(words.ADDED.format(name=pro.name))
        st.rerun()


def _show_details(key: str) -> ProDetails:
    """The fields that both forms share."""
    words, optional = text.ProDatabase, text.Analyse.OPTIONAL
    name = st.text_input(words.NAME, key=f"pro_name_{key}", max_chars=100)
    with st.container(horizontal=True):
        event = st.text_input(words.EVENT, key=f"pro_event_{key}", placeholder=words.EVENT_PLACEHOLDER, width=260)
        speed = st.number_input(
            words.SPEED,
            0.5,
            13.0,
            None,
            0.1,
            "%.1f",
            key=f"pro_speed_{key}",
            placeholder=optional,
            width=260,
        )
    source = st.text_input(words.SOURCE, key=f"pro_source_{key}", placeholder=words.SOURCE_PLACEHOLDER)
    notes = st.text_area(words.NOTES, key=f"pro_notes_{key}", height=80)
    return ProDetails(name, event, speed, source, notes)


def _add(details: ProDetails) -> Pro:
    """Store a new pro without clips.

    Raises:
        InputError: The name is missing or taken.
    """
    return add_pro(
        services.database(),
        details.name,
        event=details.event,
        speed_mps=details.speed_mps,
        source=details.source,
        notes=details.notes,
    )
