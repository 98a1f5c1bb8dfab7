"""The pose stage as an analysis runs it, and the plain loop of mediapipe's defaults that it is measured against."""

from __future__ import annotations

import os
import time
import warnings
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from runform.analysis import FRAMES_AHEAD
from runform.pose.blazepose import BlazePose
from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.follow import estimate_keypoints
from runform.pose.people.find import choose_runner, find_people
from runform.pose.quiet import hold_back_native_noise
from runform.results import AnalysisOptions
from runform.sequences import ClipInfo, KeypointSequence
from runform.video.ahead import read_ahead
from runform.video.read import read_frames

_NOISE = ("absl::InitializeLog", "XNNPACK delegate", "inference_feedback", "landmark_projection", "gl_context")


@dataclass(frozen=True)
class PoseRun:
    """One run of the pose stage.

    Attributes:
        people_s: Seconds of finding and following everyone, decoding included.
        follow_s: Seconds of the chosen runner's keypoints, decoding included.
        raw: The keypoints.
    """

    people_s: float
    follow_s: float
    raw: KeypointSequence


def run_pose_stage(path: Path, clip: ClipInfo, estimator: BlazePose) -> PoseRun:
    """Find the runner and the keypoints with what needs no download, read ahead as `Analyser` does.

    Raises:
        RunnerNotFoundError: The clip shows nobody.
        VideoError: The clip cannot be read.
    """
    detector = BlazePersonDetector()
    start = time.perf_counter()
    with closing(read_ahead(read_frames(path), FRAMES_AHEAD)) as frames:
        people = find_people(frames, detector, clip, time_scale=clip.time_scale)
    found = time.perf_counter()
    runner = choose_runner(people, AnalysisOptions())
    with closing(read_ahead(read_frames(path), FRAMES_AHEAD)) as frames:
        raw = estimate_keypoints(frames, runner, estimator, clip, time_scale=clip.time_scale)
    return PoseRun(found - start, time.perf_counter() - found, raw)


def time_default(path: Path) -> float:
    """Seconds of mp.solutions.pose at its defaults over a clip, decoding included; its models are loaded before."""
    os.environ.setdefault("GLOG_minloglevel", "2")  # errors only; read once, when mediapipe's library loads
    with warnings.catch_warnings():
        # mediapipe's bindings are built with what Python 3.12 has deprecated.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        from mediapipe.python.solutions import pose
    # The models load, and write their remarks, in mediapipe's own threads; a first find waits for that.
    with hold_back_native_noise(_NOISE):
        graph = pose.Pose(model_complexity=1)
        graph.process(next(read_frames(path)).rgb)
    with closing(graph):
        start = time.perf_counter()
        for frame in read_frames(path):
            graph.process(frame.rgb)
        return time.perf_counter() - start
