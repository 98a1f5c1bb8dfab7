"""One small picture of each person, for the coach to pick from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from runform.pose.people.boxes import compute_visible_share
from runform.pose.people.sightings import Sighting
from runform.sequences import Box
from runform.video.read import RgbImage

_HEIGHT = 240
_MARGIN = 0.15


@dataclass(frozen=True)
class Snapshot:
    """A picture of one person.

    Attributes:
        sighting: When and where it was taken.
        quality: Larger, surer and more of the person in the picture is better.
        rgb: (240, w, 3) uint8 RGB.
    """

    sighting: Sighting
    quality: float
    rgb: RgbImage


def compute_quality(sighting: Sighting, width: int, height: int) -> float:
    """Height in px, less where the find is unsure or part of the person is beyond the picture's edge."""
    return sighting.box[3] * sighting.score * compute_visible_share(sighting.box, width, height) ** 2


def cut_picture(rgb: RgbImage, box: Box) -> RgbImage:
    """(240, w, 3) RGB of a person with some margin, as far as the picture reaches."""
    height, width = rgb.shape[:2]
    margin = _MARGIN * max(box[2], box[3])
    left, top = (int(np.clip(box[axis] - margin, 0, (width, height)[axis] - 1)) for axis in (0, 1))
    right = int(np.clip(box[0] + box[2] + margin, left + 1, width))
    bottom = int(np.clip(box[1] + box[3] + margin, top + 1, height))
    part = rgb[top:bottom, left:right]
    scale = _HEIGHT / part.shape[0]
    size = max(round(part.shape[1] * scale), 1), _HEIGHT
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, size, interpolation=method), dtype=np.uint8)
