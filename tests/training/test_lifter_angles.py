"""Angles in 3D: legs bent by known angles, and that turning the whole runner changes none of them."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.angles import compute_knee_flexion as compute_knee_flexion_2d
from runform.gait.angles import compute_shank_angle as compute_shank_angle_2d
from runform.gait.angles import compute_trunk_lean as compute_trunk_lean_2d
from runform.sequences import SIDES, FloatArray, KeypointSequence
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_17
from runform.training import lifter_angles
from runform.training.lifter_angles import (
    ANGLES,
    compute_ahead,
    compute_angle_errors,
    compute_hip_flexion,
    compute_knee_flexion,
    compute_shank_angle,
    compute_thigh_angle,
    compute_trunk_lean,
)

TIME_S = np.arange(60) / 30
AT = HUMAN36M_17.index


def _hang(degrees: FloatArray) -> FloatArray:
    """Unit vectors (T, 3) for a runner to +x in the camera's frame, forward of straight down by these angles."""
    angle = np.deg2rad(degrees)
    return np.stack([np.sin(angle), np.cos(angle), np.zeros(len(angle))], axis=1)


def _make_runner(thigh: FloatArray, shank: FloatArray, lean: FloatArray) -> FloatArray:
    """(T, 17, 3) a runner to the picture's right with these angles, (T,) degrees, on both sides."""
    joints = np.zeros((len(thigh), len(HUMAN36M_17), 3))
    for side, depth in (("left", 0.1), ("right", -0.1)):  # the right side is the camera's
        across = np.array([0.0, 0.0, depth])
        joints[:, AT[f"{side}_hip"]] = across
        joints[:, AT[f"{side}_knee"]] = across + 0.42 * _hang(thigh)
        joints[:, AT[f"{side}_ankle"]] = joints[:, AT[f"{side}_knee"]] + 0.40 * _hang(shank)
        joints[:, AT[f"{side}_shoulder"]] = 1.5 * across + 0.5 * _hang(180 - lean)
    joints[:, AT["thorax"]] = (joints[:, AT["left_shoulder"]] + joints[:, AT["right_shoulder"]]) / 2
    return joints


@pytest.fixture
def angles() -> dict[str, FloatArray]:
    swing = 2 * np.pi * 1.4 * TIME_S
    return {"thigh": 10 + 30 * np.sin(swing), "shank": -20 + 45 * np.sin(swing - 1.0), "lean": 8 + 2 * np.cos(swing)}


def _turn(joints: FloatArray, degrees: float) -> FloatArray:
    """The runner turned about the vertical."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.asarray(joints @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]))


@pytest.mark.parametrize("degrees", [0.0, 40.0, 90.0, 180.0, -120.0])
def test_known_angles_are_found_wherever_the_runner_faces(angles: dict[str, FloatArray], degrees: float) -> None:
    joints = _turn(_make_runner(**angles), degrees)
    ahead = compute_ahead(joints, TIME_S)

    assert np.linalg.norm(ahead - _turn(np.array([1.0, 0.0, 0.0]), degrees), axis=1).max() < 1e-9
    assert compute_trunk_lean(joints, ahead) == pytest.approx(angles["lean"])
    for side in SIDES:
        assert compute_thigh_angle(joints, ahead, side) == pytest.approx(angles["thigh"])
        assert compute_shank_angle(joints, ahead, side) == pytest.approx(angles["shank"])
        assert compute_knee_flexion(joints, ahead, side) == pytest.approx(angles["thigh"] - angles["shank"])
        assert compute_hip_flexion(joints, ahead, side) == pytest.approx(angles["thigh"] + angles["lean"])


def test_signs_are_those_of_the_2d_angles(angles: dict[str, FloatArray]) -> None:
    joints = _make_runner(**angles)
    ahead = compute_ahead(joints, TIME_S)
    xy = np.zeros((len(TIME_S), len(BLAZEPOSE_33), 2))
    for name, column in AT.items():
        if name in BLAZEPOSE_33.index:
            xy[:, BLAZEPOSE_33.index[name]] = 100 * joints[:, column, :2]
    seen = KeypointSequence(TIME_S, xy, np.ones(xy.shape[:2]), BLAZEPOSE_33.name, 640, 480)

    assert compute_trunk_lean(joints, ahead) == pytest.approx(compute_trunk_lean_2d(seen, 1))
    for side in SIDES:
        assert compute_shank_angle(joints, ahead, side) == pytest.approx(compute_shank_angle_2d(seen, side, 1))
        assert compute_knee_flexion(joints, ahead, side) == pytest.approx(compute_knee_flexion_2d(seen, side, 1))


def test_a_hip_that_swings_with_every_stride_does_not_turn_the_runner() -> None:
    still = np.zeros(90)
    joints = _make_runner(still, still, still)
    time_s = np.arange(90) / 30
    swing = 0.03 * np.sin(2 * np.pi * 1.4 * time_s)
    joints[:, AT["left_hip"], 0] += swing
    joints[:, AT["right_hip"], 0] -= swing

    ahead = compute_ahead(joints, time_s)

    within_a_frame = np.abs(np.degrees(np.arctan2(swing, 0.1))).max()
    assert within_a_frame > 15
    assert np.abs(np.degrees(np.arctan2(ahead[15:-15, 2], ahead[15:-15, 0]))).max() < 1.5


def test_errors_are_those_that_were_put_in(angles: dict[str, FloatArray]) -> None:
    truth = _make_runner(**angles)
    bent = _turn(_make_runner(angles["thigh"], angles["shank"] - 5.0, angles["lean"] + 3.0), 25.0)

    errors = compute_angle_errors(bent, compute_ahead(bent, TIME_S), truth, compute_ahead(truth, TIME_S))

    assert errors.keys() == ANGLES.keys()
    expected = {"knee": 5.0, "hip": 3.0, "shank": -5.0, "trunk": 3.0}
    for name, error in errors.items():
        assert error.shape == (2 * len(TIME_S),)
        assert error == pytest.approx(expected[name])


def test_an_angle_across_the_border_is_small() -> None:
    assert lifter_angles.wrap_degrees(np.array([359.0, -359.0, 181.0])) == pytest.approx([-1.0, 1.0, -179.0])
