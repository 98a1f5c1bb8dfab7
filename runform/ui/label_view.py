"""Labelling: one run at a time, blind, by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from runform.errors import RunFormError
from runform.store.labels import RaterLabel, RunLabel, list_labels, set_label
from runform.store.names import name_key
from runform.store.runs import RunSummary, StoredRun
from runform.ui import components, contact_pictures, judgement, router, run_access, services, text
from runform.ui.format import escape_markdown, format_moment, format_quantity
from runform.ui.label_order import (
    Said,
    Show,
    choose_scope,
    find_disagreements,
    find_next,
    group_labels,
    order_runs,
    toggle_reason,
)
from runform.ui.rater import drop_draft, keep_draft, read_draft
from runform.ui.result_media import TALLEST_VIDEO_PX

_CURRENT = "label_current"
_BEFORE = "label_before"
_SHOW = "label_show"
_ATHLETE = "label_athlete"
_UNBLIND = "label_unblind"
_LONGEST_REASON = 500

# Label -> key. C and R are the app's own.
KEYS: dict[RaterLabel, str] = {"overstride": "O", "optimal": "P", "unsure": "U"}
_ICONS: dict[RaterLabel, str] = {
    "overstride": ":material/warning:",
    "optimal": ":material/check_circle:",
    "unsure": ":material/help:",
}
_SKIP_KEY, _BACK_KEY = "S", "B"


def labelable_runs() -> tuple[RunSummary, ...]:
    """Runs that can be learnt from: those whose analysis gave a form."""
    return tuple(run for run in run_access.stored_runs() if run.model_sha256 is not None)


def all_labels() -> dict[str, dict[str, RunLabel]]:
    """What everybody says, by rater and run."""
    return group_labels(list_labels(services.database()))


def may_see(said: Said, rater: str, run_id: str) -> bool:
    """Whether this rater may know what others and the program say of a run."""
    return bool(st.session_state.get(_UNBLIND)) or run_id in said.get(name_key(rater), {})


def open_run(run_id: str) -> None:
    """Have the page show one run; the one before can be gone back to."""
    if (current := st.session_state.get(_CURRENT)) not in (None, run_id):
        st.session_state.setdefault(_BEFORE, []).append(current)
    st.session_state[_CURRENT] = run_id


def show_labelling(runs: Sequence[RunSummary], rater: str) -> None:
    """Filters, progress, and the run to label, or that there is none.

    Args:
        runs: Not empty.
        rater: Who labels.
    """
    said = all_labels()
    asked = st.query_params.pop(run_access.PARAMETER, None)
    if asked in {run.id for run in runs}:
        open_run(str(asked))
    order, show = _show_filters(order_runs(runs, rater))
    _show_progress(order, said, rater)
    scope = choose_scope(order, said, rater, show)
    by_id = {run.id: run for run in runs}
    if st.session_state.get(_CURRENT) not in by_id:
        st.session_state[_CURRENT] = scope[0].id if scope else None
    current = by_id.get(st.session_state[_CURRENT])
    if current is None:
        _show_nothing_left(show, len(order))
        return
    _show_run(current, order, scope, said, rater)


def forget_rater() -> None:
    """Another rater begins anew, and blind."""
    _start_over()
    st.session_state.pop(_UNBLIND, None)


def _show_filters(order: tuple[RunSummary, ...]) -> tuple[tuple[RunSummary, ...], Show]:
    """The runs of the chosen athlete, and which of them are asked for."""
    words = text.Labels
    names = {run.athlete_id: run.athlete_name for run in sorted(order, key=lambda run: name_key(run.athlete_name))}
    with st.container(horizontal=True, vertical_alignment="bottom", key="label_filters"):
        athlete = st.selectbox(
            words.ATHLETE,
            ["", *names],
            format_func=lambda athlete_id: names.get(athlete_id, words.EVERYBODY),
            key=_ATHLETE,
            on_change=_start_over,
            width=240,
        )
        show: Show = st.segmented_control(
            words.SHOW,
            list(get_args(Show)),
            default="unlabelled",
            required=True,
            format_func=words.SHOWS.__getitem__,
            key=_SHOW,
            on_change=_start_over,
        )
    return tuple(run for run in order if athlete in ("", run.athlete_id)), show


def _start_over() -> None:
    """Another filter begins at its first run."""
    st.session_state.pop(_CURRENT, None)
    st.session_state.pop(_BEFORE, None)


def _show_progress(order: Sequence[RunSummary], said: Said, rater: str) -> None:
    own = said.get(name_key(rater), {})
    done = sum(run.id in own for run in order)
    st.progress(done / max(len(order), 1), text.Labels.PROGRESS.format(n=done, m=len(order)))


def _show_nothing_left(show: Show, count: int) -> None:
    words = text.Labels
    title, body = words.NO_DISAGREEMENT if show == "disagreements" else words.ALL_DONE
    with st.container(border=True, key="label_done", horizontal_alignment="center", gap="small"):
        st.subheader(title, anchor=False, text_alignment="center")
        st.markdown(body.format(n=count), text_alignment="center")
        if st.session_state.get(_BEFORE):
            st.button(words.BACK, key="back_from_done", shortcut=_BACK_KEY, on_click=_go_back, args=(None,))


def _show_run(
    run: RunSummary, order: Sequence[RunSummary], scope: Sequence[RunSummary], said: Said, rater: str
) -> None:
    """The run at the left, the answers at the right; on a phone one above the other."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        stored = _load(run)
        if stored is not None:
            _show_video(stored)
            with st.expander(text.Labels.LANDINGS, icon=":material/footprint:"):
                contact_pictures.show_pictures(stored)
    with right:
        st.markdown(
            text.Labels.RUN.format(
                athlete=escape_markdown(run.athlete_name),
                clip=escape_markdown(run.clip_name),
                view=text.Common.VIEWS[run.view],
                cadence=format_quantity(run.cadence, "steps/min"),
            )
        )
        _show_answers(run, order, scope, said, rater, seen=stored is not None)
        _show_opinions(run, stored, said, rater)


