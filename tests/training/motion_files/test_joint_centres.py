"""Joint centres of bodies whose joints are known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import FloatArray
from runform.training.motion_files.joint_centres import (
    compute_hip_centres,
    compute_mean_shape,
    compute_midpoint,
    compute_turning_centre,
    fit_rigid,
)
from runform.training.motion_files.rotations import compute_rotation

CLUSTER = np.array([[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [0.0, 0.2, 0.0], [0.0, 0.0, 0.15]])


def _turns(frames: int, seed: int = 0, reach_deg: float = 60.0) -> FloatArray:
    """(T, 3, 3) turns about all three axes."""
    angles = np.random.default_rng(seed).uniform(-reach_deg, reach_deg, (3, frames))
    return np.asarray(
        compute_rotation("x", angles[0]) @ compute_rotation("y", angles[1]) @ compute_rotation("z", angles[2])
    )


def _move(points: FloatArray, turns: FloatArray, shifts: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("tij,mj->tmi", turns, points) + shifts[:, None])


def test_rotations_turn_by_the_right_hand() -> None:
    quarter = np.array([90.0])

    assert compute_rotation("x", quarter)[0] @ [0, 1, 0] == pytest.approx([0, 0, 1])
    assert compute_rotation("y", quarter)[0] @ [0, 0, 1] == pytest.approx([1, 0, 0])
    assert compute_rotation("z", quarter)[0] @ [1, 0, 0] == pytest.approx([0, 1, 0])


def test_a_moved_cluster_carries_points_and_directions() -> None:
    turns, shifts = _turns(20), np.random.default_rng(1).normal(0, 1, (20, 3))

    path = fit_rigid(CLUSTER, _move(CLUSTER, turns, shifts))

    point = np.array([0.3, -0.4, 0.5])
    assert path.carry(point) == pytest.approx(turns @ point + shifts)
    assert path.turn(point) == pytest.approx(turns @ point)
    assert path.misfit_m == pytest.approx(0, abs=1e-9)


def test_a_flat_cluster_is_not_mirrored() -> None:
    turns = _turns(20)

    path = fit_rigid(CLUSTER[:3], _move(CLUSTER[:3], turns, np.zeros((20, 3))))

    assert path.rotation == pytest.approx(turns)


def test_lost_markers_leave_the_rest() -> None:
    turns, shifts = _turns(3), np.ones((3, 3))
    moving = _move(CLUSTER, turns, shifts)
    moving[1, 0] = np.nan
    moving[2, :2] = np.nan

    path = fit_rigid(CLUSTER, moving)

    assert path.rotation[:2] == pytest.approx(turns[:2])
    assert path.shift[:2] == pytest.approx(shifts[:2])
    assert np.isnan(path.rotation[2]).all()
    assert np.isnan(path.misfit_m[2])


def test_a_marker_that_slips_shows_as_misfit() -> None:
    moving = CLUSTER[None].copy()
    moving[0, 3] += 0.04

    assert 0.005 < fit_rigid(CLUSTER, moving).misfit_m[0] < 0.04


def test_markers_on_a_line_are_refused() -> None:
    line = np.array([[0.0, 0, 0], [1, 1, 1], [2, 2, 2]])
    with pytest.raises(InputError, match="one line"):
        fit_rigid(line, line[None])


def test_the_mean_shape_is_the_clusters_own() -> None:
    turns, shifts = _turns(50), np.random.default_rng(1).normal(0, 1, (50, 3))
    moving = _move(CLUSTER, turns, shifts) + np.random.default_rng(2).normal(0, 0.002, (50, 4, 3))

    shape = compute_mean_shape(moving)

    for a in range(4):
        for b in range(a):
            true = np.linalg.norm(CLUSTER[a] - CLUSTER[b])
            assert np.linalg.norm(shape[a] - shape[b]) == pytest.approx(true, abs=0.001)


def test_the_joint_of_two_segments_is_where_they_turn() -> None:
    """A thigh and a shank that meet in a known knee, each seen through its own markers with 1 mm of noise."""
    frames, rng = 200, np.random.default_rng(4)
    thigh, shank = CLUSTER + np.array([0.05, 0.2, 0.0]), CLUSTER + np.array([0.03, -0.3, 0.02])  # both from the knee
    turns, bends = _turns(frames, 5, 20.0), _turns(frames, 6, 40.0)
    knee = rng.normal(0, 0.5, (frames, 3))
    seen_thigh = _move(thigh, turns, knee) + rng.normal(0, 0.001, (frames, 4, 3))
    seen_shank = _move(shank, turns @ bends, knee) + rng.normal(0, 0.001, (frames, 4, 3))

    upper, lower = fit_rigid(thigh, seen_thigh), fit_rigid(shank, seen_shank)
    of_thigh, of_shank = compute_turning_centre(upper, lower)

    assert of_thigh == pytest.approx([0, 0, 0], abs=0.003)
    assert of_shank == pytest.approx([0, 0, 0], abs=0.003)
    assert upper.carry(of_thigh) == pytest.approx(knee, abs=0.01)


def test_segments_that_hardly_turn_have_no_joint_to_find() -> None:
    path = fit_rigid(CLUSTER, _move(CLUSTER, _turns(30), np.zeros((30, 3))))

    with pytest.raises(InputError, match="turn too little"):
        compute_turning_centre(path, path)


def test_hip_centres_lie_in_back_and_below_the_spines_and_tilt_with_the_pelvis() -> None:
    """A runner toward +x, left at -z, pelvis 0.25 m wide: 14 % in, 19 % back and 30 % down."""
    pelvis = np.array([[0.0, 1.0, -0.125], [0.0, 1.0, 0.125], [-0.15, 1.0, 0.05]])  # one rear spine, off the middle
    turns = np.concatenate([np.eye(3)[None], compute_rotation("z", np.array([-20.0]))])
    moved = _move(pelvis, turns, np.zeros((2, 3)))

    hips = compute_hip_centres(moved[:, 0], moved[:, 1], moved[:, 2])

    level = np.array([[-0.0475, 0.925, -0.09], [-0.0475, 0.925, 0.09]])
    expected = _move(level, turns, np.zeros((2, 3)))
    assert hips["left"] == pytest.approx(expected[:, 0])
    assert hips["right"] == pytest.approx(expected[:, 1])


def test_a_midpoint_lies_between() -> None:
    assert compute_midpoint(np.zeros((1, 3)), np.array([[2.0, 4.0, 6.0]])) == pytest.approx(np.array([[1, 2, 3]]))
