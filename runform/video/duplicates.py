"""Finds frames that repeat the one before: 30 frames/s in a file of 60, television's pulldown, webcams that stall.

Such frames add nothing to what is seen of a stride, so a file's frame rate promises more than its pictures hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import numpy.typing as npt
import scipy.ndimage

from runform.sequences import FloatArray, require_shape
from runform.video.picture import RgbImage
from runform.video.read import Frame

# Sampled, not averaged: a new picture differs by its noise alone, and averaging would take that away.
_SAMPLES_ACROSS = 128
# The runner may be small: what counts is the part of the picture that changes most.
_CHANGED_SHARE = 0.05
_NEIGHBOURS = 15
_LOW_SHARE = 0.2
_MOST_REPEATS = 7
_LEAST_CHANGE = 1.5
_PERCENTILE = 95.0


class FrameChanges:
    """Takes a clip's frames one by one and keeps how much each differs from the one before.

    Costs 0.1 to 0.2 ms a frame and keeps one small grey copy and one number per frame.
    """

    def __init__(self) -> None:
        self._before: npt.NDArray[np.uint8] | None = None
        self._changes: list[float] = []

    def add(self, rgb: RgbImage) -> None:
        """Take the next frame.

        Args:
            rgb: (H, W, 3) uint8 RGB; one size through the clip.
        """
        step = max(1, max(rgb.shape[:2]) // _SAMPLES_ACROSS)
        # Green carries most of the brightness, and one channel is a third of the work.
        small = np.ascontiguousarray(rgb[::step, ::step, 1])
        if self._before is None:
            self._changes.append(float("nan"))
        else:
            differences = cv2.absdiff(small, self._before).ravel()
            most = max(1, int(_CHANGED_SHARE * differences.size))
            self._changes.append(float(np.partition(differences, -most)[-most:].mean()))
        self._before = small

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass frames on to whoever reads them, and take each on its way."""
        for frame in frames:
            self.add(frame.rgb)
            yield frame

    @property
    def changes(self) -> FloatArray:
        """(T,) mean grey difference from the frame before over the 5 % of the picture that changed most, 0 to 255.

        NaN for the first frame.
        """
        return np.array(self._changes, dtype=np.float64)


def find_duplicates(changes: FloatArray) -> npt.NDArray[np.bool_]:
    """Frames that repeat the one before while the picture around them moves.

    A frame repeats when it differs from the one before by less than a fifth of what frames nearby differ by when they
    differ (95th percentile of 15 frames to each side). Where nothing moves nothing can be told, and no frame counts;
    more than 7 such frames in a row are a still scene, such as the track before the runner comes.

    Args:
        changes: (T,) as `FrameChanges` gives them.

    Returns:
        (T,) True for repeats.

    Raises:
        ShapeError: An array of another shape.
    """
    require_shape("changes", changes, (None,))
    low, still = _split_low(changes)
    return low & ~still


def compute_duplicate_share(changes: FloatArray) -> float:
    """Share of frames that repeat the one before, of those where the picture moves.

    The file's frame rate times one minus this share is the rate of pictures that show something new.

    Args:
        changes: (T,) as `FrameChanges` gives them.

    Returns:
        0 to below 1; 0 where nothing moves.

    Raises:
        ShapeError: An array of another shape.
    """
    require_shape("changes", changes, (None,))
    low, still = _split_low(changes)
    moving = ~still & (_compute_usual_change(changes) >= _LEAST_CHANGE)
    return float(low[moving].mean()) if moving.any() else 0.0


def _split_low(changes: FloatArray) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """(T,) frames that show nothing new amid movement, and (T,) those of them that belong to a still scene."""
    usual = _compute_usual_change(changes)
    low = (usual >= _LEAST_CHANGE) & (changes < _LOW_SHARE * usual)
    number, count = scipy.ndimage.label(low)
    lengths = np.bincount(number, minlength=count + 1)
    return low, low & (lengths[number] > _MOST_REPEATS)


def _compute_usual_change(changes: FloatArray) -> FloatArray:
    """(T,) 95th percentile of the changes nearby; 0 where none is known."""
    padded = np.pad(changes, (_NEIGHBOURS, _NEIGHBOURS + 1), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1)[: len(changes)]
    usual = np.zeros(len(changes))
    known = np.isfinite(windows).any(axis=1)
    usual[known] = np.nanpercentile(windows[known], _PERCENTILE, axis=1)
    return usual
