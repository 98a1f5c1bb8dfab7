from __future__ import annotations

import math

import numpy as np
import pytest

from runform.training.overstride_scoring import compute_auc_interval, score_paper_protocol, score_probabilities

Y = np.array([1, 1, 1, 1, 0, 0, 0, 0])
RUNNERS = np.array(list("aabbccdd"))


def test_right_and_sure_is_perfect() -> None:
    row = score_probabilities([0.9, 0.8, 0.9, 0.7, 0.1, 0.2, 0.3, 0.1], Y, RUNNERS)
    assert (row["accuracy"], row["auc"], row["undecided"], row["accuracy_decided"]) == (1.0, 1.0, 0.0, 1.0)
    assert (row["clips"], row["runners"], row["refused"]) == (8, 4, 0)


def test_refused_and_doubtful_clips_are_undecided() -> None:
    row = score_probabilities([0.9, math.nan, 0.6, 0.1, 0.1, 0.45, 0.1, 0.1], Y, RUNNERS)
    assert row["refused"] == 1
    assert row["undecided"] == pytest.approx(3 / 8)
    assert row["accuracy_decided"] == pytest.approx(4 / 5)
    assert row["accuracy"] == pytest.approx(6 / 7)


def test_all_refused_measures_nothing() -> None:
    row = score_probabilities([math.nan] * 8, Y, RUNNERS)
    assert row["undecided"] == 1.0
    assert math.isnan(row["accuracy_decided"])
    assert math.isnan(row["auc"])


def test_the_interval_counts_runners_not_clips() -> None:
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    margins = y + rng.normal(size=40)
    alone = compute_auc_interval(margins, y, np.arange(40))
    together = compute_auc_interval(np.repeat(margins, 10), np.repeat(y, 10), np.repeat(np.arange(40), 10))
    assert alone[0] < alone[1]
    assert together == pytest.approx(alone, abs=0.05)


def test_the_published_protocol_rewards_knowing_the_runner_again() -> None:
    # Random labels by runner: folds that split runners score far above chance.
    rng = np.random.default_rng(1)
    runners = rng.normal(size=(12, 50))
    x = np.repeat(runners, 4, axis=0) + 0.05 * rng.normal(size=(48, 50))
    accuracy, low, high = score_paper_protocol(x, np.repeat(np.arange(12) % 2, 4))
    assert accuracy > 0.9
    assert low < accuracy < high
    assert score_paper_protocol(rng.normal(size=(48, 50)), np.arange(48) % 2)[0] == pytest.approx(0.5, abs=0.15)
