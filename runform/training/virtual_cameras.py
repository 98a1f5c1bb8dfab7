"""Pinhole cameras around a moving body.

World: metres, y up. Camera: metres, x right, y down, z away from the camera. Picture: px, x right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.sequences import require_shape

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CameraPath:
    """One camera through the T frames of a window; it may turn, and stands still.

    Attributes:
        position: (3,) in the world, metres.
        rotation: (T, 3, 3) rows are the camera's x, y and z axes in the world.
        focal_px: Focal length.
        centre_px: (2,) principal point.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    position: FloatArray
    rotation: FloatArray
    focal_px: float
    centre_px: FloatArray

    def __post_init__(self) -> None:
        require_shape("position", self.position, (3,))
        require_shape("rotation", self.rotation, (None, 3, 3))
        require_shape("centre_px", self.centre_px, (2,))

    def to_camera(self, world: FloatArray) -> FloatArray:
        """(T, J, 3) world metres -> (T, J, 3) camera metres."""
        return np.asarray(np.einsum("tik,tjk->tji", self.rotation, world - self.position))

    def project(self, camera: FloatArray) -> FloatArray:
        """(T, J, 3) camera metres, z > 0 -> (T, J, 2) px."""
        return np.asarray(self.focal_px * camera[..., :2] / camera[..., 2:] + self.centre_px)

    def compute_px_per_metre(self, root: FloatArray) -> FloatArray:
        """(T, 3) a point in camera metres -> (T,) px that one metre across spans at its depth."""
        return np.asarray(self.focal_px / root[:, 2])


def look_at(position: FloatArray, targets: FloatArray, roll_rad: float = 0.0) -> FloatArray:
    """Rotations of a camera at `position` (3,) that looks at each of `targets` (T, 3), world metres.

    Args:
        position: Of the camera.
        targets: Not straight above or below the camera.
        roll_rad: Turn about the line of sight; positive turns the picture's contents anticlockwise.

    Returns:
        (T, 3, 3) rows are the camera's x (right), y (down) and z (forward) axes in the world.
    """
    forward = targets - position
    forward = forward / np.linalg.norm(forward, axis=1, keepdims=True)
    right = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    right = right / np.linalg.norm(right, axis=1, keepdims=True)
    down = np.cross(forward, right)
    cos, sin = np.cos(roll_rad), np.sin(roll_rad)
    return np.stack((cos * right + sin * down, cos * down - sin * right, forward), axis=1)


def compute_heading(joints: FloatArray, left_hip: int, right_hip: int) -> float:
    """The body's mean facing direction in the ground plane.

    Args:
        joints: (T, J, 3) world metres, y up.
        left_hip: Position of the left hip in J.
        right_hip: Position of the right hip in J.

    Returns:
        Angle in rad: the direction (cos, 0, sin) of x and z in the world.
    """
    left = (joints[:, left_hip] - joints[:, right_hip]).mean(axis=0)
    ahead = np.cross(left, np.array([0.0, 1.0, 0.0]))
    return float(np.arctan2(ahead[2], ahead[0]))


def place_camera(
    joints: FloatArray,
    *,
    heading: float,
    azimuth: float,
    distance_m: float,
    height_m: float,
    focal_px: float,
    aim_offset_m: FloatArray,
    roll_rad: float,
    follow: bool,
) -> CameraPath:
    """Stand a camera beside a moving body.

    Args:
        joints: (T, J, 3) world metres, root first, y up.
        heading: The body's facing direction, as from `compute_heading`, rad.
        azimuth: Of the camera seen from the body, from its facing direction; pi/2 stands on its right, rad.
        distance_m: Horizontal, from the body's mid-window place.
        height_m: Above the lowest joint of the window.
        focal_px: Focal length.
        aim_offset_m: (3,) where the camera looks, from the root.
        roll_rad: About the line of sight.
        follow: Turn with the body's travel; otherwise look at its mid-window place.
    """
    root = joints[:, 0]
    middle = root[len(root) // 2]
    angle = heading + azimuth
    ground = joints[..., 1].min()
    position = np.array(
        [middle[0] + distance_m * np.cos(angle), ground + height_m, middle[2] + distance_m * np.sin(angle)]
    )
    targets = np.tile(middle, (len(root), 1))
    if follow:
        # A panning operator follows the travel, not the bounce.
        targets[:, (0, 2)] = root[:, (0, 2)]
    targets += aim_offset_m
    return CameraPath(position, look_at(position, targets, roll_rad), focal_px, np.zeros(2))
