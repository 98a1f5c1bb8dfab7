"""Reading ahead gives the same frames, hands on errors and leaves no thread behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from runform.errors import AnalysisCancelled, ShapeError, VideoError
from runform.progress import Progress
from runform.video.ahead import read_ahead
from runform.video.read import Frame, read_frames
from tests.fixtures.clips import write_bad_clip, write_clip


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


class Source:
    """Makes frames, and tells how far it got and in which threads."""

    def __init__(self, count: int, *, fail_at: int | None = None) -> None:
        self._count, self._fail_at = count, fail_at
        self.made = 0
        self.closed = False
        self.threads: set[str] = set()
        self.reached = threading.Condition()

    def frames(self) -> Iterator[Frame]:
        try:
            for index in range(self._count):
                self.threads.add(threading.current_thread().name)
                if index == self._fail_at:
                    raise VideoError("broken", "mend it")
                with self.reached:
                    self.made = index + 1
                    self.reached.notify_all()
                yield Frame(index, index / 30, np.zeros((2, 2, 3), dtype=np.uint8))
        finally:
            self.closed = True

    def wait_for(self, made: int) -> None:
        with self.reached:
            assert self.reached.wait_for(lambda: self.made >= made, timeout=20)


@pytest.mark.parametrize("depth", [1, 2, 8, 500])
def test_the_same_frames_in_order(depth: int) -> None:
    source = Source(100)
    assert [frame.index for frame in read_ahead(source.frames(), depth)] == list(range(100))
    assert source.closed
    assert threading.current_thread().name not in source.threads


def test_a_clip_read_ahead_is_the_clip(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [i / 30 for i in range(20)])
    for plain, ahead in zip(read_frames(clip), read_ahead(read_frames(clip), 4), strict=True):
        assert (plain.index, plain.time_s) == (ahead.index, ahead.time_s)
        np.testing.assert_array_equal(plain.rgb, ahead.rgb)


def test_no_more_than_depth_frames_are_made_ahead() -> None:
    source = Source(50)
    with closing(read_ahead(source.frames(), 3)) as frames:
        for taken in range(1, 11):
            next(frames)
            source.wait_for(taken + 2)
            assert source.made <= taken + 3


def test_errors_come_after_the_frames_before_them() -> None:
    source = Source(10, fail_at=5)
    frames = read_ahead(source.frames(), 3)
    assert [next(frames).index for _ in range(5)] == list(range(5))
    with pytest.raises(VideoError, match="broken"):
        next(frames)
    assert source.closed


def test_a_bad_clip_is_refused_as_without_reading_ahead(tmp_path: Path) -> None:
    clip = write_bad_clip(tmp_path, "cut.mp4")
    plain: list[float] = []
    ahead: list[float] = []
    for frames, times in ((read_frames(clip), plain), (read_ahead(read_frames(clip), 4), ahead)):
        try:
            times.extend(frame.time_s for frame in frames)
        except VideoError as error:
            times.append(float(len(error.message)))
    assert plain == ahead


def test_a_reader_that_stops_early_stops_the_thread() -> None:
    source = Source(1000)
    frames = read_ahead(source.frames(), 4)
    next(frames)
    del frames
    assert source.closed
    assert source.made <= 6


def test_a_cancelled_reader_stops_the_thread(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", [i / 30 for i in range(60)])

    def stop(stage: str, fraction: float) -> None:
        raise AnalysisCancelled("stopped")

    with pytest.raises(AnalysisCancelled):
        list(read_ahead(read_frames(clip, progress=Progress(stop)), 4))


def test_never_started_and_empty() -> None:
    read_ahead(Source(5).frames(), 2)
    assert list(read_ahead(iter(()), 2)) == []


def test_depth_is_checked() -> None:
    with pytest.raises(ShapeError, match="depth"):
        next(read_ahead(iter(()), 0))
