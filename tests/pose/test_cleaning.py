"""Cleaning on a runner whose true keypoints are known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.pose.cleaning import clean_keypoints, compute_cutoff, find_swaps
from runform.pose.legs import compute_leg_length, leg_columns, swap_legs
from runform.sequences import KeypointSequence
from runform.skeletons import BLAZEPOSE_33
from tests.pose.synthetic import LEG_PX, make_runner, make_sequence, make_times

INDEX = BLAZEPOSE_33.index
LEFT, RIGHT = leg_columns(BLAZEPOSE_33)


def error_px(cleaned: KeypointSequence, truth: np.ndarray) -> float:  # type: ignore[type-arg]
    return float(np.nanmax(np.linalg.norm(cleaned.xy_px - truth, axis=2)[3:-3]))


def test_a_clean_runner_is_left_as_they_are() -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    cleaned, report = clean_keypoints(make_sequence(truth, time_s))
    assert (report.swaps_repaired, report.gaps_filled, report.merged_repaired, report.spikes_removed) == (0, 0, 0, 0)
    assert error_px(cleaned, truth) < 0.03 * LEG_PX


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0])
def test_swapped_legs_are_found_and_put_back(rate: float) -> None:
    time_s = make_times(int(4 * rate), rate)
    truth = make_runner(time_s)
    swapped = np.array([11, 12, 13, 40, 66, 67, 68, 69, 70])
    broken = truth.copy()
    broken[swapped] = swap_legs(truth[swapped], BLAZEPOSE_33)
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.swaps_repaired == len(swapped)
    assert error_px(cleaned, truth) < 0.03 * LEG_PX


def test_swaps_are_found_through_noise() -> None:
    time_s = make_times(240)
    truth = make_runner(time_s)
    rng = np.random.default_rng(0)
    swapped = rng.random(240) < 0.15
    broken = np.where(swapped[:, None, None], swap_legs(truth, BLAZEPOSE_33), truth)
    broken += rng.normal(0, 0.02 * LEG_PX, broken.shape)
    found = find_swaps(broken, time_s, BLAZEPOSE_33, LEG_PX)
    assert (found == swapped).mean() > 0.98


def test_the_sides_confidence_goes_with_the_leg() -> None:
    time_s = make_times(60)
    truth = make_runner(time_s)
    sequence = make_sequence(truth, time_s)
    confidence = sequence.confidence.copy()
    confidence[:, LEFT] = 0.4
    broken = truth.copy()
    broken[30] = swap_legs(truth[30], BLAZEPOSE_33)
    confidence[30, LEFT], confidence[30, RIGHT] = 0.9, 0.4
    cleaned, _ = clean_keypoints(
        KeypointSequence(time_s, broken, confidence, sequence.skeleton, sequence.width, sequence.height)
    )
    np.testing.assert_array_equal(cleaned.confidence[30, LEFT], 0.4)
    np.testing.assert_array_equal(cleaned.confidence[30, RIGHT], 0.9)


@pytest.mark.parametrize("onto", ["left", "right"])
def test_a_leg_found_on_the_other_is_put_back(onto: str) -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    broken = truth.copy()
    jumped, kept = (RIGHT, LEFT) if onto == "left" else (LEFT, RIGHT)
    # Frames where the feet are far apart, so that the leg that jumped really left its path.
    apart = np.abs(truth[:, INDEX["left_ankle"], 0] - truth[:, INDEX["right_ankle"], 0])
    frames = [next(int(t) for t in np.argsort(-apart) if 10 < t < 50), 60, 61]
    for frame in frames:
        broken[frame, jumped] = truth[frame, kept]
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.merged_repaired == len(frames)
    assert error_px(cleaned, truth) < 0.08 * LEG_PX


def test_legs_that_are_together_stay_together() -> None:
    """From the front both legs may lie on one another for long; nothing is repaired."""
    time_s = make_times(90)
    truth = make_runner(time_s)
    truth[:, RIGHT] = truth[:, LEFT]
    _, report = clean_keypoints(make_sequence(truth, time_s))
    assert report.merged_repaired == 0


def test_spikes_and_short_gaps_are_filled_with_half_the_confidence() -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    broken = truth.copy()
    toe = INDEX["left_toe"]
    broken[30, toe] += (0.5 * LEG_PX, 0)
    broken[60:63, toe] = np.nan
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.spikes_removed == 1
    assert report.gaps_filled == 4
    assert error_px(cleaned, truth) < 0.05 * LEG_PX
    np.testing.assert_allclose(cleaned.confidence[[30, 60, 61, 62], toe], 0.45)


def test_long_gaps_stay_missing() -> None:
    time_s = make_times(120)
    broken = make_runner(time_s)
    broken[40:60] = np.nan
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.gaps_filled == 0
    assert np.isnan(cleaned.xy_px[40:60]).all()
    assert (cleaned.confidence[40:60] == 0).all()
    assert np.isfinite(cleaned.xy_px[:40]).all()
    assert np.isfinite(cleaned.xy_px[60:]).all()


def test_raw_is_not_changed() -> None:
    time_s = make_times(60)
    broken = make_runner(time_s)
    broken[20:22] = np.nan
    raw = make_sequence(broken, time_s)
    before = raw.xy_px.copy(), raw.confidence.copy()
    clean_keypoints(raw)
    np.testing.assert_array_equal(raw.xy_px, before[0])
    np.testing.assert_array_equal(raw.confidence, before[1])


def test_nothing_found_at_all() -> None:
    time_s = make_times(10)
    raw = make_sequence(np.full((10, 33, 2), np.nan), time_s)
    cleaned, report = clean_keypoints(raw)
    assert np.isnan(cleaned.xy_px).all()
    assert report.swaps_repaired == 0


@pytest.mark.parametrize(("speed", "rate", "cutoff"), [(1.0, 30.0, 12.0), (1.0, 25.0, 10.0), (4.0, 240.0, 20.0)])
def test_cutoff_follows_speed_and_frame_rate(speed: float, rate: float, cutoff: float) -> None:
    time_s = make_times(int(2 * rate), rate)
    runner = make_runner(time_s * speed)
    length = compute_leg_length(runner, BLAZEPOSE_33)
    assert compute_cutoff(runner, time_s, BLAZEPOSE_33, length) == pytest.approx(cutoff, abs=0.05)
