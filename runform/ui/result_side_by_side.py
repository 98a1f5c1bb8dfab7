"""The video with the clip and the runner in 3D side by side: made when asked for, then kept with the run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from runform.errors import InputError
from runform.progress import Progress
from runform.report.side_by_side import write_side_by_side
from runform.standing import stand_runner
from runform.store.runs import StoredRun
from runform.ui import components, guard, run_access, services, text
from runform.ui.background import BackgroundTask
from runform.ui.progress_bar import show_bar

_REFRESH_S = 0.5
_FILES = {False: "side_by_side.mp4", True: "side_by_side_at_lifes_speed.mp4"}


def show_button(run: StoredRun, *, real_time: bool) -> None:
    """Making the video, or taking it along once it is there; nothing while it is being made.

    Args:
        run: With joints in 3D.
        real_time: The video plays at life's speed rather than the clip's.
    """
    words = text.Result
    task = side_by_side_task(run.summary.id, real_time)
    file = find_file(run, real_time)
    if task.status().state == "running":
        return
    if file.is_file():
        st.download_button(
            words.DOWNLOAD_SIDE_BY_SIDE,
            file.read_bytes,
            file_name=f"{Path(run.analysis.clip.path).stem}_{file.name}",
            mime="video/mp4",
            icon=":material/download:",
            on_click="ignore",
            key="download_side_by_side",
        )
    else:
        st.button(words.MAKE_SIDE_BY_SIDE, icon=":material/movie:", key="make_side_by_side", on_click=task.start)


def show_progress(run: StoredRun, *, real_time: bool) -> None:
    """How far the video is, or what went wrong; nothing at any other time."""
    task = side_by_side_task(run.summary.id, real_time)
    status = task.status()
    if status.state == "running":
        with st.container(border=True, key="side_by_side_progress", gap="small"):
            st.fragment(_show_running, run_every=_REFRESH_S)(task)
    elif status.state == "failed":
        components.show_problem(status.message, status.remedy)


def _show_running(task: BackgroundTask) -> None:
    """Refreshed by itself; at the end the page is drawn again."""
    with guard.shown_errors():
        status = task.status()
        if status.state != "running":
            st.rerun()
        show_bar(text.Result.MAKING_SIDE_BY_SIDE, status.fraction, status.remaining_s)
        st.button(text.Common.CANCEL, key="side_by_side_cancel", icon=":material/close:", on_click=task.cancel)


def find_file(run: StoredRun, real_time: bool) -> Path:
    """Where the video lies once it is made: with the run, so that it is deleted with it."""
    return run.summary.folder / _FILES[real_time]


def stop(run_id: str) -> None:
    """Stop making this run's videos: the run is about to be deleted."""
    for real_time in _FILES:
        side_by_side_task(run_id, real_time).cancel()


def side_by_side_task(run_id: str, real_time: bool) -> BackgroundTask:
    """The one task of the process that makes this run's video."""
    return _make_task(services.settings().data_dir, run_id, real_time)


@st.cache_resource(show_spinner=False)
def _make_task(data_dir: Path, run_id: str, real_time: bool) -> BackgroundTask:  # noqa: ARG001 - part of the key
    def work(progress: Progress) -> None:
        run = run_access.load(run_id)
        make_video(run, find_file(run, real_time), progress, real_time=real_time)

    return BackgroundTask(f"side-by-side-{run_id}", work)


def make_video(run: StoredRun, out: Path, progress: Progress, *, real_time: bool) -> None:
    """Write a stored run's video to `out`.

    Raises:
        InputError: The run has no joints in 3D, or its clip cannot be read.
        RunFormError: `out` cannot be written.
        AnalysisCancelled: The owner of `progress` stopped it.
    """
    analysis = run.analysis
    runner = stand_runner(analysis)
    if runner is None:
        raise InputError(text.Result.NO_JOINTS, text.Result.NO_JOINTS_REMEDY)
    write_side_by_side(
        run.clip_file,
        analysis.keypoints,
        analysis.gait.contacts,
        runner,
        out,
        progress,
        view=analysis.gait.view,
        time_scale=analysis.clip.time_scale,
        real_time=real_time,
        repairs=analysis.repairs,
    )
