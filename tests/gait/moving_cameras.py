"""Keypoints as a camera that moves would see them."""

from __future__ import annotations

import dataclasses

import numpy as np

from runform.sequences import CameraMotion, FloatArray, KeypointSequence


def film_with(
    keypoints: KeypointSequence, moved_px: FloatArray, zoom: FloatArray | None = None
) -> tuple[KeypointSequence, CameraMotion]:
    """Film with a camera whose picture moves over the background.

    Args:
        keypoints: In px of a picture whose background lies still.
        moved_px: (T, 2) where the picture's corner lies in it.
        zoom: (T,) px of the moving picture for each of the still one; 1 throughout when None.

    Returns:
        Keypoints in px of the moving picture, and the camera's motion relative to its first frame.
    """
    zoom = np.ones(len(keypoints)) if zoom is None else zoom
    xy = zoom[:, None, None] * (keypoints.xy_px - moved_px[:, None])
    to_first = np.zeros((len(keypoints), 2, 3))
    to_first[:, 0, 0] = to_first[:, 1, 1] = zoom[0] / zoom
    to_first[:, :, 2] = zoom[0] * (moved_px - moved_px[0])
    return dataclasses.replace(keypoints, xy_px=xy), CameraMotion(to_first, np.zeros(len(xy), dtype=np.bool_))
