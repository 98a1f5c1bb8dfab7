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
# Minus log chances of the picture alone, in units of the path's cost: what moves steadily counts for more.
_PICTURE_WEIGHT = 0.15
_FULL_WEIGHT_RATE = 30.0
# Frames that are settled at a time, and those before and after that have a say in it.
_STRETCH, _OVERLAP = 600, 120


class HypothesisChooser:
    """Chooses as a clip goes by, a stretch at a time, so that a long clip's rivals need not all be kept.

    A stretch is settled once the frames after it are known too, which is what its choice hangs on.

    Args:
        skeleton: Of the answers.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._rivals: list[Sequence[PoseDetection]] = []
        self._time_s: list[float] = []
        self._settled = 0  # of the frames kept, those whose answer is chosen
        self._xy: list[FloatArray] = []
        self._confidence: list[FloatArray] = []

    def push(self, rivals: Sequence[PoseDetection], time_s: float) -> None:
        """Take the next frame's answers and its time in s."""
        self._rivals.append(rivals)
        self._time_s.append(time_s)
        if len(self._rivals) == self._settled + _STRETCH + _OVERLAP:
            self._settle(self._settled + _STRETCH)
            keep = max(self._settled - _OVERLAP, 0)
            del self._rivals[:keep], self._time_s[:keep]
            self._settled -= keep

    def finish(self) -> tuple[FloatArray, FloatArray]:
        """(T, K, 2) px with NaN and (T, K) confidence with 0 where nothing was found, of every frame."""
        self._settle(len(self._rivals))
        count = len(self._skeleton)
        xy = np.concatenate([np.zeros((0, count, 2)), *self._xy])
        return xy, np.concatenate([np.zeros((0, count)), *self._confidence])

    def _settle(self, stop: int) -> None:
        """Choose among the frames kept, and take the choices up to `stop`."""
        xy, confidence = choose_hypotheses(self._rivals, np.array(self._time_s), self._skeleton)
        self._xy.append(xy[self._settled : stop])
        self._confidence.append(confidence[self._settled : stop])
        self._settled = stop


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
        (T, K, 2) px with NaN and (T, K) confidence with 0 where nothing was found.
    """
    frames, count = len(rivals), max((len(r) for r in rivals), default=0)
    xy = np.full((frames, len(skeleton), 2), np.nan)
    confidence = np.zeros((frames, len(skeleton)))
    found = np.flatnonzero([len(r) > 0 for r in rivals])
    if len(found) == 0:
        return xy, confidence
    every = np.full((len(found), count, len(skeleton), 2), np.nan)
    own_cost = np.full((len(found), count), np.inf)
    for row, frame in enumerate(found):
        for n, detection in enumerate(rivals[frame]):
            every[row, n] = detection.xy_px
            own_cost[row, n] = _PICTURE_WEIGHT * detection.cost
    chosen = _choose(every, own_cost, time_s[found], skeleton) if count > 1 else np.zeros(len(found), dtype=np.intp)
    for row, frame in enumerate(found):
        pick = rivals[frame][int(chosen[row])]
        xy[frame], confidence[frame] = pick.xy_px, pick.confidence
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


def _choose(every: FloatArray, own_cost: FloatArray, time_s: FloatArray, skeleton: Skeleton) -> npt.NDArray[np.intp]:
    """(T,) the chosen of the N answers (T, N, K, 2), each weighed with its legs as they are and swapped."""
    leg_length = compute_leg_length(every[:, 0], skeleton)
    if not leg_length > 0:
        return np.asarray(own_cost.argmin(axis=1))
    legs = np.concatenate(leg_columns(skeleton))
    both = np.concatenate([every, swap_legs(every, skeleton)], axis=1)[:, :, legs]  # (T, 2N, P, 2)
    cost = own_cost + _MERGED_COST * compute_merged(every, skeleton, leg_length)  # (T, N)
    # Pictures a few ms apart err alike, so at high rates what they say counts by time, not by frame.
    cost *= min(1.0, _FULL_WEIGHT_RATE * float(np.median(np.diff(time_s)))) if len(time_s) > 1 else 1.0
    both_cost = np.concatenate([cost, cost + _SWAP_COST], axis=1)
    return np.asarray(find_smoothest_path(both, both_cost, time_s, leg_length) % every.shape[1])
