from __future__ import annotations

from runform.ui.box_picker import read_box, round_box


def test_a_box_may_be_drawn_from_any_corner() -> None:
    for x in ((10.4, 110.2), (110.2, 10.4)):
        for y in ((20.0, 220.0), (220.0, 20.0)):
            assert round_box(x, y, 640, 480) == (10, 20, 100, 200)


def test_a_box_ends_at_the_pictures_edge() -> None:
    assert round_box((-30.0, 700.0), (-5.0, 500.0), 640, 480) == (0, 0, 640, 480)


def test_a_click_is_no_box() -> None:
    assert round_box((100.0, 100.4), (50.0, 90.0), 640, 480) is None
    assert round_box((700.0, 900.0), (50.0, 90.0), 640, 480) is None


def test_four_numbers_make_a_box_and_three_do_not() -> None:
    numbers = {"box_left": 10, "box_top": 20, "box_width": 100, "box_height": 200}

    assert read_box(numbers) == (10.0, 20.0, 100.0, 200.0)
    assert read_box(numbers | {"box_top": None}) is None
    assert read_box({}) is None
