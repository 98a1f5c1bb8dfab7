"""BlazePose's own 3D: mediapipe's pose solution at its defaults over a clip, to hold lifted joints beside."""

from __future__ import annotations

import os
import warnings
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.errors import BackendUnavailableError
from runform.pose.quiet import hold_back_native_noise
from runform.sequences import FloatArray, require_shape
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage, read_frames

_NOISE = (
    "absl::InitializeLog", "XNNPACK delegate", "inference_feedback", "landmark_projection", "gl_context",
)  # fmt: skip


@dataclass(frozen=True)
class WorldLandmarks:
    """What mediapipe says of a clip.

    Attributes:
        xyz_m: (T, 33, 3) from the middle of the hips, x right, y down, z away from the camera, metres by its own
            belief; NaN in frames in which it finds nobody.
        xy_px: (T, 33, 2) its 2D landmarks, x right and y down, px; NaN likewise.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    xyz_m: FloatArray
    xy_px: FloatArray

    def __post_init__(self) -> None:
        require_shape("xyz_m", self.xyz_m, (None, len(BLAZEPOSE_33), 3))
        require_shape("xy_px", self.xy_px, (len(self.xyz_m), len(BLAZEPOSE_33), 2))


def find_world_landmarks(clip: Path) -> WorldLandmarks:
    """Run mediapipe's pose solution as its examples do: model_complexity 1, smoothing on, all else as it comes.

    Args:
        clip: A video file.

    Raises:
        BackendUnavailableError: mediapipe does not load.
        VideoError: The clip cannot be read.
    """
    places: list[tuple[FloatArray, FloatArray]] = []
    with ExitStack() as quiet:
        quiet.enter_context(hold_back_native_noise(_NOISE))
        with closing(_import_solution().Pose(model_complexity=1)) as graph:
            for frame in read_frames(clip):
                places.append(_read(graph.process(frame.rgb), frame.rgb))
                quiet.close()  # mediapipe has made its last remark
    return WorldLandmarks(np.stack([xyz for xyz, _ in places]), np.stack([xy for _, xy in places]))


def _read(answer: Any, rgb: RgbImage) -> tuple[FloatArray, FloatArray]:
    """(33, 3) metres and (33, 2) px of one frame; NaN where nobody was found."""
    if answer.pose_world_landmarks is None:
        return np.full((len(BLAZEPOSE_33), 3), np.nan), np.full((len(BLAZEPOSE_33), 2), np.nan)
    world = np.array([(p.x, p.y, p.z) for p in answer.pose_world_landmarks.landmark], dtype=np.float64)
    picture = np.array([(p.x, p.y) for p in answer.pose_landmarks.landmark], dtype=np.float64)
    return world, picture * (rgb.shape[1], rgb.shape[0])


def _import_solution() -> Any:
    """The pose module of mediapipe.

    Raises:
        BackendUnavailableError: It is absent or does not load.
    """
    os.environ.setdefault("GLOG_minloglevel", "2")  # errors only; read once, when mediapipe's library loads
    try:
        with warnings.catch_warnings():
            # mediapipe's bindings are built with what Python 3.12 has deprecated.
            warnings.simplefilter("ignore", category=DeprecationWarning)
            from mediapipe.python.solutions import pose
    except ImportError as error:
        raise BackendUnavailableError(
            f"mediapipe could not be loaded ({error}).", "Install what requirements.txt names, on Python 3.11 or 3.12."
        ) from error
    return pose
