from __future__ import annotations

import math

import numpy as np
import pytest

from runform.form.pair_likeness import compute_pair_likeness


def test_the_most_and_the_least_alike_of_all_pairs() -> None:
    angles = np.radians([0.0, 1.0, 40.0, 80.0, 130.0, 180.0])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * [[3.0]]
    alike, unlike = compute_pair_likeness(points, 0, 1), compute_pair_likeness(points, 5, 0)
    assert alike.cosine == pytest.approx(math.cos(math.radians(1.0)))
    assert (alike.percentile, alike.pairs) == (100.0, 14)
    assert unlike.cosine == pytest.approx(-1.0)
    assert unlike.percentile == 0.0


def test_many_runs_are_sampled_and_few_have_no_percentile() -> None:
    points = np.random.default_rng(0).normal(size=(900, 4))
    points[1] = points[0]
    many = compute_pair_likeness(points, 0, 1)
    assert many.cosine == pytest.approx(1.0)
    assert many.percentile == 100.0
    assert 190_000 < many.pairs <= 200_000
    assert math.isnan(compute_pair_likeness(points[:4], 0, 1).percentile)


def test_a_run_at_the_middle_points_nowhere() -> None:
    points = np.random.default_rng(0).normal(size=(9, 4))
    points[2] = 0.0
    assert math.isnan(compute_pair_likeness(points, 0, 2).cosine)
    assert math.isfinite(compute_pair_likeness(points, 0, 1).percentile)
