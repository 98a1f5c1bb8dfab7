from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError
from runform.training.ridge import cross_validate_ridge, predict_ridge


def test_a_linear_rule_is_found_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 30)) * np.logspace(-3, 3, 30)
    y = np.stack([x[:, 5] / x[:, 5].std() + x[:, 25] / x[:, 25].std(), rng.normal(size=80)], axis=1)
    y[:, 0] = 7.0 + 2.0 * y[:, 0]
    fit = cross_validate_ridge(np.hstack([x[:, [5, 25]], x[:, :4]]), y, [f"r{i}" for i in range(80)])
    assert fit.r2[0] > 0.99
    assert fit.rmse[0] < 0.1 * y[:, 0].std()
    assert -0.3 < fit.r2[1] < 0.1


def test_a_runner_is_never_split() -> None:
    """Numbers that only name the runner tell nothing of a runner left out, however many clips there are."""
    rng = np.random.default_rng(1)
    owner = np.repeat(np.arange(12), 4)
    x = np.eye(12)[owner] + 0.01 * rng.normal(size=(48, 12))
    y = rng.normal(size=12)[owner][:, None]
    assert cross_validate_ridge(x, y, [str(o) for o in owner]).r2[0] < 0.1


def test_a_small_penalty_is_least_squares() -> None:
    rng = np.random.default_rng(2)
    x, slope = rng.normal(size=(50, 3)), np.array([[1.0], [-2.0], [0.5]])
    x[:, 1] = 4.0  # the same in all rows: left out
    guesses = predict_ridge(x, 3.0 + x[:, [0, 2]] @ slope[[0, 2]], np.array([[1.0, 9.0, 2.0]]), [1e-9, 1e9])
    assert guesses[:, 0, 0] == pytest.approx([5.0, (3.0 + x[:, [0, 2]] @ slope[[0, 2]]).mean()], abs=1e-3)


def test_too_few_runners_are_refused() -> None:
    with pytest.raises(InputError, match="9 runners"):
        cross_validate_ridge(np.zeros((9, 2)), np.zeros((9, 1)), list("abcdefghi"))
