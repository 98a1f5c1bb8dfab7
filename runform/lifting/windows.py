"""From 2D joints in pixels to the windows a lifter reads, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SquareBox:
    """The square that a window's joints are normalised by.

    Attributes:
        centre_px: (2,) x right and y down, px.
        half_side_px: Half its side; 1 where there is nothing to measure.
    """

    centre_px: FloatArray
    half_side_px: float


def find_square_box(xy_px: FloatArray, confidence: FloatArray) -> SquareBox:
    """The smallest square about every joint that was found in a window (MotionBERT's crop_scale).

    Args:
        xy_px: (T, J, 2) x right and y down, px; NaN where not found.
        confidence: (T, J), 0 where not found.
    """
    found = (confidence > 0) & np.isfinite(xy_px).all(axis=-1)
    points = xy_px[found]
    if len(points) < 2:
        return SquareBox(np.zeros(2), 1.0)
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max())
    return SquareBox((low + high) / 2, side / 2 if side > 0 else 1.0)


def normalise_window(xy_px: FloatArray, confidence: FloatArray, box: SquareBox) -> npt.NDArray[np.float32]:
    """What the model reads of one window.

    Args:
        xy_px: (T, J, 2) x right and y down, px; NaN where not found.
        confidence: (T, J) in [0, 1], 0 where not found.
        box: As from `find_square_box`.

    Returns:
        (T, J, 3) x and y in [-1, 1], y down, and confidence; zeros where not found.
    """
    found = (confidence > 0) & np.isfinite(xy_px).all(axis=-1)
    inside = np.clip((xy_px - box.centre_px) / box.half_side_px, -1.0, 1.0)
    window = np.concatenate((inside, confidence[..., None]), axis=-1)
    return np.where(found[..., None], window, 0.0).astype(np.float32)


def find_window_starts(frames: int, window: int) -> list[int]:
    """First frames of windows that cover a clip, each overlapping the next by half or more.

    Args:
        frames: T of the clip.
        window: Frames per window; a shorter clip gets one window of its own length.
    """
    if frames <= window:
        return [0]
    starts = list(range(0, frames - window, max(window // 2, 1)))
    return [*starts, frames - window]


def compute_blend_weights(window: int) -> FloatArray:
    """(T,) how much each frame of a window counts where windows overlap: rises from the ends to the middle."""
    at = np.arange(window)
    return np.asarray(np.minimum(at, at[::-1]) + 1.0)


class WindowBlend:
    """Gathers windows of values into one sequence, averaged where they overlap.

    Args:
        frames: T of the sequence.
        shape: Of one frame's values.
    """

    def __init__(self, frames: int, shape: tuple[int, ...]) -> None:
        self._sum = np.zeros((frames, *shape), dtype=np.float32)
        self._weight = np.zeros(frames)

    def add(self, start: int, values: npt.NDArray[np.float32]) -> None:
        """Add the values (W, ...) of a window that begins at frame `start`."""
        weights = compute_blend_weights(len(values))
        stretch = slice(start, start + len(values))
        self._sum[stretch] += values * _per_frame(weights, values.ndim)
        self._weight[stretch] += weights

    def finish(self, empty: float) -> npt.NDArray[np.float32]:
        """(T, ...) the blend; `empty` in frames that no window covered."""
        covered = self._weight > 0
        mean = self._sum / _per_frame(np.where(covered, self._weight, 1.0), self._sum.ndim)
        mean[~covered] = empty
        return mean


class WindowMean:
    """Averages windows of values over time as `WindowBlend` would blend them, and keeps no frame.

    Args:
        starts: First frame of every window that will be added.
        window: Their length.
        frame_weights: (T,) how much each frame of the sequence counts.
        shape: Of one frame's values.
    """

    def __init__(self, starts: Sequence[int], window: int, frame_weights: FloatArray, shape: tuple[int, ...]) -> None:
        total = np.zeros(len(frame_weights))
        for start in starts:
            total[start : start + window] += compute_blend_weights(window)
        covered = total > 0
        self._share = np.where(covered, frame_weights / np.where(covered, total, 1.0), 0.0)
        self._weight = float(frame_weights[covered].sum())
        self._sum = np.zeros(shape)

    def add(self, start: int, values: npt.NDArray[np.float32]) -> None:
        """Add the values (W, ...) of a window that begins at frame `start`."""
        weights = compute_blend_weights(len(values)) * self._share[start : start + len(values)]
        self._sum += np.tensordot(weights, values.astype(np.float64), axes=1)

    def finish(self) -> FloatArray:
        """The mean of one frame's shape; NaN where no frame counts."""
        return self._sum / self._weight if self._weight > 0 else np.full_like(self._sum, np.nan)


def _per_frame(values: FloatArray, ndim: int) -> npt.NDArray[np.float32]:
    """(T,) numbers shaped to multiply arrays (T, ...) of `ndim` dimensions."""
    return values.astype(np.float32).reshape(-1, *[1] * (ndim - 1))
