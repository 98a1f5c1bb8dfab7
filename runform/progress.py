"""Progress and cancellation of one long task, passed down the pipeline."""

from __future__ import annotations

import threading
from collections.abc import Callable

from runform.errors import AnalysisCancelled

ProgressListener = Callable[[str, float], None]


class Progress:
    """Reports how far a task is and lets its owner stop it.

    Args:
        listener: Called with the stage's name and the fraction done of the whole task, 0 to 1.
        cancel: Set by the owner to stop the task at its next report.
    """

    def __init__(self, listener: ProgressListener | None = None, cancel: threading.Event | None = None) -> None:
        self._listener = listener
        self._cancel = cancel
        self._stage = ""
        self._start = 0.0
        self._share = 1.0

    def enter(self, stage: str, start: float, share: float) -> None:
        """Begin a stage that covers `share` of the whole task from `start`, both 0 to 1."""
        self._stage, self._start, self._share = stage, start, share
        self.report(0.0)

    def part(self, start: float, share: float) -> Progress:
        """The progress of a task within this one, which covers `share` of it from `start`; cancelled with this one."""

        def listen(stage: str, fraction: float) -> None:
            self.enter(stage, start, share)
            self.report(fraction)

        return Progress(listen, self._cancel)

    def report(self, fraction: float) -> None:
        """Say that `fraction` (0 to 1) of the current stage is done.

        Raises:
            AnalysisCancelled: The owner asked the task to stop.
        """
        if self._cancel is not None and self._cancel.is_set():
            raise AnalysisCancelled("The analysis was cancelled.", "Nothing was stored.")
        if self._listener is not None:
            bounded = min(max(fraction, 0.0), 1.0)
            self._listener(self._stage, self._start + bounded * self._share)
