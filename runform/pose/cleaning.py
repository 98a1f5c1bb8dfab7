"""Cleans a runner's keypoints: swapped limbs, merged legs, spikes, short gaps, noise.

Order matters. Limbs are put back on their own side first, since a swap looks like a spike in every keypoint of them.
Then the clip's mean stride is known, against which what does not belong stands out; what the repairs take out is filled
in the same step that smooths.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from runform.pose.confidence import calibrate_confidence
from runform.pose.coupling import compute_arm_guide
from runform.pose.legs import arm_columns, compute_leg_length, compute_size, leg_columns
from runform.pose.merged import LONGEST_MERGED_S, find_merged, find_suspects
from runform.pose.signals import PATH_HZ, PathFitter, find_fillable, find_spikes, iterate_runs
from runform.pose.smoothing import LEAST_CUTOFF_HZ, LEAST_CUTOFF_STRIDES, compute_cutoff, find_stiffness
from runform.pose.stride import StrideClock, read_stride_clock, settle_phase
from runform.pose.stride_reference import StrideReference, compute_stride_reference
from runform.pose.swaps import Limbs, find_swaps
from runform.sequences import FloatArray, KeypointSequence, Repair, require_shape
from runform.skeletons import Skeleton

LONGEST_GAP_S = 0.15
# What stays away for longer did not leave its path for a moment: it is the path that is wrong there, as where a runner
# speeds up and the clip's mean stride no longer holds.
LONGEST_SPIKE_S = 0.05
_LEAST_FRAMES = 4
# What a limb may do within a frame: noise of 0.08 leg lengths, and an acceleration of 150 leg lengths/s2 (a fast
# runner's foot), which bends the path by half that times the squared frame time. The mean stride foresees most of it.
_SPIKE_NOISE = 0.08
_SPIKE_ACCELERATION = 150.0
_FORESEEN = 0.8
_LEAST_STIFFNESS = 1e-5  # where nothing is to be smoothed gaps are still filled


@dataclass(frozen=True)
class CleaningReport:
    """What cleaning did.

    Attributes:
        swaps_repaired: Frames whose left and right legs were exchanged.
        gaps_filled: Keypoint values (one keypoint in one frame) filled by interpolation.
        merged_repaired: Frames in which one leg had been found on the other and was put back on its path.
        spikes_removed: Keypoint values that left their path for a moment.
        cutoff_hz: Of the smoothing, the median over the legs' keypoints; NaN where nothing was smoothed.
        arm_swaps_repaired: Frames whose left and right arms were exchanged.
        repairs: (T, K) uint8 of `Repair` flags; empty (0, 0) where nothing was looked at.
    """

    swaps_repaired: int
    gaps_filled: int
    merged_repaired: int = 0
    spikes_removed: int = 0
    cutoff_hz: float = float("nan")
    arm_swaps_repaired: int = 0
    repairs: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint8))


@dataclass(frozen=True)
class RepairedKeypoints:
    """Keypoints repaired and smoothed, before their confidence is judged.

    Attributes:
        xy_px: (T, K, 2) NaN where missing.
        raw_confidence: (T, K) the backend's, limbs named rightly.
        departure: (T, K) from the raw to the repaired keypoint, leg lengths; NaN where either is missing.
        repairs: (T, K) uint8 of `Repair` flags.
        cutoff_hz: Of the smoothing, the median over the legs' keypoints.
    """

    xy_px: FloatArray
    raw_confidence: FloatArray
    departure: FloatArray
    repairs: npt.NDArray[np.uint8]
    cutoff_hz: float

    def __post_init__(self) -> None:
        frames, count = self.repairs.shape
        require_shape("xy_px", self.xy_px, (frames, count, 2))
        require_shape("raw_confidence", self.raw_confidence, (frames, count))
        require_shape("departure", self.departure, (frames, count))


def clean_keypoints(raw: KeypointSequence) -> tuple[KeypointSequence, CleaningReport]:
    """Repair and smooth one runner's keypoints.

    Args:
        raw: As the backend gave them; not changed.

    Returns:
        The cleaned keypoints and what was done. They are NaN where the runner was missing for longer than 0.15 s.
        Their confidence is the probability that the keypoint lies within a tenth of the trunk's length of the truth
        (`confidence.py`), 0 where it is missing.
    """
    repaired = repair_keypoints(raw)
    if repaired is None:
        return raw, CleaningReport(0, 0, repairs=np.zeros(raw.confidence.shape, dtype=np.uint8))
    repairs = repaired.repairs
    confidence = calibrate_confidence(repaired.raw_confidence, repaired.departure, repairs, raw.time_s, raw.layout)
    confidence = np.where(np.isfinite(repaired.xy_px).all(axis=2), confidence, 0.0)
    return replace(raw, xy_px=repaired.xy_px, confidence=confidence), CleaningReport(
        swaps_repaired=_count_frames(repairs, Repair.LEG_SWAP),
        arm_swaps_repaired=_count_frames(repairs, Repair.ARM_SWAP),
        gaps_filled=int(((repairs & Repair.FILLED) > 0).sum()),
        merged_repaired=_count_frames(repairs, Repair.MERGED),
        spikes_removed=int(((repairs & Repair.SPIKE) > 0).sum()),
        cutoff_hz=repaired.cutoff_hz,
        repairs=repairs,
    )


def repair_keypoints(raw: KeypointSequence) -> RepairedKeypoints | None:
    """All of `clean_keypoints` but the confidence; None where too little was found to tell anything."""
    skeleton = raw.layout
    if len(raw) < _LEAST_FRAMES or not compute_leg_length(raw.xy_px, skeleton) > 0:
        return None
    size = compute_size(raw.xy_px, raw.time_s, skeleton)
    clock = _read_clock(raw.xy_px, raw.time_s, skeleton)
    repairs = np.zeros(raw.confidence.shape, dtype=np.uint8)
    xy, confidence = _put_sides_right(raw, size, clock, repairs)
    fitter = PathFitter(raw.time_s)
    # Legs that lie together in the same part of every stride would teach the mean stride to do so.
    apart = xy.copy()
    below = np.concatenate([leg[1:] for leg in leg_columns(skeleton)])
    apart[np.ix_(find_suspects(xy, skeleton, size), below)] = np.nan
    reference = compute_stride_reference(apart, size, skeleton, clock, fitter)
    tracks = xy - reference.xy_px
    merged = find_merged(xy, raw.time_s, skeleton, size, reference, fitter)
    tracks[merged] = np.nan
    spikes = _find_all_spikes(tracks, size, reference, fitter)
    tracks[spikes] = np.nan
    smooth, cutoff_hz = _smooth_tracks(tracks, merged, raw.time_s, skeleton, clock, fitter)
    cleaned = smooth + reference.xy_px
    filled = np.isfinite(cleaned).all(axis=2) & ~np.isfinite(tracks).all(axis=2)
    for where, flag in ((merged, Repair.MERGED), (spikes, Repair.SPIKE), (filled, Repair.FILLED)):
        repairs[where] |= flag
    departure = np.linalg.norm(xy - cleaned, axis=2) / size[:, None]
    return RepairedKeypoints(cleaned, confidence, departure, repairs, cutoff_hz)


def _put_sides_right(
    raw: KeypointSequence, size_px: FloatArray, clock: StrideClock | None, repairs: npt.NDArray[np.uint8]
) -> tuple[FloatArray, FloatArray]:
    """Keypoints (T, K, 2) and confidence (T, K) with swapped limbs exchanged; `repairs` is told, in place."""
    xy, confidence = raw.xy_px.copy(), raw.confidence.copy()
    legs, arms = leg_columns(raw.layout), arm_columns(raw.layout)
    guide = None
    # Arms first: named rightly, they tell the legs.
    for limbs, flag in ((arms, Repair.ARM_SWAP), (legs, Repair.LEG_SWAP)):
        swapped = find_swaps(raw.xy_px, raw.time_s, limbs, size_px, clock, guide)
        for array in (xy, confidence):
            _exchange(array, swapped, limbs)
        repairs[np.ix_(swapped, np.concatenate(limbs))] |= flag
        guide = compute_arm_guide(xy, raw.time_s, arms, size_px)
    return xy, confidence


def _read_clock(xy: FloatArray, time_s: FloatArray, skeleton: Skeleton) -> StrideClock | None:
    """The stride's clock by both ankles."""
    swing = xy[:, skeleton.index["left_ankle"]] - xy[:, skeleton.index["right_ankle"]]
    clock = read_stride_clock(swing, time_s)
    return None if clock is None else settle_phase(clock, swing)


