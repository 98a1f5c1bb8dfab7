"""What is kept of one find, and the pictures of people."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.people.detector import PersonFind
from runform.pose.people.pictures import compute_quality, cut_picture
from runform.pose.people.sightings import compute_colours, compute_unlikeness, make_sighting
from runform.pose.people.small_copy import SmallScale
from runform.video.read import RgbImage


def shirt(rgb: tuple[int, int, int], shade: float = 1.0) -> RgbImage:
    """(200, 100, 3) somebody in a shirt of that colour, with some unrest."""
    rng = np.random.default_rng(1)
    picture = np.full((200, 100, 3), 90.0)
    picture[30:110, 20:80] = np.array(rgb) * shade
    shaken: RgbImage = np.clip(picture + rng.normal(0, 8, picture.shape), 0, 255).astype(np.uint8)
    return shaken


BOX = (0.0, 0.0, 100.0, 200.0)


def test_the_same_shirt_is_alike_also_in_the_shade() -> None:
    red, shaded, blue = (
        compute_colours(p, BOX) for p in (shirt((190, 40, 40)), shirt((190, 40, 40), 0.8), shirt((40, 60, 190)))
    )
    assert compute_unlikeness(red, red) == pytest.approx(0, abs=1e-6)
    assert compute_unlikeness(red, shaded) < 0.6 * compute_unlikeness(red, blue)
    assert compute_unlikeness(red, blue) > 0.9


def test_colours_are_unit_vectors_also_beyond_the_picture() -> None:
    for box in (BOX, (-300.0, 0.0, 50.0, 90.0), (90.0, 190.0, 60.0, 90.0)):
        colours = compute_colours(shirt((10, 200, 30)), box)
        assert colours.shape == (256,)
        assert colours @ colours == pytest.approx(1.0)


def test_a_sighting_keeps_numbers_and_no_picture() -> None:
    sighting = make_sighting(PersonFind(BOX, 0.8), shirt((10, 200, 30)), 7, 0.25)
    assert (sighting.index, sighting.time_s, sighting.box, sighting.score) == (7, 0.25, BOX, 0.8)
    assert np.isnan(sighting.legs).all()


def test_larger_surer_and_whole_is_better() -> None:
    def quality(box: tuple[float, float, float, float], score: float) -> float:
        return compute_quality(make_sighting(PersonFind(box, score), shirt((1, 2, 3)), 0, 0.0), 100, 200)

    assert quality((0, 0, 50, 150), 0.9) > quality((0, 0, 50, 100), 0.9)
    assert quality((0, 0, 50, 150), 0.9) > quality((0, 0, 50, 150), 0.5)
    assert quality((0, 0, 50, 150), 0.9) > quality((70, 0, 50, 150), 0.9)


@pytest.mark.parametrize("box", [BOX, (60.0, 150.0, 100.0, 200.0), (500.0, 500.0, 10.0, 20.0), (10.0, 10.0, 5.0, 10.0)])
def test_pictures_are_240_px_high(box: tuple[float, float, float, float]) -> None:
    picture = cut_picture(shirt((10, 200, 30)), box)
    assert picture.shape[0] == 240
    assert picture.shape[2] == 3
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(("width", "height"), [(720, 1280), (1768, 994), (480, 352), (300, 200), (3840, 2160)])
def test_small_copies_are_plain_means(width: int, height: int) -> None:
    rng = np.random.default_rng(4)
    rgb = np.repeat(rng.integers(0, 256, (height, width, 1), dtype=np.uint8), 3, axis=2)
    scale = SmallScale.of(rgb)
    small = scale.shrink(rgb)
    assert small.shape == (scale.height, scale.width)
    assert 200 <= max(small.shape) <= 480
    k = scale.factor
    assert small[3, 5] == pytest.approx(rgb[3 * k : 4 * k, 5 * k : 6 * k, 0].mean(), abs=2)
