"""How camera and runner move against each other: treadmill, passing, followed by the camera; and how the camera shakes.

The background's motion in the picture (`CameraMotion`) is taken out where it is known. A camera in the hand mostly
turns, and a turn moves runner and background alike; where it is carried along, the background's nearness is an error.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from runform.gait.body_frame import compute_leg_length, compute_mid_hip
from runform.gait.local_mean import compute_local_mean
from runform.sequences import CameraMotion, Contact, FloatArray, KeypointSequence, Motion, require_shape

LONGEST_IN_PLACE = 2.5
"""Travel of the hips, in leg lengths, above which the runner covers ground. On a treadmill it is below one."""
_FOLLOWED_SHARE = 0.5
"""Share of the runner's way that the camera has turned along with, from which the runner counts as followed."""
_SHAKE_WINDOW_S = 0.25
"""A picture that wanders more slowly than this does not reach the step's rhythm."""


def steady_keypoints(keypoints: KeypointSequence, camera: CameraMotion | None) -> KeypointSequence:
    """The keypoints in px of the first frame of their uncut stretch, where the background lies still.

    Args:
        keypoints: In px of each frame.
        camera: Of the same frames; None, or not known, leaves the keypoints as they are.

    Raises:
        ShapeError: A camera of another number of frames.
    """
    if camera is None or not camera.known:
        return keypoints
    require_shape("to_first", camera.to_first, (len(keypoints), 2, 3))
    turned = np.einsum("tij,tkj->tki", camera.to_first[:, :, :2], keypoints.xy_px)
    return dataclasses.replace(keypoints, xy_px=turned + camera.to_first[:, None, :, 2])


def unsteady_keypoints(keypoints: KeypointSequence, camera: CameraMotion | None) -> KeypointSequence:
    """What `steady_keypoints` gave, back in px of each frame.

    Args:
        keypoints: In px of the first frame of their uncut stretch.
        camera: Of the same frames; None, or not known, leaves the keypoints as they are.

    Raises:
        ShapeError: A camera of another number of frames.
    """
    if camera is None or not camera.known:
        return keypoints
    require_shape("to_first", camera.to_first, (len(keypoints), 2, 3))
    moved = keypoints.xy_px - camera.to_first[:, None, :, 2]
    turned = np.einsum("tij,tkj->tki", np.linalg.inv(camera.to_first[:, :, :2]), moved)
    return dataclasses.replace(keypoints, xy_px=turned)


def compute_travel(keypoints: KeypointSequence) -> float:
    """How far apart the hips' horizontal places lie, 2nd to 98th percentile, in leg lengths; NaN when never seen."""
    return _compute_range(compute_mid_hip(keypoints)[:, 0] / compute_leg_length(keypoints), 2.0)


def compute_camera_travel(keypoints: KeypointSequence, camera: CameraMotion) -> float:
    """How far the camera turned sideways where the runner is, 2nd to 98th percentile, in leg lengths."""
    return _compute_range(_compute_camera_path(keypoints, camera)[:, 0], 2.0)


def compute_camera_shake(keypoints: KeypointSequence, camera: CameraMotion) -> float:
    """How far the picture jumps up and down within a step: 95 % of its places at the runner's hips, in leg lengths.

    Slow wandering is not part of it. NaN when the hips were never seen.
    """
    height = _compute_camera_path(keypoints, camera)[:, 1]
    known = np.isfinite(height)
    if not known.any():
        return float("nan")
    time_s, height = keypoints.time_s[known], height[known]
    return _compute_range(height - compute_local_mean(time_s, height, time_s, _SHAKE_WINDOW_S), 2.5)


def estimate_motion(keypoints: KeypointSequence, camera: CameraMotion | None = None) -> Motion:
    """Whether the runner stays in place, passes a camera that stands still, or is followed by it.

    Args:
        keypoints: Clean keypoints, px of each frame.
        camera: How the picture moved. Where it is None or not known, a runner who stays in the same part of the
            picture counts as in place, and one who is followed cannot be told from that.
    """
    over_ground = compute_travel(steady_keypoints(keypoints, camera))
    if not np.isfinite(over_ground):
        return "unclear"
    if over_ground <= LONGEST_IN_PLACE:
        return "in_place"
    if camera is not None and compute_camera_travel(keypoints, camera) > _FOLLOWED_SHARE * over_ground:
        return "panning"
    return "passing"


def find_take(found: npt.NDArray[np.bool_], camera: CameraMotion | None) -> slice:
    """The frames between the cuts on either side of the runner; the whole clip where it has none.

    Args:
        found: (T,) frames in which the runner was found.
        camera: Of the same frames, for its cuts.
    """
    if camera is None or not found.any():
        return slice(None)
    cuts = np.flatnonzero(camera.cuts)
    first = int(np.argmax(found))
    before, after = cuts[cuts <= first], cuts[cuts > first]
    return slice(int(before[-1]) if len(before) else 0, int(after[0]) if len(after) else len(found))


def count_cuts_between(camera: CameraMotion, time_s: FloatArray, contacts: Sequence[Contact]) -> int:
    """Cuts between the first and the last initial contact.

    Args:
        camera: For its cuts.
        time_s: (T,) of its frames, seconds of real time.
        contacts: In any order; none have no cut between them.
    """
    if not contacts:
        return 0
    at = np.array([contact.initial_contact_s for contact in contacts])
    return int(((time_s > at.min()) & (time_s <= at.max()) & camera.cuts).sum())


def _compute_camera_path(keypoints: KeypointSequence, camera: CameraMotion) -> FloatArray:
    """(T, 2) how far the picture has moved at the runner's hips, leg lengths; NaN where the hips were not seen."""
    steady = steady_keypoints(keypoints, camera)
    return np.asarray((compute_mid_hip(steady) - compute_mid_hip(keypoints)) / compute_leg_length(steady))


def _compute_range(values: FloatArray, percentile: float) -> float:
    """Distance between the lower and the upper percentile of the known values, NaN when there are none."""
    known = values[np.isfinite(values)]
    return float(np.ptp(np.percentile(known, [percentile, 100 - percentile]))) if len(known) else float("nan")
