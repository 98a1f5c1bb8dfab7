"""How far something is, as the queue and the search for people show it."""

from __future__ import annotations

import streamlit as st

from runform.ui import text
from runform.ui.format import format_duration


def show_bar(stage: str, fraction: float, remaining_s: float | None) -> None:
    """How far, of what, and for how long still.

    Args:
        stage: What is being done.
        fraction: Done of the whole, 0 to 1.
        remaining_s: Estimate of the seconds left, or None.
    """
    percent = int(100 * fraction)
    stage = stage[:1].upper() + stage[1:]
    if remaining_s is None:
        st.progress(fraction, text=text.Queue.PROGRESS.format(stage=stage, percent=percent))
    else:
        left = format_duration(remaining_s)
        st.progress(fraction, text=text.Queue.PROGRESS_LEFT.format(stage=stage, percent=percent, left=left))
