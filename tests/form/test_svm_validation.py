from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError
from runform.form.overstride_svm import make_reducer
from runform.form.svm_search import SearchedSvm
from runform.form.svm_validation import assess_margins, compute_balanced_accuracy, cross_validate, permute_by_group


def test_balanced_accuracy_does_not_reward_the_larger_class() -> None:
    truth = np.array([0] * 9 + [1])
    assert compute_balanced_accuracy(truth, np.zeros(10, dtype=np.intp)) == 0.5
    assert compute_balanced_accuracy(truth, truth) == 1.0


def test_permutation_moves_whole_runners() -> None:
    groups = np.repeat([f"runner {i}" for i in range(8)], 3)
    labels = np.repeat([0, 1], 12)
    rng = np.random.default_rng(0)
    drawn = [permute_by_group(labels, groups, rng) for _ in range(20)]
    for shuffled in drawn:
        assert shuffled.sum() == 12
        assert all(len(set(shuffled[groups == name])) == 1 for name in np.unique(groups))
    assert len({tuple(shuffled) for shuffled in drawn}) > 5


def test_permutation_keeps_the_classes_where_runners_differ_in_runs() -> None:
    groups = np.array(["a", "b", "b", "b", "c", "c", "a", "d"])
    labels = np.array([0, 1, 1, 0, 1, 1, 0, 0])
    shuffled = permute_by_group(labels, groups, np.random.default_rng(1))
    assert sorted(shuffled) == sorted(labels)


def test_a_runner_recognised_by_his_own_runs_is_no_skill() -> None:
    # Every runner is easy to recognise and labels are random among runners: ungrouped folds would score near 1.
    rng = np.random.default_rng(4)
    runners = rng.normal(size=(10, 200))
    x = np.repeat(runners, 4, axis=0) + 0.01 * rng.normal(size=(40, 200))
    groups = np.repeat([f"runner {i}" for i in range(10)], 4)
    labels = np.repeat(np.array([0, 1] * 5), 4)
    result = cross_validate(x, labels, groups, make_reducer, SearchedSvm, seed=0, permutations=39)
    assert result.balanced_accuracy < 0.8
    assert result.permutation_p > 0.05


@pytest.mark.parametrize("seed", range(8))
def test_any_labels_of_two_runners_each_can_be_split(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = np.concatenate([[f"runner {i}"] * int(rng.integers(1, 9)) for i in range(5)])
    labels = rng.integers(0, 2, len(groups))
    labels[groups == "runner 0"], labels[groups == "runner 1"] = 0, 1
    labels[np.flatnonzero(groups == "runner 2")[0]], labels[np.flatnonzero(groups == "runner 3")[0]] = 0, 1
    result = cross_validate(
        rng.normal(size=(len(groups), 20)), labels, groups, make_reducer, SearchedSvm, seed=seed, permutations=3
    )
    assert np.isfinite(result.margins).all()


def test_folds_that_stratify_badly_fall_back_to_one_runner_at_a_time() -> None:
    # Two stratified folds put the pure optimal runner with the mixed one, which leaves one label to train on.
    groups = np.array(["mixed"] * 2 + ["optimal"] * 4 + ["overstride"] * 4)
    labels = np.array([0, 1] + [0] * 4 + [1] * 4)
    x = np.random.default_rng(0).normal(size=(10, 20))
    result = cross_validate(x, labels, groups, make_reducer, SearchedSvm, seed=0, permutations=3)
    assert result.folds == 3
    assert np.isfinite(result.margins).all()


def test_a_label_of_one_runner_alone_is_refused() -> None:
    x = np.random.default_rng(0).normal(size=(6, 20))
    with pytest.raises(InputError, match="cannot be left out"):
        cross_validate(
            x, np.array([0, 0, 0, 1, 1, 1]), np.array(["a"] * 3 + ["b"] * 3), make_reducer, SearchedSvm,
            seed=0, permutations=1,
        )  # fmt: skip


def test_a_model_that_learnt_elsewhere_is_assessed_without_folds() -> None:
    y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    groups = np.array(["a", "a", "b", "b", "c", "c", "d", "d"])
    right = assess_margins(np.array([-2.0, -1, -1, 0.5, 1, 2, 1, 2]), y, groups, permutations=99)
    assert (right.confusion, right.folds, right.balanced_accuracy) == ([[3, 1], [0, 4]], 0, 0.875)
    assert right.auc == 1.0
    wrong = assess_margins(np.array([2.0, 1, 1, 1, -1, -2, -1, -2]), y, groups, permutations=99)
    assert wrong.balanced_accuracy == 0.0
    assert wrong.permutation_p == 1.0
    with pytest.raises(InputError, match="same label"):
        assess_margins(np.ones(3), np.ones(3, dtype=np.intp), np.array(["a", "b", "c"]))
