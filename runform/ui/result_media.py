"""What one looks at: the video with the skeleton, and the runner in 3D."""

from __future__ import annotations

import streamlit as st

from runform.report.figures import skeleton_3d
from runform.report.standing import CameraTilt, StandingRunner
from runform.results import Analysis
from runform.standing import stand_runner
from runform.store.runs import StoredRun
from runform.ui import components, text
from runform.ui.format import escape_markdown

# A portrait video as wide as its column would be taller than the screen.
TALLEST_VIDEO_PX = 520


def show_media(run: StoredRun) -> None:
    """Video and 3D view side by side, one above the other on a phone."""
    video, joints = st.columns([1, 1], gap="medium")
    with video, st.container(key="video"):
        _show_video(run)
    with joints, st.container(key="joints"):
        _show_joints(run)


def _show_video(run: StoredRun) -> None:
    words = text.Result
    st.subheader(words.VIDEO, anchor=False)
    place = st.container()
    original = st.toggle(words.VIDEO_ORIGINAL, key="video_original")
    overlay = run.overlay_file if run.overlay_file is not None and run.overlay_file.is_file() else None
    with place:
        if overlay is None and not original:
            st.caption(words.NO_OVERLAY)
        info = run.analysis.clip
        width = min(info.width, round(TALLEST_VIDEO_PX * info.width / info.height))
        st.video(str(run.clip_file if original or overlay is None else overlay), width=width, loop=True, muted=True)
        repairs = run.analysis.repairs
        if overlay is not None and not original and repairs is not None and repairs.any():
            st.caption(words.VIDEO_DASHES)


def _show_joints(run: StoredRun) -> None:
    words = text.Result
    st.subheader(words.JOINTS, anchor=False)
    runner = stand_runner(run.analysis)
    if runner is None:
        st.info(words.NO_JOINTS, icon=":material/view_in_ar:")
        return
    gait = run.analysis.gait
    figure = skeleton_3d(runner, gait.contacts, view=gait.view)
    st.plotly_chart(figure, key="skeleton_3d", config=components.PLOTLY_CONFIG)
    st.caption(describe_joints(run.analysis, runner))


def describe_joints(analysis: Analysis, runner: StandingRunner) -> str:
    """How to use the 3D view, what it is for, how the camera was held and which models made it."""
    words = text.Result
    said = [words.JOINTS_NOTE]
    if runner.unit != "m" and analysis.options.height_cm is None:
        said.append(words.JOINTS_LEG_LENGTHS)
    if runner.tilt is not None:
        said.append(_describe_tilt(runner.tilt))
    body, feet = _name_maker(analysis, "joints_3d"), _name_maker(analysis, "feet_3d")
    if not body and analysis.embedding is not None:  # a record of an earlier version, when one model made both
        body = analysis.embedding.model
    if body and feet and feet != body:
        said.append(words.JOINTS_MODELS.format(body=escape_markdown(body), feet=escape_markdown(feet)))
    elif body:
        said.append(words.JOINTS_MODEL.format(body=escape_markdown(body)))
    return " ".join(said)


def _describe_tilt(tilt: CameraTilt) -> str:
    """How the camera was held, or why that is not known."""
    words = text.Result
    if tilt.reason:
        return words.JOINTS_LEVEL.format(reason=escape_markdown(tilt.reason))
    return words.JOINTS_TILT.format(
        tilt=f"{abs(tilt.down_deg):.0f}",
        way=words.JOINTS_DOWN if tilt.down_deg > 0 else words.JOINTS_UP,
        tilt_error=f"{tilt.down_plus_minus_deg:.0f}",
        roll=f"{abs(tilt.roll_deg):.0f}",
        roll_error=f"{tilt.roll_plus_minus_deg:.0f}",
    )


def _name_maker(analysis: Analysis, what: str) -> str:
    """Name of the model that made `what`, without its hash; empty where the record does not say."""
    return analysis.versions.get(what, "").split(" ")[0]
