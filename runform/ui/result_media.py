"""What one looks at: the video with the skeleton, and the runner in 3D."""

from __future__ import annotations

import streamlit as st

from runform.report.figures import skeleton_3d
from runform.store.runs import StoredRun
from runform.ui import components, text

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
    if run.analysis.joints is None:
        st.info(words.NO_JOINTS, icon=":material/view_in_ar:")
        return
    st.plotly_chart(
        skeleton_3d(run.analysis.joints, run.analysis.gait.contacts), key="skeleton_3d", config=components.PLOTLY_CONFIG
    )
    st.caption(words.JOINTS_NOTE)