def _load(run: RunSummary) -> StoredRun | None:
    """The run with its files; None, and why, where they are gone."""
    try:
        return run_access.load(run.id)
    except RunFormError as error:
        components.show_error(error)
        st.caption(text.Labels.NO_VIDEO)
        return None


def _show_video(run: StoredRun) -> None:
    """The clip with its skeleton, playing over and over; the clip itself where that video was not kept."""
    overlay = run.overlay_file if run.overlay_file is not None and run.overlay_file.is_file() else None
    info = run.analysis.clip
    width = min(info.width, round(TALLEST_VIDEO_PX * info.width / info.height))
    if overlay is None:
        st.caption(text.Result.NO_OVERLAY)
    with st.container(key="label_video"):
        st.video(str(overlay or run.clip_file), width=width, loop=True, muted=True)


def _show_answers(
    run: RunSummary,
    order: Sequence[RunSummary],
    scope: Sequence[RunSummary],
    said: Said,
    rater: str,
    *,
    seen: bool,
) -> None:
    """The buttons with their keys, and the reason."""
    words = text.Labels
    own = said.get(name_key(rater), {}).get(run.id)
    unlabelled = {other.id for other in choose_scope(order, said, rater, "unlabelled")}
    in_scope = {other.id for other in scope}
    ids = [other.id for other in order]
    wanted = find_disagreements(said, rater) if st.session_state[_SHOW] == "disagreements" else unlabelled
    after_label = find_next(ids, run.id, wanted)
    after_skip = find_next(ids, run.id, in_scope)
    with st.container(horizontal=True, key="label_answers", gap="small"):
        for label, shortcut in KEYS.items():
            st.button(
                words.ANSWERS[label],
                key=f"say_{label}_{run.id}",
                icon=_ICONS[label],
                shortcut=shortcut,
                type="primary" if own is not None and own.label == label else "secondary",
                disabled=not seen,
                on_click=components.attempt,
                args=(_say, run.id, label, rater, after_label),
            )
    _show_reason(run, own, rater)
    with st.container(horizontal=True, key="label_moves", gap="small"):
        st.button(
            words.BACK,
            key=f"back_{run.id}",
            shortcut=_BACK_KEY,
            disabled=not st.session_state.get(_BEFORE),
            on_click=_go_back,
            args=(run.id,),
        )
        st.button(
            words.SKIP,
            key=f"skip_{run.id}",
            shortcut=_SKIP_KEY,
            disabled=after_skip is None,
            on_click=_skip,
            args=(run.id, after_skip),
        )
        if own is not None:
            st.button(
                words.TAKE_BACK,
                key=f"take_back_{run.id}",
                type="tertiary",
                on_click=components.attempt,
                args=(_take_back, own, rater),
            )
    st.caption(words.KEYS)


