"""The queue as pages show it: each clip's stage, progress, time left, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from runform.job_status import JobState, JobStatus
from runform.store.job_rows import Purpose
from runform.ui import components, guard, router, services, text
from runform.ui.background import TaskStatus
from runform.ui.demo_task import demo_task
from runform.ui.format import escape_markdown
from runform.ui.progress_bar import show_bar

ACTIVE = ("queued", "running")
STATE_COLOURS: dict[JobState, components.BadgeColour] = {
    "queued": "gray",
    "running": "blue",
    "done": "green",
    "failed": "red",
    "cancelled": "gray",
}
REFRESH_ACTIVE_S = 1.0
REFRESH_IDLE_S = 5.0  # another tab may start something
_SEEN = "queue_seen"


def show_queue(purpose: Purpose | None = None) -> None:
    """The queue, refreshed by itself while the rest of the page is left alone.

    Args:
        purpose: Only these jobs, and nothing at all while there are none; None for everything.
    """
    seen = _look()
    st.session_state[_SEEN] = seen
    st.fragment(_show, run_every=REFRESH_ACTIVE_S if seen.busy else REFRESH_IDLE_S)(purpose)


@dataclass(frozen=True)
class _Look:
    """What of the queue concerns the rest of the page: whether it is busy, and which analyses are done."""

    busy: bool
    done: frozenset[str]


def _look() -> _Look:
    jobs = services.jobs().list()
    busy = demo_task().status().state == "running" or any(job.state in ACTIVE for job in jobs)
    return _Look(busy, frozenset(job.id for job in jobs if job.state == "done"))


def _show(purpose: Purpose | None) -> None:
    with guard.shown_errors():
        # A new athlete, a pro's new clip, another pace of refreshing: the whole page is drawn again.
        if _look() != st.session_state[_SEEN]:
            st.rerun()
        _show_jobs(purpose)


def _show_jobs(purpose: Purpose | None) -> None:
    jobs = [job for job in services.jobs().list() if purpose in (None, job.purpose)]
    rendering = demo_task().status() if purpose is None else TaskStatus()
    if purpose is None or jobs:
        st.subheader(text.Queue.TITLE, anchor=False)
    if rendering.state in ("running", "failed"):
        with st.container(border=True, key="demo_render", gap="small"):
            _show_rendering(rendering)
    elif purpose is None and not jobs:
        st.caption(text.Queue.EMPTY)
    for job in jobs:
        with st.container(border=True, key=f"job_{job.id}", gap="small"):
            _show_job(job)


def _show_rendering(status: TaskStatus) -> None:
    """The demo clip, which is rendered before it can be a job."""
    st.markdown(f"**{text.Analyse.DEMO_RENDERING}**")
    if status.state == "running":
        show_bar(status.stage, status.fraction, status.remaining_s)
        st.button(text.Queue.CANCEL, key="demo_cancel", icon=":material/close:", on_click=demo_task().cancel)
    else:
        components.show_problem(status.message, status.remedy)
        st.button(text.Queue.DISMISS, key="demo_dismiss", on_click=demo_task().dismiss)


def _show_job(job: JobStatus) -> None:
    words = text.Queue
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_describe(job), width="stretch")
        st.badge(words.STATE[job.state], color=STATE_COLOURS[job.state])
    if job.state == "running":
        if job.cancelling:
            st.progress(job.fraction, text=words.CANCELLING)
        else:
            show_bar(job.stage, job.fraction, job.remaining_s)
    elif job.state == "queued":
        st.caption(words.WAITING.format(place=job.queue_position))
    elif job.state == "failed":
        components.show_problem(job.message, job.remedy)
    with st.container(horizontal=True):
        _show_actions(job)


def _describe(job: JobStatus) -> str:
    """Clip and whose it is, in one line of markdown."""
    name = f"**{escape_markdown(job.clip_name)}**"
    if job.purpose == "pro":
        return f"{name} {text.Queue.FOR_PRO}"
    return f"{name} {text.Queue.FOR_ATHLETE.format(athlete=escape_markdown(job.athlete_name or ''))}"


def _show_actions(job: JobStatus) -> None:
    words, service = text.Queue, services.jobs()
    if job.state in ACTIVE:
        if not job.cancelling:
            _show_action(words.CANCEL, "cancel", job, service.cancel, ":material/close:")
        return
    if job.state == "done" and job.run_id is not None:
        open_it = st.button(text.Common.OPEN_RESULT, key=f"open_{job.id}", type="primary", icon=":material/monitoring:")
        if open_it:
            router.open_run(job.run_id)
    elif job.state == "done":
        st.caption(words.STORED_PRO, width="content")
    elif job.state == "failed":
        _show_action(words.RETRY, "retry", job, service.retry, ":material/refresh:")
    _show_action(words.DISMISS, "dismiss", job, service.dismiss, None)


def _show_action(label: str, name: str, job: JobStatus, action: Callable[[str], None], icon: str | None) -> None:
    st.button(label, key=f"{name}_{job.id}", icon=icon, on_click=components.attempt, args=(action, job.id))
