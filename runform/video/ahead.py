"""Decodes ahead of whoever looks at the frames, so that decoding and pose estimation share the time."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from runform.errors import ShapeError
from runform.video.read import Frame


def read_ahead(frames: Iterator[Frame], depth: int) -> Generator[Frame, None, None]:
    """The same frames in the same order, decoded in a thread of their own.

    The thread starts with the first frame asked for. It ends, and `frames` is closed, when the frames end, when
    decoding fails, and when the reader stops early: leaves its loop, fails or is cancelled. A reader that keeps the
    iterator should close it (`contextlib.closing`) rather than wait for the garbage collector.

    Args:
        frames: As `read_frames` gives them; used by the thread alone from here on.
        depth: Frames decoded ahead, 1 or more; so many pictures more lie in memory.

    Yields:
        The frames.

    Raises:
        ShapeError: A depth below 1.
        Exception: Whatever reading raises, at the frame at which it came.
    """
    if depth < 1:
        raise ShapeError(f"depth must be 1 or more, and is {depth}.")
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")
    try:
        waiting: deque[Future[Frame | None]] = deque(pool.submit(next, frames, None) for _ in range(depth))
        while (frame := waiting.popleft().result()) is not None:
            waiting.append(pool.submit(next, frames, None))
            yield frame
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if isinstance(frames, Generator):
            frames.close()
