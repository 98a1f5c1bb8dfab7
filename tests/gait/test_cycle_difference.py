"""Two runners over the gait cycle: known differences come out, and only those larger than the error are said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform.gait.cycle_difference import (
    COMPARED,
    MOMENTS,
    CycleDifference,
    MomentDifference,
    compute_compared_cycles,
    compute_cycle_differences,
    compute_moment_differences,
    find_largest,
)
from runform.gait.systematic import SYSTEMATIC
from runform.results import CYCLE_POINTS, CycleCurve
from runform.sequences import SIDES, Contact, FloatArray, Side
from tests.fixtures.motions import KnownRun, make_known_run

PHASE = np.linspace(0, 1, CYCLE_POINTS)


def make_curve(
    values: FloatArray, *, name: str = "knee_flexion", side: Side = "left", spread: float = 0.0, toe_off: float = 40.0
) -> CycleCurve:
    return CycleCurve(name, "deg", side, tuple(values), (spread,) * CYCLE_POINTS, 9, toe_off)


def compute_curves(run: KnownRun) -> tuple[CycleCurve, ...]:
    contacts = [Contact(side, start, end, 0.0) for side, start, end in run.contacts]
    return compute_compared_cycles(run.keypoints, contacts)


def find(differences: tuple[CycleDifference, ...], name: str, side: Side | None) -> CycleDifference:
    return next(d for d in differences if (d.name, d.side) == (name, side))


def test_every_angle_has_a_curve_for_both_sides_and_their_mean() -> None:
    curves = compute_curves(make_known_run(fps=60))
    differences = compute_cycle_differences(curves, curves)

    assert [(d.name, d.side) for d in differences] == [(q.name, s) for q in COMPARED for s in (None, *SIDES)]
    assert all(np.all(d.difference == 0) and not d.exceeds.any() for d in differences)


def test_it_does_not_matter_which_way_a_runner_runs() -> None:
    left, right = (compute_curves(make_known_run(fps=60, direction=way)) for way in (-1, 1))

    for difference in compute_cycle_differences(left, right):
        np.testing.assert_allclose(difference.difference, 0, atol=1e-6)


def test_a_known_difference_at_landing_comes_out() -> None:
    """The upper arm swings about 10 degrees behind the vertical; at its own foot's landing it is furthest back."""
    wide, narrow = (compute_curves(make_known_run(fps=120, arm_swing_deg=swing)) for swing in (80.0, 20.0))
    difference = find(compute_cycle_differences(wide, narrow), "upper_arm_angle", "left")

    assert difference.difference[0] == pytest.approx(-30.0, abs=0.5)
    assert difference.difference[50] == pytest.approx(30.0, abs=0.5)
    landing = next(m for m in compute_moment_differences([difference]) if m.moment == "landing")
    assert landing.difference == pytest.approx(-30.0, abs=0.5)
    assert landing.exceeds == (math.hypot(12.8, 12.8) < 30.0)


def test_the_error_joins_both_clips_and_both_runners_strides() -> None:
    run, other = make_curve(PHASE * 0 + 30, spread=3.0), make_curve(PHASE * 0 + 20, spread=4.0)
    (difference,) = compute_cycle_differences([run], [other])
    strides = 2.306004 * math.hypot(3.0, 4.0) / 3  # Student's t at 97.5 % of 8 degrees of freedom
    side_error = SYSTEMATIC["knee_flexion_at_contact"].side
    assert side_error is not None

    assert difference.plus_minus == pytest.approx(math.hypot(side_error, side_error, strides))
    assert not difference.exceeds.any()


def test_the_mean_of_both_sides_has_the_smaller_error() -> None:
    run = [make_curve(PHASE * 0 + 40, side=side) for side in SIDES]
    other = [make_curve(PHASE * 0 + 25, side=side) for side in SIDES]
    differences = compute_cycle_differences(run, other)

    both = find(differences, "knee_flexion", None)
    assert both.plus_minus == pytest.approx(math.hypot(8.7, 8.7))
    assert both.exceeds.all()
    assert not find(differences, "knee_flexion", "left").exceeds.any()


def test_moments_are_each_runners_own() -> None:
    """Both bend the knee 1 degree per cent since toe-off; who leaves the ground later is not more bent for that."""
    early = make_curve(np.abs(100 * PHASE - 30), toe_off=30.0)
    late = make_curve(np.abs(100 * PHASE - 40), toe_off=40.0)
    moments = compute_moment_differences(compute_cycle_differences([early], [late]))

    assert [m.moment for m in moments] == list(MOMENTS)
    expected = {"landing": -10.0, "mid_stance": -5.0, "toe_off": 0.0, "mid_swing": 5.0}
    assert {m.moment: m.difference for m in moments} == pytest.approx(expected)


def test_without_a_toe_off_only_the_landing_is_told() -> None:
    curves = [make_curve(PHASE, toe_off=math.nan)]

    assert [m.moment for m in compute_moment_differences(compute_cycle_differences(curves, curves))] == ["landing"]


def test_what_is_said_exceeds_its_error_and_names_a_joint_once() -> None:
    def moment(name: str, side: Side | None, difference: float, plus_minus: float = 10.0) -> MomentDifference:
        return MomentDifference(name, side, "landing", difference, plus_minus)

    moments = [
        moment("knee_flexion", None, 12.0),
        moment("knee_flexion", None, -30.0),
        moment("knee_flexion", "left", 90.0),
        moment("hip_angle", "right", 25.0),
        moment("trunk_lean", None, 9.0),
        moment("ankle_angle", "left", -11.0),
    ]
    assert find_largest(moments, 5) == (moments[1], moments[3], moments[5])
    assert find_largest(moments, 1) == (moments[1],)


def test_a_quantity_that_one_of_them_lacks_is_left_out() -> None:
    assert compute_cycle_differences([make_curve(PHASE)], [make_curve(PHASE, side="right")]) == ()
    assert compute_cycle_differences([make_curve(PHASE)], []) == ()
