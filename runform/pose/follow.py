"""Finds one person's keypoints in every frame, two batches of pictures at a time."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import numpy as np

from runform.errors import RunnerNotFoundError, VideoError
from runform.pose.estimator import PoseDetection, PoseEstimator, PoseSession, Sight
from runform.pose.hypotheses import HypothesisChooser
from runform.pose.signals import iterate_runs
from runform.progress import Progress
from runform.sequences import ClipInfo, FloatArray, KeypointSequence, PersonTrack
from runform.skeletons import SKELETONS
from runform.video.read import Frame

WORKERS = 2
# A find that does not last this many frames is a bush or a shadow, not a runner.
_LEAST_STAY = 3
_LEAST_FRAMES = 5

Answers = list[tuple[PoseDetection, ...]]


def estimate_keypoints(
    frames: Iterable[Frame],
    track: PersonTrack,
    estimator: PoseEstimator,
    clip: ClipInfo,
    *,
    time_scale: float,
    progress: Progress | None = None,
) -> KeypointSequence:
    """Find the keypoints of the person on a track.

    Args:
        frames: The clip's frames, those the track was made from; read once, a few are kept at a time.
        track: Where the person is in each frame.
        estimator: The 2D pose backend.
        clip: What is known of the clip; its frame count scales the progress.
        time_scale: Seconds played per second lived.
        progress: Told after each frame.

    Returns:
        Raw keypoints in real time, NaN in frames that do not show the person.

    Raises:
        VideoError: The clip holds fewer than two frames, or more or fewer than the track.
        RunnerNotFoundError: The person's keypoints were found in fewer than five frames.
    """
    played_s: list[float] = []
    skeleton = SKELETONS[estimator.info.skeleton]
    chooser = HypothesisChooser(skeleton)
    frames_done = 0
    seen = _count(frames, track, played_s, clip, progress)
    with ExitStack() as stack:
        sessions = [stack.enter_context(_Worker(estimator)) for _ in range(WORKERS)]
        batches = _take_batches(seen, track, sessions[0].batch)
        for answers in _answer(batches, sessions):
            for rivals in answers:
                chooser.push(rivals, played_s[frames_done] / time_scale)
                frames_done += 1
    if len(played_s) < 2:
        raise VideoError(f"{clip.path} holds a single frame, and running needs motion.", "Choose a video of a run.")
    if len(played_s) != len(track.boxes):
        raise _changed(clip, len(track.boxes), len(played_s))
    xy, confidence = chooser.finish()
    _drop_short_stays(xy, confidence)
    found = int(np.isfinite(xy).any(axis=(1, 2)).sum())
    if found < min(_LEAST_FRAMES, len(xy)):
        raise RunnerNotFoundError(
            f"No runner could be followed: keypoints were found in {found} of {len(xy)} frames.",
            "Film the whole runner from the side, in good light, large in the picture.",
        )
    time_s = np.array(played_s, dtype=np.float64) / time_scale
    return KeypointSequence(
        time_s=time_s,
        xy_px=xy,
        confidence=confidence,
        skeleton=skeleton.name,
        width=clip.width,
        height=clip.height,
    )


def _changed(clip: ClipInfo, first: int, now: int) -> VideoError:
    """The error for a file that does not give the frames it gave before."""
    return VideoError(
        f"{clip.path} gave {first} frames when first read, and {now} now.",
        "Leave the file as it is while it is analysed, and try again.",
    )


class _Worker:
    """A session and the one thread that uses it.

    Batches are dealt out in turn rather than to whoever is free, so that what a session carries from one picture to the
    next, and with it the result, does not hang on the machine's load.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._session: PoseSession = estimator.start()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pose")
        self.batch = self._session.batch

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._session.close()

    def submit(self, batch: Sequence[Sight | None]) -> Future[Answers]:
        """Answers for a batch, empty where there is nobody to look at."""
        return self._thread.submit(self._estimate, batch)

    def _estimate(self, batch: Sequence[Sight | None]) -> Answers:
        answers = iter(self._session.estimate([sight for sight in batch if sight is not None]))
        return [() if sight is None else next(answers) for sight in batch]


def _count(
    frames: Iterable[Frame], track: PersonTrack, played_s: list[float], clip: ClipInfo, progress: Progress | None
) -> Iterator[Frame]:
    """The frames, their times noted and the progress told as they pass.

    Raises:
        VideoError: There are more than the track has.
    """
    for frame in frames:
        if frame.index >= len(track.boxes):
            raise _changed(clip, len(track.boxes), frame.index + 1)
        played_s.append(frame.time_s)
        if progress is not None and clip.frames:
            progress.report(len(played_s) / clip.frames)
        yield frame


def _take_batches(frames: Iterable[Frame], track: PersonTrack, size: int) -> Iterator[list[Sight | None]]:
    """Frames in batches, with None for those in which the person is not."""
    present = track.present
    sights = (_to_sight(frame, track.boxes[frame.index]) if present[frame.index] else None for frame in frames)
    while batch := list(itertools.islice(sights, size)):
        yield batch


def _to_sight(frame: Frame, box: FloatArray) -> Sight:
    """A frame and the person's place in it, (4,) px."""
    x, y, width, height = (float(v) for v in box)
    return Sight(frame.rgb, (x, y, width, height))


def _answer(batches: Iterable[list[Sight | None]], workers: Sequence[_Worker]) -> Iterator[Answers]:
    """The answers in the batches' order; while one is awaited, the others are at work."""
    waiting: deque[Future[Answers]] = deque()
    for worker, batch in zip(itertools.cycle(workers), batches):
        waiting.append(worker.submit(batch))
        if len(waiting) > len(workers):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _drop_short_stays(xy: FloatArray, confidence: FloatArray) -> None:
    """Take out, in place, finds (T, K, 2) and (T, K) that come and go within two frames."""
    for start, stop in iterate_runs(np.isfinite(xy).any(axis=(1, 2))):
        if stop - start < min(_LEAST_STAY, len(xy)):
            xy[start:stop], confidence[start:stop] = np.nan, 0.0
