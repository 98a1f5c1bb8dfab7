import numpy as np
import pytest

from runform.demo.camera import Camera
from runform.demo.scene import BELT_TILE_M, draw_room, make_belt
from runform.sequences import Side

NO_FEET, FAR_BODY = np.empty((0, 3)), np.array([50.0, 0.0, 1.0])


@pytest.mark.parametrize("view", ["right", "left"])
def test_the_belt_moves_back_as_far_as_it_has_run(view: Side) -> None:
    camera = Camera(240, 420, view)
    belt = make_belt(camera, np.random.default_rng(0))
    still, moved = np.zeros((420, 240, 3), np.uint8), np.zeros((420, 240, 3), np.uint8)
    middle = np.array([0.1, 0.0, 0.0])
    run = 24 / camera.scale  # a whole number of pixels on the belt's middle line
    belt.draw(still, 0.0, NO_FEET, FAR_BODY)
    belt.draw(moved, run, NO_FEET, FAR_BODY)
    row = round(float(camera.project(middle)[1]))
    line = slice(60, 150)
    shifted = np.roll(still[row, :, 0], -24 if view == "right" else 24)
    same = np.corrcoef(moved[row, line, 0], shifted[line])[0, 1]
    assert same > 0.8


def test_a_whole_turn_of_the_belt_looks_the_same() -> None:
    belt = make_belt(Camera(240, 420, "right"), np.random.default_rng(0))
    first, later = np.zeros((420, 240, 3), np.uint8), np.zeros((420, 240, 3), np.uint8)
    belt.draw(first, 0.0, NO_FEET, FAR_BODY)
    # The tile is a whole number of pixels long, by up to one less than the belt.
    belt.draw(later, belt.tile.shape[1] / belt.tiles_per_m, NO_FEET, FAR_BODY)
    assert belt.tile.shape[1] / belt.tiles_per_m == pytest.approx(BELT_TILE_M, rel=0.01)
    assert np.mean(first != later) < 0.01


def test_a_foot_on_the_belt_casts_a_shadow_and_a_raised_one_a_weaker_one() -> None:
    camera = Camera(240, 420, "right")
    belt = make_belt(camera, np.random.default_rng(0))
    light = []
    for height in (0.0, 0.3, 5.0):
        picture = np.zeros((420, 240, 3), np.uint8)
        belt.draw(picture, 0.0, np.array([[0.0, 0.0, height]]), FAR_BODY)
        x, y = camera.project(np.zeros(3)).round().astype(int)
        light.append(picture[y - 1 : y + 2, x - 5 : x + 6, 0].mean())
    assert light[0] < light[1] < light[2]


def test_the_room_is_drawn_in_full_size_and_is_not_empty() -> None:
    room = draw_room(Camera(200, 300, "right"), np.random.default_rng(0))
    assert room.shape == (300, 200, 3)
    assert room.std() > 20
