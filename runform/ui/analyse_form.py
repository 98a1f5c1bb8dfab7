"""The form of the Analyse page: clips, and what the coach knows about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from runform.settings import BackendChoice
from runform.store.athletes import list_athletes
from runform.ui import components, services, text
from runform.ui.format import escape_markdown
from runform.ui.people_picker import show_people_picker, take_stored
from runform.ui.submit import FormValues, Rejection, submit_clips
from runform.ui.uploads import SUFFIXES

# Counts submissions: a new number is a new, empty uploader.
_ROUND = "upload_round"
_REJECTED = "rejected_clips"
# Keys of the slow motion options. A selectbox takes None for "nothing chosen", so "as the file says" has a number too.
_AS_THE_FILE_SAYS = -1.0
_OTHER_FACTOR = 0.0


def show_form() -> None:
    """The widgets, the button, and what became of the last clips."""
    words = text.Analyse
    files = st.file_uploader(
        words.UPLOAD,
        type=list(SUFFIXES),
        accept_multiple_files=True,
        help=words.UPLOAD_HELP,
        key=f"clips_{st.session_state.setdefault(_ROUND, 0)}",
        max_upload_size=services.settings().max_upload_mb,
    )
    values = _show_values()
    values = replace(values, pick=show_people_picker(files, values.time_scale))
    label = words.SUBMIT if files else words.SUBMIT_NONE
    if st.button(label, type="primary", icon=":material/play_arrow:", key="submit", disabled=not files):
        submission = submit_clips(files, values, take_stored)
        _announce(submission.queued)
        st.session_state[_REJECTED] = submission.rejected
        st.session_state[_ROUND] += 1
        st.rerun()
    rejected: tuple[Rejection, ...] = st.session_state.get(_REJECTED, ())
    for rejection in rejected:  # until the next submission
        components.show_problem(rejection.message, f"{rejection.remedy} {words.NOTHING_STORED}".strip())


def _announce(queued: Sequence[str]) -> None:
    """Say that clips were taken; the queue shows the rest."""
    if len(queued) == 1:
        components.flash(text.Analyse.QUEUED_ONE.format(clip=escape_markdown(queued[0])))
    elif queued:
        components.flash(text.Analyse.QUEUED_MANY.format(n=len(queued)))


def _show_values() -> FormValues:
    """What the coach states, with the rarer settings folded away."""
    words, optional = text.Analyse, text.Analyse.OPTIONAL
    names = [athlete.name for athlete in list_athletes(services.database())]
    athlete = st.selectbox(
        words.ATHLETE,
        names,
        index=None,
        placeholder=words.ATHLETE_PLACEHOLDER,
        help=words.ATHLETE_HELP,
        accept_new_options=True,
        key="athlete",
    )
    factor = _show_slow_motion()
    with st.expander(words.MORE, icon=":material/tune:"):
        height = st.number_input(
            words.HEIGHT,
            80.0,
            230.0,
            None,
            1.0,
            "%.0f",
            help=words.HEIGHT_HELP,
            placeholder=optional,
            key="height",
        )
        belt = st.number_input(
            words.BELT, 1.0, 45.0, None, 0.5, "%.1f", help=words.BELT_HELP, placeholder=optional, key="belt"
        )
        choices: list[BackendChoice] = ["auto", "rtmpose", "blazepose"]
        backend = st.selectbox(
            words.BACKEND,
            choices,
            index=choices.index(services.settings().backend),
            format_func=lambda choice: words.BACKENDS[choice],
            help=words.BACKEND_HELP,
            key="backend",
        )
    name = (athlete or "").strip() or None
    return FormValues(name, height, factor, belt, backend)


def _show_slow_motion() -> float | None:
    """Times slower than life, or None to go by the file."""
    words = text.Analyse
    factor = st.selectbox(
        words.SLOW_MOTION,
        list(words.SLOW_MOTION_OPTIONS),
        format_func=lambda option: words.SLOW_MOTION_OPTIONS[option],
        help=words.SLOW_MOTION_HELP,
        key="slow_motion",
    )
    if factor == _OTHER_FACTOR:
        factor = st.number_input(words.SLOW_MOTION_FREE, 0.1, 100.0, 1.0, 0.5, key="slow_motion_free")
    return None if factor == _AS_THE_FILE_SAYS else float(factor)
