"""One piece of work in a thread of its own, watched by pages: rendering the demo, fetching weights.

Analyses go through the queue (runform/jobs.py) instead, which survives a restart. No streamlit in here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runform.errors import AnalysisCancelled, RunFormError
from runform.progress import Progress
from runform.ui import text

TaskState = Literal["idle", "running", "done", "failed", "cancelled"]

_LOG = logging.getLogger(__name__)

_FRACTION_TO_ESTIMATE_FROM = 0.02


@dataclass(frozen=True)
class TaskStatus:
    """How far a task is.

    Attributes:
        state: idle before its first start.
        stage: What it is doing.
        fraction: Done of the whole, 0 to 1.
        message, remedy: Of the error that ended it, otherwise empty.
        remaining_s: Estimate of the seconds left; None while there is nothing to estimate from.
    """

    state: TaskState = "idle"
    stage: str = ""
    fraction: float = 0.0
    message: str = ""
    remedy: str = ""
    remaining_s: float | None = None


class BackgroundTask:
    """Runs a function in a thread, at most once at a time, and says how far it is.

    Args:
        name: Of the thread.
        work: Does it, reporting to the progress it is given.
    """

    def __init__(self, name: str, work: Callable[[Progress], None]) -> None:
        self._name = name
        self._work = work
        self._lock = threading.Lock()
        self._status = TaskStatus()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._started_s = 0.0

    def status(self) -> TaskStatus:
        """How far it is now."""
        with self._lock:
            return self._status

    def start(self) -> None:
        """Start it; a task that is running already goes on."""
        with self._lock:
            if self._status.state == "running":
                return
            self._cancel.clear()
            self._status = TaskStatus("running")
            self._started_s = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop at its next report."""
        self._cancel.set()

    def dismiss(self) -> None:
        """Forget how the last one ended."""
        with self._lock:
            if self._status.state != "running":
                self._status = TaskStatus()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until it has ended."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._work(Progress(self._listen, self._cancel))
        except AnalysisCancelled:
            self._set(TaskStatus("cancelled"))
        except RunFormError as error:
            self._set(TaskStatus("failed", message=error.message, remedy=error.remedy))
        except Exception as error:  # noqa: BLE001 - a thread has no caller: the page must say so, the log hold it
            _LOG.exception("%s failed", self._name)
            message = text.Common.UNEXPECTED.format(kind=type(error).__name__)
            self._set(TaskStatus("failed", message=message, remedy=text.Common.UNEXPECTED_REMEDY))
        else:
            self._set(TaskStatus("done", fraction=1.0))

    def _listen(self, stage: str, fraction: float) -> None:
        remaining_s = None
        if fraction >= _FRACTION_TO_ESTIMATE_FROM:
            remaining_s = (time.monotonic() - self._started_s) * (1 - fraction) / fraction
        self._set(TaskStatus("running", stage, fraction, remaining_s=remaining_s))

    def _set(self, status: TaskStatus) -> None:
        with self._lock:
            self._status = status
