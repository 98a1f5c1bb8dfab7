"""Errors like those of a 2D pose detector, with the confidence it would give.

A steady offset of each joint, jitter that is partly correlated in time, rare gross errors, left and right legs
exchanged for a few frames, joints not found. All sizes are our choice, not fitted to any one detector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.skeletons import HUMAN36M_FEET_21

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DetectorNoise:
    """How bad the detector is; lengths in metres at the body's depth.

    Attributes:
        offset_m: Standard deviation of a joint's steady offset.
        jitter_m: Least and greatest standard deviation of the jitter, drawn per window.
        persistence: Correlation of the slow half of the jitter from one frame to the next.
        quick_share: Least and greatest size of the quick half against the slow one, drawn per window: cleaned
            keypoints have little of it, raw ones much.
        gross_share: Share of joints and frames with a gross error.
        gross_m: Scale of the gross errors' Laplace distribution.
        swap_share: Share of windows in which the legs are exchanged for some frames.
        swap_frames: Longest exchange.
        lost_joint_share: Share of joints lost for a stretch of the window.
        lost_frame_share: Share of frames in which nobody is found.
        far_factor: Factor on the jitter of joints behind the body.
    """

    offset_m: float = 0.012
    jitter_m: tuple[float, float] = (0.003, 0.018)
    persistence: float = 0.85
    quick_share: tuple[float, float] = (0.2, 1.0)
    gross_share: float = 0.01
    gross_m: float = 0.10
    swap_share: float = 0.08
    swap_frames: int = 4
    lost_joint_share: float = 0.02
    lost_frame_share: float = 0.01
    far_factor: float = 1.6


_LEGS = [i for name, i in HUMAN36M_FEET_21.index.items() if name.endswith(("_hip", "_knee", "_ankle", "_heel", "_toe"))]
# Hips, wrists and heels are found less exactly than the rest: clothes cover the first, the others are fast.
_LESS_EXACT = ("hip", "wrist", "heel")
_JOINT_FACTOR = np.array([1.3 if name.endswith(_LESS_EXACT) else 1.0 for name in HUMAN36M_FEET_21.keypoints])
_FAR_M = 0.05
# How `vary_confidence` turns one detector's confidence into another's.
_CONSTANT_SHARE = 0.3
_LEVEL, _POWER = (0.5, 1.0), (0.3, 1.7)
_CONFIDENCE_SCALE_M = 0.10


def add_detector_noise(
    xy_px: FloatArray,
    depth_m: FloatArray,
    px_per_metre: FloatArray,
    rng: np.random.Generator,
    noise: DetectorNoise | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Turn true projections into what a detector would report.

    Args:
        xy_px: (B, T, J, 2) true positions, x right and y down, px; the first J joints of `HUMAN36M_FEET_21`.
        depth_m: (B, T, J) depth behind the root, metres; negative in front of it.
        px_per_metre: (B, T) at the root.
        rng: Source of chance.
        noise: How bad; the defaults when None.

    Returns:
        (B, T, J, 2) reported positions in px, NaN where not found, and (B, T, J) confidence, 0 where not found.
    """
    noise = noise or DetectorNoise()
    batch, frames, joints, _ = xy_px.shape
    far = np.where(depth_m > _FAR_M, noise.far_factor, 1.0)
    factor = _JOINT_FACTOR[:joints]
    level = rng.uniform(*noise.jitter_m, size=(batch, 1, 1)) * factor * far  # (B, T, J)
    quick = rng.uniform(*noise.quick_share, size=(batch, 1, 1, 1))
    jitter = level[..., None] * (
        _draw_persistent(rng, xy_px.shape, noise.persistence) + quick * rng.standard_normal(xy_px.shape)
    )
    gross = (rng.random((batch, frames, joints, 1)) < noise.gross_share) * rng.laplace(0, noise.gross_m, xy_px.shape)
    offset = noise.offset_m * factor[:, None] * rng.standard_normal((batch, 1, joints, 2))
    error = jitter + gross  # (B, T, J, 2) metres
    reported = xy_px + (error + offset) * px_per_metre[..., None, None]
    confidence = _draw_confidence(np.linalg.norm(error, axis=-1), far, rng)
    _exchange_legs(reported, confidence, rng, noise)
    lost = _draw_lost(rng, (batch, frames, joints), noise)
    reported[lost] = np.nan
    confidence[lost] = 0.0
    return reported, confidence


def vary_confidence(confidence: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(..., T, J) another detector's confidence in the same joints, or one that says nothing; 0 stays 0.

    Which joint is surer than which is kept or lost for the whole window, so that a lifter cannot rely on how sure a
    given detector is of what lies behind the body.
    """
    level = rng.uniform(*_LEVEL)
    if rng.random() < _CONSTANT_SHARE:
        return np.where(confidence > 0, level, 0.0)
    varied = level * (confidence / max(float(confidence.max()), 1e-6)) ** rng.uniform(*_POWER)
    return np.where(confidence > 0, np.clip(varied, 0.02, 1.0), 0.0)


def _draw_persistent(rng: np.random.Generator, shape: tuple[int, ...], persistence: float) -> FloatArray:
    """Standard normal noise of `shape` (B, T, ...) that follows itself along T."""
    drawn = rng.standard_normal(shape)
    for frame in range(1, shape[1]):
        drawn[:, frame] = persistence * drawn[:, frame - 1] + np.sqrt(1 - persistence**2) * drawn[:, frame]
    return drawn


def _draw_confidence(error_m: FloatArray, far: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(B, T, J) confidence that falls with the error, with the window's own level."""
    level = rng.uniform(0.65, 1.0, size=(len(error_m), 1, 1))
    doubt = error_m * rng.uniform(0.3, 1.7, size=error_m.shape) / _CONFIDENCE_SCALE_M + 0.1 * (far - 1)
    return np.asarray(np.clip(level * np.exp(-doubt), 0.02, 1.0))


def _exchange_legs(xy_px: FloatArray, confidence: FloatArray, rng: np.random.Generator, noise: DetectorNoise) -> None:
    """Exchange left and right legs, in place, for a stretch of some windows."""
    frames, joints = xy_px.shape[1:3]
    legs = [joint for joint in _LEGS if joint < joints]
    swapped = [int(HUMAN36M_FEET_21.mirror_order[joint]) for joint in legs]
    for window in np.flatnonzero(rng.random(len(xy_px)) < noise.swap_share):
        start = int(rng.integers(frames))
        stretch = slice(start, start + int(rng.integers(1, noise.swap_frames + 1)))
        xy_px[window, stretch, legs] = xy_px[window, stretch, swapped]
        confidence[window, stretch, legs] = confidence[window, stretch, swapped]


def _draw_lost(rng: np.random.Generator, shape: tuple[int, int, int], noise: DetectorNoise) -> npt.NDArray[np.bool_]:
    """(B, T, J) joints that are not found: some for a stretch, some frames whole, never all of a window."""
    batch, frames, joints = shape
    lost = np.zeros(shape, dtype=bool)
    # A stretch lasts a third of the window on average, so three times the share of joints must begin one.
    for window, joint in np.argwhere(rng.random((batch, joints)) < 3 * noise.lost_joint_share):
        start = int(rng.integers(frames))
        lost[window, start : start + int(rng.integers(1, max(frames * 2 // 3, 2))), joint] = True
    lost |= rng.random((batch, frames, 1)) < noise.lost_frame_share
    lost[lost.all(axis=(1, 2))] = False
    return lost
