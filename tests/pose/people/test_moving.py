"""What moves against the background where nobody is followed."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.people.boxes import compute_cover
from runform.pose.people.moving import MotionWatch
from runform.pose.people.small_copy import GreyImage, SmallScale
from runform.sequences import Box
from tests.pose.people.test_cuts import view

STILL = np.eye(2, 3)
SCALE = SmallScale(4, 320, 180)


def with_patch(x: int, y: int = 60, width: int = 20, height: int = 60) -> GreyImage:
    picture = view(1).copy()
    picture[y : y + height, x : x + width] = 5
    return picture


@pytest.fixture
def watch() -> MotionWatch:
    watch = MotionWatch(SCALE, 1280, 720)
    watch.start_shot(with_patch(100))
    return watch


def test_somebody_who_moves_is_pointed_at(watch: MotionWatch) -> None:
    squares = watch.find(with_patch(112), STILL, [], 0.1)
    assert squares
    where: Box = (4 * 112, 4 * 60, 4 * 20, 4 * 60)
    assert compute_cover(where, squares[0]) > 0.95


def test_nothing_moves(watch: MotionWatch) -> None:
    assert watch.find(with_patch(100), STILL, [], 0.1) == []


def test_somebody_followed_is_known_already(watch: MotionWatch) -> None:
    assert watch.find(with_patch(112), STILL, [(4 * 110, 4 * 60, 4 * 22, 4 * 60)], 0.1) == []


def test_exposure_does_not_move_anything(watch: MotionWatch) -> None:
    brighter = np.clip(with_patch(100).astype(np.int16) + 12, 0, 255).astype(np.uint8)
    assert watch.find(brighter, STILL, [], 0.1) == []


def test_the_cameras_own_motion_is_taken_off() -> None:
    watch = MotionWatch(SCALE, 1280, 720)
    watch.start_shot(view(1, x=50, y=40))
    panned = view(1, x=62, y=40)
    motion = np.array([[1.0, 0.0, -12.0], [0.0, 1.0, 0.0]])
    assert watch.find(panned, motion, [], 0.1) == []
    watch.start_shot(view(1, x=50, y=40))
    panned[60:120, 150:170] = 5
    squares = watch.find(panned, motion, [], 0.1)
    assert squares
    assert compute_cover((600, 240, 80, 240), squares[0]) > 0.95


def test_a_place_where_nobody_was_found_is_let_be_for_a_while(watch: MotionWatch) -> None:
    found = [bool(watch.find(with_patch(100 + i % 2 * 10), STILL, [], 0.1 * i)) for i in range(1, 10)]
    assert found[0]
    assert found.count(True) in (2, 3)


def test_small_things_do_not_count() -> None:
    watch = MotionWatch(SCALE, 1280, 720)
    watch.start_shot(with_patch(100, height=8, width=6))
    assert watch.find(with_patch(112, height=8, width=6), STILL, [], 0.1) == []


def test_before_the_first_picture() -> None:
    assert MotionWatch(SCALE, 1280, 720).find(view(1), STILL, [], 0.0) == []
