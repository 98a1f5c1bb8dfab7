"""The robust Fourier series on curves that are known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.mean_stride import fit_mean_stride
from runform.sequences import FloatArray


def _curve(phase: FloatArray) -> FloatArray:
    return np.asarray(1 + 2 * np.cos(2 * np.pi * phase) - 0.5 * np.sin(6 * np.pi * phase))


def test_gross_errors_in_a_fifth_of_the_samples_do_not_bend_it() -> None:
    rng = np.random.default_rng(0)
    phase = rng.uniform(0, 15, 400)
    signal = _curve(phase) + rng.normal(0, 0.02, 400)
    signal[rng.random(400) < 0.2] += 3
    grid = np.linspace(0, 1, 50)

    fitted = fit_mean_stride(phase, signal)

    assert fitted is not None
    assert np.abs(fitted.value(grid) - _curve(grid)).max() < 0.03
    assert fitted.noise == pytest.approx(0.02, rel=0.5)


def test_slope_is_the_derivative() -> None:
    phase = np.linspace(0, 10, 500)
    fitted = fit_mean_stride(phase, _curve(phase))
    grid = np.linspace(0, 1, 20)

    assert fitted is not None
    np.testing.assert_allclose(
        fitted.slope(grid), (fitted.value(grid + 1e-5) - fitted.value(grid - 1e-5)) / 2e-5, atol=1e-3
    )


def test_missing_samples_are_left_out_and_too_few_refused() -> None:
    phase = np.linspace(0, 10, 200)
    signal = _curve(phase)
    signal[::3] = np.nan

    assert fit_mean_stride(phase, signal) is not None
    assert fit_mean_stride(phase[:20], signal[:20]) is None
