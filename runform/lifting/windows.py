"""From 2D joints in pixels to the windows a lifter reads, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.skeletons import HUMAN36M_17

FloatArray = npt.NDArray[np.float64]

OVERLAP = 1 / 4
"""Share of a window that the next one covers too, at the least. A half costs a third more time and errs by as much."""

_TRUNK = [HUMAN36M_17.index[f"{side}_{part}"] for side in ("left", "right") for part in ("hip", "shoulder")]
_TRAVEL_DEGREE = 2


def compute_travel(xy_px: FloatArray, confidence: FloatArray) -> FloatArray:
    """The steady way of the trunk through the picture in one window: a parabola in time through hips and shoulders.

    Taken off the window, a runner who crosses the picture looks to the model like one on a treadmill, fills the box as
    much, and the travel cannot reach the embedding. The bounce of the steps is too quick for a parabola and stays.

    Args:
        xy_px: (T, J, 2) joints, Human3.6M-17 first, x right and y down, px; NaN where not found.
        confidence: (T, J), 0 where not found.

    Returns:
        (T, 2) px from the window's mean place; zeros where hips or shoulders are seen in too few frames.
    """
    weight = np.where(np.isfinite(xy_px[:, _TRUNK]).all(axis=-1), confidence[:, _TRUNK], 0.0)  # (T, 4)
    # Only frames with the whole trunk: one joint more or less would look like a step aside.
    sure = np.sqrt(weight.min(axis=1))
    frames = len(xy_px)
    if np.count_nonzero(sure) < max(4, frames // 4):
        return np.zeros((frames, 2))
    trunk = np.where(sure[:, None] > 0, np.nan_to_num(xy_px[:, _TRUNK]).mean(axis=1), 0.0)  # (T, 2)
    at = np.linspace(-1.0, 1.0, frames)
    powers = np.vander(at, _TRAVEL_DEGREE + 1)  # (T, 3)
    fitted = np.linalg.lstsq(powers * sure[:, None], trunk * sure[:, None], rcond=None)[0]
    path = powers @ fitted
    return np.asarray(path - path.mean(axis=0))


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


def find_window_starts(frames: int, window: int, overlap: float = OVERLAP) -> list[int]:
    """First frames of as few windows as cover a clip, evenly spread.

    Args:
        frames: T of the clip.
        window: Frames per window; a shorter clip gets one window of its own length.
        overlap: Least share of a window that the next one covers too, 0 to below 1.
    """
    if frames <= window:
        return [0]
    stride = max(int(window * (1 - overlap)), 1)
    count = int(np.ceil((frames - window) / stride)) + 1
    return [int(start) for start in np.rint(np.linspace(0, frames - window, count))]


@dataclass(frozen=True)
class Window:
    """One stretch of a clip as the model reads it.

    Attributes:
        start: Its first frame.
        box: What it was normalised by.
        inputs: (W, J, 3) as from `normalise_window`.
        trust: Mean confidence of its joints, those not found counting 0: how much its answers count where windows
            overlap. One that the runner has only just entered knows less of them than the next.
    """

    start: int
    box: SquareBox
    inputs: npt.NDArray[np.float32]
    trust: float


def cut_windows(xy_px: FloatArray, confidence: FloatArray, window: int) -> list[Window]:
    """Windows that cover the clip, each in place and normalised by its own box, without those that show nothing.

    Args:
        xy_px: (T, J, 2) joints, x right and y down, px; NaN where not found.
        confidence: (T, J) in [0, 1], 0 where not found.
        window: Frames per window.
    """
    cut = []
    for start in find_window_starts(len(xy_px), window):
        stretch = slice(start, start + window)
        sure = confidence[stretch]
        in_place = xy_px[stretch] - compute_travel(xy_px[stretch], sure)[:, None]
        box = find_square_box(in_place, sure)
        inputs = normalise_window(in_place, sure, box)
        if inputs[..., 2].any():
            cut.append(Window(start, box, inputs, float(inputs[..., 2].mean())))
    return cut


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

    def add(self, start: int, values: npt.NDArray[np.float32], trust: float = 1.0) -> None:
        """Add the values (W, ...) of a window that begins at frame `start`; `trust` above 0 weighs it."""
        weights = trust * compute_blend_weights(len(values))
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
        windows: Every window that will be added.
        frame_weights: (T,) how much each frame of the sequence counts.
        shape: Of one frame's values.
    """

    def __init__(self, windows: Sequence[Window], frame_weights: FloatArray, shape: tuple[int, ...]) -> None:
        total = np.zeros(len(frame_weights))
        for window in windows:
            length = len(window.inputs)
            total[window.start : window.start + length] += window.trust * compute_blend_weights(length)
        covered = total > 0
        self._share = np.where(covered, frame_weights / np.where(covered, total, 1.0), 0.0)
        self._weight = float(frame_weights[covered].sum())
        self._sum = np.zeros(shape)

    def add(self, start: int, values: npt.NDArray[np.float32], trust: float = 1.0) -> None:
        """As `WindowBlend.add`, of one of the windows that were announced."""
        weights = trust * compute_blend_weights(len(values)) * self._share[start : start + len(values)]
        self._sum += np.tensordot(weights, values.astype(np.float64), axes=1)

    def finish(self) -> FloatArray:
        """The mean of one frame's shape; NaN where no frame counts."""
        return self._sum / self._weight if self._weight > 0 else np.full_like(self._sum, np.nan)


def _per_frame(values: FloatArray, ndim: int) -> npt.NDArray[np.float32]:
    """(T,) numbers shaped to multiply arrays (T, ...) of `ndim` dimensions."""
    return values.astype(np.float32).reshape(-1, *[1] * (ndim - 1))
