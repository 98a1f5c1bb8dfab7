"""Finds the leg that was seen on the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.pose.hypotheses import compute_merged
from runform.pose.legs import leg_columns
from runform.pose.signals import PATH_HZ, PathFitter, find_fillable, iterate_runs
from runform.pose.stride_reference import StrideReference
from runform.sequences import FloatArray
from runform.skeletons import Skeleton

LONGEST_MERGED_S = 0.25
"""Legs that stay together for longer are how the picture shows them, from the front for instance."""
_MERGED = 0.5
# A leg that lies on the other departs at least this far from its own path, in leg lengths: where only its neighbours in
# time tell the path, and where the mean stride does too.
_DEPARTURE, _DEPARTURE_IN_STRIDE = 0.12, 0.08
# A point of that leg is doubted from this share of it on.
_POINT_SHARE = 0.6


def find_suspects(xy: FloatArray, skeleton: Skeleton, size_px: FloatArray) -> npt.NDArray[np.bool_]:
    """(T,) frames in which both legs of (T, K, 2) keypoints lie together, truly or not; `size_px` is (T,)."""
    return np.asarray(compute_merged(xy / size_px[:, None, None], skeleton, 1.0) > _MERGED)


def find_merged(
    xy: FloatArray,
    time_s: FloatArray,
    skeleton: Skeleton,
    size_px: FloatArray,
    reference: StrideReference,
    fitter: PathFitter,
) -> npt.NDArray[np.bool_]:
    """Keypoints of a leg that jumped onto the other, where both lie together and their paths say otherwise.

    Args:
        xy: (T, K, 2) px, legs named rightly; NaN where missing.
        time_s: (T,) increasing.
        skeleton: Of `xy`.
        size_px: (T,) leg length.
        reference: The mean stride.
        fitter: Over `time_s`.

    Returns:
        (T, K) True where the point lies on the wrong leg.
    """
    suspect = find_suspects(xy, skeleton, size_px)
    result = np.zeros(xy.shape[:2], dtype=np.bool_)
    if not suspect.any():
        return result
    judged = suspect & (find_fillable(~suspect, time_s, LONGEST_MERGED_S) | _find_ends(suspect, time_s))
    limit = _DEPARTURE - (_DEPARTURE - _DEPARTURE_IN_STRIDE) * reference.trust  # (T,)
    for side in leg_columns(skeleton):
        below = side[1:]
        departure = np.stack(
            [_compute_departure(xy[:, k] - reference.xy_px[:, k], suspect, fitter) for k in below], axis=1
        )
        departure = departure / size_px[:, None]  # (T, P)
        jumped = judged & (np.mean(departure, axis=1) > limit)
        result[:, below] |= jumped[:, None] & (departure > _POINT_SHARE * limit[:, None])
    return result


def _find_ends(suspect: npt.NDArray[np.bool_], time_s: FloatArray) -> npt.NDArray[np.bool_]:
    """(T,) suspect frames at either end of the clip, where they are few: they may be told, though not filled."""
    ends = np.zeros(len(suspect), dtype=np.bool_)
    for start, stop in iterate_runs(suspect):
        if (start == 0) != (stop == len(suspect)) and time_s[stop - 1] - time_s[start] <= LONGEST_MERGED_S:
            ends[start:stop] = True
    return ends


def _compute_departure(track: FloatArray, suspect: npt.NDArray[np.bool_], fitter: PathFitter) -> FloatArray:
    """(T,) px: distance of a track (T, 2) from the path by the frames that are not suspect; 0 where missing."""
    known = np.isfinite(track).all(axis=1)
    trusted = known & ~suspect
    if trusted.sum() < 4:
        return np.zeros(len(track))
    centre = np.median(track[trusted], axis=0)
    path = fitter.fit(np.where(known[:, None], track - centre, 0.0), trusted * 1.0, 1.0 / fitter.gain_at(PATH_HZ))
    return np.where(known, np.linalg.norm(np.nan_to_num(track) - centre - path, axis=1), 0.0)