def _exchange(array: npt.NDArray[np.float64], swapped: npt.NDArray[np.bool_], limbs: Limbs) -> None:
    """Exchange the limbs' columns of a (T, K, ...) array, in place, in the frames that are swapped."""
    left, right = (np.ix_(swapped, side) for side in limbs)
    array[left], array[right] = array[right].copy(), array[left].copy()


def _find_all_spikes(
    tracks: FloatArray, size_px: FloatArray, reference: StrideReference, fitter: PathFitter
) -> npt.NDArray[np.bool_]:
    """(T, K) points that leave their path for a moment; `tracks` are what the mean stride leaves over."""
    bend = (1 - _FORESEEN * reference.trust) * _SPIKE_ACCELERATION * fitter.step_s**2 / 2
    least = size_px * (_SPIKE_NOISE + bend)
    spikes = np.stack([find_spikes(tracks[:, k], fitter, least) for k in range(tracks.shape[1])], axis=1)
    for k in range(spikes.shape[1]):
        known = np.flatnonzero(np.isfinite(tracks[:, k]).all(axis=1))
        for start, stop in iterate_runs(spikes[:, k]):
            long = stop - start > 1 and (stop - start) * fitter.step_s > LONGEST_SPIKE_S
            # What is away at either end has not come back, and taken out could not be filled.
            if long or start <= known[0] or stop > known[-1]:
                spikes[start:stop, k] = False
    return spikes


