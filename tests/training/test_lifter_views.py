"""Clips for the lifters: cameras stand where they say, travel and picture are right, nobody is missed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_FEET_21, to_human36m_feet
from runform.training.lifter_angles import compute_ahead
from runform.training.lifter_views import FRAME_RATE, WIDTH, FilmedRunner, Place, Surface, film_test_people
from runform.training.motion_world import TEST_RUNS
from tests.fixtures.filmed_runners import film_known_run
from tests.fixtures.force_runs import SPEED


def _compute_turn_deg(view: FilmedRunner) -> float:
    """Where the camera stands from the runner's heading: 0 in front, 90 on the right, from the joints it sees."""
    middle = len(view.time_s) // 2
    x, _, z = compute_ahead(view.joints_m, view.time_s)[middle]
    root = view.joints_m[middle, 0]
    back = -root[[0, 2]] / np.linalg.norm(root[[0, 2]])  # from the runner to the camera
    return float(np.degrees(np.arctan2(x * back[1] - z * back[0], x * back[0] + z * back[1])))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("place", "side", "low", "high"),
    [("side", 1, 75, 105), ("side", -1, 75, 105), ("front", 1, 0, 15), ("back", 1, 165, 180)],
)
def test_the_camera_stands_where_it_should(place: Place, side: int, low: float, high: float, seed: int) -> None:
    turn = _compute_turn_deg(film_known_run(place, side=side, seed=seed))

    assert low - 1 <= abs(turn) <= high + 1
    if place == "side":
        assert np.sign(turn) == -side


@pytest.mark.parametrize("seed", range(6))
def test_an_oblique_camera_is_30_to_45_degrees_from_square(seed: int) -> None:
    assert 29 <= abs(90 - abs(_compute_turn_deg(film_known_run("oblique", side=-1, seed=seed)))) <= 46


def test_one_side_shows_the_runner_toward_the_right_and_the_other_toward_the_left() -> None:
    right, left = (film_known_run(side=side) for side in (1, -1))
    assert compute_ahead(right.joints_m, right.time_s)[:, 0].min() > 0.9
    assert compute_ahead(left.joints_m, left.time_s)[:, 0].max() < -0.9


@pytest.mark.parametrize("surface", ["treadmill", "passing", "followed"])
def test_the_runner_travels_as_the_surface_says(surface: Surface) -> None:
    view = film_known_run(surface=surface)
    root = view.joints_m[:, 0]
    in_world = root + np.einsum("tik,k->ti", view.camera.rotation, view.camera.position)
    back = np.einsum("tik,ti->tk", view.camera.rotation, in_world)  # world metres
    speed = np.linalg.norm(np.diff(back[:, [0, 2]], axis=0), axis=1) * FRAME_RATE
    assert speed == pytest.approx(0.0 if surface == "treadmill" else SPEED, abs=0.15)
    turned = np.abs(np.diff(view.camera.rotation, axis=0)).max()
    assert (turned > 1e-4) == (surface == "followed")


def test_a_pass_ends_where_the_picture_ends() -> None:
    view = film_known_run(surface="passing", seconds=2.5)
    x = view.camera.project(view.joints_m)[..., 0]
    assert x.min() >= 0
    assert x.max() <= WIDTH
    assert np.diff(view.time_s) == pytest.approx(1 / FRAME_RATE)


def test_joints_and_keypoints_are_one_body() -> None:
    view = film_known_run("oblique")
    keypoints = view.camera.project(view.keypoints_m)
    converted, _ = to_human36m_feet(keypoints, np.ones(keypoints.shape[:2]), BLAZEPOSE_33)
    # The mean of two projections is not quite the projection of the mean.
    assert np.linalg.norm(converted - view.camera.project(view.joints_m), axis=2).max() < 3.0


def test_frames_can_be_chosen() -> None:
    view = film_known_run(surface="followed")
    some = view.choose(np.arange(len(view.time_s)) % 3 == 0)
    assert some.time_s == pytest.approx(view.time_s[::3])
    assert some.camera.project(some.joints_m) == pytest.approx(view.camera.project(view.joints_m)[::3])


def test_arrays_that_do_not_fit_are_refused() -> None:
    view = film_known_run()
    with pytest.raises(ShapeError, match="joints_m"):
        FilmedRunner("a", "b", "side", "treadmill", view.camera, view.time_s, view.joints_m[:, :17], view.keypoints_m)


def test_nobody_is_filmed_where_nobody_is(tmp_path: Path) -> None:
    assert film_test_people(tmp_path, seed=0) == []


def test_every_test_run_is_filmed_from_all_around(mocap_dir: Path) -> None:
    filmed = film_test_people(mocap_dir, seed=0)

    assert {view.person for view in filmed} == {"hamner04", "sprinter"}
    assert len({view.motion for view in filmed}) == len(TEST_RUNS)
    for person in ("hamner04", "sprinter"):
        assert {view.place for view in filmed if view.person == person} == {"side", "oblique", "front", "back"}
    for view in filmed:
        assert np.isfinite(view.keypoints_m).all()
        assert view.joints_m.shape[1] == len(HUMAN36M_FEET_21)
        assert view.joints_m[..., 2].min() > 1.5
