"""The leg as a measure, of legs that are known."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from runform.gait.body_frame import compute_leg_length
from runform.gait.leg_scale import compute_longer_leg, compute_mean_leg_length, estimate_leg_length_m
from runform.results import AnalysisOptions
from tests.fixtures.motions import LEG_PX, make_known_run


def test_both_legs_make_the_measure() -> None:
    keypoints = make_known_run(seconds=2).keypoints
    xy = keypoints.xy_px.copy()
    index = keypoints.layout.index
    down = xy[:, index["right_ankle"]] - xy[:, index["right_knee"]]
    xy[:, index["right_ankle"]] = xy[:, index["right_knee"]] + 1.2 * down
    uneven = dataclasses.replace(keypoints, xy_px=xy)

    assert compute_mean_leg_length(keypoints) == pytest.approx(compute_leg_length(keypoints), rel=0.01)
    assert compute_longer_leg(keypoints) == pytest.approx(1.0, rel=0.01)
    assert compute_mean_leg_length(uneven) == pytest.approx(1.05 * LEG_PX, rel=0.02)
    assert compute_longer_leg(uneven) == pytest.approx(1.10 / 1.05, rel=0.01)


def test_one_leg_alone_is_the_measure_and_none_is_none() -> None:
    keypoints = make_known_run(seconds=2).keypoints
    xy = keypoints.xy_px.copy()
    xy[:, keypoints.layout.index["left_knee"]] = np.nan
    one = dataclasses.replace(keypoints, xy_px=xy)
    none = dataclasses.replace(keypoints, xy_px=np.full_like(xy, np.nan))

    assert compute_longer_leg(one) == pytest.approx(1.0)
    assert math.isnan(compute_mean_leg_length(none))


def test_the_leg_follows_from_the_height_else_from_the_belt() -> None:
    assert estimate_leg_length_m(AnalysisOptions(height_cm=180), 3.0) == pytest.approx(0.491 * 1.80)
    assert estimate_leg_length_m(AnalysisOptions(belt_speed=2.7), 3.0) == pytest.approx(0.9)
    assert math.isnan(estimate_leg_length_m(AnalysisOptions(), 3.0))
    assert math.isnan(estimate_leg_length_m(AnalysisOptions(belt_speed=2.7), math.nan))
