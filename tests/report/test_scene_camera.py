from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.scene_camera import aim_camera
from tests.fixtures.standing import make_runner

TIMES = np.arange(5) / 30
WIDTH, HEIGHT = 384, 480


@pytest.mark.parametrize("turn_deg", [-140.0, -40.0, 0.0, 40.0, 90.0])
def test_every_joint_is_in_the_picture_and_fills_it(turn_deg: float) -> None:
    runner = make_runner(TIMES)
    px, depth = aim_camera(runner, WIDTH, HEIGHT, turn_deg=turn_deg, elevation_deg=12.0).project(runner.xyz)
    low, high = px.reshape(-1, 2).min(axis=0), px.reshape(-1, 2).max(axis=0)
    assert (low > 0).all()
    assert (high < [WIDTH, HEIGHT]).all()
    assert ((high - low) / [WIDTH, HEIGHT]).max() > 0.6
    assert (depth > 0).all()


def test_seen_from_the_clip_s_own_place_right_is_right_up_is_up_and_near_is_near() -> None:
    runner = make_runner(TIMES)
    camera = aim_camera(runner, WIDTH, HEIGHT, turn_deg=0.0, elevation_deg=0.0)
    (here, right, up, _), depth = camera.project(np.array([[0, 1, 0], [0.3, 1, 0], [0, 1.3, 0], [0, 1, 0.3]]))
    assert right[0] > here[0] + 10
    assert right[1] == pytest.approx(here[1])
    assert up[1] < here[1] - 10
    assert up[0] == pytest.approx(here[0])
    assert depth[3] == pytest.approx(depth[0] - 0.3)


def test_turned_to_the_right_it_sees_what_lies_there_nearer() -> None:
    camera = aim_camera(make_runner(TIMES), WIDTH, HEIGHT, turn_deg=90.0, elevation_deg=0.0)
    (_, towards_clip_s_camera, _), depth = camera.project(np.array([[0.0, 1, 0], [0, 1, 0.3], [0.3, 1, 0]]))
    assert towards_clip_s_camera[0] < WIDTH / 2
    assert depth[2] == pytest.approx(depth[0] - 0.3)


def test_looking_down_shows_the_far_ground_higher() -> None:
    camera = aim_camera(make_runner(TIMES), WIDTH, HEIGHT, turn_deg=0.0, elevation_deg=12.0)
    (near, far), _ = camera.project(np.array([[0.0, 0, 0.5], [0, 0, -0.5]]))
    assert far[1] < near[1] - 5


def test_a_length_near_by_looks_larger() -> None:
    camera = aim_camera(make_runner(TIMES), WIDTH, HEIGHT, turn_deg=0.0, elevation_deg=0.0)
    px, depth = camera.project(np.array([[-0.05, 1, 0.5], [0.05, 1, 0.5], [-0.05, 1, -0.5], [0.05, 1, -0.5]]))
    near, far = px[1, 0] - px[0, 0], px[3, 0] - px[2, 0]
    assert near > far
    assert near == pytest.approx(0.1 * camera.px_per_unit(float(depth[0])))


def test_one_frame_lifted_wrongly_does_not_shrink_the_runner() -> None:
    right = make_runner(np.arange(300) / 30)
    wrong = make_runner(np.arange(300) / 30)
    wrong.xyz[150] *= 20
    focals = [aim_camera(r, WIDTH, HEIGHT, turn_deg=40.0, elevation_deg=12.0).focal_px for r in (right, wrong)]
    assert focals[1] == pytest.approx(focals[0], rel=0.05)


def test_nothing_to_look_at_is_refused() -> None:
    runner = make_runner(TIMES)
    runner.xyz[:] = np.nan
    with pytest.raises(ShapeError):
        aim_camera(runner, WIDTH, HEIGHT, turn_deg=0.0, elevation_deg=0.0)
