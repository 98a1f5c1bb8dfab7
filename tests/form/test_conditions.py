from __future__ import annotations

import math

import numpy as np
import pytest

from runform.errors import InputError
from runform.form.conditions import bootstrap_means, compare_clips, compare_groups, compare_pairs, summarise_run
from runform.form.stride_denoising import OWN_SHARE


def test_pairs_with_a_known_effect_are_told_and_days_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    days = rng.normal(0, 0.5, 10)
    a = days + rng.normal(0, 0.02, 10)
    b = days + 0.1 + rng.normal(0, 0.02, 10)

    paired = compare_pairs(list(a), list(b))

    assert paired.low < 0.1 < paired.high
    assert paired.low > 0
    assert paired.p == pytest.approx(2 / 2**10)  # all ten differ one way: the least that ten pairs can give
    groups = compare_groups(list(a), list(b))
    assert groups.difference == pytest.approx(paired.difference)
    assert groups.low < 0 < groups.high


def test_pairs_without_an_effect_are_false_alarms_once_in_twenty() -> None:
    rng = np.random.default_rng(1)
    results = [compare_pairs(list(rng.normal(size=8)), list(rng.normal(size=8))) for _ in range(400)]

    assert np.mean([r.p < 0.05 for r in results]) < 0.075
    assert np.mean([r.low <= 0 <= r.high for r in results]) == pytest.approx(0.95, abs=0.035)


def test_five_pairs_cannot_be_tested_and_one_cannot_be_compared() -> None:
    assert math.isnan(compare_pairs([0.0] * 5, [1.0, 1.1, 0.9, 1.0, 1.2]).p)
    with pytest.raises(InputError, match="two runs or more"):
        compare_pairs([0.1], [0.2])
    with pytest.raises(InputError, match="as many of one"):
        compare_pairs([0.1, 0.2], [0.2, 0.3, 0.4])
    with pytest.raises(InputError, match="two runs or more"):
        compare_groups([0.1], [0.2, 0.3])


def test_the_interval_of_a_run_holds_the_clips_error_however_many_strides() -> None:
    rng = np.random.default_rng(2)
    many = summarise_run(0.5 + OWN_SHARE * rng.normal(0, 0.1, 400), clip_error=0.06)

    assert many.mean == pytest.approx(0.5, abs=0.01)
    assert many.spread == pytest.approx(0.1, rel=0.1)
    assert many.plus_minus == pytest.approx(1.96 * 0.06, rel=0.02)


def test_neighbouring_strides_that_are_alike_widen_the_bootstrap() -> None:
    rng = np.random.default_rng(3)
    white = rng.normal(0, 1, 300)
    alike = np.repeat(rng.normal(0, 1, 100), 3)

    assert bootstrap_means(white, rng).std() == pytest.approx(1 / math.sqrt(300), rel=0.15)
    assert bootstrap_means(alike, rng).std() > 1.3 / math.sqrt(300)


def test_two_clips_differ_by_no_less_than_cameras_do() -> None:
    same = compare_clips(np.full(8, 0.5), np.full(8, 0.6), change_error=0.05)

    assert same.difference == pytest.approx(0.1)
    assert same.high - same.low == pytest.approx(2 * 1.96 * 0.05 * math.sqrt(2))
    assert math.isnan(same.p)


def test_too_few_strides_are_refused() -> None:
    with pytest.raises(InputError, match="3 whole strides"):
        summarise_run(np.array([0.1, 0.2, 0.3]), 0.05)
