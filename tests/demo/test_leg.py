import numpy as np

from runform.demo.leg import LegSize, bend_leg, point_down, rotate


def test_rotate_raises_what_is_ahead() -> None:
    np.testing.assert_allclose(rotate((1.0, 0.0), np.array([np.pi / 2])), [[0.0, 1.0]], atol=1e-12)


def test_point_down_hangs_and_swings_forward() -> None:
    np.testing.assert_allclose(point_down(2.0, np.array([0.0, np.pi / 2])), [[0.0, -2.0], [2.0, 0.0]], atol=1e-12)


def test_bend_leg_puts_the_ankle_where_it_must_be_with_the_knee_ahead() -> None:
    size = LegSize()
    ahead, drop = np.array([0.3, 0.0, -0.4]), np.array([0.75, 0.6, 0.7])
    thigh, shank = bend_leg(size, ahead, drop)
    ankle = point_down(size.thigh, thigh) + point_down(size.shank, shank)
    np.testing.assert_allclose(ankle, np.stack([ahead, -drop], axis=-1), atol=1e-12)
    assert np.all(thigh > shank)


def test_stretch_at_is_the_whole_leg_when_straight() -> None:
    size = LegSize()
    assert np.isclose(size.stretch_at(0.0), size.leg)
    assert np.isclose(size.stretch_at(np.pi / 2), np.hypot(size.thigh, size.shank))
