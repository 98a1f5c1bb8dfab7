from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.training.virtual_cameras import CameraPath, compute_heading, look_at, place_camera

CENTRE_PX = np.array([640.0, 360.0])


def _level_camera() -> CameraPath:
    """At (0, 1, 5), looking along -z at (0, 1, 0)."""
    position = np.array([0.0, 1.0, 5.0])
    return CameraPath(position, look_at(position, np.array([[0.0, 1.0, 0.0]])), 1000.0, CENTRE_PX)


@pytest.mark.parametrize(
    ("world", "camera", "px"),
    [
        ((0.0, 1.0, 0.0), (0.0, 0.0, 5.0), (640.0, 360.0)),
        ((0.5, 1.0, 0.0), (0.5, 0.0, 5.0), (740.0, 360.0)),
        ((0.0, 2.0, 0.0), (0.0, -1.0, 5.0), (640.0, 160.0)),
        ((-1.0, 0.0, -5.0), (-1.0, 1.0, 10.0), (540.0, 460.0)),
    ],
)
def test_known_points_fall_where_they_must(
    world: tuple[float, ...], camera: tuple[float, ...], px: tuple[float, ...]
) -> None:
    view = _level_camera()
    seen = view.to_camera(np.array([[world]]))
    np.testing.assert_allclose(seen[0, 0], camera, atol=1e-12)
    np.testing.assert_allclose(view.project(seen)[0, 0], px, atol=1e-9)


def test_one_metre_spans_the_pixels_it_must() -> None:
    np.testing.assert_allclose(_level_camera().compute_px_per_metre(np.array([[0.0, 0.0, 5.0]])), [200.0])


def test_rotations_keep_lengths_and_handedness() -> None:
    rotation = look_at(np.array([3.0, 1.5, -2.0]), np.array([[0.0, 1.0, 0.0], [1.0, 0.5, 4.0]]), roll_rad=0.2)
    np.testing.assert_allclose(rotation @ rotation.transpose(0, 2, 1), np.broadcast_to(np.eye(3), (2, 3, 3)), atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(rotation), 1.0)


def test_roll_turns_the_picture_anticlockwise() -> None:
    position = np.array([0.0, 1.0, 5.0])
    rolled = CameraPath(position, look_at(position, np.array([[0.0, 1.0, 0.0]]), roll_rad=0.1), 1000.0, CENTRE_PX)
    right_of_centre = rolled.project(rolled.to_camera(np.array([[[1.0, 1.0, 0.0]]])))[0, 0]
    assert right_of_centre[1] < CENTRE_PX[1], "y runs down, so a point on the right moves up"


def _walker(facing: FloatArray) -> FloatArray:
    """(3, 3, 3) root, left hip, right hip of somebody who faces `facing` and goes that way."""
    left = np.cross(np.array([0.0, 1.0, 0.0]), facing)
    still = np.stack((np.zeros(3), 0.1 * left, -0.1 * left)) + np.array([0.0, 1.0, 0.0])
    return np.stack([still + step * facing for step in (0.0, 0.5, 1.0)])


@pytest.mark.parametrize("heading", [0.0, 1.0, 2.5, -2.0])
def test_heading_is_the_way_the_body_faces(heading: float) -> None:
    joints = _walker(np.array([np.cos(heading), 0.0, np.sin(heading)]))
    assert compute_heading(joints, left_hip=1, right_hip=2) == pytest.approx(heading)


@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize(("azimuth", "shows"), [(np.pi / 2, "right"), (-np.pi / 2, "left")])
def test_a_camera_on_the_right_sees_the_right_side(azimuth: float, shows: str, follow: bool) -> None:
    joints = _walker(np.array([0.0, 0.0, 1.0]))
    view = place_camera(
        joints, heading=compute_heading(joints, 1, 2), azimuth=azimuth, distance_m=4.0, height_m=0.0, focal_px=1000.0,
        aim_offset_m=np.zeros(3), roll_rad=0.0, follow=follow,
    )  # fmt: skip
    seen = view.to_camera(joints)
    nearest = "left" if seen[1, 1, 2] < seen[1, 2, 2] else "right"
    assert nearest == shows
    runs_right = seen[2, 0, 0] > seen[0, 0, 0]
    if not follow:
        assert runs_right == (shows == "right"), "seen from their right, a body goes to the picture's right"
    else:
        np.testing.assert_allclose(seen[:, 0, 0], 0, atol=1e-9)
    assert seen[1, 0, 2] == pytest.approx(4.0, abs=0.2)
