"""Windows of 2D joints of real clips, for tuning a lifter without 3D truth."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform.analysis import FRAMES_AHEAD, Analyser
from runform.errors import InputError, RunFormError
from runform.gait.camera import steady_keypoints, unsteady_keypoints
from runform.lifting.timebase import find_lifting_times, resample
from runform.lifting.windows import compute_travel, find_square_box, normalise_window
from runform.pose.backends import open_estimator
from runform.pose.cleaning import clean_keypoints
from runform.pose.follow import estimate_keypoints
from runform.pose.people.find import choose_runner
from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.sequences import FloatArray, require_increasing, require_shape
from runform.settings import Settings
from runform.skeletons import HUMAN36M_FEET_21, HUMAN36M_SOURCES, SKELETONS, Skeleton, to_human36m_feet
from runform.video.ahead import read_ahead
from runform.video.read import probe, read_frames

Float32Array = npt.NDArray[np.float32]

_WHOLE_CLIPS = 5
"""From so many clips on, every fifth is held out whole; of fewer, the last fifth of each."""


@dataclass(frozen=True)
class ClipJoints:
    """The runner's 2D joints through one clip.

    Attributes:
        name: Of the file.
        time_s: (T,) increasing, seconds of real time.
        xy_px: (T, 21, 2) in the order of HUMAN36M_FEET_21, x right and y down, px; NaN where not found.
        confidence: (T, 21) in [0, 1], 0 where not found.

    Raises:
        ShapeError: Arrays that do not fit one another, or times that do not increase.
    """

    name: str
    time_s: FloatArray
    xy_px: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("xy_px", self.xy_px, (len(self.time_s), len(HUMAN36M_FEET_21), 2))
        require_shape("confidence", self.confidence, self.xy_px.shape[:2])


@dataclass(frozen=True)
class TuningWindows:
    """What a lifter is tuned on, and what it is judged by.

    Attributes:
        training: (N, W, J, 3) normalised x and y, and confidence, as the model reads them.
        held_out: (M, W, J, 3) none of whose frames is in `training`.
    """

    training: Float32Array
    held_out: Float32Array


def read_clips(paths: Sequence[Path], settings: Settings, progress: Progress | None = None) -> list[ClipJoints]:
    """The joints of clips, found as an analysis finds them, and of files that `analyze --npz` wrote.

    Args:
        paths: Clips and .npz files.
        settings: The pose backend, and where weights lie.
        progress: Told after each file.

    Raises:
        InputError: A file is neither, or nobody runs in a clip.
        WeightsError, BackendUnavailableError: The backend cannot run.
    """
    analyser = Analyser(settings)
    found = []
    for number, path in enumerate(paths, start=1):
        found.append(read_npz(path) if path.suffix == ".npz" else find_joints(path, analyser, settings))
        if progress is not None:
            progress.report(number / len(paths))
    return found


def read_npz(path: Path) -> ClipJoints:
    """The joints in a file that `analyze --npz` wrote.

    Raises:
        InputError: It is not such a file.
    """
    try:
        with np.load(path) as arrays:
            time_s, xy_px, confidence = (arrays[name] for name in ("time_s", "keypoints_px", "confidence"))
            skeleton = str(arrays["skeleton"])
        if skeleton not in HUMAN36M_SOURCES:
            raise InputError(f"{path.name} holds keypoints of the skeleton {skeleton}, which cannot be lifted.")
        return _to_joints(path.name, time_s, xy_px, confidence, SKELETONS[skeleton])
    except RunFormError:
        raise
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name} does not hold the keypoints of a clip.",
            "Give a file written by `analyze --npz`, or the clip.",
        ) from error


def find_joints(clip: Path, analyser: Analyser, settings: Settings) -> ClipJoints:
    """The joints of the runner whom an analysis proposes, found and cleaned as it does.

    Raises:
        VideoError: The clip cannot be read.
        RunnerNotFoundError: Nobody could be followed.
    """
    info, options = probe(clip), AnalysisOptions()
    people = analyser.find_people(clip, info, options)
    runner = choose_runner(people, options)
    estimator = open_estimator(settings.backend, settings)
    with closing(read_ahead(read_frames(clip), FRAMES_AHEAD)) as frames:
        raw = estimate_keypoints(frames, runner, estimator, info, time_scale=info.time_scale)
    steady, _ = clean_keypoints(steady_keypoints(raw, people.camera))
    keypoints = unsteady_keypoints(steady, people.camera)
    return _to_joints(clip.name, keypoints.time_s, keypoints.xy_px, keypoints.confidence, keypoints.layout)


def cut_tuning_windows(
    clips: Sequence[ClipJoints], joints: int, frames: int, step: int, least_confidence: float
) -> TuningWindows:
    """Windows of surely seen joints, a fifth of them held out.

    Args:
        clips: Of any frame rate; they are brought to the lifter's.
        joints: J of the model, 17 or 21.
        frames: Per window.
        step: Frames from one training window to the next; held-out windows do not overlap.
        least_confidence: Windows whose mean confidence is not above it are left out.

    Raises:
        InputError: No window passes, or none is left to be held out.
    """
    training: list[Float32Array] = []
    held_out: list[Float32Array] = []
    for number, clip in enumerate(clips):
        at_s = find_lifting_times(clip.time_s)
        xy = resample(clip.xy_px, clip.time_s, at_s)[:, :joints]
        confidence = np.nan_to_num(resample(_nan_where_lost(clip), clip.time_s, at_s))[:, :joints]
        whole = len(clips) >= _WHOLE_CLIPS
        split = _find_split(len(at_s), frames) if not whole else 0 if number % _WHOLE_CLIPS == 4 else len(at_s)
        for found, part, every in ((training, slice(split), step), (held_out, slice(split, None), frames)):
            found += _cut(xy[part], confidence[part], frames, every, least_confidence)
    if not training:
        raise InputError(
            f"None of the clips has {frames} frames in a row (at 30 frames/s) whose mean confidence is above "
            f"{least_confidence:g}.",
            "Give clips in which the whole runner is seen well for some seconds.",
        )
    if not held_out:
        raise InputError("The clips are too short to hold a part of them out.", "Give longer clips, or more of them.")
    return TuningWindows(np.stack(training), np.stack(held_out))


def _find_split(total: int, frames: int) -> int:
    """Where the held-out part of a clip begins: its last fifth, or one window of a clip that has two."""
    if total < 2 * frames:
        return total
    return total - max(total // 5, frames)


def _cut(xy: FloatArray, confidence: FloatArray, frames: int, step: int, least: float) -> list[Float32Array]:
    """The windows of a stretch that are sure enough, each in its own box and without its travel, as for lifting."""
    windows = []
    for start in range(0, len(xy) - frames + 1, step):
        part = slice(start, start + frames)
        if confidence[part].mean() <= least:
            continue
        in_place = xy[part] - compute_travel(xy[part], confidence[part])[:, None]
        box = find_square_box(in_place, confidence[part])
        windows.append(normalise_window(in_place, confidence[part], box))
    return windows


def _nan_where_lost(clip: ClipJoints) -> FloatArray:
    """(T, 21) confidence, NaN where a joint was not found, so that nothing is bridged."""
    return np.where(np.isfinite(clip.xy_px).all(axis=-1) & (clip.confidence > 0), clip.confidence, np.nan)


def _to_joints(
    name: str, time_s: FloatArray, xy_px: FloatArray, confidence: FloatArray, skeleton: Skeleton
) -> ClipJoints:
    require_shape("keypoints_px", xy_px, (len(time_s), len(skeleton), 2))
    require_shape("confidence", confidence, xy_px.shape[:2])
    xy, sure = to_human36m_feet(xy_px, confidence, skeleton)
    return ClipJoints(name, time_s, xy, np.where(np.isfinite(xy).all(axis=-1), sure, 0.0))
