"""A steady virtual camera that looks at a standing runner."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runform.errors import ShapeError
from runform.report.standing import StandingRunner
from runform.sequences import FloatArray

# How far away the camera stands, in sizes of the runner: near enough that the far leg is a little smaller.
_DISTANCE = 5.0
# Left free around the runner, of the picture's width and height: the head, the marks on the ground and the words.
_MARGIN = 0.14
# So much of all joints' places is certain to be in the picture; single frames that were lifted wrongly may leave it.
_INSIDE_PERCENTILES = (0.5, 99.5)


@dataclass(frozen=True)
class SceneCamera:
    """A pinhole camera that does not move.

    Attributes:
        axes: (3, 3) its right, up and forward, one a row, in the runner's x, y, z.
        target: (3,) what it looks at.
        distance: From the target, in the runner's unit.
        focal_px: Focal length.
        centre_px: (2,) where the target lies, x right and y down.
    """

    axes: FloatArray
    target: FloatArray
    distance: float
    focal_px: float
    centre_px: FloatArray

    def project(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where points are in the picture, and how far from the camera.

        Args:
            points: (..., 3) x, y, z of the standing runner.

        Returns:
            (..., 2) px, x right and y down, and (...) depth along the line of sight, in the runner's unit.
        """
        seen = (points - self.target) @ self.axes.T  # (..., 3) right, up, forward
        depth = self.distance + seen[..., 2]
        flat = seen[..., :2] * np.array([1.0, -1.0]) / depth[..., None]
        return self.centre_px + self.focal_px * flat, depth

    def px_per_unit(self, depth: float) -> float:
        """Size in px of a length of 1 at this depth."""
        return self.focal_px / depth


def aim_camera(
    runner: StandingRunner, width: int, height: int, *, turn_deg: float, elevation_deg: float
) -> SceneCamera:
    """A camera that keeps the runner in a picture of this size through the whole clip.

    Args:
        runner: Upright, y up, z towards the clip's own camera.
        width: Of the picture, px.
        height: Of the picture, px.
        turn_deg: How far it stands round the runner from the clip's own camera, positive to the picture's right.
        elevation_deg: How far it looks down.

    Raises:
        ShapeError: No joint is known in any frame.
    """
    points = runner.xyz[np.isfinite(runner.xyz).all(axis=2)]  # (N, 3)
    if not len(points):
        raise ShapeError("xyz holds no joint that a camera could look at.")
    low, high = np.percentile(points, _INSIDE_PERCENTILES, axis=0)
    low[1] = min(low[1], 0.0)  # the ground is always in sight
    turn, elevation = math.radians(turn_deg), math.radians(elevation_deg)
    forward = -np.array(
        [
            math.sin(turn) * math.cos(elevation),
            math.sin(elevation),
            math.cos(turn) * math.cos(elevation),
        ]
    )
    right = np.array([math.cos(turn), 0.0, -math.sin(turn)])
    axes = np.stack([right, np.cross(right, forward), forward])
    distance = _DISTANCE * float(np.linalg.norm(high - low))
    loose = SceneCamera(axes, (low + high) / 2, distance, 1.0, np.zeros(2))
    flat, _ = loose.project(np.concatenate([points, points * np.array([1.0, 0.0, 1.0])]))  # and their shadows
    first, last = np.percentile(flat, _INSIDE_PERCENTILES, axis=0)
    room = np.array([width, height]) * (1 - 2 * _MARGIN)
    focal = float((room / np.maximum(last - first, 1e-9)).min())
    centre = np.array([width, height]) / 2 - focal * (first + last) / 2
    return SceneCamera(axes, loose.target, distance, focal, centre)
