"""BlazePose "full" from mediapipe's wheel: the backend that needs no download.

Each picture is looked at afresh, in crops around the runner, rather than with mediapipe's own tracking and smoothing.
Where the legs pass each other it is apt to put both on one, but other crops and tilts do so in other frames: three of
them give the clip a choice (`hypotheses.py`), and what is left is repaired (`cleaning.py`).
"""

from __future__ import annotations

import importlib.metadata
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from runform.errors import BackendUnavailableError
from runform.hashing import compute_sha256
from runform.pose.estimator import Box, PoseDetection, PoseModelInfo
from runform.pose.quiet import hold_back_native_noise
from runform.sequences import FloatArray
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage

_LANDMARK_MODEL = Path("modules", "pose_landmark", "pose_landmark_full.tflite")
_DETECTION_CONFIDENCE = 0.3
# A person of whom less than this share of the keypoints lies in the picture is not one that can be measured.
_SHARE_INSIDE = 0.5
# Smaller crops are enlarged to this side, since a person of a few dozen px is found more surely in a larger picture.
_LEAST_CROP_SIDE = 256
_NOISE = (
    "All log messages before absl::InitializeLog()",
    "Created TensorFlow Lite XNNPACK delegate",
    "inference_feedback_manager.cc",
    "landmark_projection_calculator.cc",
    "gl_context",
)


@dataclass(frozen=True)
class _Look:
    """One way to look at a runner.

    Attributes:
        crop_scale: The crop's side over the box's longer side.
        tilt_deg: Counterclockwise turn of the crop about its centre.
        mirrored: Left and right exchanged.
    """

    crop_scale: float
    tilt_deg: float = 0.0
    mirrored: bool = False


# Tilts change more of the answer than other crops do. On the treadmill clip (30 frames/s) each look alone puts knees
# and ankles of both legs on one in 8 to 10 % of frames; 6 % are left once the clip has chosen (8 % where the three are
# upright crops), and under 2 % after cleaning.
_LOOKS = (_Look(1.5, tilt_deg=12.0), _Look(1.5, tilt_deg=-12.0), _Look(1.25, mirrored=True))
_WHOLE = _Look(1.0)


class BlazePose:
    """The BlazePose model as an estimator.

    Raises:
        BackendUnavailableError: mediapipe is absent, does not load, or carries no model.
    """

    def __init__(self, note: str = "") -> None:
        self._note = note
        self._solution = _import_solution()
        if not self._model_path.is_file():
            raise BackendUnavailableError(
                "The installed mediapipe carries no pose model.", "Install mediapipe 0.10.21 as requirements.txt asks."
            )

    @cached_property
    def info(self) -> PoseModelInfo:
        """Name and hash of the landmark model."""
        return PoseModelInfo(
            backend="blazepose",
            model=f"BlazePose full (mediapipe {importlib.metadata.version('mediapipe')})",
            sha256=compute_sha256(self._model_path),
            skeleton=BLAZEPOSE_33.name,
            note=self._note,
        )

    def start(self) -> BlazePoseSession:
        """A session with its own graph: mediapipe's graphs hold state and are not to be shared by threads."""
        return BlazePoseSession(self._solution)

    @property
    def _model_path(self) -> Path:
        import mediapipe

        return Path(mediapipe.__file__).parent / _LANDMARK_MODEL


class BlazePoseSession:
    """One analysis' use of BlazePose: a graph for each look, and a thread for each graph."""

    def __init__(self, solution: Any) -> None:
        self._graphs = [_Graph(solution) for _ in _LOOKS]
        self._threads = ThreadPoolExecutor(len(_LOOKS), thread_name_prefix="blazepose")

    def estimate(self, rgb: RgbImage, box: Box | None) -> tuple[PoseDetection, ...]:
        """Find one person; see `PoseSession.estimate`. One answer for the whole picture, up to three for a box."""
        if box is None:
            detections = [self._graphs[0].find(rgb, (0, 0, rgb.shape[1], rgb.shape[0]), _WHOLE)]
        else:
            tasks = [
                self._threads.submit(graph.find, rgb, _crop_around(box, look.crop_scale, rgb), look)
                for graph, look in zip(self._graphs, _LOOKS, strict=True)
            ]
            detections = [task.result() for task in tasks]
        return tuple(detection for detection in detections if detection is not None)

    def close(self) -> None:
        """End the threads and close the graphs."""
        self._threads.shutdown()
        for graph in self._graphs:
            graph.close()


