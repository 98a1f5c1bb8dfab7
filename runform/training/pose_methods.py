"""The ways to find keypoints that `evaluate pose` sets side by side, each over a whole clip."""

from __future__ import annotations

import os
import warnings
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np

from runform.errors import BackendUnavailableError
from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.cleaning import clean_keypoints
from runform.pose.estimator import PoseEstimator
from runform.pose.follow import estimate_keypoints
from runform.pose.people.backends import open_person_detector
from runform.pose.people.find import choose_runner, find_people
from runform.pose.quiet import hold_back_native_noise
from runform.results import AnalysisOptions
from runform.sequences import FloatArray, KeypointSequence
from runform.settings import Settings
from runform.skeletons import BLAZEPOSE_33, Skeleton
from runform.training.labels import LABELLED_KEYPOINTS
from runform.training.pose_errors import Answer
from runform.video.read import RgbImage, probe, read_frames

_NOISE = (
    "All log messages before absl::InitializeLog()",
    "Created TensorFlow Lite XNNPACK delegate",
    "inference_feedback_manager.cc",
    "landmark_projection_calculator.cc",
    "gl_context",
)


def find_by_default(clip: Path) -> Answer:
    """Take mediapipe's pose solution as its examples do: model_complexity 1, all else as it comes.

    Args:
        clip: A video file.

    Returns:
        What it says, also of places beyond the picture; its visibility as confidence.

    Raises:
        BackendUnavailableError: mediapipe does not load.
        VideoError: The clip cannot be read.
    """
    xy: list[FloatArray] = []
    visibility: list[FloatArray] = []
    with ExitStack() as quiet:
        quiet.enter_context(hold_back_native_noise(_NOISE))
        with closing(_import_solution().Pose(model_complexity=1)) as graph:
            for frame in read_frames(clip):
                landmarks = graph.process(frame.rgb).pose_landmarks
                if landmarks is not None:
                    quiet.close()  # mediapipe has made its last remark
                places, sure = _to_arrays(landmarks, frame.rgb)
                xy.append(places)
                visibility.append(sure)
    return select_labelled(np.stack(xy), np.stack(visibility), BLAZEPOSE_33)


def find_by_ours(clip: Path, estimator: PoseEstimator, settings: Settings) -> tuple[Answer, Answer]:
    """RunForm's pose stage with one backend, on the runner it proposes.

    Args:
        clip: A video file.
        estimator: The backend.
        settings: Where weights lie; the finder of people needs some.

    Returns:
        The raw and the cleaned keypoints.

    Raises:
        VideoError: The clip cannot be read.
        RunnerNotFoundError: Nobody could be followed.
    """
    info = probe(clip)
    detector, _ = open_person_detector(settings, BlazePersonDetector)
    with closing(detector):
        people = find_people(read_frames(clip), detector, info, time_scale=info.time_scale)
    runner = choose_runner(people, AnalysisOptions())
    raw = estimate_keypoints(read_frames(clip), runner, estimator, info, time_scale=info.time_scale)
    cleaned, _ = clean_keypoints(raw)
    return _to_answer(raw), _to_answer(cleaned)


def select_labelled(xy_px: FloatArray, confidence: FloatArray, skeleton: Skeleton) -> Answer:
    """The labelled keypoints out of (T, K, 2) and (T, K) of a skeleton."""
    columns = [skeleton.index[name] for name in LABELLED_KEYPOINTS]
    return Answer(xy_px[:, columns], confidence[:, columns])


def _to_answer(keypoints: KeypointSequence) -> Answer:
    return select_labelled(keypoints.xy_px, keypoints.confidence, keypoints.layout)


def _to_arrays(landmarks: Any, rgb: RgbImage) -> tuple[FloatArray, FloatArray]:
    """(33, 2) px and (33,) visibility of mediapipe's landmarks; NaN and 0 where there are none."""
    if landmarks is None:
        return np.full((len(BLAZEPOSE_33), 2), np.nan), np.zeros(len(BLAZEPOSE_33))
    values = np.array([(p.x, p.y, p.visibility) for p in landmarks.landmark], dtype=np.float64)  # (33, 3)
    return values[:, :2] * (rgb.shape[1], rgb.shape[0]), np.clip(values[:, 2], 0.0, 1.0)


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
