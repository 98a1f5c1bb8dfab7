"""How fast RunForm is and how much memory it takes, side by side with what it is to beat, in one run."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from runform.bench_lifting import TOTAL, compare_lifting
from runform.bench_memory import Stage, compare_peaks
from runform.bench_pose import run_pose_stage, time_default
from runform.errors import BackendUnavailableError, WeightsError
from runform.pose.backends import RTMPOSE_WEIGHTS
from runform.pose.blazepose import BlazePose
from runform.pose.cleaning import clean_keypoints
from runform.pose.follow import WORKERS
from runform.progress import Progress
from runform.sequences import KeypointSequence
from runform.settings import Settings
from runform.video.read import probe
from runform.weights import find_weights

POSE_GOAL, RTMPOSE_GOAL, LIFTING_GOAL, MEMORY_GOAL = 0.8, 0.5, 0.25, 1.2
SHORT_CLIPS_S = (6.0, 60.0)
"""The lengths whose peak memory is compared unless the long pair is asked for."""
LONG_CLIPS_S = (60.0, 600.0)
_STAGES: tuple[Stage, Stage] = ("pose stage", "whole analysis")

Row = dict[str, Any]


def run_bench(
    path: Path, settings: Settings, *, repeats: int = 3, long_clips: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure everything that a goal was set for.

    Args:
        path: A clip of a runner.
        settings: Where RTMPose's weights lie; where there are none a stand-in is timed. Nothing is fetched.
        repeats: Turns that each contender has, 1 or more; medians are given.
        long_clips: Compare the peak memory of a one-minute and a ten-minute clip; otherwise of 6 s and 60 s.
        progress: Told of each part.

    Returns:
        rows: what was measured (what, value, unit, ratio to the row it is held against, cpus, threads); goals: name,
        value, unit, goal, met. A figure that cannot be measured here is None and its goal not met.

    Raises:
        InputError: The clip cannot be read or shows nobody.
        BackendUnavailableError: BlazePose cannot run.
    """
    progress = progress or Progress()
    progress.enter("Pose stage", 0.0, 0.2)
    pose = _compare_pose(path, repeats, progress)
    progress.enter("Lifting", 0.2, 0.05)
    lifting_rows, lifting_ratio = _compare_lifting(pose, settings, repeats)
    progress.enter("RTMPose", 0.25, 0.05)
    rtmpose_rows, rtmpose_ratio = _compare_rtmpose(settings, repeats)
    lengths_s = LONG_CLIPS_S if long_clips else SHORT_CLIPS_S
    memory_rows, goals = [], []
    for turn, stage in enumerate(_STAGES):
        progress.enter(f"Memory of the {stage}", 0.3 + 0.35 * turn, 0.35)
        rows, ratio = _compare_memory(path, stage, lengths_s, progress)
        memory_rows += rows
        name = f"peak memory of the {stage}, {lengths_s[1]:g} s clip over {lengths_s[0]:g} s clip"
        goals.append(_make_goal(name, ratio, MEMORY_GOAL))
    speed_goals = [
        _make_goal("pose stage over a plain loop of mp.solutions.pose", pose.ratio, POSE_GOAL),
        _make_goal("RTMPose-M on the CPU over eager torch at batch 1", rtmpose_ratio, RTMPOSE_GOAL),
        _make_goal("lifting and embedding over the pose stage, 12 s at 30 frames/s", lifting_ratio, LIFTING_GOAL),
    ]
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    rows = [{**row, "cpus": cpus} for row in (*pose.rows, *lifting_rows, *rtmpose_rows, *memory_rows)]
    return {"rows": rows, "goals": [*speed_goals, *goals]}


class _PoseTimes(NamedTuple):
    rows: list[Row]
    ratio: float  # of ours to the defaults
    ms_per_frame: float  # ours
    keypoints: KeypointSequence  # cleaned


