"""People are found in the whole picture and in its tiles, each once, tallest first."""

from __future__ import annotations

import pytest

from runform.pose.search import compute_overlap, find_people, find_tallest, iterate_tiles
from tests.pose.synthetic import PaintedEstimator, paint


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (720, 1280), (640, 640), (31, 17)])
def test_tiles_cover_the_picture_and_stay_inside(width: int, height: int) -> None:
    covered = [[False] * width for _ in range(height)]
    for x, y, w, h in iterate_tiles(width, height):
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        if w == min(width, height):
            for row in range(y, y + h):
                covered[row][x : x + w] = [True] * w
    assert all(all(row) for row in covered)


def test_overlap() -> None:
    assert compute_overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(0.5)
    assert compute_overlap((0, 0, 10, 10), (2, 2, 2, 2)) == pytest.approx(1.0)
    assert compute_overlap((0, 0, 10, 10), (20, 0, 10, 10)) == 0.0


def test_everyone_once_and_tallest_first() -> None:
    (frame,) = paint([[(20, 100, 20, 50), (150, 60, 30, 90), (260, 110, 20, 60)]])
    people = find_people(PaintedEstimator().start(), frame.rgb)
    assert [round(p.box[3]) for p in people] == [89, 59, 49]


def test_somebody_small_is_found_in_a_tile() -> None:
    (frame,) = paint([[(150, 60, 10, 30)]])
    session = PaintedEstimator(least_share=0.3).start()
    assert session.estimate(frame.rgb, None) == ()
    found = find_tallest(session, frame.rgb)
    assert found is not None
    assert found.box == pytest.approx((150, 60, 9, 29))


def test_nobody() -> None:
    (frame,) = paint([[None]])
    assert find_people(PaintedEstimator().start(), frame.rgb) == []
    assert find_tallest(PaintedEstimator().start(), frame.rgb) is None
