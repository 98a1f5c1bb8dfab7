from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import pytest

from runform.results import SpeedEstimate, SpeedSource
from runform.sequences import Motion, TimeScaleSource, View
from runform.ui import text
from runform.ui.result_view import describe_clock, describe_motion, describe_speed, describe_view
from tests.fixtures.analyses import make_analysis

ANALYSIS = make_analysis()


def test_the_side_and_the_angle_off_it() -> None:
    assert describe_view(replace(ANALYSIS.gait, oblique_deg=12.4)) == (
        "Filmed from the **right side**, 12° off the square side view"
    )
    assert describe_view(ANALYSIS.gait) == "Filmed from the **right side**"


@pytest.mark.parametrize("view", get_args(View))
def test_every_view_has_words(view: View) -> None:
    assert text.Common.VIEWS[view]
    assert describe_view(replace(ANALYSIS.gait, view=view))


@pytest.mark.parametrize("motion", get_args(Motion))
def test_every_motion_has_words(motion: Motion) -> None:
    assert text.Result.MOTIONS[motion].split()[-1] in describe_motion(replace(ANALYSIS.gait, motion=motion))


@pytest.mark.parametrize("source", get_args(TimeScaleSource))
@pytest.mark.parametrize("scale", [1.0, 8.0])
def test_the_clock_says_who_says_so(source: TimeScaleSource, scale: float) -> None:
    said = describe_clock(replace(ANALYSIS.clip, time_scale=scale, time_scale_source=source))

    assert ("8 × slower" in said) == (scale == 8.0)
    assert ("as the file says" in said) == (source == "container")
    assert ("as stated" in said) == (source == "stated")
    assert ("assumed" in said) == (source == "assumed" and scale == 1.0)


@pytest.mark.parametrize(("source", "said"), [("stated", "as stated"), ("stance", "on the ground"), ("ground", "over")])
def test_the_speed_says_how_it_is_known(source: SpeedSource, said: str) -> None:
    shown = describe_speed(SpeedEstimate(2.74, 0.33, 3.2, source))

    assert "2.7 ±\u00a00.3 m/s" in shown
    assert said in shown


def test_a_speed_without_metres_is_in_leg_lengths() -> None:
    assert "3.24 leg lengths/s" in describe_speed(SpeedEstimate(math.nan, math.nan, 3.24, ""))


def test_an_unknown_speed_is_not_mentioned() -> None:
    assert describe_speed(None) == ""
    assert describe_speed(SpeedEstimate(math.nan, math.nan, math.nan, "")) == ""
