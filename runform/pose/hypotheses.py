"""Chooses, over the whole clip, among the rival answers that a backend gave for each frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from runform.pose.estimator import PoseDetection
from runform.pose.legs import compute_leg_length, leg_columns, swap_legs
from runform.pose.smooth_path import find_smoothest_path
from runform.sequences import FloatArray
from runform.skeletons import Skeleton

# Legs nearer to each other than this, in leg lengths, knee, ankle and foot at once, are one leg found twice.
_MERGED_REACH = 0.15
_MERGED_COST = 1.5
_SWAP_COST = 0.05
# Rivals that differ by less than this, in leg lengths, saw the same thing; their mean is steadier than any of them.
_AGREEMENT = 0.04


def choose_hypotheses(
    rivals: Sequence[Sequence[PoseDetection]], time_s: FloatArray, skeleton: Skeleton
) -> tuple[FloatArray, FloatArray]:
    """Pick for each frame the answer that moves most steadily and keeps the legs apart.

    The choice allows for answers whose legs are swapped, but leaves such a swap in place: repairing it is cleaning.

    Args:
        rivals: T frames of answers, none where nobody was found.
        time_s: (T,) increasing.
        skeleton: Of the answers.

    Returns:
        (T, K, 2) px with NaN and (T, K) confidence with 0 where nothing was found. Each keypoint is the mean of the
        chosen answer and of those rivals that agree with it.
    """
    frames, count = len(rivals), max((len(r) for r in rivals), default=0)
    xy = np.full((frames, len(skeleton), 2), np.nan)
    confidence = np.zeros((frames, len(skeleton)))
    found = np.flatnonzero([len(r) > 0 for r in rivals])
    if len(found) == 0:
        return xy, confidence
    every = np.full((len(found), count, len(skeleton), 2), np.nan)
    for row, frame in enumerate(found):
        for n, detection in enumerate(rivals[frame]):
            every[row, n] = detection.xy_px
    scale = compute_leg_length(every[:, 0], skeleton)
    chosen = _choose(every, time_s[found], skeleton, scale) if count > 1 else np.zeros(len(found), dtype=np.intp)
    for row, frame in enumerate(found):
        pick = int(chosen[row])
        answers = every[row, : len(rivals[frame])]
        xy[frame] = _mean_of_agreeing(answers, pick, skeleton, scale)
        confidence[frame] = np.where(np.isfinite(xy[frame, :, 0]), rivals[frame][pick].confidence, 0.0)
    return xy, confidence


def compute_merged(xy: FloatArray, skeleton: Skeleton, leg_length: float) -> FloatArray:
    """How far both legs lie on one another, 0 (apart) to 1 (one on the other), below the hip.

    Args:
        xy: (..., K, 2) px.
        skeleton: Of `xy`.
        leg_length: px.

    Returns:
        (...) mean over knee, ankle and foot of a bell curve of their distance; missing points count as apart.
    """
    left, right = leg_columns(skeleton)
    apart = np.linalg.norm(xy[..., left[1:], :] - xy[..., right[1:], :], axis=-1) / leg_length
    return np.asarray(np.nan_to_num(np.exp(-((apart / _MERGED_REACH) ** 2))).mean(axis=-1))


def _choose(every: FloatArray, time_s: FloatArray, skeleton: Skeleton, leg_length: float) -> npt.NDArray[np.intp]:
    """(T,) the chosen of the N answers (T, N, K, 2), each weighed with its legs as they are and swapped."""
    if not leg_length > 0:
        return np.zeros(len(every), dtype=np.intp)
    legs = np.concatenate(leg_columns(skeleton))
    both = np.concatenate([every, swap_legs(every, skeleton)], axis=1)[:, :, legs]  # (T, 2N, P, 2)
    merged = _MERGED_COST * compute_merged(every, skeleton, leg_length)  # (T, N)
    merged = np.where(np.isfinite(every).any(axis=(2, 3)), merged, np.inf)
    own_cost = np.concatenate([merged, merged + _SWAP_COST], axis=1)
    return np.asarray(find_smoothest_path(both, own_cost, time_s, leg_length) % every.shape[1])


def _mean_of_agreeing(answers: FloatArray, pick: int, skeleton: Skeleton, leg_length: float) -> FloatArray:
    """(K, 2): each keypoint of answer `pick`, averaged with those of the N answers (N, K, 2) that lie close to it."""
    chosen: FloatArray = answers[pick]
    if len(answers) == 1 or not leg_length > 0:
        return chosen
    # A rival may agree but for the legs' names: each is read in the order that fits the chosen answer better.
    swapped = swap_legs(answers, skeleton)
    legs = np.concatenate(leg_columns(skeleton))
    misfits = [np.linalg.norm((a - chosen)[:, legs], axis=-1) for a in (answers, swapped)]
    better = np.nansum(misfits[1], axis=1) < np.nansum(misfits[0], axis=1)  # (N,)
    ordered = np.where(better[:, None, None], swapped, answers)
    weights = (np.linalg.norm(ordered - chosen, axis=-1) < _AGREEMENT * leg_length)[..., None].astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean = (np.nan_to_num(ordered) * weights).sum(axis=0) / weights.sum(axis=0)
    return np.asarray(np.where(np.isfinite(chosen), mean, np.nan))
