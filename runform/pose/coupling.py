"""What shoulders and arms say of which leg is which.

Arms swing against legs, and hips are about as wide as shoulders, so across the picture left minus right of the legs is
nearly a fixed mixture of left minus right of shoulders and arms and of their speed. Unlike the stride's curve that
holds whichever way the runner faces, through turns, starts and stops.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from runform.pose.stride import fit_stride
from runform.sequences import FloatArray

_PARTS = 3  # shoulder, elbow, wrist; hands add nothing but noise
_SPEED_WINDOW_S = 0.06
_SPEED_S = 0.2  # brings speeds to about the size of the differences
_LEAST_FRAMES = 4
_RIDGE = 3e-3
_LOCAL_S = 1.0
# Share of the legs' difference that the mixture may leave unexplained: fully trusted, and not at all.
_GOOD_MISFIT, _MOST_MISFIT = 0.1, 0.4
_TOLD = 0.25


def compute_arm_guide(
    xy: FloatArray,
    time_s: FloatArray,
    arms: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    scale_px: FloatArray,
) -> FloatArray:
    """Left minus right of shoulders and arms across the picture, and the arms' speed.

    Args:
        xy: (T, K, 2) px, arms named rightly; NaN where missing.
        time_s: (T,) increasing.
        arms: Columns of the left and of the right arm, shoulder first.
        scale_px: (T,) a length of the body in px.

    Returns:
        (T, G) in units of that length; NaN where a point of the arms is missing, or everywhere if it nearly always is.
    """
    left, right = (side[:_PARTS] for side in arms)
    apart = (xy[:, left, 0] - xy[:, right, 0]) / scale_px[:, None]  # (T, P)
    known = np.isfinite(apart).all(axis=1)
    if known.sum() < _LEAST_FRAMES:
        return np.full((len(xy), max(2 * len(left) - 1, 1)), np.nan)
    step_s = float(np.median(np.diff(time_s)))
    bridged = np.stack([np.interp(time_s, time_s[known], column[known]) for column in apart.T], axis=1)
    speed = gaussian_filter1d(bridged, _SPEED_WINDOW_S / step_s, axis=0, order=1) / step_s
    guide = np.concatenate([apart, _SPEED_S * speed[:, 1:]], axis=1)
    return np.asarray(np.where(known[:, None], guide, np.nan))


class ArmCoupling:
    """The legs' difference as a mixture of the arms'.

    Args:
        guide: (F, G) as from `compute_arm_guide`, at the frames in question.
        step_s: Seconds between frames.
    """

    def __init__(self, guide: FloatArray, step_s: float) -> None:
        self._known = np.isfinite(guide).all(axis=1)
        values = np.where(self._known[:, None], guide, 0.0)
        spread = np.sqrt((values**2).sum(axis=0) / max(int(self._known.sum()), 1))
        self._guide = values / np.maximum(spread, 1e-9)
        self._width = _LOCAL_S / step_s  # frames
        self.trust = np.zeros(len(guide))

    def fit(self, across: FloatArray, sign: FloatArray) -> FloatArray:
        """(F, P, 1) the mixture at every frame, from differences across the picture (F, P, 1) under the present names.

        `trust`, (F,) 0 to 1, then tells how far it holds about each frame.
        """
        expected = np.zeros_like(across)
        ridge = np.full(self._guide.shape[1], _RIDGE)
        for p in range(across.shape[1]):
            known = self._known & np.isfinite(across[:, p]).all(axis=1)
            expected[:, p] = self._guide @ fit_stride(self._guide, sign[:, None] * across[:, p], known * 1.0, ridge)
        explained = compute_explained(across, expected, self._known, self._width, (_GOOD_MISFIT, _MOST_MISFIT))
        self.trust = self._known * explained
        return expected


def compute_explained(
    apart: FloatArray,
    expected: FloatArray,
    known: npt.NDArray[np.bool_],
    width: float,
    misfits: tuple[float, float],
) -> FloatArray:
    """(F,) 0 to 1: how far differences are as expected about each frame, whatever the names.

    Args:
        apart: (F, P, D) left minus right; NaN where missing.
        expected: (F, P, D).
        known: (F,) frames that count.
        width: Of the Gaussian window, frames.
        misfits: Share of the differences' size left unexplained: fully trusted up to the first, not at all from the
            second on.
    """
    misfit = np.minimum(*(np.nansum((s * apart - expected) ** 2, axis=(1, 2)) for s in (1.0, -1.0)))
    size = np.nansum(apart**2, axis=(1, 2))
    # Limbs that lie together though they should be apart are found twice over, and say nothing.
    told = known & (size > _TOLD * np.nansum(expected**2, axis=(1, 2)))
    local = gaussian_filter1d(misfit * told, width) / np.maximum(gaussian_filter1d(size * told, width), 1e-12)
    good, most = misfits
    return np.asarray(np.clip((most - local) / (most - good), 0.0, 1.0))
