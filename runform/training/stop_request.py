"""Ctrl-C as a wish: a long task ends well instead of being cut off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Whether somebody asked the task to stop.

    Attributes:
        asked: True once they did.
    """

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def listen_for_stop() -> Iterator[StopRequest]:
    """Take the first Ctrl-C or SIGTERM as a wish to stop; a second one ends the process as ever.

    Outside of the main thread, where Python lets nobody listen, nothing is ever asked.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {one: signal.getsignal(one) for one in _SIGNALS}

    def restore() -> None:
        for one, handler in before.items():
            signal.signal(one, handler)

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's arguments
        request.asked = True
        restore()

    for one in _SIGNALS:
        signal.signal(one, note)
    try:
        yield request
    finally:
        restore()
