from __future__ import annotations

import math

import pytest

from runform.form.overstride import MIN_CONTACTS, THRESHOLDS, combine, is_overstride, judge_geometry
from runform.results import Check, GeometryOpinion, SvmOpinion, Verdict
from runform.sequences import SIDES, ContactGeometry

FAR, NEAR = (0.40, 21.0, 2.0), (0.18, 6.0, 12.0)
REFUSING = Check("running", "refuse", "There is no flight phase.", remedy="Film the runner running.")


def step(values: tuple[float, float, float], index: int = 0) -> ContactGeometry:
    return ContactGeometry(SIDES[index % 2], 0.35 * index, *values)


def steps(far: int, near: int) -> list[ContactGeometry]:
    return [step(FAR if i < far else NEAR, i) for i in range(far + near)]


def svm(verdict: Verdict) -> SvmOpinion:
    return SvmOpinion(verdict, 0.5, 0.0, f"the model's reason for {verdict}")


def geometry(verdict: Verdict) -> GeometryOpinion:
    far, near = {"overstride": (20, 0), "optimal": (0, 20), "uncertain": (10, 10), "refused": (2, 0)}[verdict]
    opinion = judge_geometry(steps(far, near), [])
    assert opinion.verdict == verdict
    return opinion


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (FAR, True),
        (NEAR, False),
        ((0.38, 19.0, 12.0), True),
        ((0.38, 6.0, 3.0), True),
        ((0.18, 19.0, 3.0), True),
        ((0.38, 6.0, 12.0), False),
        ((0.18, 19.0, 12.0), False),
        ((0.18, 6.0, 3.0), False),
        ((math.nan, 19.0, 3.0), None),
    ],
)
def test_two_of_three_limits_make_an_overstride(values: tuple[float, float, float], expected: bool | None) -> None:
    assert is_overstride(step(values)) is expected


def test_a_value_on_its_limit_is_not_beyond() -> None:
    on = tuple(THRESHOLDS[name].value for name in ("ankle_ahead", "shank_angle_deg", "knee_flexion_deg"))
    assert is_overstride(step(on)) is False  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("speed", "values"),
    [
        # Means at initial contact from force plates: hamner04 at 2 and 3 m/s (functional joint centres) and rbds001 at
        # 2.5 m/s (anatomical markers). These runners set the limits, so they must lie inside.
        (2.0, (0.157, 5.4, 7.1)),
        (2.5, (0.178, 5.9, 8.5)),
        (3.0, (0.252, 12.9, 4.0)),
    ],
)
def test_measured_runners_at_easy_speed_lie_inside(speed: float, values: tuple[float, float, float]) -> None:
    assert is_overstride(step(values)) is False, speed


def test_thresholds_say_what_they_stand_on() -> None:
    opinion = judge_geometry(steps(5, 5), [])
    assert set(opinion.thresholds) == {"ankle_ahead", "shank_angle_deg", "knee_flexion_deg"}
    for threshold in opinion.thresholds.values():
        assert threshold["status"] == "convention"
        assert threshold["source"]
        assert threshold["unit"]


def test_the_interval_of_the_share_decides() -> None:
    opinion = judge_geometry(steps(15, 5), [])
    assert (opinion.verdict, opinion.n, opinion.share_beyond) == ("overstride", 20, 0.75)
    assert 0.5 < opinion.share_low < 0.75 < opinion.share_high < 1
    assert judge_geometry(steps(12, 8), []).verdict == "uncertain"
    assert judge_geometry(steps(5, 15), []).verdict == "optimal"
    assert "15 of 20 landings" in opinion.reason


def test_unmeasured_steps_are_left_out() -> None:
    unseen = [step((math.nan, 1.0, 1.0), i) for i in range(5)]
    assert judge_geometry([*steps(0, 10), *unseen], []).n == 10


@pytest.mark.parametrize("values", [(0.31, 16.0, 8.0), (0.29, 14.0, 8.0)])
def test_landings_within_the_error_of_measurement_get_no_verdict(values: tuple[float, float, float]) -> None:
    opinion = judge_geometry([step(values, i) for i in range(20)], [])

    assert opinion.verdict == "uncertain"
    assert "error of measurement" in opinion.reason


def test_too_few_steps_are_refused() -> None:
    opinion = judge_geometry(steps(MIN_CONTACTS - 1, 0), [])
    assert opinion.verdict == "refused"
    assert str(MIN_CONTACTS) in opinion.reason
    assert judge_geometry(steps(MIN_CONTACTS, 0), []).verdict == "overstride"
    assert math.isnan(judge_geometry([], []).share_beyond)


def test_a_refusing_check_refuses_and_a_warning_does_not() -> None:
    assert judge_geometry(steps(20, 0), [Check("light", "warn", "Dim.")]).verdict == "overstride"
    opinion = judge_geometry(steps(20, 0), [Check("light", "ok", "Bright."), REFUSING])
    assert (opinion.verdict, opinion.reason) == ("refused", REFUSING.message)


def test_geometry_decides_alone_while_the_svm_has_nothing_to_say() -> None:
    verdict = combine(geometry("overstride"), svm("refused"), [])
    assert (verdict.verdict, verdict.agree) == ("overstride", None)
    assert "geometry" in verdict.reason


@pytest.mark.parametrize("verdict", ["overstride", "optimal"])
def test_agreement_is_the_verdict(verdict: Verdict) -> None:
    combined = combine(geometry(verdict), svm(verdict), [])
    assert (combined.verdict, combined.agree) == (verdict, True)


def test_disagreement_is_uncertain_and_says_so() -> None:
    combined = combine(geometry("overstride"), svm("optimal"), [])
    assert (combined.verdict, combined.agree) == ("uncertain", False)
    assert "disagree" in combined.reason


@pytest.mark.parametrize(
    ("by_geometry", "by_svm", "words"),
    [
        ("uncertain", "optimal", "says optimal, but the geometry does not decide"),
        ("optimal", "uncertain", "the model's reason for uncertain"),
        ("uncertain", "uncertain", "Neither"),
    ],
)
def test_one_undecided_opinion_leaves_it_uncertain(by_geometry: Verdict, by_svm: Verdict, words: str) -> None:
    combined = combine(geometry(by_geometry), svm(by_svm), [])
    assert (combined.verdict, combined.agree) == ("uncertain", None)
    assert words in combined.reason


def test_a_clip_that_fails_a_check_gets_no_verdict_whatever_the_opinions_say() -> None:
    combined = combine(geometry("overstride"), svm("overstride"), [REFUSING])
    assert (combined.verdict, combined.agree) == ("refused", None)
    assert combined.reason == "There is no flight phase. Film the runner running."


def test_too_few_landings_get_no_verdict_from_the_svm_alone() -> None:
    assert combine(geometry("refused"), svm("overstride"), []).verdict == "refused"
