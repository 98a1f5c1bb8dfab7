"""Angles of figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.angles import (
    compute_ankle_ahead,
    compute_foot_angle,
    compute_knee_flexion,
    compute_shank_angle,
    compute_thigh_angle,
    compute_trunk_lean,
    compute_upper_arm_angle,
)
from runform.sequences import KeypointSequence
from runform.skeletons import BLAZEPOSE_33, COCO_17


def _figure(places: dict[str, tuple[float, float]]) -> KeypointSequence:
    """Two equal frames with the given keypoints, px; the rest at the origin."""
    xy = np.zeros((2, len(COCO_17), 2))
    for name, place in places.items():
        xy[:, COCO_17.index[name]] = place
    return KeypointSequence(np.array([0.0, 0.1]), xy, np.ones((2, len(COCO_17))), COCO_17.name, 640, 480)


_LEG = {"left_hip": (100.0, 0.0), "right_hip": (100.0, 0.0), "left_knee": (100.0, 100.0)}


@pytest.mark.parametrize(("direction", "ankle_x", "expected"), [(1, 150.0, 30.0), (-1, 150.0, -30.0), (-1, 50.0, 30.0)])
def test_shank_is_positive_with_the_ankle_ahead(direction: int, ankle_x: float, expected: float) -> None:
    ankle_y = 100 + 50 / np.tan(np.radians(30))
    figure = _figure({**_LEG, "left_ankle": (ankle_x, ankle_y)})

    assert compute_shank_angle(figure, "left", direction)[0] == pytest.approx(expected)


@pytest.mark.parametrize("direction", [1, -1])
def test_knee_flexion_is_zero_straight_and_positive_with_the_heel_back(direction: int) -> None:
    straight = _figure({**_LEG, "left_ankle": (100.0, 200.0)})
    bent = _figure({**_LEG, "left_ankle": (100.0 - direction * 100, 100.0)})

    assert compute_knee_flexion(straight, "left", direction)[0] == pytest.approx(0)
    assert compute_knee_flexion(bent, "left", direction)[0] == pytest.approx(90)


def test_trunk_lean_is_positive_forward() -> None:
    leaning = _figure({**_LEG, "left_shoulder": (80.0, -100.0), "right_shoulder": (80.0, -100.0)})

    assert compute_trunk_lean(leaning, -1)[0] == pytest.approx(np.degrees(np.arctan2(20, 100)))


def test_ankle_ahead_is_in_leg_lengths() -> None:
    figure = _figure({**_LEG, "left_ankle": (100.0, 200.0), "right_knee": (100.0, 100.0), "right_ankle": (50.0, 200.0)})

    assert compute_ankle_ahead(figure, "right", -1)[0] == pytest.approx(50 / (100 + np.hypot(50, 100)), rel=1e-6)


def test_missing_keypoints_stay_missing() -> None:
    figure = _figure({**_LEG, "left_ankle": (np.nan, np.nan)})

    assert np.isnan(compute_shank_angle(figure, "left", 1)).all()
    assert np.isnan(compute_knee_flexion(figure, "left", 1)).all()


@pytest.mark.parametrize(("direction", "x"), [(1, 1.0), (-1, -1.0)])
def test_thigh_arm_and_foot_are_positive_forward_and_up(direction: int, x: float) -> None:
    figure = _figure(
        {
            "left_hip": (100.0, 0.0),
            "left_knee": (100.0 + 100 * x, 100.0),
            "left_shoulder": (100.0, -100.0),
            "left_elbow": (100.0 - 50 * x, -50.0),
        }
    )
    feet = _foot({"left_heel": (100.0, 200.0), "left_toe": (100.0 + 50 * x, 150.0)})

    assert compute_thigh_angle(figure, "left", direction)[0] == pytest.approx(45)
    assert compute_upper_arm_angle(figure, "left", direction)[0] == pytest.approx(-45)
    assert compute_foot_angle(feet, "left", direction)[0] == pytest.approx(45)


def _foot(places: dict[str, tuple[float, float]]) -> KeypointSequence:
    """Two equal frames of a skeleton with feet."""
    xy = np.zeros((2, len(BLAZEPOSE_33), 2))
    for name, place in places.items():
        xy[:, BLAZEPOSE_33.index[name]] = place
    return KeypointSequence(np.array([0.0, 0.1]), xy, np.ones(xy.shape[:2]), BLAZEPOSE_33.name, 640, 480)
