"""The small grey copy of every frame that cuts, the camera's motion and moving things are found in."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray
from runform.video.read import RgbImage

GreyImage = npt.NDArray[np.uint8]

_LONG_SIDE = 320


@dataclass(frozen=True)
class SmallScale:
    """How many px of a clip's pictures make one px of their small copies.

    Attributes:
        factor: A whole number, 1 or more, so that each small px is a plain mean.
        width, height: Of the small copy.
    """

    factor: int
    width: int
    height: int

    @classmethod
    def of(cls, rgb: RgbImage) -> SmallScale:
        """The scale for a clip whose pictures are as large as this one."""
        height, width = rgb.shape[:2]
        factor = max(round(max(width, height) / _LONG_SIDE), 1)
        return cls(factor, max(width // factor, 1), max(height // factor, 1))

    def shrink(self, rgb: RgbImage) -> GreyImage:
        """(height, width) grey copy of (H, W, 3) RGB."""
        whole = rgb[: self.height * self.factor, : self.width * self.factor]
        if self.factor % 2 == 0:  # OpenCV's halving is several times faster than its other scales
            half = cv2.resize(whole, (whole.shape[1] // 2, whole.shape[0] // 2), interpolation=cv2.INTER_LINEAR)
            whole = np.asarray(half, dtype=np.uint8)
        grey = cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(grey, (self.width, self.height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, dtype=np.uint8)

    def enlarge_motion(self, motion: FloatArray) -> FloatArray:
        """(2, 3) similarity between small copies as one between whole pictures."""
        # Px are counted from their middles: small px 0 is the mean of whole px 0 to factor - 1.
        offset = np.full(2, (self.factor - 1) / 2)
        result = motion.copy()
        result[:, 2] = self.factor * motion[:, 2] + offset - motion[:, :2] @ offset
        return result
