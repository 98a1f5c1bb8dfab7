"""Cuts the crops that RTMPose looks into, exactly as mmpose does when it trains and tests the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError
from runform.pose.estimator import Sight
from runform.sequences import Box, FloatArray
from runform.video.read import RgbImage

CROP_WIDTH, CROP_HEIGHT = 192, 256
# mmpose's GetBBoxCenterScale: how much of the surroundings the model was trained to see.
PADDING = 1.25

Crops = npt.NDArray[np.uint8]
"""(B, 256, 192, 3) uint8 RGB."""


@dataclass(frozen=True)
class CropRegion:
    """The part of a picture that fills one crop.

    Attributes:
        centre_px: x right and y down in px of the picture; it falls on the crop's px (96, 128).
        width_px: Width of the region in px of the picture; its height follows from the crop's aspect of 192:256.
    """

    centre_px: tuple[float, float]
    width_px: float

    @property
    def scale(self) -> float:
        """Picture px per crop px."""
        return self.width_px / CROP_WIDTH


def compute_crop_region(box: Box) -> CropRegion:
    """The region around a person's box: padded by 1.25, then widened or heightened to the crop's aspect.

    Args:
        box: x, y, width, height about the whole body, px; it may reach beyond the picture.

    Raises:
        ShapeError: The box is empty or not finite.
    """
    x, y, width, height = box
    if not (np.isfinite(box).all() and width > 0 and height > 0):
        raise ShapeError(f"A person's box must be finite with width and height above 0, and is {box}.")
    region_width = max(width, height * CROP_WIDTH / CROP_HEIGHT) * PADDING
    return CropRegion(centre_px=(x + width / 2, y + height / 2), width_px=region_width)


def cut_crops(sights: Sequence[Sight]) -> tuple[Crops, list[CropRegion]]:
    """The crops of a batch and where each was taken.

    Args:
        sights: Upright RGB pictures and the person's box in each; what lies beyond a picture is black, as in training.

    Returns:
        (B, 256, 192, 3) uint8 RGB, and one region for each.

    Raises:
        ShapeError: A box is empty or not finite.
    """
    regions = [compute_crop_region(sight.box) for sight in sights]
    crops = [_cut(sight.rgb, region) for sight, region in zip(sights, regions, strict=True)]
    return np.stack(crops), regions


def _cut(rgb: RgbImage, region: CropRegion) -> Crops:
    """One crop, (256, 192, 3)."""
    # From three points in single precision, as mmpose does it: OpenCV interpolates in steps of 1/32 px, and one last
    # digit can move a px by a step.
    x, y = region.centre_px
    half = region.width_px / 2
    middle_x, middle_y = CROP_WIDTH / 2, CROP_HEIGHT / 2
    source = np.array([[x, y], [x - half, y], [x - half, y + half]], dtype=np.float32)
    target = np.array(
        [[middle_x, middle_y], [0.0, middle_y], [0.0, middle_y + middle_x]],
        dtype=np.float32,
    )
    to_crop = cv2.getAffineTransform(source, target)
    crop = cv2.warpAffine(rgb, to_crop, (CROP_WIDTH, CROP_HEIGHT), flags=cv2.INTER_LINEAR)
    return np.asarray(crop, dtype=np.uint8)


def to_picture(xy_crop: FloatArray, region: CropRegion) -> FloatArray:
    """Carry points from a crop to its picture.

    Args:
        xy_crop: (K, 2) x right and y down in px of the crop.
        region: Where the crop was taken.

    Returns:
        (K, 2) px of the picture; they may lie beyond it.
    """
    return (xy_crop - (CROP_WIDTH / 2, CROP_HEIGHT / 2)) * region.scale + region.centre_px
