import numpy as np
import numpy.typing as npt
import pytest

from runform.demo.gait import make_gait
from runform.demo.leg import LegPose, LegSize
from runform.demo.leg_cycle import LegCycle, fade
from runform.demo.stance import FLAT_UNTIL
from runform.errors import InputError
from runform.sequences import FloatArray

SIZE = LegSize()
HIP_HALF_WIDTH = 0.085
SAMPLES = 4000


@pytest.fixture(
    scope="module",
    params=[(None, 0.0), (None, 0.5), (None, 1.0), (150.0, 0.0), (190.0, 0.3)],
    ids=lambda p: f"cadence{p[0]}-overstride{p[1]}",
)
def cycle(request: pytest.FixtureRequest) -> LegCycle:
    cadence, overstride = request.param
    return LegCycle.solve(make_gait(cadence, overstride=overstride), SIZE, HIP_HALF_WIDTH)


def pose(cycle: LegCycle) -> tuple[LegPose, FloatArray, npt.NDArray[np.bool_]]:
    """The leg over one stride, its phases, and which of them are stance."""
    phase = np.arange(SAMPLES) / SAMPLES
    return cycle.pose(phase), phase, phase < cycle.gait.duty_factor


def test_the_standing_foot_moves_with_the_belt(cycle: LegCycle) -> None:
    leg, phase, _ = pose(cycle)
    time, duty = phase * cycle.gait.stride_s, cycle.gait.duty_factor
    on_heel = phase < duty * FLAT_UNTIL - 1e-3
    on_tip = (phase > duty * FLAT_UNTIL) & (phase < duty - 1e-3)
    for point, while_down in ((leg.heel, on_heel), (leg.tip, on_tip)):
        speed = np.diff(point[while_down, 0]) / np.diff(time[while_down])
        np.testing.assert_allclose(speed, -cycle.gait.belt_speed, rtol=1e-6)
        np.testing.assert_allclose(point[while_down, 1], 0.0, atol=1e-9)


def test_the_shoe_never_goes_through_the_belt(cycle: LegCycle) -> None:
    leg, _, _ = pose(cycle)
    assert leg.lowest_sole > -1e-4


def test_the_whole_shoe_is_off_the_belt_in_swing_and_only_then(cycle: LegCycle) -> None:
    leg, phase, stance = pose(cycle)
    lowest = np.minimum(np.minimum(leg.heel[:, 1], leg.ball[:, 1]), leg.tip[:, 1])
    assert np.abs(lowest[stance]).max() < 1e-9
    duty = cycle.gait.duty_factor
    clear = (phase > duty + 0.02) & (phase < 0.99)
    assert lowest[clear].min() > 5e-4


def test_the_swinging_foot_comes_forward(cycle: LegCycle) -> None:
    leg, phase, _ = pose(cycle)
    late_swing = (phase > 0.62) & (phase < 0.90)
    assert np.diff(leg.ankle[late_swing, 0]).min() > 0


def test_the_leg_lands_as_the_gait_says(cycle: LegCycle) -> None:
    gait, leg = cycle.gait, cycle.pose(np.array([0.0]))
    assert np.degrees(leg.thigh - leg.shank)[0] == pytest.approx(gait.landing_knee_deg, abs=1e-6)
    assert np.degrees(leg.pitch)[0] == pytest.approx(gait.landing_pitch_deg, abs=1e-9)
    middle = cycle.pelvis.centre(np.array([0.0]))[0, 0]
    assert leg.ankle[0, 0] - middle == pytest.approx(gait.ankle_ahead_m, abs=1e-9)


def test_nothing_jumps(cycle: LegCycle) -> None:
    leg, _, _ = pose(cycle)
    for angle in (leg.thigh, leg.shank, leg.pitch, leg.toe_pitch):
        # 2000 degrees/s is beyond any joint of a runner.
        largest = np.radians(2000) * cycle.gait.stride_s / SAMPLES
        assert np.abs(np.diff(angle, append=angle[:1])).max() < largest


def test_the_knee_bends_as_a_runners_does(cycle: LegCycle) -> None:
    leg, phase, stance = pose(cycle)
    knee = np.degrees(leg.thigh - leg.shank)
    assert knee.min() > 0
    assert 38 < knee[stance].max() < 60
    assert 85 < knee.max() < 110
    assert 0.6 < phase[np.argmax(knee)] < 0.75


def test_the_pelvis_moves_up_and_down_by_what_is_measured_in_runners() -> None:
    cycle = LegCycle.solve(make_gait(), SIZE, HIP_HALF_WIDTH)
    height = cycle.pelvis.centre(np.linspace(0, 1, 1001))[:, 1]
    assert 0.06 < np.ptp(height) < 0.10


def test_a_stance_too_long_for_the_leg_is_refused() -> None:
    with pytest.raises(InputError, match="cannot run"):
        LegCycle.solve(make_gait(cadence=145.0, belt_speed=3.8), SIZE, HIP_HALF_WIDTH)


def test_fade_is_one_then_nothing() -> None:
    np.testing.assert_allclose(fade(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [1.0, 1.0, 0.5, 0.0, 0.0])
