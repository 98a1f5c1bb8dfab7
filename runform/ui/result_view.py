"""From where the clip was filmed, who moved, and how fast it plays: one line under the headline."""

from __future__ import annotations

import math

import streamlit as st

from runform.results import Analysis, GaitReport
from runform.sequences import ClipInfo
from runform.ui import text


def show_view(analysis: Analysis) -> None:
    """The line."""
    parts = (describe_view(analysis.gait), describe_motion(analysis.gait), describe_clock(analysis.clip))
    with st.container(key="view_and_clock"):
        st.caption(" · ".join(parts))


def describe_view(gait: GaitReport) -> str:
    """Camera side, and the angle off the side view where it could be told."""
    words = text.Result
    if gait.view == "unclear":
        return words.VIEW_UNCLEAR
    line = words.VIEW.format(view=text.Common.VIEWS[gait.view])
    return line if math.isnan(gait.oblique_deg) else line + words.VIEW_OBLIQUE.format(angle=gait.oblique_deg)


def describe_motion(gait: GaitReport) -> str:
    """Treadmill, passing a still camera, or followed by it."""
    words = text.Result
    if gait.motion == "unclear":
        return words.VIEW_MOTION_UNCLEAR
    return words.VIEW_MOTION.format(motion=words.MOTIONS[gait.motion])


def describe_clock(clip: ClipInfo) -> str:
    """How much slower than life the clip plays, and who says so; earlier versions did not keep who said it."""
    words = text.Result
    if clip.time_scale == 1.0:
        return words.CLOCK[clip.time_scale_source]
    return words.CLOCK_SLOW[clip.time_scale_source].format(scale=clip.time_scale)
