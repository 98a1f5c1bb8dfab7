"""From where the clip was filmed, who moved how fast, and how fast it plays: one line under the headline."""

from __future__ import annotations

import math

import streamlit as st

from runform.results import Analysis, GaitReport, SpeedEstimate
from runform.sequences import ClipInfo
from runform.ui import text
from runform.ui.format import format_number, format_plus_minus, format_quantity, format_unit


def show_view(analysis: Analysis) -> None:
    """The line."""
    gait = analysis.gait
    parts = (describe_view(gait), describe_motion(gait), describe_speed(gait.speed), describe_clock(analysis.clip))
    with st.container(key="view_and_clock"):
        st.caption(" · ".join(filter(None, parts)))


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


def describe_speed(speed: SpeedEstimate | None) -> str:
    """How fast the runner runs and how that is known, in leg lengths where metres are not; "" where it is not known."""
    words = text.Result
    if speed is None:
        return ""
    if speed.source:
        plus_minus = format_plus_minus(speed.plus_minus, "m/s")
        shown = f"{format_number(speed.value, 'm/s')} {plus_minus}".strip() + format_unit("m/s")
        return words.SPEEDS[speed.source].format(speed=shown)
    if math.isnan(speed.leg_lengths_per_s):
        return ""
    return words.SPEED_RELATIVE.format(speed=format_quantity(speed.leg_lengths_per_s, "leg lengths/s"))


def describe_clock(clip: ClipInfo) -> str:
    """How much slower than life the clip plays, and who says so; earlier versions did not keep who said it."""
    words = text.Result
    if clip.time_scale == 1.0:
        return words.CLOCK[clip.time_scale_source]
    return words.CLOCK_SLOW[clip.time_scale_source].format(scale=clip.time_scale)
