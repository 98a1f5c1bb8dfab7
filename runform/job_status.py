"""One background analysis: as the queue holds it, and as pages see it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Literal

from runform.store.job_rows import JobRow, Purpose

JobState = Literal["queued", "running", "done", "failed", "cancelled"]

FINISHED: tuple[JobState, ...] = ("done", "failed", "cancelled")

_FRACTION_TO_ESTIMATE_FROM = 0.02


@dataclass(frozen=True)
class JobStatus:
    """How one analysis is getting on.

    Attributes:
        id: Key.
        clip_name: As the user calls it.
        state: queued, running, done, failed or cancelled.
        stage: What a running job is doing.
        fraction: Done of the whole, 0 to 1.
        message, remedy: Why it failed and what to do; empty otherwise.
        run_id: The stored run, once done; None for a pro's clip.
        athlete_name: Whose run, None for a pro's clip.
        purpose: run or pro.
        pro_id: Which pro, None for a run.
        queue_position: 1 for the next to run; None when it is not waiting.
        submitted_at, started_at, finished_at: Seconds since 1970, None while it has not.
        elapsed_s: Running time up to now or to its end, 0 before.
        remaining_s: Estimate of the running time left; None while there is nothing to estimate from.
        cancelling: Whether a running job has been asked to stop.
    """

    id: str
    clip_name: str
    state: JobState
    stage: str
    fraction: float
    message: str
    remedy: str
    run_id: str | None
    athlete_name: str | None
    purpose: Purpose
    pro_id: str | None
    queue_position: int | None
    submitted_at: float
    started_at: float | None
    finished_at: float | None
    elapsed_s: float
    remaining_s: float | None
    cancelling: bool


@dataclass
class Job:
    """A job as the queue holds it; read and changed under the queue's lock.

    Attributes:
        row: What it takes to run it, and why it failed.
        state, stage, fraction, run_id, started_at, finished_at: As in `JobStatus`.
        cancel: Set to stop it.
    """

    row: JobRow
    state: JobState = "queued"
    stage: str = ""
    fraction: float = 0.0
    run_id: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    cancel: threading.Event = field(default_factory=threading.Event)

    def finish(self, state: JobState) -> None:
        """Note the job's end."""
        self.state = state
        self.finished_at = time.time()

    def describe(self, queue_position: int | None) -> JobStatus:
        """The job's status now."""
        elapsed_s = 0.0
        if self.started_at is not None:
            elapsed_s = (self.finished_at or time.time()) - self.started_at
        remaining_s = None
        if self.state == "running" and self.fraction >= _FRACTION_TO_ESTIMATE_FROM:
            remaining_s = elapsed_s * (1 - self.fraction) / self.fraction
        return JobStatus(
            id=self.row.id,
            clip_name=self.row.clip_name,
            state=self.state,
            stage=self.stage,
            fraction=self.fraction,
            message=self.row.message,
            remedy=self.row.remedy,
            run_id=self.run_id,
            athlete_name=self.row.athlete_name,
            purpose=self.row.purpose,
            pro_id=self.row.pro_id,
            queue_position=queue_position,
            submitted_at=self.row.submitted_at.timestamp(),
            started_at=self.started_at,
            finished_at=self.finished_at,
            elapsed_s=elapsed_s,
            remaining_s=remaining_s,
            cancelling=self.state == "running" and self.cancel.is_set(),
        )
