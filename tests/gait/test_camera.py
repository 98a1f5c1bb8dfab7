"""Camera and runner moving against each other, of motions that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.gait.camera import (
    compute_camera_shake,
    compute_camera_travel,
    compute_travel,
    count_cuts_between,
    estimate_motion,
    find_take,
    steady_keypoints,
    unsteady_keypoints,
)
from runform.sequences import CameraMotion, Contact, FloatArray, KeypointSequence
from tests.fixtures.motions import LEG_PX, make_known_run
from tests.gait.moving_cameras import film_with

_SPEED_PX = 500.0


def _pan(keypoints: KeypointSequence, speed_px: float) -> FloatArray:
    """(T, 2) the way of a camera that turns steadily."""
    return np.asarray(speed_px * keypoints.time_s[:, None] * np.array([1.0, 0.0]))


def test_steadied_keypoints_lie_as_before_the_camera_moved() -> None:
    keypoints = make_known_run(travel_px_per_s=_SPEED_PX).keypoints
    zoom = np.linspace(1.0, 1.5, len(keypoints))
    seen, camera = film_with(keypoints, _pan(keypoints, -300.0), zoom)

    np.testing.assert_allclose(steady_keypoints(seen, camera).xy_px, keypoints.xy_px, atol=1e-6)
    assert steady_keypoints(seen, None) is seen
    assert steady_keypoints(seen, dataclasses.replace(camera, known=False)) is seen


def test_keypoints_go_back_to_where_each_frame_showed_them() -> None:
    keypoints = make_known_run(travel_px_per_s=_SPEED_PX).keypoints
    seen, camera = film_with(keypoints, _pan(keypoints, -300.0), np.linspace(1.0, 1.5, len(keypoints)))

    back = unsteady_keypoints(steady_keypoints(seen, camera), camera)

    np.testing.assert_allclose(back.xy_px, seen.xy_px, atol=1e-6)
    assert unsteady_keypoints(seen, None) is seen


def test_a_camera_of_another_clip_is_refused() -> None:
    with pytest.raises(ShapeError):
        steady_keypoints(make_known_run().keypoints, CameraMotion.still(7))
    with pytest.raises(ShapeError):
        unsteady_keypoints(make_known_run().keypoints, CameraMotion.still(7))


def test_travel_is_in_leg_lengths() -> None:
    keypoints = make_known_run(travel_px_per_s=_SPEED_PX, seconds=4).keypoints
    seen, camera = film_with(keypoints, _pan(keypoints, -200.0))

    assert compute_travel(keypoints) == pytest.approx(0.96 * 4 * _SPEED_PX / LEG_PX, rel=0.02)
    assert compute_camera_travel(seen, camera) == pytest.approx(0.96 * 4 * 200.0 / LEG_PX, rel=0.02)


@pytest.mark.parametrize(
    ("travel", "pan", "motion"),
    [
        (0.0, 0.0, "in_place"),
        (0.0, 60.0, "in_place"),  # a camera that turns by 1.6 leg lengths before a treadmill
        (0.0, -400.0, "in_place"),  # one that swings right past it
        (_SPEED_PX, 0.0, "passing"),
        (_SPEED_PX, 100.0, "passing"),
        (_SPEED_PX, 0.9 * _SPEED_PX, "panning"),
        (_SPEED_PX, _SPEED_PX, "panning"),
    ],
)
def test_motion_is_told_against_the_background(travel: float, pan: float, motion: str) -> None:
    keypoints = make_known_run(direction=1, travel_px_per_s=travel, noise_px=2.0).keypoints
    seen, camera = film_with(keypoints, _pan(keypoints, pan))

    assert estimate_motion(seen, camera) == motion


def test_without_a_background_a_followed_runner_looks_in_place() -> None:
    keypoints = make_known_run(direction=1, travel_px_per_s=_SPEED_PX).keypoints
    seen, camera = film_with(keypoints, _pan(keypoints, _SPEED_PX))

    assert estimate_motion(seen, dataclasses.replace(camera, known=False)) == "in_place"
    assert estimate_motion(seen) == "in_place"
    assert estimate_motion(keypoints) == "passing"


def test_nobody_moves_in_no_way() -> None:
    k = make_known_run(seconds=2).keypoints
    empty = dataclasses.replace(k, xy_px=np.full_like(k.xy_px, np.nan))

    assert estimate_motion(empty, CameraMotion.still(len(k))) == "unclear"
    assert np.isnan(compute_camera_shake(empty, CameraMotion.still(len(k))))


def test_shake_is_what_jumps_and_not_what_wanders() -> None:
    keypoints = make_known_run().keypoints
    time_s = keypoints.time_s
    wander = np.stack([0.3 * time_s, 0.1 * np.sin(2 * np.pi * 0.1 * time_s)], axis=1) * LEG_PX
    jumps = np.random.default_rng(0).uniform(-0.1, 0.1, (len(time_s), 2)) * LEG_PX

    assert compute_camera_shake(*film_with(keypoints, wander)) < 0.02
    assert compute_camera_shake(*film_with(keypoints, jumps)) == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize(
    ("cuts", "first", "take"),
    [((), 5, (0, 90)), ((30, 60), 30, (30, 60)), ((30, 60), 5, (0, 30)), ((30,), 40, (30, 90))],
)
def test_the_take_is_what_lies_between_the_cuts(cuts: tuple[int, ...], first: int, take: tuple[int, int]) -> None:
    found = np.zeros(90, dtype=np.bool_)
    found[first : first + 10] = True
    camera = _cut_at(90, *cuts)

    assert find_take(found, camera) == slice(*take)
    assert find_take(found, None) == slice(None)
    assert find_take(np.zeros(90, dtype=np.bool_), camera) == slice(None)


def test_cuts_are_counted_from_the_first_contact_to_the_last() -> None:
    time_s = np.arange(90) / 30
    contacts = [Contact("left", 1.0, 1.2, 0.02), Contact("right", 2.0, 2.2, 0.02)]
    camera = _cut_at(90, 10, 30, 31, 60, 61)

    assert count_cuts_between(camera, time_s, contacts) == 2  # the frames at 31 and 60
    assert count_cuts_between(camera, time_s, []) == 0


def _cut_at(frames: int, *cuts: int) -> CameraMotion:
    camera = CameraMotion.still(frames)
    camera.cuts[list(cuts)] = True
    return camera