def _smooth_tracks(
    tracks: FloatArray,
    merged: npt.NDArray[np.bool_],
    time_s: FloatArray,
    skeleton: Skeleton,
    clock: StrideClock | None,
    fitter: PathFitter,
) -> tuple[FloatArray, float]:
    """Fill short gaps of (T, K, 2) tracks and smooth them, each as its noise asks for; NaN in longer gaps.

    Returns:
        The tracks, and the median cut-off in Hz over the legs' keypoints.
    """
    least_hz = LEAST_CUTOFF_HZ if clock is None else LEAST_CUTOFF_STRIDES * clock.frequency_hz
    result = np.full_like(tracks, np.nan)
    cutoffs = np.full(tracks.shape[1], np.nan)
    for k in range(tracks.shape[1]):
        known = np.isfinite(tracks[:, k]).all(axis=1)
        if known.sum() < _LEAST_FRAMES:
            continue
        usable = known | find_fillable(known, time_s, LONGEST_GAP_S)
        usable |= merged[:, k] & find_fillable(known, time_s, LONGEST_MERGED_S)
        result[usable, k], cutoffs[k] = _smooth_track(tracks[:, k], known, usable, least_hz, fitter)
    legs = cutoffs[np.concatenate(leg_columns(skeleton))]
    return result, float(np.median(legs[np.isfinite(legs)])) if np.isfinite(legs).any() else float("nan")


def _smooth_track(
    track: FloatArray,
    known: npt.NDArray[np.bool_],
    usable: npt.NDArray[np.bool_],
    least_hz: float,
    fitter: PathFitter,
) -> tuple[FloatArray, float]:
    """One keypoint's (T, 2) track smoothed, at its usable frames, and the cut-off in Hz."""
    centre = np.median(track[known], axis=0)
    values = np.where(known[:, None], track - centre, 0.0)
    bridged = fitter.fit(values, known * 1.0, 1.0 / fitter.gain_at(PATH_HZ))
    whole = np.where(known[:, None], values, bridged)
    start, stop = max(iterate_runs(usable), key=lambda run: run[1] - run[0])
    stiffness = find_stiffness(whole[start:stop], fitter, least_hz)
    smooth = centre + fitter.fit(values, known * 1.0, max(stiffness, _LEAST_STIFFNESS))
    return smooth[usable], compute_cutoff(stiffness, fitter)


def _count_frames(repairs: npt.NDArray[np.uint8], flag: Repair) -> int:
    """Frames with this repair at any keypoint."""
    return int(((repairs & flag) > 0).any(axis=1).sum())
