"""Analyses in the background: a queue held by the process, which pages watch and which survives a restart."""

from __future__ import annotations

import atexit
import logging
import queue
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from runform.errors import AnalysisCancelled, InputError, NotStoredError, RunFormError
from runform.job_status import FINISHED, Job, JobState, JobStatus
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions
from runform.settings import Settings
from runform.store.athletes import find_or_add_athlete
from runform.store.database import Database
from runform.store.job_rows import JobRow, Purpose, delete_job, list_jobs, write_job
from runform.store.names import clean_name
from runform.store.pros import add_pro_clip, load_pro
from runform.store.runs import save_run

__all__ = ["Analyser", "JobService", "JobState", "JobStatus"]

UNNAMED_ATHLETE = "Unnamed runner"
UPLOADS_FOLDER = "uploads"
WORK_FOLDER = "work"
# How long closing waits for running analyses to notice.
SECONDS_TO_STOP = 10.0
# An upload no job knows is deleted at the start once it is this old; a younger one may be about to be submitted.
SECONDS_UPLOADS_ARE_KEPT = 24 * 3600.0

_LOG = logging.getLogger(__name__)


class Analyser(Protocol):
    """What turns a clip into an analysis."""

    def analyse(
        self, clip_path: Path, options: AnalysisOptions, *, progress: Progress, db: Database | None, out_dir: Path
    ) -> Analysis:
        """Analyse a clip; files it makes (the overlay) go to `out_dir`.

        Raises:
            RunFormError: The clip cannot be analysed, or the analysis was cancelled.
        """


