"""Where to look, and one find for each person out of what was found there."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.people.boxes import (
    compute_cover,
    compute_iou,
    compute_visible_share,
    join_boxes,
    move_box,
    square_around,
)
from runform.pose.people.detector import PersonFind
from runform.pose.people.regions import RegionFind, SearchPlan, drop_doubles, iterate_tiles, mark_cut
from runform.sequences import Box


def find(box: Box, score: float = 0.9) -> PersonFind:
    return PersonFind(box, score)


@pytest.mark.parametrize(("width", "height"), [(480, 352), (720, 1280), (1768, 994), (300, 300), (1000, 120)])
def test_tiles_cover_the_picture_and_overlap_by_half(width: int, height: int) -> None:
    covered = np.zeros((height, width), dtype=int)
    for x, y, w, h in iterate_tiles(width, height):
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        covered[int(y) : int(y + h), int(x) : int(x + w)] += 1
    assert covered.min() >= 2


def test_a_person_of_a_quarter_of_the_shorter_side_lies_whole_in_some_tile() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        box = (rng.uniform(0, 720 - 60), rng.uniform(0, 1280 - 180), 60.0, 180.0)
        assert any(compute_cover(box, tile) > 0.999 for tile in iterate_tiles(720, 1280))


def test_squares_stay_inside_the_picture() -> None:
    assert square_around((0, 0, 20, 40), 2.0, 200, 100) == pytest.approx((0, 0, 80, 80))
    assert square_around((90, 30, 20, 40), 2.0, 200, 100) == pytest.approx((60, 10, 80, 80))
    assert square_around((150, 0, 50, 100), 2.0, 200, 100) == pytest.approx((0, 0, 200, 100))


def test_people_close_together_are_looked_for_together() -> None:
    plan = SearchPlan(1000, 600)
    apart = plan.around([(100, 200, 60, 160), (700, 200, 60, 160)], [0.1, 0.1])
    assert len(apart) == 2
    together = plan.around([(100, 200, 60, 160), (160, 200, 60, 160)], [0.1, 0.1])
    assert len(together) == 1
    assert all(compute_cover(box, together[0]) > 0.999 for box in [(100, 200, 60, 160), (160, 200, 60, 160)])


def test_those_unseen_for_longest_come_first_and_those_gone_not_at_all() -> None:
    plan = SearchPlan(4000, 600)
    expected = [(600.0 * i, 100.0, 40.0, 100.0) for i in range(6)] + [(5000.0, 100.0, 40.0, 100.0)]
    squares = plan.around(expected, [0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 2.0])
    assert len(squares) == 4
    assert compute_cover(expected[2], squares[0]) > 0.999


def test_the_round_of_tiles_comes_to_each() -> None:
    plan = SearchPlan(480, 352)
    tiles = set(iterate_tiles(480, 352))
    first, then = plan.start_shot()
    assert first[0] is None
    assert {*first, *then} == {None, *tiles}
    assert min(tile[2] for tile in first if tile) > max(tile[2] for tile in then if tile)
    seen: set[Box | None] = set()
    looks = 0
    for step in range(600):
        regions = plan.everywhere(step / 10, followed=True)
        looks += len(regions)
        seen.update(regions)
    assert seen == {None, *tiles}
    assert looks == pytest.approx(75 * 1.5, abs=3)  # the whole every 0.8 s, and with every second of them a tile


def test_it_is_looked_more_often_while_nobody_is_followed() -> None:
    plan = SearchPlan(480, 352)
    assert len(plan.everywhere(0.0, followed=False)) == 4
    assert plan.everywhere(0.1, followed=False) == []
    assert len(plan.everywhere(0.2, followed=False)) == 4
    assert plan.everywhere(0.4, followed=True) == []


def test_the_same_person_from_several_regions_is_one_find() -> None:
    finds = [RegionFind(find(box, score), cut=False) for box, score in (((0, 0, 50, 100), 0.8), ((4, 3, 48, 99), 0.9))]
    assert drop_doubles(finds) == [finds[1].find]


def test_a_person_cut_by_a_tile_gives_way_to_the_whole_one() -> None:
    whole, half = find((100, 0, 50, 100), 0.6), find((100, 40, 50, 60), 0.95)
    assert drop_doubles([RegionFind(half, cut=True), RegionFind(whole, cut=False)]) == [whole]


def test_a_small_person_behind_a_large_one_is_kept() -> None:
    near, far = find((100, 0, 100, 300)), find((120, 100, 30, 90), 0.7)
    assert len(drop_doubles([RegionFind(near, cut=False), RegionFind(far, cut=False)])) == 2


def test_finds_at_a_regions_edge_may_be_cut_but_not_at_the_pictures() -> None:
    finds = [find((100, 50, 30, 80)), find((140, 60, 30, 40)), find((120, 130, 30, 70))]
    marked = mark_cut(finds, (100, 0, 100, 200), 400, 200)
    assert [m.cut for m in marked] == [True, False, False]
    assert not any(m.cut for m in mark_cut(finds, None, 400, 200))


def test_boxes() -> None:
    assert compute_iou((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert compute_iou((0, 0, 10, 10), (20, 0, 10, 10)) == 0.0
    assert compute_cover((0, 0, 10, 10), (2, 2, 4, 4)) == 1.0
    assert compute_cover((0, 0, 0, 0), (2, 2, 4, 4)) == 0.0
    assert compute_visible_share((-5, 0, 10, 10), 100, 100) == pytest.approx(0.5)
    assert join_boxes([(0, 0, 10, 10), (5, -5, 20, 10)]) == (0, -5, 25, 15)
    double = np.array([[2.0, 0, 1], [0, 2, -1]])
    assert move_box((10, 10, 4, 6), double) == pytest.approx((12 * 2 + 1 - 4, 13 * 2 - 1 - 6, 8, 12))
