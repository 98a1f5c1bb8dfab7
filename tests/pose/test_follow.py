"""One person's keypoints in every frame: in batches, by two sessions, over gaps, and what goes wrong on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest

from runform.errors import AnalysisCancelled, BackendUnavailableError, RunnerNotFoundError, VideoError
from runform.pose.estimator import PoseDetection, PoseModelInfo, PoseSession, Sight
from runform.pose.follow import estimate_keypoints
from runform.progress import Progress
from runform.sequences import KeypointSequence, PersonTrack
from runform.video.read import Frame
from tests.pose.synthetic import PaintedEstimator, PaintedSession, make_clip, make_detection, paint

Place = tuple[int, int, int, int]
WIDTH, HEIGHT = 320, 180
RUNNER = (50, 60, 30, 90)


def runner_at(x: int) -> Place:
    return x, *RUNNER[1:]


def track_of(places: Sequence[Place | None]) -> PersonTrack:
    """A track with a box a little larger than the person, NaN where there is none."""
    nowhere = (np.nan,) * 4
    boxes = [nowhere if p is None else (p[0] - 5.0, p[1] - 5.0, p[2] + 10.0, p[3] + 10.0) for p in places]
    return PersonTrack(0, np.array(boxes, dtype=np.float64).reshape(-1, 4))


def follow(
    people: list[list[Place | None]], track: PersonTrack, estimator: PaintedEstimator | None = None
) -> KeypointSequence:
    clip = make_clip(len(people), WIDTH, HEIGHT)
    return estimate_keypoints(paint(people), track, estimator or PaintedEstimator(), clip, time_scale=1.0)


def pose_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("pose")]


@pytest.mark.parametrize("batch", [1, 3, 4, 50])
def test_a_runner_who_crosses_the_picture(batch: int) -> None:
    """30 frames do not fill the last batch, whatever its size."""
    places: list[Place | None] = [runner_at(5 + 9 * i) for i in range(30)]
    estimator = PaintedEstimator(batch)
    keypoints = follow([[p] for p in places], track_of(places), estimator)
    assert keypoints.found.all()
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], 5 + 9 * np.arange(30))
    np.testing.assert_allclose(keypoints.xy("nose")[:, 1], RUNNER[1])
    assert sum(session.seen for session in estimator.sessions) == 30
    assert max(size for session in estimator.sessions for size in session.batches) == min(batch, 30)


def test_two_sessions_take_turns() -> None:
    places: list[Place | None] = [RUNNER] * 13
    estimator = PaintedEstimator(batch=3)
    follow([[p] for p in places], track_of(places), estimator)
    assert [session.batches for session in estimator.sessions] == [[3, 3, 1], [3, 3]]


def test_the_one_on_the_track_is_looked_at_and_not_the_larger_one() -> None:
    places: list[Place | None] = [runner_at(20 + 4 * i) for i in range(30)]
    keypoints = follow([[(250, 40, 40, 130), p] for p in places], track_of(places))
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], 20 + 4 * np.arange(30))


def test_where_the_track_has_a_gap_nobody_looks() -> None:
    places: list[Place | None] = [None if 10 <= i < 16 else runner_at(20 + 5 * i) for i in range(40)]
    people: list[list[Place | None]] = [[runner_at(20 + 5 * i)] for i in range(40)]
    estimator = PaintedEstimator()
    keypoints = follow(people, track_of(places), estimator)
    assert np.flatnonzero(~keypoints.found).tolist() == list(range(10, 16))
    assert np.isnan(keypoints.xy_px[10:16]).all()
    assert (keypoints.confidence[10:16] == 0).all()
    np.testing.assert_allclose(keypoints.xy("nose")[16:, 0], 20 + 5 * np.arange(16, 40))
    assert sum(session.seen for session in estimator.sessions) == 34


def test_a_find_of_two_frames_is_dropped_and_one_of_three_kept() -> None:
    there = [*range(20), 30, 31, 40, 41, 42]
    people: list[list[Place | None]] = [[RUNNER if i in there else None] for i in range(50)]
    keypoints = follow(people, track_of([RUNNER] * 50))
    assert np.flatnonzero(keypoints.found).tolist() == [*range(20), 40, 41, 42]
    assert (keypoints.confidence[30:32] == 0).all()


def test_times_are_real_times_and_the_clips_own() -> None:
    frames = [Frame(f.index, f.time_s**1.1, f.rgb) for f in paint([[RUNNER]] * 10)]
    keypoints = estimate_keypoints(
        frames, track_of([RUNNER] * 10), PaintedEstimator(), make_clip(10, WIDTH, HEIGHT), time_scale=8.0
    )
    np.testing.assert_allclose(keypoints.time_s, (np.arange(10) / 30) ** 1.1 / 8)
    assert (keypoints.width, keypoints.height) == (WIDTH, HEIGHT)


class MemorySession(PaintedSession):
    """Answers with what it carries along from sight to sight, after a pause of its own."""

    def __init__(self, batch: int, number: int, pause_s: float) -> None:
        super().__init__(batch, number)
        self.pause_s = pause_s
        self.carried = float(number)

    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        time.sleep(self.pause_s)
        answers: list[tuple[PoseDetection, ...]] = []
        for sight in sights:
            self.carried = 0.5 * self.carried + sight.box[0]
            answers.append((make_detection(np.full((33, 2), self.carried)),))
        return answers


class MemoryEstimator(PaintedEstimator):
    """Its sessions pause for as long as given, in turn."""

    def __init__(self, *pauses_s: float) -> None:
        super().__init__(batch=2)
        self.pauses_s = pauses_s

    def start(self) -> PaintedSession:
        session = MemorySession(self.batch, len(self.sessions), self.pauses_s[len(self.sessions)])
        self.sessions.append(session)
        return session


def test_the_result_does_not_hang_on_who_is_faster() -> None:
    places: list[Place | None] = [runner_at(5 + 9 * i) for i in range(19)]
    results = [
        follow([[p] for p in places], track_of(places), MemoryEstimator(*pauses)).xy_px
        for pauses in ((0.0, 0.0), (0.02, 0.0), (0.0, 0.02))
    ]
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])
    assert len(np.unique(results[0][:, 0, 0])) == 19


def test_few_frames_are_held_at_a_time() -> None:
    estimator = PaintedEstimator(batch=2)
    most = 0

    def watched() -> Iterator[Frame]:
        nonlocal most
        for frame in paint([[RUNNER]] * 60):
            most = max(most, frame.index + 1 - sum(session.seen for session in estimator.sessions))
            yield frame

    estimate_keypoints(watched(), track_of([RUNNER] * 60), estimator, make_clip(60), time_scale=1.0)
    assert most <= 8  # two batches at work, one waiting, one being filled


@pytest.mark.parametrize(("frames", "message"), [(12, "10 frames when first read, and 11 now"), (8, "10 .* and 8 now")])
def test_a_file_that_changed_meanwhile(frames: int, message: str) -> None:
    with pytest.raises(VideoError, match=message) as refusal:
        follow([[RUNNER]] * frames, track_of([RUNNER] * 10))
    assert refusal.value.remedy
    assert pose_threads() == []


def test_a_single_frame() -> None:
    with pytest.raises(VideoError, match="single frame"):
        follow([[RUNNER]], track_of([RUNNER]))


@pytest.mark.parametrize(("found", "frames"), [(0, 30), (4, 30)])
def test_too_few_frames_with_the_runner(found: int, frames: int) -> None:
    people: list[list[Place | None]] = [[RUNNER if i < found else None] for i in range(frames)]
    with pytest.raises(RunnerNotFoundError, match=rf"found in {found} of {frames} frames") as refusal:
        follow(people, track_of([RUNNER] * frames))
    assert "side" in refusal.value.remedy
    assert refusal.value.exit_code == 2


def test_a_clip_of_three_frames_needs_no_more_than_those() -> None:
    assert follow([[RUNNER]] * 3, track_of([RUNNER] * 3)).found.all()


def test_sessions_are_closed_and_threads_ended_whatever_happens() -> None:
    estimator = PaintedEstimator()
    follow([[RUNNER]] * 6, track_of([RUNNER] * 6), estimator)
    with pytest.raises(RunnerNotFoundError):
        follow([[None]] * 6, track_of([RUNNER] * 6), estimator)
    assert len(estimator.sessions) == 4
    assert estimator.open_sessions == 0
    assert pose_threads() == []


def test_progress_is_told_after_each_frame() -> None:
    told: list[float] = []
    progress = Progress(lambda _, fraction: told.append(fraction))
    estimate_keypoints(
        paint([[RUNNER]] * 6), track_of([RUNNER] * 6), PaintedEstimator(), make_clip(6), time_scale=1.0,
        progress=progress,
    )  # fmt: skip
    np.testing.assert_allclose(told, np.arange(1, 7) / 6)


def test_cancelling_ends_the_threads() -> None:
    cancel = threading.Event()
    read = 0

    def frames() -> Iterator[Frame]:
        nonlocal read
        for frame in paint([[RUNNER]] * 100):
            read += 1
            if frame.index == 20:
                cancel.set()
            yield frame

    estimator = PaintedEstimator()
    with pytest.raises(AnalysisCancelled):
        estimate_keypoints(
            frames(), track_of([RUNNER] * 100), estimator, make_clip(100), time_scale=1.0,
            progress=Progress(cancel=cancel),
        )  # fmt: skip
    assert read == 21
    assert estimator.open_sessions == 0
    assert pose_threads() == []


class FailingSession(PaintedSession):
    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        if self.number == 1 and self.seen >= 6:
            raise ValueError("the model broke")
        return super().estimate(sights)


class FailingEstimator(PaintedEstimator):
    def start(self) -> PaintedSession:
        session = FailingSession(self.batch, len(self.sessions))
        self.sessions.append(session)
        return session


def test_a_fault_in_a_worker_reaches_the_caller() -> None:
    estimator = FailingEstimator()
    with pytest.raises(ValueError, match="the model broke"):
        follow([[RUNNER]] * 100, track_of([RUNNER] * 100), estimator)
    assert estimator.open_sessions == 0
    assert pose_threads() == []


class ShortOfSessions(PaintedEstimator):
    """Gives one session, and no second."""

    def start(self) -> PaintedSession:
        if self.sessions:
            raise BackendUnavailableError("No more memory.", "Close other programs.")
        return super().start()


def test_a_session_that_cannot_start_leaves_none_open() -> None:
    estimator = ShortOfSessions()
    with pytest.raises(BackendUnavailableError, match="No more memory"):
        follow([[RUNNER]] * 10, track_of([RUNNER] * 10), estimator)
    assert estimator.open_sessions == 0
    assert pose_threads() == []


def test_an_error_of_the_reader_reaches_the_caller() -> None:
    def frames() -> Iterable[Frame]:
        yield from paint([[RUNNER]] * 7)
        raise VideoError("clip.mp4 is damaged.", "Copy it again.")

    with pytest.raises(VideoError, match="damaged"):
        estimate_keypoints(frames(), track_of([RUNNER] * 20), PaintedEstimator(), make_clip(20), time_scale=1.0)
    assert pose_threads() == []


class RivalEstimator:
    """Two answers a frame: the steady one is the second, and jumps about as the first."""

    info: PoseModelInfo = PaintedEstimator.info

    def start(self) -> PoseSession:
        return RivalSession(1, 0)


class RivalSession(PaintedSession):
    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        answers: list[tuple[PoseDetection, ...]] = []
        for sight in sights:
            steady = np.zeros((33, 2)) + np.arange(33)[:, None] * 4 + sight.box[0]
            self.seen += 1
            jump = steady + (60.0 if self.seen % 2 else -60.0)
            answers.append((make_detection(jump), make_detection(steady)))
        return answers


def test_the_clip_chooses_among_rivals() -> None:
    places: list[Place | None] = [runner_at(5 + 3 * i) for i in range(40)]
    keypoints = estimate_keypoints(
        paint([[p] for p in places]), track_of(places), RivalEstimator(), make_clip(40), time_scale=1.0
    )
    right = np.abs(keypoints.xy("nose")[:, 0] - 3 * np.arange(40)) < 1
    assert right.mean() > 0.9
