"""SimCC decoding: Gaussians of known centre are found to a fraction of a bin, noise and edges do no harm."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.pose.rtmpose_decode import Logits, average_mirrored, compute_refined_peak, decode_simcc
from runform.sequences import FloatArray
from runform.skeletons import HALPE_26

SIGMA_X, SIGMA_Y = 4.9, 5.66


def gaussians(centres: FloatArray, bins: int, sigma: float) -> Logits:
    """Rows with a Gaussian at each centre (bins)."""
    return np.asarray(np.exp(-((np.arange(bins) - centres[..., None]) ** 2) / (2 * sigma**2)), dtype=np.float32)


def test_centres_between_bins_are_found() -> None:
    centres = np.linspace(20.0, 360.0, 1001)
    found = compute_refined_peak(gaussians(centres, 384, SIGMA_X))
    assert np.abs(found - centres).max() < 0.05


def test_a_constant_and_a_factor_change_nothing() -> None:
    """Trained logits stand on an offset of their own."""
    centres = np.array([100.3, 200.0, 250.8])
    rows = gaussians(centres, 512, SIGMA_Y)
    np.testing.assert_allclose(compute_refined_peak(3 * rows - 0.7), compute_refined_peak(rows), atol=1e-4)


def test_refinement_halves_the_error_in_noise() -> None:
    rng = np.random.default_rng(0)
    centres = rng.uniform(30, 350, 4000)
    rows = gaussians(centres, 384, SIGMA_X) + rng.normal(0, 0.005, (4000, 384)).astype(np.float32)
    refined = np.sqrt(np.mean((compute_refined_peak(rows) - centres) ** 2))
    plain = np.sqrt(np.mean((rows.argmax(axis=1) - centres) ** 2))
    assert refined < 0.6 * plain


def test_never_further_than_half_a_bin_from_the_highest() -> None:
    rows = np.random.default_rng(1).normal(size=(500, 384)).astype(np.float32)
    assert np.abs(compute_refined_peak(rows) - rows.argmax(axis=1)).max() <= 0.5


@pytest.mark.parametrize("highest", [0, 1, 2, 381, 382, 383])
def test_peaks_at_the_ends_stay_where_they_are(highest: int) -> None:
    row = gaussians(np.array([float(highest)]), 384, SIGMA_X)
    assert compute_refined_peak(row)[0] == highest


def test_px_and_confidence() -> None:
    along_x = 0.8 * gaussians(np.array([[101.0, 40.5]]), 384, SIGMA_X)
    along_y = 1.3 * gaussians(np.array([[300.0, 77.25]]), 512, SIGMA_Y)
    xy, confidence = decode_simcc(along_x, along_y)
    np.testing.assert_allclose(xy, [[[50.5, 150.0], [20.25, 38.625]]], atol=0.03)
    np.testing.assert_allclose(confidence, [[0.8, 0.8]], atol=0.01)
    plain, _ = decode_simcc(along_x, along_y, refine=False)
    assert plain[0, 0].tolist() == [50.5, 150.0]


def test_confidence_stays_in_its_range_and_nothing_is_not_found() -> None:
    along_x = np.stack([gaussians(np.array([50.0, 50.0]), 384, SIGMA_X) * [[3.0], [1.0]]]).astype(np.float32)
    along_y = np.stack([gaussians(np.array([50.0, 50.0]), 512, SIGMA_Y) * [[3.0], [0.0]]]).astype(np.float32)
    along_y[0, 1] -= 0.1
    xy, confidence = decode_simcc(along_x, along_y)
    assert confidence.tolist() == [[1.0, 0.0]]
    assert np.isfinite(xy[0, 0]).all()
    assert np.isnan(xy[0, 1]).all()


def test_rows_that_do_not_belong_together() -> None:
    with pytest.raises(ShapeError, match="simcc_y"):
        decode_simcc(np.zeros((2, 26, 384), np.float32), np.zeros((2, 17, 512), np.float32))


def test_mirrored_answers_swap_sides_and_direction() -> None:
    """A perfect network answers a mirrored crop with the other side at the mirrored place."""
    rng = np.random.default_rng(2)
    x_bins, y_bins = rng.uniform(20, 360, (1, 26)), rng.uniform(20, 490, (1, 26))
    logits = gaussians(x_bins, 384, SIGMA_X), gaussians(y_bins, 512, SIGMA_Y)
    other = {"left": "right", "right": "left"}
    sides = [name.split("_", 1) for name in HALPE_26.keypoints]
    twins = [HALPE_26.index["_".join([other[p[0]], *p[1:]]) if p[0] in other else "_".join(p)] for p in sides]
    mirrored = gaussians(383 - x_bins[:, twins], 384, SIGMA_X), gaussians(y_bins[:, twins], 512, SIGMA_Y)
    for averaged, expected in zip(average_mirrored(logits, mirrored), logits, strict=True):
        np.testing.assert_allclose(averaged, expected, atol=1e-5)
