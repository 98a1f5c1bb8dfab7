import numpy as np
import pytest

from runform.demo.camera import CENTRE_HEIGHT_M, DISTANCE_M, HEIGHT_M, Camera


def test_the_point_it_aims_at_is_the_pictures_middle() -> None:
    camera = Camera(720, 1280, "right")
    np.testing.assert_allclose(camera.project(np.array([0.0, 0.0, CENTRE_HEIGHT_M])), [360.0, 640.0])


def test_forward_is_right_seen_from_the_right_and_left_seen_from_the_left() -> None:
    ahead = np.array([0.5, 0.0, 1.0])
    assert Camera(720, 1280, "right").project(ahead)[0] > 360
    assert Camera(720, 1280, "left").project(ahead)[0] < 360


@pytest.mark.parametrize(("view", "near"), [("right", -0.2), ("left", 0.2)])
def test_the_seen_side_is_nearer_and_larger(view: str, near: float) -> None:
    camera = Camera(720, 1280, "right" if view == "right" else "left")
    assert camera.depth(np.array([0.0, near, 1.0])) == pytest.approx(DISTANCE_M - 0.2)
    width = [
        abs(np.diff(camera.project(np.array([[0.0, y, 1.0], [0.3, y, 1.0]])), axis=0)[0, 0]) for y in (near, -near)
    ]
    assert width[0] > width[1]


def test_up_is_up_and_a_metre_has_the_cameras_scale() -> None:
    camera = Camera(1280, 720, "right")
    low, high = camera.project(np.array([[0.0, 0.0, HEIGHT_M], [0.0, 0.0, HEIGHT_M + 1]]))
    assert low[1] - high[1] == pytest.approx(camera.scale)


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720), (320, 320)])
def test_the_runner_fits_into_any_picture(size: tuple[int, int]) -> None:
    camera = Camera(*size, "right")
    corners = camera.project(np.array([[-0.6, 0.0, 0.0], [0.6, 0.0, 1.8]]))
    assert np.all(corners >= 0)
    assert np.all(corners <= np.array(size))
