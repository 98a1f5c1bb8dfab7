"""Among rival answers the clip finds the right ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runform.pose.estimator import PoseDetection
from runform.pose.hypotheses import HypothesisChooser, choose_hypotheses, compute_merged
from runform.pose.legs import compute_leg_length, leg_columns, swap_legs
from runform.skeletons import BLAZEPOSE_33, HALPE_26
from tests.pose.synthetic import LEG_PX, make_detection, make_runner, make_times

LEFT, RIGHT = leg_columns(BLAZEPOSE_33)


def test_leg_columns_pair_up() -> None:
    for skeleton in (BLAZEPOSE_33, HALPE_26):
        left, right = leg_columns(skeleton)
        np.testing.assert_array_equal(skeleton.mirror_order[left], right)
    assert len(leg_columns(HALPE_26)[0]) == 6


def test_swapping_twice_changes_nothing() -> None:
    runner = make_runner(make_times(5))
    swapped = swap_legs(runner, BLAZEPOSE_33)
    assert not np.array_equal(swapped, runner)
    np.testing.assert_array_equal(swap_legs(swapped, BLAZEPOSE_33), runner)


def test_leg_length() -> None:
    length = compute_leg_length(make_runner(make_times(60)), BLAZEPOSE_33)
    assert 1.0 * LEG_PX < length < 1.1 * LEG_PX
    assert np.isnan(compute_leg_length(np.full((3, 33, 2), np.nan), BLAZEPOSE_33))


def test_merged_legs_score_one_and_parted_legs_nearly_nothing() -> None:
    runner = make_runner(make_times(20))
    merged = runner.copy()
    merged[:, RIGHT] = merged[:, LEFT]
    np.testing.assert_allclose(compute_merged(merged, BLAZEPOSE_33, LEG_PX), 1.0)
    assert compute_merged(runner, BLAZEPOSE_33, LEG_PX).max() < 0.5


def test_rivals_that_merge_the_legs_are_passed_over() -> None:
    time_s = make_times(90)
    truth = make_runner(time_s)
    rng = np.random.default_rng(0)
    rivals: list[tuple[PoseDetection, ...]] = []
    for frame in range(90):
        bad = truth[frame].copy()
        kept, lost = (LEFT, RIGHT) if rng.random() < 0.5 else (RIGHT, LEFT)
        bad[lost] = bad[kept]
        answers = [make_detection(truth[frame]), make_detection(bad)]
        rivals.append(tuple(answers if rng.random() < 0.5 else answers[::-1]))
    xy, _ = choose_hypotheses(rivals, time_s, BLAZEPOSE_33)
    np.testing.assert_allclose(xy[:, RIGHT], truth[:, RIGHT], atol=0.05 * LEG_PX)
    np.testing.assert_allclose(xy[:, LEFT], truth[:, LEFT], atol=0.05 * LEG_PX)


def test_a_long_clip_settled_in_stretches_is_chosen_as_a_whole() -> None:
    time_s = make_times(1500)
    truth = make_runner(time_s)
    rng = np.random.default_rng(1)
    rivals: list[tuple[PoseDetection, ...]] = []
    for frame in range(len(time_s)):
        bad = truth[frame].copy()
        bad[RIGHT] = bad[LEFT]
        answers = [make_detection(truth[frame]), make_detection(bad)]
        missing = 700 <= frame < 705
        rivals.append(() if missing else tuple(answers if rng.random() < 0.5 else answers[::-1]))
    chooser = HypothesisChooser(BLAZEPOSE_33)
    for answers_now, now_s in zip(rivals, time_s, strict=True):
        chooser.push(answers_now, float(now_s))

    xy, confidence = chooser.finish()

    whole_xy, whole_confidence = choose_hypotheses(rivals, time_s, BLAZEPOSE_33)
    np.testing.assert_array_equal(xy, whole_xy)
    np.testing.assert_array_equal(confidence, whole_confidence)


def test_nothing_pushed_is_nothing_chosen() -> None:
    xy, confidence = HypothesisChooser(BLAZEPOSE_33).finish()
    assert xy.shape == (0, 33, 2)
    assert confidence.shape == (0, 33)


def test_what_the_picture_says_counts_where_motion_is_open() -> None:
    """Two answers that move alike: the one that its picture holds likelier is taken in every frame."""
    time_s = make_times(30)
    truth = make_runner(time_s)
    rivals = [
        (replace(make_detection(truth[t] + 30.0), cost=6.0), replace(make_detection(truth[t]), cost=0.5))
        for t in range(30)
    ]
    xy, _ = choose_hypotheses(rivals, time_s, BLAZEPOSE_33)
    np.testing.assert_array_equal(xy, truth)


def test_frames_may_have_any_number_of_answers() -> None:
    time_s = make_times(60)
    truth = make_runner(time_s)
    rng = np.random.default_rng(0)
    rivals: list[tuple[PoseDetection, ...]] = []
    for frame in range(60):
        wrong = [make_detection(truth[frame] + rng.normal(0, 60, 2)) for _ in range(int(rng.integers(0, 5)))]
        at = int(rng.integers(0, len(wrong) + 1))
        rivals.append((*wrong[:at], make_detection(truth[frame]), *wrong[at:]))
    xy, _ = choose_hypotheses(rivals, time_s, BLAZEPOSE_33)
    assert (np.abs(xy - truth).max(axis=(1, 2)) == 0).mean() > 0.95


def test_frames_without_answers_are_missing() -> None:
    time_s = make_times(6)
    truth = make_runner(time_s)
    rivals: list[tuple[PoseDetection, ...]] = [(make_detection(truth[t]),) for t in range(6)]
    rivals[2] = ()
    xy, confidence = choose_hypotheses(rivals, time_s, BLAZEPOSE_33)
    assert np.isnan(xy[2]).all()
    assert (confidence[2] == 0).all()
    np.testing.assert_array_equal(xy[[0, 1, 3, 4, 5]], truth[[0, 1, 3, 4, 5]])


def test_nobody_in_any_frame() -> None:
    xy, confidence = choose_hypotheses([(), ()], make_times(2), BLAZEPOSE_33)
    assert np.isnan(xy).all()
    assert not confidence.any()
