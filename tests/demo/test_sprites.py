import numpy as np
import pytest

from runform.demo.sprites import Design, Paint, Sprite, lay, make_sprite

SQUARE = ((-0.1, -0.1), (0.1, -0.1), (0.1, 0.1), (-0.1, 0.1))


@pytest.fixture(params=[True, False], ids=["limb", "round"])
def sprite(request: pytest.FixtureRequest) -> Sprite:
    design = Design(SQUARE, (Paint((200, 40, 40)),), grain=0.0, limb=request.param)
    return make_sprite(design, 200.0, np.random.default_rng(0))


def test_the_grid_holds_the_shape_and_its_paint(sprite: Sprite) -> None:
    assert sprite.alpha.max() == 1
    assert sprite.alpha[0].max() == 0
    middle = tuple(np.array(sprite.alpha.shape) // 2)
    np.testing.assert_allclose(sprite.albedo[middle], [200, 40, 40], atol=0.5)


def test_normals_are_unit_and_turn_outwards(sprite: Sprite) -> None:
    np.testing.assert_allclose(np.linalg.norm(sprite.normal, axis=-1), 1, atol=1e-4)
    row = sprite.alpha.shape[0] // 2
    inside = np.flatnonzero(sprite.alpha[row] > 0.9)
    assert sprite.normal[row, inside[1], 0] < -0.2
    assert sprite.normal[row, inside[-2], 0] > 0.2


def test_a_part_lies_where_its_axes_say(sprite: Sprite) -> None:
    picture = np.zeros((100, 120, 3), np.uint8)
    lay(picture, sprite, np.array([70.0, 40.0]), np.array([100.0, 0.0]), np.array([0.0, 100.0]), 1.0)
    rows, columns = np.nonzero(picture[..., 0])
    assert abs(rows.mean() - 40) < 1
    assert abs(columns.mean() - 70) < 1
    assert abs(np.ptp(columns) - 20) <= 2
    assert picture[40, 70, 0] > 100 > picture[40, 70, 1]


def test_a_part_at_the_edge_is_cut_and_one_outside_leaves_the_picture(sprite: Sprite) -> None:
    forward, down = np.array([100.0, 0.0]), np.array([0.0, 100.0])
    picture = np.zeros((50, 50, 3), np.uint8)
    lay(picture, sprite, np.array([0.0, 0.0]), forward, down, 1.0)
    assert picture[:5, :5].any()
    untouched = np.zeros((50, 50, 3), np.uint8)
    lay(untouched, sprite, np.array([400.0, -300.0]), forward, down, 1.0)
    assert not untouched.any()


def test_less_light_is_darker(sprite: Sprite) -> None:
    bright, dark = np.zeros((60, 60, 3), np.uint8), np.zeros((60, 60, 3), np.uint8)
    for picture, light in ((bright, 1.0), (dark, 0.5)):
        lay(picture, sprite, np.array([30.0, 30.0]), np.array([100.0, 0.0]), np.array([0.0, 100.0]), light)
    assert dark.sum() < 0.6 * bright.sum()
