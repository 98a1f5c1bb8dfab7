"""Which run a page is about: from the address, from this session, or the latest; and its record, read once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from runform.store.labels import RaterLabel, RunLabel, list_labels, set_label
from runform.store.names import name_key
from runform.store.runs import RunSummary, StoredRun, delete_run, list_runs, load_run
from runform.ui import services, text
from runform.ui.components import flash
from runform.ui.format import format_moment
from runform.ui.rater import keep_draft

PARAMETER = "run"
_LAST = "last_run"
_PICKER = "run_picker"


def stored_runs(athlete_id: str | None = None) -> tuple[RunSummary, ...]:
    """Runs in the database, of everyone or of one athlete, the latest first."""
    return list_runs(services.database(), athlete_id)


def earlier_runs(run: RunSummary) -> tuple[RunSummary, ...]:
    """The same athlete's runs saved before this one that no check refused, the latest first."""
    runs = stored_runs(run.athlete_id)
    return tuple(other for other in runs if other.created_at < run.created_at and not other.refused)


def pick_run(runs: Sequence[RunSummary]) -> RunSummary:
    """A selectbox over `runs` (not empty) that follows the address `?run=...` and writes to it."""
    by_id = {run.id: run for run in runs}
    asked = st.query_params.get(PARAMETER) or st.session_state.get(_LAST)
    if asked is not None and asked not in by_id:
        st.warning(text.Result.GONE_REMEDY, title=text.Result.GONE, icon=":material/link_off:")
    start = asked if asked in by_id else runs[0].id
    if st.session_state.get(_PICKER) != start:
        st.session_state[_PICKER] = start
    chosen = st.selectbox(
        text.Common.CHOOSE_RUN,
        list(by_id),
        format_func=label_runs(runs).__getitem__,
        key=_PICKER,
        on_change=_remember_choice,
    )
    _remember(chosen)
    return by_id[chosen]


def _remember_choice() -> None:
    _remember(st.session_state[_PICKER])


def _remember(run_id: str) -> None:
    st.session_state[_LAST] = run_id
    st.query_params[PARAMETER] = run_id


def label_run(run: RunSummary) -> str:
    """Athlete, date and clip in one line."""
    return text.Common.RUN_LABEL.format(
        athlete=run.athlete_name, date=format_moment(run.created_at), clip=run.clip_name
    )


def label_runs(runs: Sequence[RunSummary]) -> dict[str, str]:
    """Run's id -> its label, no two alike: a selectbox tells its options apart by what it shows."""
    labels: dict[str, str] = {}
    for run in runs:
        label, times = label_run(run), 1
        while label in labels.values():
            times += 1
            label = text.Common.SAME_LABEL.format(label=label_run(run), times=times)
        labels[run.id] = label
    return labels


def load(run_id: str) -> StoredRun:
    """A run with its whole record; the last few are kept in memory."""
    return _load(services.settings().data_dir, run_id)


@st.cache_resource(show_spinner=False, max_entries=8)
def _load(data_dir: Path, run_id: str) -> StoredRun:  # noqa: ARG001 - the cache's key
    return load_run(services.database(), run_id)


def labels_of(run_id: str) -> tuple[RunLabel, ...]:
    """What every rater says of a run."""
    return list_labels(services.database(), run_id)


def change_label(run_id: str, label: RaterLabel | None, rater: str) -> None:
    """Keep a rater's judgement of a run, and the reason that was given before; without a label it stays as a draft."""
    own = next((said for said in labels_of(run_id) if name_key(said.rater) == name_key(rater)), None)
    set_label(services.database(), run_id, label, rater=rater, reason="" if own is None else own.reason)
    if label is None and own is not None:
        keep_draft(rater, run_id, own.reason)
    forget(run_id)
    flash(text.Result.LABEL_SAVED)


def remove_run(run_id: str) -> None:
    """Delete a run with its files."""
    delete_run(services.database(), run_id)
    forget(run_id)
    st.session_state.pop(_LAST, None)
    st.session_state.pop(_PICKER, None)
    st.query_params.pop(PARAMETER, None)
    flash(text.Result.DELETED)


def forget(run_id: str) -> None:
    """Read a run anew the next time; its row has changed."""
    _load.clear(services.settings().data_dir, run_id)
