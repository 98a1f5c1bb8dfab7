"""Cleans a runner's keypoints: swapped and merged legs, spikes, short gaps, noise.

Order matters. Legs are put back on their own side first, since a swap looks like a spike in every leg keypoint; what
the repairs take out is filled next; the low-pass sees only whole tracks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from runform.pose.hypotheses import compute_merged
from runform.pose.legs import compute_leg_length, leg_columns, swap_legs
from runform.pose.signals import fill_gaps, find_spikes, low_pass
from runform.pose.smooth_path import find_smoothest_path
from runform.sequences import FloatArray, KeypointSequence
from runform.skeletons import Skeleton

LONGEST_GAP_S = 0.15
# Unswapped is the backend's own answer; it holds unless the motion speaks clearly against it.
_SWAP_COST = 0.05
_MERGED = 0.5
# A leg that lies on the other departs at least this far from its own path, in leg lengths.
_MERGED_DEPARTURE = 0.12
# What a limb may do within a frame: noise of 0.08 leg lengths, and an acceleration of 150 leg lengths/s2 (a fast
# runner's foot), which bends the path by half that times the squared frame time.
_SPIKE_NOISE = 0.08
_SPIKE_ACCELERATION = 150.0
_FILLED_CONFIDENCE = 0.5
# Contacts want a cut-off of 12 Hz when jogging and up to 20 Hz in a sprint, not walking's 6 Hz. Which of them, the
# foot's swing speed (leg lengths/s) says.
_CUTOFFS_HZ = (12.0, 20.0)
_SWING_SPEEDS = (5.0, 12.0)
# Above this part of half the frame rate a low-pass is steep enough to ring.
_NYQUIST_SHARE = 0.8


@dataclass(frozen=True)
class CleaningReport:
    """What cleaning did.

    Attributes:
        swaps_repaired: Frames whose left and right legs were exchanged.
        gaps_filled: Keypoint values (one keypoint in one frame) filled by interpolation.
        merged_repaired: Frames in which one leg had been found on the other and was put back on its path.
        spikes_removed: Keypoint values that left their path for a moment.
        cutoff_hz: Of the low-pass.
    """

    swaps_repaired: int
    gaps_filled: int
    merged_repaired: int = 0
    spikes_removed: int = 0
    cutoff_hz: float = float("nan")


def clean_keypoints(raw: KeypointSequence) -> tuple[KeypointSequence, CleaningReport]:
    """Repair and smooth one runner's keypoints.

    Args:
        raw: As the backend gave them; not changed.

    Returns:
        The cleaned keypoints, NaN where the runner was missing for longer than 0.15 s, and what was done. Filled values
        carry half the confidence of their neighbours.
    """
    skeleton = raw.layout
    leg_length = compute_leg_length(raw.xy_px, skeleton)
    if len(raw) < 3 or not leg_length > 0:
        return raw, CleaningReport(swaps_repaired=0, gaps_filled=0)
    swapped = find_swaps(raw.xy_px, raw.time_s, skeleton, leg_length)
    xy = np.where(swapped[:, None, None], swap_legs(raw.xy_px, skeleton), raw.xy_px)
    confidence = np.where(swapped[:, None], swap_legs(raw.confidence[..., None], skeleton)[..., 0], raw.confidence)
    xy, merged_frames = _part_merged(xy, raw.time_s, skeleton, leg_length)
    xy, spikes = _remove_spikes(xy, raw.time_s, leg_length)
    cutoff_hz = compute_cutoff(xy, raw.time_s, skeleton, leg_length)
    gaps = 0
    for k in range(len(skeleton)):
        track, filled = fill_gaps(xy[:, k], raw.time_s, LONGEST_GAP_S)
        known = np.isfinite(xy[:, k]).all(axis=1)
        if filled.any():
            neighbours = np.interp(raw.time_s[filled], raw.time_s[known], confidence[known, k])
            confidence[filled, k] = _FILLED_CONFIDENCE * neighbours
        gaps += int(filled.sum())
        xy[:, k] = low_pass(track, raw.time_s, cutoff_hz)
    confidence = np.where(np.isfinite(xy).all(axis=2), confidence, 0.0)
    report = CleaningReport(
        swaps_repaired=int(swapped.sum()),
        gaps_filled=gaps,
        merged_repaired=merged_frames,
        spikes_removed=spikes,
        cutoff_hz=cutoff_hz,
    )
    return replace(raw, xy_px=xy, confidence=confidence), report


def find_swaps(xy: FloatArray, time_s: FloatArray, skeleton: Skeleton, leg_length: float) -> npt.NDArray[np.bool_]:
    """Frames whose left and right legs carry each other's names.

    Whole legs are judged, hip to toe, by which naming moves most steadily over the clip.

    Args:
        xy: (T, K, 2) px; NaN where missing.
        time_s: (T,) increasing.
        skeleton: Of `xy`.
        leg_length: px.

    Returns:
        (T,) bool. Where motion leaves it open, the naming that swaps fewer frames: the backend is mostly right.
    """
    legs = np.concatenate(leg_columns(skeleton))
    found = np.flatnonzero(np.isfinite(xy[:, legs]).any(axis=(1, 2)))
    both = np.stack([xy, swap_legs(xy, skeleton)], axis=1)[found][:, :, legs]  # (F, 2, P, 2)
    own_cost = np.tile([0.0, _SWAP_COST], (len(found), 1))
    swapped = np.zeros(len(xy), dtype=np.bool_)
    swapped[found] = find_smoothest_path(both, own_cost, time_s[found], leg_length) == 1
    return swapped


def compute_cutoff(xy: FloatArray, time_s: FloatArray, skeleton: Skeleton, leg_length: float) -> float:
    """Low-pass cut-off in Hz: 12 for a jog to 20 for a sprint, and never above 0.8 of half the frame rate.

    The runner's speed is not known yet; the 95th percentile of the ankle's speed relative to the hips stands for it,
    5 leg lengths/s for a jog and 12 for a sprint (convention). At 30 frames/s the frame rate decides: 12 Hz.
    """
    hips = (xy[:, skeleton.index["left_hip"]] + xy[:, skeleton.index["right_hip"]]) / 2
    speeds = [
        np.linalg.norm(np.diff(xy[:, skeleton.index[f"{s}_ankle"]] - hips, axis=0), axis=1) / np.diff(time_s)
        for s in ("left", "right")
    ]
    found = np.concatenate(speeds)
    found = found[np.isfinite(found)]
    swing = float(np.percentile(found, 95)) / leg_length if len(found) else 0.0
    nyquist_hz = 0.5 / float(np.median(np.diff(time_s)))
    return min(float(np.interp(swing, _SWING_SPEEDS, _CUTOFFS_HZ)), _NYQUIST_SHARE * nyquist_hz)


def _part_merged(xy: FloatArray, time_s: FloatArray, skeleton: Skeleton, leg_length: float) -> tuple[FloatArray, int]:
    """Take out the leg that jumped onto the other, where both lie together and their neighbours in time say otherwise.

    Legs that stay together for longer than a short gap are how the picture shows them, from the front for instance.

    Returns:
        (T, K, 2) px with that leg's points below the hip NaN, and the number of frames.
    """
    suspect = compute_merged(xy, skeleton, leg_length) > _MERGED
    below = [columns[1:] for columns in leg_columns(skeleton)]
    departures = np.stack([_compute_departure(xy[:, leg], time_s, suspect) for leg in below], axis=1) / leg_length
    jumped = suspect & (departures.max(axis=1) > _MERGED_DEPARTURE)
    result = xy.copy()
    for side, leg in enumerate(below):
        result[np.ix_(jumped & (departures.argmax(axis=1) == side), leg)] = np.nan
    return result, int(jumped.sum())


def _compute_departure(points: FloatArray, time_s: FloatArray, suspect: npt.NDArray[np.bool_]) -> FloatArray:
    """(T,) px: mean distance of (T, P, 2) points from the path by the frames that are not suspect; 0 where unknown."""
    distances = []
    for p in range(points.shape[1]):
        trusted = np.where(suspect[:, None], np.nan, points[:, p])
        expected, _ = fill_gaps(trusted, time_s, LONGEST_GAP_S)
        distances.append(np.nan_to_num(np.linalg.norm(points[:, p] - expected, axis=1)))
    return np.asarray(np.mean(distances, axis=0))


def _remove_spikes(xy: FloatArray, time_s: FloatArray, leg_length: float) -> tuple[FloatArray, int]:
    """Take out points that leave their path for a moment; (T, K, 2) px with NaN there, and how many."""
    step_s = float(np.median(np.diff(time_s)))
    least_px = leg_length * (_SPIKE_NOISE + _SPIKE_ACCELERATION * step_s**2 / 2)
    result = xy.copy()
    removed = 0
    for k in range(xy.shape[1]):
        spikes = find_spikes(xy[:, k], time_s, least_px)
        result[spikes, k] = np.nan
        removed += int(spikes.sum())
    return result, removed