def _compare_pose(path: Path, repeats: int, progress: Progress) -> _PoseTimes:
    """What the pose stage costs and finds."""
    clip = probe(path)
    estimator = BlazePose()
    default, people, follow = [], [], []
    for turn in range(repeats):
        default.append(time_default(path))
        run = run_pose_stage(path, clip, estimator)
        people.append(run.people_s)
        follow.append(run.follow_s)
        progress.report((turn + 1) / repeats)
    ours = [p + f for p, f in zip(people, follow, strict=True)]
    threads = f"{WORKERS} workers, 1 decoder, {estimator.nets.streams} inference streams"
    parts = (
        ("mp.solutions.pose, plain loop", default, "mediapipe's own"),
        ("pose stage with BlazePose", ours, threads),
        ("- people and camera", people, threads.partition(", ")[2]),
        ("- the runner's keypoints", follow, threads),
    )
    rows = [
        _make_row(what, 1000 * median(times) / clip.frames, "ms/frame", median(times) / median(default), used)
        for what, times, used in parts
    ]
    keypoints, _ = clean_keypoints(run.raw)
    return _PoseTimes(rows, median(ours) / median(default), 1000 * median(ours) / clip.frames, keypoints)


def _compare_lifting(pose: _PoseTimes, settings: Settings, repeats: int) -> tuple[list[Row], float | None]:
    """Rows of lifting, each beside the pose stage, and the ratio of all that an analysis does."""
    try:
        times = compare_lifting(pose.keypoints, settings, repeats)
    except (WeightsError, BackendUnavailableError) as error:
        return [_make_row(f"lifting: {error.message}", None, "ms/frame", None, "")], None
    fastest = min((t for t in times if t.engine), key=lambda t: t.ms_per_frame)
    rows = [
        _make_row(
            f"lifting and embedding, {t.what}" if t.engine else t.what,
            t.ms_per_frame,
            "ms/frame",
            t.ms_per_frame / pose.ms_per_frame,
            ", ".join(word for word, holds in (("used", t.used), ("the fastest", t is fastest)) if holds),
        )
        for t in times
    ]
    return rows, next(t.ms_per_frame for t in times if t.what == TOTAL) / pose.ms_per_frame


def _compare_rtmpose(settings: Settings, repeats: int) -> tuple[list[Row], float | None]:
    """Rows of RTMPose's engines, and the ratio of the one that is used to eager torch at batch 1."""
    weights = find_weights(RTMPOSE_WEIGHTS, settings)
    try:
        from runform.pose.rtmpose_speed import compare_rtmpose_engines

        measured = compare_rtmpose_engines(weights, repeats)
    except BackendUnavailableError as error:
        return [_make_row(f"RTMPose-M: {error.message}", None, "ms/crop", None, "")], None
    of = "" if weights else ", stand-in weights"
    rows = [
        _make_row(f"RTMPose-M, {m['engine']}, batch {m['batch']}{of}", m["ms_per_crop"], "ms/crop", m["ratio"], "")
        for m in measured
    ]
    used = max((m for m in measured if m["used"]), key=lambda m: int(m["batch"]))
    return rows, float(used["ratio"])


def _compare_memory(
    path: Path, stage: Stage, lengths_s: tuple[float, float], progress: Progress
) -> tuple[list[Row], float | None]:
    """Rows of the peak memory with a short and a long clip, and their ratio."""
    peaks = compare_peaks(path, stage, lengths_s, progress)
    short = peaks[0].megabytes
    rows = [
        _make_row(
            f"peak memory of the {stage}, {peak.frames} frames ({seconds:g} s), runner in {peak.found}",
            peak.megabytes, "MB", peak.megabytes / short if peak.megabytes and short else None, "",
        )
        for peak, seconds in zip(peaks, lengths_s, strict=True)
    ]  # fmt: skip
    return rows, rows[-1]["ratio"]


def _make_row(what: str, value: float | None, unit: str, ratio: float | None, threads: str) -> Row:
    return {"what": what, "value": value, "unit": unit, "ratio": ratio, "threads": threads}


def _make_goal(name: str, value: float | None, goal: float) -> Row:
    """A goal that is met by being at most so much."""
    return {"name": name, "value": value, "unit": "ratio", "goal": goal, "met": value is not None and value <= goal}
