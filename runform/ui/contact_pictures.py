"""Pictures of a stored run at one left and one right initial contact, read from its clip once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from runform.errors import RunFormError
from runform.report.contact_frames import encode_jpeg, read_contact_frames
from runform.sequences import SIDES, Contact, Side
from runform.store.runs import StoredRun
from runform.ui import services, text
from runform.ui.format import escape_markdown


def show_pictures(run: StoredRun) -> None:
    """Both landings side by side; what cannot be shown is said."""
    words = text.MapSelection
    try:
        pictures = _read(services.settings().data_dir, run.summary.id, run)
    except RunFormError as error:
        st.caption(escape_markdown(words.NO_CLIP.format(message=f"{error.message} {error.remedy}")))
        return
    for side, column in zip(SIDES, st.columns(2, gap="small"), strict=True):
        with column:
            if side not in pictures:
                st.caption(words.NO_FRAME.format(foot=words.LANDING[side]))
                continue
            time_s, jpeg = pictures[side]
            st.image(jpeg, caption=words.LANDING_AT.format(foot=words.LANDING[side], time=f"{time_s:.2f}"))


def choose_landings(contacts: tuple[Contact, ...]) -> dict[Side, float]:
    """Foot -> its first initial contact that was seen, or the first at all, seconds; early ones are quick to read."""
    chosen: dict[Side, float] = {}
    for side in SIDES:
        own = [contact for contact in contacts if contact.side == side]
        seen = [contact for contact in own if contact.origin == "seen"] or own
        if seen:
            chosen[side] = min(contact.initial_contact_s for contact in seen)
    return chosen


@st.cache_resource(show_spinner=False, max_entries=64)
def _read(data_dir: Path, run_id: str, _run: StoredRun) -> dict[Side, tuple[float, bytes]]:  # noqa: ARG001 - the key
    """Foot -> the moment shown, seconds, and the JPEG."""
    analysis = _run.analysis
    landings = choose_landings(tuple(analysis.gait.contacts))
    frames = read_contact_frames(
        _run.clip_file,
        analysis.keypoints,
        list(landings.values()),
        analysis.clip.time_scale,
        landing=list(landings),
        repairs=analysis.repairs,
    )
    shown = zip(landings, frames, strict=True)
    return {side: (frame.time_s, encode_jpeg(frame.rgb)) for side, frame in shown if frame is not None}
