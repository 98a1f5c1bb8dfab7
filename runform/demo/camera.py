"""The demo's camera: a pinhole that looks at the runner from the side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.sequences import FloatArray, Side

DISTANCE_M = 4.4
HEIGHT_M = 0.95
SPAN_WIDTH_M, SPAN_HEIGHT_M = 1.75, 2.35
"""What the picture must show at the runner's distance, at the least."""
CENTRE_HEIGHT_M = 0.86
"""Height above the belt that lies in the middle of the picture, at the runner's distance."""


@dataclass(frozen=True)
class Camera:
    """A level camera beside the treadmill, pointing across it.

    Attributes:
        width, height: Of the picture, px.
        view: The side of the runner that it sees: "right" has the runner face right in the picture.
    """

    width: int
    height: int
    view: Side

    @property
    def facing(self) -> float:
        """+1 where the runner's forward is the picture's right, -1 where it is the left."""
        return 1.0 if self.view == "right" else -1.0

    @property
    def scale(self) -> float:
        """Pixels per metre at the runner's distance."""
        return min(self.width / SPAN_WIDTH_M, self.height / SPAN_HEIGHT_M)

    def depth(self, points: FloatArray) -> FloatArray:
        """(...,) distance from the camera's plane of (..., 3) world points, m."""
        return np.asarray(DISTANCE_M + self.facing * points[..., 1])

    def project(self, points: FloatArray) -> FloatArray:
        """(..., 2) px, x right and y down, of (..., 3) world points in m (see `body`)."""
        size = self.scale * DISTANCE_M / self.depth(points)
        horizon = self.height / 2 + self.scale * (CENTRE_HEIGHT_M - HEIGHT_M)
        x = self.width / 2 + self.facing * size * points[..., 0]
        return np.stack([x, horizon - size * (points[..., 2] - HEIGHT_M)], axis=-1)
