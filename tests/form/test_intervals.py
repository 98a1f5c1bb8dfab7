from __future__ import annotations

import math

import pytest

from runform.form.intervals import compute_wilson_interval


def test_published_example() -> None:
    # 1 of 29, Newcombe (1998), table I, method 3.
    assert compute_wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=2e-4)


def test_certain_shares_keep_a_width() -> None:
    low, high = compute_wilson_interval(0, 10)
    assert low == 0.0
    assert high == pytest.approx(0.2775, abs=1e-3)
    assert compute_wilson_interval(10, 10) == pytest.approx((1 - high, 1.0))


def test_nothing_judged_has_no_interval() -> None:
    assert all(math.isnan(end) for end in compute_wilson_interval(0, 0))
