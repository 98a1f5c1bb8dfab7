"""Errors of keypoints against hand labels, in torso lengths, and frames in which both legs sit on one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray, require_shape
from runform.training.labels import LABELLED_KEYPOINTS, LABELLED_PARTS, LabelledClip

TORSO_OF_LEG = 0.288 / (0.245 + 0.246)
"""Shoulder to hip over hip to ankle: shares of stature by Drillis and Contini (1966), as in Winter's Biomechanics and
Motor Control of Human Movement, figure 4.1."""
MERGED_WITHIN = 0.12
"""Both legs count as one where knees, ankles, heels and toes are all nearer to each other than this, torso lengths."""
# Labelled frames over which the leg's length is taken: long enough to hold one with the leg seen at full length, short
# enough that a runner who comes nearer is not much larger at its end.
_TORSO_WINDOW = 5
_HIP, _KNEE, _ANKLE = (LABELLED_PARTS.index(part) for part in ("hip", "knee", "ankle"))


@dataclass(frozen=True)
class Answer:
    """What one method says of a clip.

    Attributes:
        xy_px: (T, 10, 2) `LABELLED_KEYPOINTS`, x right and y down in px of the upright picture; NaN where not found.
        confidence: (T, 10) in [0, 1], 0 where not found.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    xy_px: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        require_shape("xy_px", self.xy_px, (None, len(LABELLED_KEYPOINTS), 2))
        require_shape("confidence", self.confidence, (len(self.xy_px), len(LABELLED_KEYPOINTS)))

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """(T,) frames with any keypoint."""
        return np.asarray(np.isfinite(self.xy_px).all(axis=2).any(axis=1), dtype=np.bool_)


def compute_torso(truth: LabelledClip) -> FloatArray:
    """(F,) torso length in px at each labelled frame, from the labels alone.

    It is the longer leg's length (hip to knee to ankle, the median over five labelled frames) times `TORSO_OF_LEG`, so
    that no detector has a say in what its errors are measured by. Frames without a whole leg take their neighbours'.
    """
    legs = _split_legs(truth.xy_px)
    thigh = np.linalg.norm(legs[:, :, _HIP] - legs[:, :, _KNEE], axis=-1)
    shank = np.linalg.norm(legs[:, :, _KNEE] - legs[:, :, _ANKLE], axis=-1)
    longer = np.fmax.reduce(thigh + shank, axis=1)  # (F,) NaN where no leg is whole
    whole = np.flatnonzero(np.isfinite(longer))
    reach = _TORSO_WINDOW // 2
    smooth = [np.median(longer[whole[max(n - reach, 0) : n + reach + 1]]) for n in range(len(whole))]
    return np.asarray(TORSO_OF_LEG * np.interp(truth.frames, truth.frames[whole], smooth))


def compute_errors(answer: Answer, truth: LabelledClip) -> FloatArray:
    """(F, 10) distance from the labels in torso lengths; infinite where not found, NaN where nothing is labelled."""
    away_px = np.linalg.norm(answer.xy_px[truth.frames] - truth.xy_px, axis=2)
    missed = np.isnan(answer.xy_px[truth.frames]).any(axis=2)
    errors = np.where(missed, np.inf, away_px / compute_torso(truth)[:, None])
    return np.where(np.isnan(truth.xy_px).any(axis=2), np.nan, errors)


def compute_pck(errors: FloatArray, within: float) -> float:
    """Share of labelled keypoints found within so many torso lengths (Yang and Ramanan, 2013); NaN without any."""
    labelled = np.isfinite(errors) | np.isinf(errors)
    return float(np.mean(errors[labelled] <= within)) if labelled.any() else float("nan")


def find_merged(xy_px: FloatArray, torso_px: FloatArray) -> npt.NDArray[np.bool_]:
    """Frames in which one leg sits on the other.

    Args:
        xy_px: (N, 10, 2) `LABELLED_KEYPOINTS`, px.
        torso_px: (N,).

    Returns:
        (N,) True where each pair from knee to toe is nearer than `MERGED_WITHIN`; False where one is missing.
    """
    return np.asarray(np.max(_compute_gaps(xy_px, torso_px), axis=1) < MERGED_WITHIN, dtype=np.bool_)


def find_wrongly_merged(answer: Answer, truth: LabelledClip) -> npt.NDArray[np.bool_]:
    """(F,) labelled frames in which the answer has both legs on one while the labels have them apart."""
    torso = compute_torso(truth)
    apart = np.fmax.reduce(_compute_gaps(truth.xy_px, torso), axis=1) >= MERGED_WITHIN
    return np.asarray(find_merged(answer.xy_px[truth.frames], torso) & apart, dtype=np.bool_)


def find_followed(answer: Answer, truth: LabelledClip) -> npt.NDArray[np.bool_]:
    """(T,) frames in which a keypoint was found within a torso length of where the labels' hips pass.

    Between labelled frames the hips are taken along straight lines.
    """
    hips = _split_legs(truth.xy_px)[:, :, _HIP].mean(axis=1)  # (F, 2)
    frames = np.arange(len(answer.xy_px))
    known = np.isfinite(hips).all(axis=1)
    path = np.stack([np.interp(frames, truth.frames[known], hips[known, axis]) for axis in (0, 1)], axis=1)
    away_px = np.linalg.norm(answer.xy_px - path[:, None], axis=2)  # (T, 10)
    return np.asarray(np.fmin.reduce(away_px, axis=1) <= spread_torso(truth, len(frames)), dtype=np.bool_)


def spread_torso(truth: LabelledClip, frames: int) -> FloatArray:
    """(T,) torso length in px at every frame, along straight lines between the labelled ones."""
    return np.asarray(np.interp(np.arange(frames), truth.frames, compute_torso(truth)))


def _split_legs(xy_px: FloatArray) -> FloatArray:
    """(N, 2, 5, 2) left and right leg, hip to toe, of (N, 10, 2)."""
    return xy_px.reshape(len(xy_px), 2, len(LABELLED_PARTS), 2)


def _compute_gaps(xy_px: FloatArray, torso_px: FloatArray) -> FloatArray:
    """(N, 4) distance between left and right knee, ankle, heel and toe in torso lengths; NaN where one is missing."""
    legs = _split_legs(xy_px)
    return np.asarray(np.linalg.norm(legs[:, 0, _KNEE:] - legs[:, 1, _KNEE:], axis=-1) / torso_px[:, None])
