"""The camera's motion against motions that are known: pans, zooms, turns, shaking, with somebody walking through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from runform.pose.people.camera_motion import CameraTracker, compose, invert
from runform.pose.people.small_copy import SmallScale
from runform.sequences import CameraMotion, FloatArray
from tests.pose.people.worlds import HEIGHT, WIDTH, Walker, World, pan, passing

CORNERS = np.array([[0, 0], [WIDTH, 0], [0, HEIGHT], [WIDTH, HEIGHT]], dtype=np.float64)


def measure(world: World, every: int = 1) -> CameraMotion:
    """The motion found from every so many frames, people's boxes known."""
    tracker: CameraTracker | None = None
    frames = 0
    for frame in world.frames():
        frames += 1
        if tracker is None:
            scale = SmallScale.of(frame.rgb)
            tracker = CameraTracker(scale)
        if frame.index % every == 0:
            boxes = [box for box in (world.box_of(walker) for walker in world.walkers) if box is not None]
            tracker.push(scale.shrink(frame.rgb), frame.index, boxes)
    assert tracker is not None
    return tracker.finish(frames, ())


def largest_error_px(world: World, found: CameraMotion) -> float:
    """Largest distance, over frames and the picture's corners, between where a corner lay in the first picture."""
    start = world.camera(0.0)
    errors = []
    for time_s, motion in zip(world.times_s, found.to_first, strict=True):
        true = compose(start, invert(world.camera(float(time_s))))
        errors.append(np.linalg.norm(_move(true, CORNERS) - _move(motion, CORNERS), axis=1).max())
    return float(max(errors))


def _move(motion: FloatArray, points: FloatArray) -> FloatArray:
    return np.asarray(points @ motion[:, :2].T + motion[:, 2])


def zoom(per_s: float) -> Callable[[float], FloatArray]:
    """About the picture's middle."""

    def camera(time_s: float) -> FloatArray:
        scale = np.exp(per_s * time_s)
        return np.array([[scale, 0, WIDTH / 2 - scale * 400], [0, scale, HEIGHT / 2 - scale * 300]])

    return camera


def shake(amplitude_px: float, hz: float) -> Callable[[float], FloatArray]:
    """Up and down and sideways, and a little turning."""

    def camera(time_s: float) -> FloatArray:
        phase = 2 * np.pi * hz * time_s
        turn = np.radians(0.5) * np.sin(0.7 * phase)
        cos, sin = np.cos(turn), np.sin(turn)
        x, y = amplitude_px * np.sin(phase), amplitude_px * np.cos(1.3 * phase)
        return np.array([[cos, -sin, x - 200], [sin, cos, y - 150]])

    return camera


def walker() -> list[Walker]:
    return [Walker(passing(250, 150, y=180, width=90, height=200))]


def test_a_still_camera_is_exactly_still() -> None:
    found = measure(World(walker(), seconds=2.0), every=3)
    assert found.known
    assert np.array_equal(found.to_first, np.tile(np.eye(2, 3), (60, 1, 1)))


@pytest.mark.parametrize("speed", [40.0, 160.0, 420.0])
def test_a_pan_is_measured(speed: float) -> None:
    world = World(walker(), seconds=1.1, camera=pan(speed, 0.1 * speed, x=5, y=100))
    found = measure(world)
    assert found.known
    assert largest_error_px(world, found) < 1.5


def test_a_pan_is_measured_from_every_third_frame() -> None:
    world = World(walker(), seconds=1.6, camera=pan(200, x=5, y=100))
    assert largest_error_px(world, measure(world, every=3)) < 1.5


def test_a_zoom_is_measured() -> None:
    world = World(walker(), seconds=1.5, camera=zoom(0.25))
    assert largest_error_px(world, measure(world)) < 3.0


def test_a_shaking_hand_is_measured() -> None:
    world = World(walker(), seconds=2.0, camera=shake(6.0, 2.0))
    assert largest_error_px(world, measure(world)) < 1.5


def test_the_way_back_ends_where_it_began() -> None:
    def there_and_back(time_s: float) -> FloatArray:
        return pan(250, x=5, y=100)(time_s if time_s < 1 else 2 - time_s)

    world = World(seconds=2.0, camera=there_and_back)
    assert np.linalg.norm(measure(world).to_first[-1, :, 2] - [250 / 30, 0]) < 1.5


def test_nothing_to_follow_is_not_known() -> None:
    grey = np.full((2 * HEIGHT, 2 * WIDTH, 3), 120, dtype=np.uint8)
    found = measure(World(walker(), seconds=1.0, scenery=grey, camera=pan(100)))
    assert not found.known
    assert np.array_equal(found.to_first, np.tile(np.eye(2, 3), (30, 1, 1)))


def test_each_shot_begins_anew() -> None:
    scale = SmallScale(1, WIDTH, HEIGHT)
    tracker = CameraTracker(scale)
    for index, frame in enumerate(World(seconds=1.0, camera=pan(90, y=50)).frames()):
        small = scale.shrink(frame.rgb)
        if index in (0, 15):
            tracker.start_shot(small, index, [])
        else:
            tracker.push(small, index, [])
    found = tracker.finish(30, (15,))
    assert np.flatnonzero(found.cuts).tolist() == [15]
    assert found.to_first[14, 0, 2] == pytest.approx(14 * 3, abs=1)
    assert np.array_equal(found.to_first[15], np.eye(2, 3))
    assert found.to_first[29, 0, 2] == pytest.approx(14 * 3, abs=1)


def test_motions_of_small_copies_are_enlarged_about_px_middles() -> None:
    scale = SmallScale(4, 80, 60)
    half = np.array([[0.5, 0.0, 1.0], [0.0, 0.5, 2.0]])
    enlarged = scale.enlarge_motion(half)
    # The middle of small px 0 is whole px 1.5; small 0 goes to (1, 2), which is whole (5.5, 9.5).
    assert enlarged[:, :2] @ [1.5, 1.5] + enlarged[:, 2] == pytest.approx([5.5, 9.5])


def test_nobody_looked() -> None:
    found = CameraTracker(SmallScale(1, 8, 8)).finish(3, ())
    assert not found.known
    assert found.to_first.shape == (3, 2, 3)