class _Graph:
    """One mediapipe graph that looks at single pictures."""

    def __init__(self, solution: Any) -> None:
        self._found_before = False
        with hold_back_native_noise(_NOISE):
            self._graph = solution.Pose(
                static_image_mode=True, model_complexity=1, min_detection_confidence=_DETECTION_CONFIDENCE
            )
            # The models load, and write their remarks, in mediapipe's own threads; a first picture waits for that.
            self._graph.process(np.zeros((64, 64, 3), dtype=np.uint8))

    def close(self) -> None:
        """Close the graph."""
        self._graph.close()

    def find(self, rgb: RgbImage, crop: tuple[int, int, int, int], look: _Look) -> PoseDetection | None:
        """Find a person in one crop (x, y, width, height) px, looked at in one way; answers in px of the picture."""
        x, y, width, height = crop
        enlarged = max(_LEAST_CROP_SIDE / max(width, height), 1.0)
        to_view = _compute_view(crop, look, enlarged)
        size = round(width * enlarged), round(height * enlarged)
        if look.tilt_deg or look.mirrored or enlarged > 1.0:
            view = cv2.warpAffine(rgb[y : y + height, x : x + width], to_view, size).astype(np.uint8, copy=False)
        else:
            view = rgb[y : y + height, x : x + width]
        # mediapipe has one more remark to make at its first find.
        with nullcontext() if self._found_before else hold_back_native_noise(_NOISE):
            landmarks = self._graph.process(np.ascontiguousarray(view)).pose_landmarks
        self._found_before = self._found_before or landmarks is not None
        if landmarks is None:
            return None
        values = np.array([(p.x, p.y, p.visibility) for p in landmarks.landmark], dtype=np.float64)  # (33, 3)
        if look.mirrored:
            values = values[BLAZEPOSE_33.mirror_order]
        to_crop = cv2.invertAffineTransform(to_view)
        xy = (values[:, :2] * size) @ to_crop[:, :2].T + to_crop[:, 2] + (x, y)
        inside = np.all((xy >= 0) & (xy <= (rgb.shape[1], rgb.shape[0])), axis=1)
        if inside.mean() < _SHARE_INSIDE:
            return None
        # BlazePose also guesses where limbs are beyond the picture's edge; a guess is not a find.
        xy[~inside] = np.nan
        return PoseDetection(xy_px=xy, confidence=np.where(inside, np.clip(values[:, 2], 0.0, 1.0), 0.0))


def _compute_view(crop: tuple[int, int, int, int], look: _Look, enlarged: float) -> FloatArray:
    """(2, 3) affine matrix from px of a crop to px of what the model sees: turned, mirrored, enlarged."""
    _, _, width, height = crop
    turn: FloatArray = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), look.tilt_deg, enlarged), np.float64)
    turn[:, 2] += (enlarged - 1.0) * np.array([width / 2, height / 2])
    if look.mirrored:
        turn[0] = -turn[0]
        turn[0, 2] += width * enlarged - 1
    return turn


def _crop_around(box: Box, scale: float, rgb: RgbImage) -> tuple[int, int, int, int]:
    """(x, y, width, height) px of a square around a box's centre, as far as the picture reaches."""
    height, width = rgb.shape[:2]
    half = max(box[2], box[3]) * scale / 2
    centre_x, centre_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    left, right = (int(np.clip(centre_x + d, 0, width)) for d in (-half, half))
    top, bottom = (int(np.clip(centre_y + d, 0, height)) for d in (-half, half))
    if right - left < 2 or bottom - top < 2:
        return 0, 0, width, height
    return left, top, right - left, bottom - top


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
            f"mediapipe, which carries BlazePose, could not be loaded ({error}).",
            "Install what requirements.txt names, on Python 3.11 or 3.12.",
        ) from error
    return pose
