"""Cleaning on a runner whose true keypoints are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from runform.pose.cleaning import clean_keypoints, repair_keypoints
from runform.pose.legs import arm_columns, leg_columns, swap_legs
from runform.sequences import FloatArray, KeypointSequence, Repair
from runform.skeletons import BLAZEPOSE_33, COCO_17, HALPE_26, Skeleton
from tests.pose.synthetic import LEG_PX, STRIDES_PER_S, make_sequence, make_times
from tests.pose.synthetic import make_runner as make_legs

INDEX = BLAZEPOSE_33.index
LEFT, RIGHT = leg_columns(BLAZEPOSE_33)
LIMBS = {"legs": (leg_columns(BLAZEPOSE_33), Repair.LEG_SWAP), "arms": (arm_columns(BLAZEPOSE_33), Repair.ARM_SWAP)}


def make_runner(time_s: FloatArray) -> FloatArray:
    """(T, 33, 2) px: the legs of `synthetic`, and arms that swing against them."""
    xy = make_legs(time_s)
    for side, phase in (("left", np.pi), ("right", 0.0)):
        swing = np.sin(2 * np.pi * STRIDES_PER_S * time_s + phase)
        for part, reach, height in (("shoulder", 0.02, 450), ("elbow", 0.15, 560), ("wrist", 0.3, 600)):
            k = INDEX[f"{side}_{part}"]
            xy[:, k, 0] += LEG_PX * reach * swing
            xy[:, k, 1] = height
        for part in ("pinky", "index", "thumb"):
            xy[:, INDEX[f"{side}_{part}"]] = xy[:, INDEX[f"{side}_wrist"]] + (6.0, 4.0)
    return xy


def error_px(cleaned: KeypointSequence, truth: FloatArray) -> float:
    return float(np.nanmax(np.linalg.norm(cleaned.xy_px - truth, axis=2)[3:-3]))


def flagged(repairs: npt.NDArray[np.uint8], flag: Repair) -> npt.NDArray[np.bool_]:
    return np.asarray(((repairs & flag) > 0).any(axis=1))


def exchange(xy: FloatArray, frames: npt.NDArray[np.intp], limb: str) -> FloatArray:
    (left, right), _ = LIMBS[limb]
    broken = xy.copy()
    broken[np.ix_(frames, left)], broken[np.ix_(frames, right)] = xy[np.ix_(frames, right)], xy[np.ix_(frames, left)]
    return broken


def test_a_clean_runner_is_left_as_they_are() -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    cleaned, report = clean_keypoints(make_sequence(truth, time_s))
    assert not report.repairs.any()
    assert (report.swaps_repaired, report.arm_swaps_repaired, report.merged_repaired) == (0, 0, 0)
    assert (report.spikes_removed, report.gaps_filled) == (0, 0)
    assert error_px(cleaned, truth) < 0.02 * LEG_PX


@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0, 240.0])
def test_little_noise_is_not_made_more_and_much_noise_is_made_less(rate: float) -> None:
    time_s = make_times(int(6 * rate), rate)
    truth = make_runner(time_s)
    noise = np.random.default_rng(0).normal(0, LEG_PX, truth.shape)
    ratios = {}
    for level in (0.001, 0.015):
        cleaned, _ = clean_keypoints(make_sequence(truth + level * noise, time_s))
        ratios[level] = float(np.std(cleaned.xy_px - truth)) / (level * LEG_PX)
    assert ratios[0.001] < 1.02
    assert ratios[0.015] < 0.75


@pytest.mark.parametrize("limb", ["legs", "arms"])
@pytest.mark.parametrize("rate", [25.0, 30.0, 60.0])
def test_swapped_limbs_are_found_and_put_back(rate: float, limb: str) -> None:
    time_s = make_times(int(6 * rate), rate)
    truth = make_runner(time_s)
    swapped = np.array([11, 12, 13, 40, *range(66, 86)])  # up to 20 frames, most of a stride
    cleaned, report = clean_keypoints(make_sequence(exchange(truth, swapped, limb), time_s))
    np.testing.assert_array_equal(np.flatnonzero(flagged(report.repairs, LIMBS[limb][1])), swapped)
    assert (report.swaps_repaired, report.arm_swaps_repaired) == ((24, 0) if limb == "legs" else (0, 24))
    assert error_px(cleaned, truth) < 0.03 * LEG_PX


def test_swaps_are_found_through_noise() -> None:
    time_s = make_times(240)
    truth = make_runner(time_s)
    rng = np.random.default_rng(0)
    swapped = rng.random(240) < 0.15
    broken = exchange(truth, np.flatnonzero(swapped), "legs") + rng.normal(0, 0.02 * LEG_PX, truth.shape)
    _, report = clean_keypoints(make_sequence(broken, time_s))
    assert (flagged(report.repairs, Repair.LEG_SWAP) == swapped).mean() > 0.98


@pytest.mark.parametrize("skeleton", [COCO_17, HALPE_26, BLAZEPOSE_33])
def test_every_skeleton_is_cleaned(skeleton: Skeleton) -> None:
    time_s = make_times(150)
    whole = make_runner(time_s)
    shared = {name: whole[:, INDEX.get(name, INDEX["nose"])] for name in skeleton.keypoints}
    truth = np.stack(list(shared.values()), axis=1)
    frames = np.arange(60, 75)
    broken = truth.copy()
    broken[frames] = swap_legs(truth[frames], skeleton)
    raw = KeypointSequence(time_s, broken, np.full(truth.shape[:2], 0.9), skeleton.name, 720, 1280)
    cleaned, report = clean_keypoints(raw)
    assert report.swaps_repaired == 15
    assert report.repairs.shape == truth.shape[:2]
    assert error_px(cleaned, truth) < 0.03 * LEG_PX


def test_legs_alone_are_cleaned() -> None:
    """A source without arms or a head: those stay missing and nothing is said to have been done to them."""
    time_s = make_times(150)
    truth = make_runner(time_s)
    legs = np.concatenate([LEFT, RIGHT])
    rest = np.setdiff1d(np.arange(33), legs)
    broken = exchange(truth, np.arange(60, 75), "legs")
    broken[:, rest] = np.nan
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.swaps_repaired == 15
    assert not report.repairs[:, rest].any()
    assert np.isnan(cleaned.xy_px[:, rest]).all()
    assert np.nanmax(np.abs(cleaned.xy_px[3:-3, legs] - truth[3:-3, legs])) < 0.03 * LEG_PX


def test_the_sides_confidence_goes_with_the_leg() -> None:
    time_s = make_times(90)
    truth = make_runner(time_s)
    sequence = make_sequence(truth, time_s)
    confidence = sequence.confidence.copy()
    confidence[:, LEFT] = 0.4
    confidence[30, LEFT], confidence[30, RIGHT] = 0.9, 0.4
    raw = replace(sequence, xy_px=exchange(truth, np.array([30]), "legs"), confidence=confidence)
    repaired = repair_keypoints(raw)
    assert repaired is not None
    np.testing.assert_array_equal(repaired.raw_confidence[30, LEFT], 0.4)
    np.testing.assert_array_equal(repaired.raw_confidence[30, RIGHT], 0.9)


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
    assert np.flatnonzero(flagged(report.repairs, Repair.MERGED)).tolist() == frames
    assert report.merged_repaired == len(frames)
    assert error_px(cleaned, truth) < 0.05 * LEG_PX


def test_legs_merged_at_every_passing_come_apart() -> None:
    """The far leg is found on the near one wherever they pass: the mean stride must not learn it."""
    time_s = make_times(240)
    truth = make_runner(time_s)
    broken = truth.copy()
    apart = np.abs(truth[:, LEFT[1:], 0] - truth[:, RIGHT[1:], 0]).mean(axis=1)
    passing = apart < 0.1 * LEG_PX
    broken[np.ix_(passing, RIGHT[1:])] = truth[np.ix_(passing, LEFT[1:])]
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.merged_repaired >= 0.9 * passing.sum()
    ankle = INDEX["right_ankle"]
    error = np.linalg.norm(cleaned.xy_px[passing, ankle] - truth[passing, ankle], axis=1)
    before = np.linalg.norm(broken[passing, ankle] - truth[passing, ankle], axis=1)
    assert np.median(before) > 0.15 * LEG_PX
    assert passing[0]
    assert np.isnan(error[0])  # told, and not filled: nothing is known before the clip's first frame
    assert np.median(error[1:]) < 0.03 * LEG_PX


def test_legs_that_are_together_stay_together() -> None:
    """From the front both legs may lie on one another for long; nothing is repaired."""
    time_s = make_times(90)
    truth = make_runner(time_s)
    truth[:, RIGHT] = truth[:, LEFT]
    _, report = clean_keypoints(make_sequence(truth, time_s))
    assert report.merged_repaired == 0


def test_spikes_and_short_gaps_are_filled() -> None:
    time_s = make_times(120)
    truth = make_runner(time_s)
    broken = truth.copy()
    toe = INDEX["left_toe"]
    broken[30, toe] += (0.5 * LEG_PX, 0)
    broken[60:63, toe] = np.nan
    cleaned, report = clean_keypoints(make_sequence(broken, time_s))
    assert report.spikes_removed == 1
    assert report.gaps_filled == 4
    assert report.repairs[30, toe] == Repair.SPIKE | Repair.FILLED
    np.testing.assert_array_equal(report.repairs[60:63, toe], Repair.FILLED)
    assert error_px(cleaned, truth) < 0.03 * LEG_PX
    assert (cleaned.confidence[[30, 60, 61, 62], toe] > 0).all()
    assert cleaned.confidence[61, toe] < cleaned.confidence[90, toe]


def test_what_stays_away_is_no_spike() -> None:
    time_s = make_times(120)
    broken = make_runner(time_s)
    broken[40:60, INDEX["left_wrist"]] += (0.0, 0.6 * LEG_PX)
    cleaned, _ = clean_keypoints(make_sequence(broken, time_s))
    assert np.isfinite(cleaned.xy_px[:, INDEX["left_wrist"]]).all()


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


def test_dropped_frames_shift_nothing() -> None:
    """A variable frame rate: every fifth frame is missing altogether, and time goes by the timestamps."""
    time_s = np.delete(make_times(200), np.arange(4, 200, 5))
    truth = make_runner(time_s)
    cleaned, report = clean_keypoints(make_sequence(truth, time_s))
    assert not report.repairs.any()
    assert error_px(cleaned, truth) < 0.03 * LEG_PX


def test_raw_is_not_changed() -> None:
    time_s = make_times(60)
    broken = make_runner(time_s)
    broken[20:22] = np.nan
    raw = make_sequence(broken, time_s)
    before = raw.xy_px.copy(), raw.confidence.copy()
    clean_keypoints(raw)
    np.testing.assert_array_equal(raw.xy_px, before[0])
    np.testing.assert_array_equal(raw.confidence, before[1])


@pytest.mark.parametrize("frames", [2, 3, 5, 10])
def test_hardly_anything_to_go_by(frames: int) -> None:
    time_s = make_times(frames)
    nothing, report = clean_keypoints(make_sequence(np.full((frames, 33, 2), np.nan), time_s))
    assert np.isnan(nothing.xy_px).all()
    assert report.swaps_repaired == 0
    truth = make_runner(time_s)
    cleaned, report = clean_keypoints(make_sequence(truth, time_s))
    assert report.repairs.shape == (frames, 33)
    np.testing.assert_allclose(cleaned.xy_px, truth, atol=0.05 * LEG_PX)


@pytest.mark.parametrize(("noise", "at_most"), [(0.02, 12.0), (0.0, 15.0)])
def test_the_cutoff_follows_cadence_and_noise(noise: float, at_most: float) -> None:
    time_s = make_times(240)
    truth = make_runner(time_s)
    noisy = truth + np.random.default_rng(1).normal(0, noise * LEG_PX, truth.shape)
    _, report = clean_keypoints(make_sequence(noisy, time_s))
    assert 4 * STRIDES_PER_S - 0.1 <= report.cutoff_hz <= at_most
    if noise:
        quicker = make_runner(time_s * 1.5) + (noisy - truth)
        _, quick = clean_keypoints(make_sequence(quicker, time_s))
        assert quick.cutoff_hz >= 4 * 1.5 * STRIDES_PER_S - 0.1