class JobService:
    """Runs analyses, a few at a time, in the order they were submitted.

    Its threads are daemons: leaving the program asks the analyses to stop instead of waiting for their ends, and the
    next start offers those again as failed jobs that can be retried.

    Args:
        analyser_factory: Gives the analyser, called in the worker's thread when the first job runs and for each job
            after; whoever passes it caches.
        db: Where results go.
        settings: How many at a time, and where uploads lie.
    """

    def __init__(self, analyser_factory: Callable[[], Analyser], db: Database, settings: Settings) -> None:
        self._analyser_factory = analyser_factory
        self._db = db
        self._settings = settings
        self._uploads_dir = settings.data_dir.absolute() / UPLOADS_FOLDER
        self._work_dir = settings.data_dir.absolute() / WORK_FOLDER
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._closed = False
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._take_up_interrupted()
        self._remove_leftovers()
        self._threads = [
            threading.Thread(target=self._work, name=f"analysis-{n}", daemon=True) for n in range(settings.workers)
        ]
        for thread in self._threads:
            thread.start()
        atexit.register(self.close)

    def submit(
        self,
        clip_path: Path,
        clip_name: str,
        options: AnalysisOptions,
        athlete_name: str | None,
        purpose: Purpose = "run",
        pro_id: str | None = None,
    ) -> str:
        """Put an analysis at the end of the queue.

        Args:
            clip_path: Not copied. In the folder of uploads it is deleted, with the folder it lies in, when the job is
                done, cancelled or dismissed; anywhere else it is left alone.
            clip_name: As the user calls it.
            options: What the user states.
            athlete_name: Whose run; stored as `UNNAMED_ATHLETE` where None. Not used for a pro's clip.
            purpose: run stores a run, pro adds the clip to a pro.
            pro_id: Which pro; needed for purpose pro.

        Returns:
            The job's id.

        Raises:
            InputError: The athlete's name cannot be, or purpose pro comes without a pro.
            NotStoredError: There is no such pro.
        """
        if purpose == "pro":
            if pro_id is None:
                raise InputError("It is not said whose clip this is.", "Choose a pro first.")
            load_pro(self._db, pro_id)
            athlete_name = None
        else:
            athlete_name = clean_name(athlete_name or UNNAMED_ATHLETE)
        job = Job(
            JobRow(
                id=uuid.uuid4().hex,
                clip_path=clip_path.absolute(),
                clip_name=clip_name,
                options=options,
                athlete_name=athlete_name,
                purpose=purpose,
                pro_id=pro_id,
                submitted_at=datetime.now(UTC),
            )
        )
        # Stored first: whatever happens from here on, a restart knows of it.
        write_job(self._db, job.row)
        with self._lock:
            self._jobs[job.row.id] = job
        self._queue.put(job.row.id)
        return job.row.id

    def status(self, job_id: str) -> JobStatus:
        """How a job is getting on.

        Raises:
            NotStoredError: There is no such job, or it was dismissed.
        """
        with self._lock:
            job = self._find(job_id)
            return job.describe(self._positions().get(job_id))

    def list(self) -> tuple[JobStatus, ...]:
        """All jobs that were not dismissed, in the order they were submitted (or tried again)."""
        with self._lock:
            positions = self._positions()
            return tuple(job.describe(positions.get(job_id)) for job_id, job in self._jobs.items())

    def cancel(self, job_id: str) -> None:
        """Stop a job: one that waits at once, one that runs at its next report. Finished jobs stay as they are.

        Raises:
            NotStoredError: There is no such job.
        """
        with self._lock:
            job = self._find(job_id)
            job.cancel.set()
            waiting = job.state == "queued"
            if waiting:
                job.finish("cancelled")
        if waiting:
            self._forget(job)

    def retry(self, job_id: str) -> None:
        """Put a failed job at the end of the queue again, under the same id.

        Raises:
            NotStoredError: There is no such job.
            InputError: The job has not failed, or its clip is gone.
        """
        with self._lock:
            job = self._find(job_id)
            if job.state != "failed":
                raise InputError("Only an analysis that failed can be tried again.", "Upload the clip again.")
            if not job.row.clip_path.is_file():
                raise InputError(f"The clip {job.row.clip_name} is no longer there.", "Upload the clip again.")
            again = Job(replace(job.row, message="", remedy=""))
            write_job(self._db, again.row)
            del self._jobs[job_id]
            self._jobs[job_id] = again
        self._queue.put(job_id)

    def dismiss(self, job_id: str) -> None:
        """Take a finished job off the list, with its upload.

        Raises:
            NotStoredError: There is no such job.
            InputError: The job has not finished.
        """
        with self._lock:
            job = self._find(job_id)
            if job.state not in FINISHED:
                raise InputError("This analysis has not finished.", "Cancel it first.")
            del self._jobs[job_id]
        self._forget(job)

    def close(self) -> None:
        """Stop every job and the threads. What had not finished is offered again by the next service."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for job in self._jobs.values():
                job.cancel.set()
        atexit.unregister(self.close)
        for _ in self._threads:
            self._queue.put(None)
        deadline = time.monotonic() + SECONDS_TO_STOP
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        """A worker's thread: one job after the other until the service is closed."""
        while (job_id := self._queue.get()) is not None:
            with self._lock:
                job = self._jobs.get(job_id)
                if job is None or job.state != "queued" or self._closed:
                    continue
                job.state = "running"
                job.started_at = time.time()
            self._run(job)

    def _run(self, job: Job) -> None:
        """Run one job to its end, whatever that is."""
        try:
            run_id = self._analyse_and_store(job)
        except AnalysisCancelled:
            # A job that closing stopped keeps its row and its upload: the next start offers it again.
            if not self._closed:
                self._forget(job)
            with self._lock:
                job.finish("cancelled")
        except RunFormError as error:
            self._fail(job, error.message, error.remedy)
        except Exception as error:  # noqa: BLE001 - a thread has no caller: the page must say so, the log must hold it
            _LOG.exception("The analysis of %s failed", job.row.clip_name)
            self._fail(
                job,
                f"The analysis failed for a reason RunForm did not expect ({type(error).__name__}).",
                "Try again; if it fails again, report it with the lines the log shows.",
            )
        else:
            self._forget(job)
            with self._lock:
                job.run_id, job.fraction = run_id, 1.0
                job.finish("done")

    def _analyse_and_store(self, job: Job) -> str | None:
        """Analyse a job's clip and store what it gives: the run's id, or None for a pro's clip."""
        progress = Progress(lambda stage, fraction: self._note_progress(job, stage, fraction), job.cancel)
        progress.report(0.0)
        self._work_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="analysis-", dir=self._work_dir) as out_dir:
            analysis = self._analyser_factory().analyse(
                job.row.clip_path, job.row.options, progress=progress, db=self._db, out_dir=Path(out_dir)
            )
            # The last moment to stop: from here on the run is stored.
            progress.report(1.0)
            # The record shows the user's name for the clip, not where the upload lay.
            analysis = replace(analysis, clip=replace(analysis.clip, path=job.row.clip_name))
            return self._store(job.row, analysis)

    def _store(self, row: JobRow, analysis: Analysis) -> str | None:
        """Store a result as its purpose says, in one transaction with a new athlete."""
        if row.pro_id is not None:
            add_pro_clip(self._db, row.pro_id, analysis, row.clip_name)
            return None
        with self._db.write():
            athlete = find_or_add_athlete(self._db, row.athlete_name or UNNAMED_ATHLETE, row.options.height_cm)
            return save_run(self._db, self._settings.runs_dir, analysis, row.clip_path, athlete.id)

    def _note_progress(self, job: Job, stage: str, fraction: float) -> None:
        """A running job's report."""
        with self._lock:
            job.stage, job.fraction = stage, fraction

    def _fail(self, job: Job, message: str, remedy: str) -> None:
        """End a job as failed; its upload stays until it is tried again or dismissed."""
        failed = replace(job.row, message=message, remedy=remedy)
        try:
            write_job(self._db, failed)
        except RunFormError:
            _LOG.exception("That the analysis of %s failed could not be stored", job.row.clip_name)
        with self._lock:
            job.row = failed
            job.finish("failed")

    def _forget(self, job: Job) -> None:
        """Delete what is kept of a job for a restart: its row and its upload."""
        try:
            delete_job(self._db, job.row.id)
        except RunFormError:
            _LOG.exception("The job of %s could not be removed from the database", job.row.clip_name)
        folder = job.row.clip_path.parent
        if folder.parent == self._uploads_dir:
            shutil.rmtree(folder, ignore_errors=True)

    def _find(self, job_id: str) -> Job:
        """A job by its id, or NotStoredError; the caller holds the lock."""
        if job_id not in self._jobs:
            raise NotStoredError("This analysis is no longer in the list.", "Upload the clip again.")
        return self._jobs[job_id]

    def _positions(self) -> dict[str, int]:
        """Waiting jobs' ids and their places in the queue, from 1; the caller holds the lock."""
        waiting = (job_id for job_id, job in self._jobs.items() if job.state == "queued")
        return {job_id: place for place, job_id in enumerate(waiting, start=1)}

    def _take_up_interrupted(self) -> None:
        """List what an earlier process left: jobs that had failed, and jobs it did not finish."""
        for row in list_jobs(self._db):
            if not row.clip_path.is_file():
                delete_job(self._db, row.id)
                continue
            if not row.message:
                row = replace(
                    row,
                    message="RunForm was closed before this analysis finished.",
                    remedy="Try again; the clip is still there.",
                )
            self._jobs[row.id] = Job(row, state="failed", finished_at=row.submitted_at.timestamp())

    def _remove_leftovers(self) -> None:
        """Delete what a crash left: files of analyses that were running, and old uploads no job knows."""
        shutil.rmtree(self._work_dir, ignore_errors=True)
        known = {job.row.clip_path.parent for job in self._jobs.values()}
        for folder in self._uploads_dir.glob("*"):
            old = time.time() - folder.stat().st_mtime > SECONDS_UPLOADS_ARE_KEPT
            if old and folder not in known:
                shutil.rmtree(folder, ignore_errors=True)