def _show_reason(run: RunSummary, own: RunLabel | None, rater: str) -> None:
    """A line to write in and phrases that numbers put there; what is written outlives leaving the run."""
    words = text.Labels
    key = f"reason_{name_key(rater)}_{run.id}"
    draft = read_draft(rater, run.id)
    if key not in st.session_state:
        st.session_state[key] = draft if draft is not None else "" if own is None else own.reason

    def keep() -> None:
        keep_draft(rater, run.id, st.session_state[key])

    def toggle(phrase: str) -> None:
        st.session_state[key] = toggle_reason(st.session_state[key], phrase)
        keep()

    with st.container(key="label_reason"):
        st.text_input(words.REASON, key=key, max_chars=_LONGEST_REASON, on_change=keep, help=words.REASON_HELP)
    with st.container(horizontal=True, key="label_phrases", gap="small"):
        for number, phrase in enumerate(words.REASONS, start=1):
            st.button(phrase, key=f"phrase_{number}_{run.id}", shortcut=str(number), on_click=toggle, args=(phrase,))
    if draft is not None and own is not None and draft.strip() != own.reason:
        st.caption(words.REASON_CHANGED)
    st.html(router.LABEL_KEYS, unsafe_allow_javascript=True)


def _say(run_id: str, label: RaterLabel, rater: str, following: str | None) -> None:
    """Keep a label with its reason, and go on to the next run.

    A key pressed again before the next run has come up was meant for neither, and does nothing.
    """
    if st.session_state.get(_CURRENT) != run_id:
        return
    reason = st.session_state.get(f"reason_{name_key(rater)}_{run_id}", read_draft(rater, run_id) or "")
    set_label(services.database(), run_id, label, rater=rater, reason=reason)
    drop_draft(rater, run_id)
    run_access.forget(run_id)
    components.flash(text.Labels.KEPT.format(label=text.Labels.ANSWERS[label].lower()))
    st.session_state.setdefault(_BEFORE, []).append(run_id)
    st.session_state[_CURRENT] = following


def _take_back(own: RunLabel, rater: str) -> None:
    """Delete this rater's label; its reason stays as a draft."""
    keep_draft(rater, own.run_id, st.session_state.get(f"reason_{name_key(rater)}_{own.run_id}", own.reason))
    set_label(services.database(), own.run_id, None, rater=rater)
    run_access.forget(own.run_id)
    components.flash(text.Labels.TAKEN_BACK)


def _skip(run_id: str, following: str) -> None:
    """Leave a run without a label."""
    if st.session_state.get(_CURRENT) == run_id:
        open_run(following)


def _go_back(run_id: str | None) -> None:
    """The run that was on the page before `run_id`, or before there was none left."""
    if st.session_state.get(_CURRENT) == run_id and (before := st.session_state.get(_BEFORE)):
        st.session_state[_CURRENT] = before.pop()


def _show_opinions(run: RunSummary, stored: StoredRun | None, said: Said, rater: str) -> None:
    """What the program and others say, once this rater has spoken or asked for it."""
    words = text.Labels
    st.toggle(words.UNBLIND, key=_UNBLIND, help=words.UNBLIND_HELP)
    if not may_see(said, rater, run.id):
        st.caption(words.BLIND)
        return
    with st.container(border=True, key="label_opinions", gap="small"):
        if stored is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(words.PROGRAM, width="content")
                components.verdict_badge(judgement.judge_now(stored.analysis).verdict)
        show_who_said_what([of[run.id] for of in said.values() if run.id in of])
        if st.button(text.Common.OPEN_RESULT, key=f"result_of_{run.id}", type="tertiary"):
            router.open_run(run.id)


def show_who_said_what(labels: Sequence[RunLabel]) -> None:
    """One line for each rater of a run."""
    words = text.Labels
    for label in labels:
        line = words.SAID.format(
            rater=escape_markdown(label.rater),
            label=words.ANSWERS[label.label].lower(),
            date=format_moment(label.labelled_at),
        )
        st.markdown(f"{line} {words.BECAUSE.format(reason=escape_markdown(label.reason))}" if label.reason else line)
