from __future__ import annotations

import math

import pytest

from runform.form.landing_limits import THRESHOLDS, find_limits, is_overstride
from runform.form.overstride import MIN_CONTACTS, SPRINT_SPEED, combine, judge_geometry, read_limits
from runform.form.verdict_probability import CERTAIN
from runform.results import Check, GeometryOpinion, SvmOpinion, Verdict
from runform.sequences import SIDES, ContactGeometry

FAR, NEAR = (0.40, 21.0, 2.0), (0.18, 6.0, 12.0)
ON_THE_BORDER = (0.26, 11.0, 5.0)
REFUSING = Check("running", "refuse", "There is no flight phase.", remedy="Film the runner running.")


def step(values: tuple[float, float, float], index: int = 0) -> ContactGeometry:
    return ContactGeometry(SIDES[index % 2], 0.35 * index, *values)


def steps(far: int, near: int) -> list[ContactGeometry]:
    return [step(FAR if i < far else NEAR, i) for i in range(far + near)]


def svm(verdict: Verdict) -> SvmOpinion:
    probability = {"overstride": 0.9, "optimal": 0.1, "uncertain": 0.5, "refused": math.nan}[verdict]
    return SvmOpinion(verdict, probability, 0.0, f"the model's reason for {verdict}")


def geometry(verdict: Verdict) -> GeometryOpinion:
    values = {"overstride": FAR, "optimal": NEAR, "uncertain": ON_THE_BORDER, "refused": FAR}[verdict]
    opinion = judge_geometry([step(values, i) for i in range(2 if verdict == "refused" else 20)], [])
    assert opinion.verdict == verdict
    return opinion


def test_thresholds_say_what_they_stand_on() -> None:
    opinion = judge_geometry(steps(5, 5), [])
    assert set(opinion.thresholds) == {"ankle_ahead", "shank_angle_deg", "knee_flexion_deg"}
    for threshold in opinion.thresholds.values():
        assert threshold["status"] == "convention"
        assert threshold["source"]
        assert threshold["unit"]


def test_the_median_landing_decides_and_the_share_is_said() -> None:
    opinion = judge_geometry(steps(15, 5), [])
    assert (opinion.verdict, opinion.n, opinion.share_beyond) == ("overstride", 20, 0.75)
    assert 0.5 < opinion.share_low < 0.75 < opinion.share_high < 1
    assert opinion.probability > 0.9
    assert judge_geometry(steps(5, 15), []).verdict == "optimal"
    assert "15 of 20 landings" in opinion.reason


def test_probability_rises_with_every_measure_and_does_not_decide_on_the_border() -> None:
    def probability(ahead: float, shank: float, knee: float) -> float:
        return judge_geometry([step((ahead, shank, knee), i) for i in range(10)], []).probability

    assert 1 - CERTAIN < probability(*ON_THE_BORDER) < CERTAIN
    assert probability(0.29, 13.0, 5.0) > probability(0.27, 12.0, 5.0) > probability(0.25, 10.0, 8.0)


def test_landings_near_the_border_get_no_verdict() -> None:
    opinion = judge_geometry([step((0.262, 11.4, 8.0), i) for i in range(20)], [])
    assert opinion.share_beyond == 1.0
    assert opinion.verdict == "uncertain"
    assert 1 - CERTAIN < opinion.probability < CERTAIN


def test_the_same_landing_is_judged_by_the_speed_it_is_run_at() -> None:
    landings = [step((0.29, 13.0, 8.0), i) for i in range(20)]
    assert judge_geometry(landings, [], 3.0).verdict == "overstride"
    assert judge_geometry(landings, [], 5.8).verdict == "optimal"
    assert judge_geometry(landings, []).thresholds["ankle_ahead"]["value"] == THRESHOLDS["ankle_ahead"].value


def test_a_sprint_is_refused() -> None:
    opinion = judge_geometry(steps(20, 0), [], SPRINT_SPEED + 0.5)
    assert opinion.verdict == "refused"
    assert "sprint" in opinion.reason
    assert math.isnan(opinion.probability)


def test_unmeasured_steps_are_left_out() -> None:
    unseen = [step((math.nan, 1.0, 1.0), i) for i in range(5)]
    assert judge_geometry([*steps(0, 10), *unseen], []).n == 10


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


def test_limits_are_read_back_from_an_opinion_and_taken_anew_for_an_old_record() -> None:
    opinion = judge_geometry(steps(5, 5), [], 5.0)
    assert read_limits(opinion) == find_limits(5.0)
    old = GeometryOpinion("optimal", 0.1, 0.0, 0.3, 20, {"ankle_ahead": {"value": 0.3, "unit": "leg lengths"}}, "")
    assert read_limits(old) == find_limits(math.nan)


def test_geometry_decides_alone_while_the_model_has_nothing_to_say() -> None:
    verdict = combine(geometry("overstride"), svm("refused"), [])
    assert (verdict.verdict, verdict.agree) == ("overstride", None)
    assert verdict.probability == verdict.geometry.probability
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
    ("by_geometry", "by_svm", "expected"),
    [("uncertain", "overstride", "overstride"), ("optimal", "uncertain", "optimal"), ("uncertain", "uncertain", None)],
)
def test_one_undecided_opinion_leaves_it_to_both_together(
    by_geometry: Verdict, by_svm: Verdict, expected: Verdict | None
) -> None:
    combined = combine(geometry(by_geometry), svm(by_svm), [])
    assert (combined.verdict, combined.agree) == (expected or "uncertain", None)
    assert ("Together" in combined.reason) is (expected is not None)


def test_a_clip_that_fails_a_check_gets_no_verdict_whatever_the_opinions_say() -> None:
    combined = combine(geometry("overstride"), svm("overstride"), [REFUSING])
    assert (combined.verdict, combined.agree) == ("refused", None)
    assert combined.reason == "There is no flight phase. Film the runner running."
    assert math.isnan(combined.probability)


def test_too_few_landings_get_no_verdict_from_the_model_alone() -> None:
    assert combine(geometry("refused"), svm("overstride"), []).verdict == "refused"


def test_a_nearly_straight_knee_alone_is_no_overstride() -> None:
    assert is_overstride(step((0.18, 6.0, 1.0)), THRESHOLDS) is False
