import pytest

from runform.demo.gait import make_gait
from runform.errors import InputError


def test_times_follow_from_cadence_and_duty_factor() -> None:
    gait = make_gait(cadence=180.0)
    assert gait.stride_s == pytest.approx(2 / 3)
    assert gait.contact_s == pytest.approx(gait.duty_factor * 2 / 3)
    assert gait.contact_s + gait.flight_s == pytest.approx(1 / 3)


def test_the_default_gait_is_a_runners() -> None:
    gait = make_gait()
    assert 0.33 <= gait.duty_factor <= 0.38
    assert gait.flight_s > 0.06


def test_step_length_stays_when_only_the_cadence_is_given() -> None:
    natural, slow = make_gait(), make_gait(cadence=155.0)
    assert slow.belt_speed / slow.cadence == pytest.approx(natural.belt_speed / natural.cadence)


def test_overstriding_lands_further_ahead_on_a_straighter_leg_with_fewer_steps() -> None:
    good, over = make_gait(overstride=0.0), make_gait(overstride=1.0)
    assert over.ankle_ahead_m > good.ankle_ahead_m + 0.05
    assert over.landing_knee_deg < good.landing_knee_deg
    assert over.cadence < good.cadence


@pytest.mark.parametrize(
    "wrong",
    [{"overstride": 1.2}, {"overstride": -0.1}, {"cadence": 90.0}, {"cadence": float("nan")}, {"belt_speed": 9.0}],
)
def test_a_gait_that_nobody_runs_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        make_gait(**wrong)
