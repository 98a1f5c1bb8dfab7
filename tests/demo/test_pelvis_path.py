import numpy as np
import pytest

from runform.demo.pelvis_path import GRAVITY, Bounce, PelvisPath

CONTACT_S, FLIGHT_S = 0.25, 0.10


@pytest.fixture(params=[0.0, 0.25, 0.5])
def bounce(request: pytest.FixtureRequest) -> Bounce:
    return Bounce(CONTACT_S, FLIGHT_S, request.param)


def test_a_step_ends_at_the_height_it_began(bounce: Bounce) -> None:
    np.testing.assert_allclose(bounce.height(np.array([0.0, CONTACT_S + FLIGHT_S])), 0.0, atol=1e-12)


def test_a_step_ends_at_the_speed_it_began(bounce: Bounce) -> None:
    step, small = CONTACT_S + FLIGHT_S, 1e-6
    start = (bounce.height(np.array(small)) - bounce.height(np.array(0.0))) / small
    end = (bounce.height(np.array(step)) - bounce.height(np.array(step - small))) / small
    assert start == pytest.approx(bounce.landing_speed, abs=1e-4)
    assert end == pytest.approx(bounce.landing_speed, abs=1e-4)


def test_flight_is_free_fall(bounce: Bounce) -> None:
    time = np.linspace(CONTACT_S + 1e-3, CONTACT_S + FLIGHT_S - 1e-3, 50)
    acceleration = np.gradient(np.gradient(bounce.height(time), time), time)[2:-2]
    np.testing.assert_allclose(acceleration, -GRAVITY, rtol=1e-6)


def test_the_ground_only_pushes(bounce: Bounce) -> None:
    time = np.linspace(0, CONTACT_S, 2001)
    acceleration = np.gradient(np.gradient(bounce.height(time), time), time)[2:-2]
    assert acceleration.min() > -GRAVITY - 0.1


def test_toe_off_is_higher_than_landing_only_with_skew() -> None:
    at_toe_off = np.array(CONTACT_S)
    assert Bounce(CONTACT_S, FLIGHT_S, 0.0).height(at_toe_off) == pytest.approx(0.0, abs=1e-12)
    assert Bounce(CONTACT_S, FLIGHT_S, 0.4).height(at_toe_off) > 0.01


def test_the_hips_are_rigid_and_mirror_each_other(bounce: Bounce) -> None:
    pelvis = PelvisPath(bounce, CONTACT_S + FLIGHT_S, 0.9, 0.085)
    phase = np.linspace(0, 1, 33)
    left, right = pelvis.hip(phase), pelvis.hip(phase + 0.5)
    left_world, right_world = left, right * np.array([1, -1, 1])
    np.testing.assert_allclose(np.linalg.norm(left_world - right_world, axis=1), 0.17, atol=1e-12)
    centre = pelvis.centre(phase)
    np.testing.assert_allclose((left_world + right_world)[:, [0, 2]] / 2, centre, atol=1e-12)


def test_the_landing_hip_is_ahead(bounce: Bounce) -> None:
    pelvis = PelvisPath(bounce, CONTACT_S + FLIGHT_S, 0.9, 0.085)
    own, other = pelvis.hip(np.array([0.0])), pelvis.hip(np.array([0.5]))
    assert own[0, 0] > other[0, 0]
