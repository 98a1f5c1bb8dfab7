"""The landings to look at: a frame of the clip for each, with the skeleton and how far the ankle is ahead."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from runform.errors import RunFormError
from runform.form.landing_report import choose_landings
from runform.form.overstride import read_limits
from runform.report.contact_frames import encode_jpeg, read_contact_frames
from runform.results import OverstrideVerdict
from runform.sequences import ContactGeometry
from runform.store.runs import StoredRun
from runform.ui import services, text
from runform.ui.format import escape_markdown, format_number

MOST_LANDINGS = 8
_COLUMNS = 4


def show_landings(run: StoredRun, verdict: OverstrideVerdict) -> None:
    """Frames of the landings that lie furthest beyond the limits; shown at once where the opinions disagree."""
    words = text.Landings
    geometry = run.analysis.gait.geometry
    if verdict.verdict == "refused" or not geometry:
        return
    chosen = choose_landings(geometry, read_limits(verdict.geometry), MOST_LANDINGS)
    if not chosen:
        return
    st.markdown(f"**{words.TITLE}**")
    st.caption(words.LEAD_DOUBT if verdict.verdict == "uncertain" else words.LEAD)
    if not st.toggle(words.SHOW, value=verdict.agree is False, key=f"landings_{run.summary.id}"):
        return
    try:
        with st.spinner(words.READING):
            pictures = _read(services.settings().data_dir, run.summary.id, chosen, run)
    except RunFormError as error:
        st.warning(escape_markdown(f"{error.message} {error.remedy}"), icon=":material/videocam_off:")
        return
    for first in range(0, len(chosen), _COLUMNS):
        for column, step in zip(st.columns(_COLUMNS), chosen[first : first + _COLUMNS], strict=False):
            with column:
                _show_landing(step, pictures.get(step.time_s))


def _show_landing(step: ContactGeometry, jpeg: bytes | None) -> None:
    words = text.Landings
    caption = words.CAPTION.format(
        foot=text.Why.FEET[step.side],
        time=f"{step.time_s:.2f}",
        ahead=format_number(step.ankle_ahead, "leg lengths"),
        shank=format_number(step.shank_angle_deg, "deg"),
        knee=format_number(step.knee_flexion_deg, "deg"),
    )
    if jpeg is None:
        st.caption(f"{caption} {words.NO_FRAME}")
        return
    st.image(jpeg, caption=caption)


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(
    data_dir: Path,  # noqa: ARG001 - the cache's key
    run_id: str,  # noqa: ARG001 - the cache's key
    chosen: tuple[ContactGeometry, ...],
    _run: StoredRun,
) -> dict[float, bytes]:
    """Initial contact in seconds -> the JPEG of the frame at it."""
    analysis = _run.analysis
    frames = read_contact_frames(
        _run.clip_file,
        analysis.keypoints,
        [step.time_s for step in chosen],
        analysis.clip.time_scale,
        landing=[step.side for step in chosen],
        repairs=analysis.repairs,
    )
    shown = zip(chosen, frames, strict=True)
    return {step.time_s: encode_jpeg(frame.rgb) for step, frame in shown if frame is not None}
