from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runform.errors import InputError, NotStoredError, VideoError
from runform.jobs import SECONDS_UPLOADS_ARE_KEPT, JobService, JobState, JobStatus
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions
from runform.settings import Settings
from runform.store.athletes import list_athletes
from runform.store.database import Database
from runform.store.job_rows import list_jobs
from runform.store.pros import add_pro, load_pro
from runform.store.runs import list_runs, load_run
from tests.fixtures.analyses import make_analysis

OPTIONS = AnalysisOptions(height_cm=180.0, time_scale=2.0)
PATIENCE_S = 30.0
"""Longest wait for an event; reached only by a failing test."""


class ScriptedAnalyser:
    """Plays the pipeline under a test's control.

    Each analysis announces itself in `started`, waits for a `release`, reports half-way, and gives `result`.
    """

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.released = threading.Semaphore(0)
        self.result: Callable[[], Analysis] = make_analysis
        self.seen: list[tuple[str, AnalysisOptions]] = []

    def analyse(
        self, clip_path: Path, options: AnalysisOptions, *, progress: Progress, db: Database | None, out_dir: Path
    ) -> Analysis:
        self.seen.append((clip_path.name, options))
        progress.enter("pose", 0.0, 0.8)
        progress.report(0.5)
        self.started.release()
        assert self.released.acquire(timeout=PATIENCE_S)
        progress.report(1.0)
        analysis = self.result()
        (out_dir / "overlay.mp4").write_bytes(b"the overlay")
        return replace(
            analysis, options=options, clip=replace(analysis.clip, path=str(clip_path)), overlay=out_dir / "overlay.mp4"
        )

    def wait_started(self) -> None:
        assert self.started.acquire(timeout=PATIENCE_S)

    def release(self) -> None:
        self.released.release()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", workers=1)


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_path)
    yield database
    database.close()


@pytest.fixture
def analyser() -> ScriptedAnalyser:
    return ScriptedAnalyser()


@pytest.fixture
def open_service(analyser: ScriptedAnalyser, db: Database, settings: Settings) -> Iterator[Callable[..., JobService]]:
    services = []

    def open_one(workers: int = 1) -> JobService:
        service = JobService(lambda: analyser, db, settings.model_copy(update={"workers": workers}))
        services.append(service)
        return service

    yield open_one
    for _ in range(50):
        analyser.release()  # whatever a failing test left waiting
    for service in services:
        service.close()


@pytest.fixture
def service(open_service: Callable[..., JobService]) -> JobService:
    return open_service()


def upload(settings: Settings, name: str = "run.mp4") -> Path:
    path = settings.data_dir / "uploads" / os.urandom(8).hex() / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a clip")
    return path


def wait_for(service: JobService, job_id: str, *states: JobState) -> JobStatus:
    """The job's status once it is in one of the states: by default, once it has finished."""
    wanted = states or ("done", "failed", "cancelled")
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        status = service.status(job_id)
        if status.state in wanted:
            return status
        pause.wait(0.01)
    pytest.fail(f"the job is still {status.state}")


def close_while_running(service: JobService, job_id: str, analyser: ScriptedAnalyser) -> None:
    """Close the service before the running job can finish."""
    closing = threading.Thread(target=service.close)
    closing.start()
    while not service.status(job_id).cancelling:
        threading.Event().wait(0.001)
    analyser.release()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()


def test_a_job_runs_and_its_run_is_stored(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    clip = upload(settings)
    job_id = service.submit(clip, "Morning run.mp4", OPTIONS, "Ann")
    analyser.wait_started()
    running = service.status(job_id)
    assert (running.state, running.stage, running.fraction) == ("running", "pose", 0.4)
    assert (running.clip_name, running.athlete_name, running.purpose) == ("Morning run.mp4", "Ann", "run")
    assert (running.queue_position, running.run_id, running.finished_at) == (None, None, None)
    assert running.remaining_s is not None
    assert running.remaining_s == pytest.approx(running.elapsed_s * 1.5)
    analyser.release()
    done = wait_for(service, job_id)
    assert (done.state, done.fraction, done.message, done.remaining_s) == ("done", 1.0, "", None)
    assert done.run_id is not None
    stored = load_run(db, done.run_id)
    assert (stored.summary.athlete_name, stored.summary.clip_name) == ("Ann", "Morning run.mp4")
    assert stored.analysis.options == OPTIONS
    assert stored.clip_file.read_bytes() == b"a clip"
    assert stored.overlay_file is not None
    assert stored.overlay_file.read_bytes() == b"the overlay"
    assert analyser.seen == [("run.mp4", OPTIONS)]
    assert [(athlete.name, athlete.height_cm) for athlete in list_athletes(db)] == [("Ann", 180.0)]
    assert done.submitted_at <= (done.started_at or 0) <= (done.finished_at or 0)


def test_nothing_of_a_finished_job_is_left_but_its_run(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    clip = upload(settings)
    analyser.release()
    job_id = service.submit(clip, "run.mp4", OPTIONS, "Ann")
    wait_for(service, job_id, "done")
    assert not clip.parent.exists()
    assert list((settings.data_dir / "work").iterdir()) == []
    assert list_jobs(db) == ()
    service.dismiss(job_id)
    assert service.list() == ()
    assert len(list_runs(db)) == 1


def test_there_is_no_estimate_before_there_is_progress(service: JobService, settings: Settings) -> None:
    first = service.submit(upload(settings), "first.mp4", OPTIONS, "Ann")
    second = service.submit(upload(settings), "second.mp4", OPTIONS, "Ann")
    waiting = service.status(second)
    assert (waiting.state, waiting.elapsed_s, waiting.remaining_s) == ("queued", 0.0, None)
    service.cancel(second)
    service.cancel(first)


def test_a_clip_outside_the_uploads_is_left_alone(
    service: JobService, analyser: ScriptedAnalyser, tmp_path: Path
) -> None:
    (tmp_path / "demo").mkdir()
    clip = tmp_path / "demo" / "demo.mp4"
    clip.write_bytes(b"the demo")
    analyser.release()
    wait_for(service, service.submit(clip, "demo.mp4", OPTIONS, None), "done")
    assert clip.read_bytes() == b"the demo"


def test_a_run_without_an_athlete_gets_a_name(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    analyser.release()
    wait_for(service, service.submit(upload(settings), "run.mp4", OPTIONS, None), "done")
    assert [run.athlete_name for run in list_runs(db)] == ["Unnamed runner"]


def test_a_refused_analysis_is_stored_with_its_reasons(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    analyser.result = lambda: make_analysis(refused=True)
    analyser.release()
    done = wait_for(service, service.submit(upload(settings), "walk.mp4", OPTIONS, "Ann"), "done")
    assert done.run_id is not None
    stored = load_run(db, done.run_id)
    assert (stored.summary.refused, stored.analysis.embedding) == (True, None)


def test_jobs_run_in_the_order_they_were_submitted(
    service: JobService, analyser: ScriptedAnalyser, settings: Settings
) -> None:
    names = ["first.mp4", "second.mp4", "third.mp4"]
    ids = [service.submit(upload(settings, name), name, OPTIONS, "Ann") for name in names]
    analyser.wait_started()
    assert [status.queue_position for status in service.list()] == [None, 1, 2]
    assert [status.clip_name for status in service.list()] == names
    for _ in names:
        analyser.release()
    for job_id in ids:
        wait_for(service, job_id, "done")
    assert [name for name, _ in analyser.seen] == names


def test_as_many_jobs_run_at_once_as_there_are_workers(
    open_service: Callable[..., JobService], analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    service = open_service(workers=2)
    ids = [service.submit(upload(settings), f"{n}.mp4", OPTIONS, f"Athlete {n}") for n in range(3)]
    analyser.wait_started()
    analyser.wait_started()
    assert [service.status(job_id).state for job_id in ids] == ["running", "running", "queued"]
    for _ in ids:
        analyser.release()
    for job_id in ids:
        wait_for(service, job_id, "done")
    assert {run.athlete_name for run in list_runs(db)} == {"Athlete 0", "Athlete 1", "Athlete 2"}


def test_two_sessions_submit_and_watch_at_once(
    open_service: Callable[..., JobService], analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    service = open_service(workers=2)
    together = threading.Barrier(2)
    states: dict[str, list[JobState]] = {"Ann": [], "Bea": []}

    def play_session(athlete: str) -> None:
        together.wait(PATIENCE_S)
        for n in range(4):
            analyser.release()
            job_id = service.submit(upload(settings), f"{n}.mp4", OPTIONS, athlete)
            states[athlete].append(wait_for(service, job_id).state)

    sessions = [threading.Thread(target=play_session, args=(athlete,)) for athlete in states]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join(PATIENCE_S)
    assert states == {"Ann": ["done"] * 4, "Bea": ["done"] * 4}
    assert sorted(run.athlete_name for run in list_runs(db)) == ["Ann"] * 4 + ["Bea"] * 4
    assert len(service.list()) == 8


def test_cancelling_a_running_job_leaves_nothing(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    clip = upload(settings)
    job_id = service.submit(clip, "run.mp4", OPTIONS, "Ann")
    analyser.wait_started()
    assert not service.status(job_id).cancelling
    service.cancel(job_id)
    assert service.status(job_id).cancelling
    analyser.release()
    assert wait_for(service, job_id).state == "cancelled"
    assert list_runs(db) == ()
    assert list_athletes(db) == ()
    assert list_jobs(db) == ()
    assert not clip.parent.exists()
    assert not settings.runs_dir.exists()
    assert list((settings.data_dir / "work").iterdir()) == []


def test_a_cancel_that_the_analyser_misses_still_stores_nothing(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    def cancel_at_the_last_moment() -> Analysis:
        service.cancel(service.list()[0].id)
        return make_analysis()

    analyser.result = cancel_at_the_last_moment
    analyser.release()
    job_id = service.submit(upload(settings), "run.mp4", OPTIONS, "Ann")
    assert wait_for(service, job_id).state == "cancelled"
    assert list_runs(db) == ()


def test_cancelling_a_waiting_job_takes_it_out_of_the_queue(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    clips = [upload(settings, name) for name in ("first.mp4", "second.mp4", "third.mp4")]
    first, second, third = (service.submit(clip, clip.name, OPTIONS, "Ann") for clip in clips)
    analyser.wait_started()
    service.cancel(second)
    assert service.status(second).state == "cancelled"
    assert service.status(third).queue_position == 1
    assert not clips[1].parent.exists()
    analyser.release()
    analyser.release()
    wait_for(service, third, "done")
    assert service.status(first).state == "done"
    assert [name for name, _ in analyser.seen] == ["first.mp4", "third.mp4"]
    service.cancel(third)
    assert service.status(third).state == "done"
    assert len(list_runs(db)) == 2


def test_bad_input_fails_with_its_remedy_and_stores_nothing(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    def refuse() -> Analysis:
        raise VideoError("This is a text file.", "Choose a video.")

    analyser.result = refuse
    analyser.release()
    clip = upload(settings, "text.mp4")
    job_id = service.submit(clip, "text.mp4", OPTIONS, "Ann")
    failed = wait_for(service, job_id)
    assert (failed.state, failed.message, failed.remedy) == ("failed", "This is a text file.", "Choose a video.")
    assert (failed.run_id, failed.remaining_s) == (None, None)
    assert list_runs(db) == ()
    assert list_athletes(db) == ()
    assert clip.is_file()
    service.dismiss(job_id)
    assert not clip.parent.exists()
    assert list_jobs(db) == ()


def test_a_fault_is_logged_and_told_plainly(
    service: JobService, analyser: ScriptedAnalyser, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> Analysis:
        raise ZeroDivisionError("division by zero in the pipeline")

    analyser.result = break_down
    analyser.release()
    failed = wait_for(service, service.submit(upload(settings), "run.mp4", OPTIONS, "Ann"), "failed")
    assert "ZeroDivisionError" in failed.message
    assert "Traceback" not in failed.message
    assert failed.remedy
    assert "division by zero in the pipeline" in caplog.text


def test_a_failed_job_can_be_tried_again(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    def fail_once() -> Analysis:
        analyser.result = make_analysis
        raise InputError("Not this time.", "Try again.")

    analyser.result = fail_once
    analyser.release()
    clip = upload(settings)
    job_id = service.submit(clip, "run.mp4", OPTIONS, "Ann")
    wait_for(service, job_id, "failed")
    service.retry(job_id)
    assert service.status(job_id).message == ""
    analyser.release()
    assert wait_for(service, job_id, "done", "failed").state == "done"
    assert len(list_runs(db)) == 1
    assert not clip.parent.exists()
    with pytest.raises(InputError, match="Only an analysis that failed"):
        service.retry(job_id)


def test_a_failed_save_leaves_no_athlete(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    clip = upload(settings)

    def lose_the_clip() -> Analysis:
        clip.unlink()
        return make_analysis()

    analyser.result = lose_the_clip
    analyser.release()
    job_id = service.submit(clip, "run.mp4", OPTIONS, "Ann")
    failed = wait_for(service, job_id, "failed")
    assert "could not be saved" in failed.message
    assert list_athletes(db) == ()
    assert list_runs(db) == ()
    with pytest.raises(InputError, match="no longer there"):
        service.retry(job_id)


def test_a_pros_clip_goes_to_the_pro(
    service: JobService, analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    pro = add_pro(db, "Ada")
    analyser.release()
    done = wait_for(service, service.submit(upload(settings), "ada.mp4", OPTIONS, None, "pro", pro.id), "done")
    assert (done.run_id, done.pro_id, done.athlete_name, done.purpose) == (None, pro.id, None, "pro")
    assert [clip.clip_name for clip in load_pro(db, pro.id).clips] == ["ada.mp4"]
    assert list_runs(db) == ()
    assert list_athletes(db) == ()
    analyser.release()
    again = wait_for(service, service.submit(upload(settings), "ada.mp4", OPTIONS, None, "pro", pro.id), "failed")
    assert "already stored" in again.message


def test_what_cannot_be_run_is_not_queued(service: JobService, settings: Settings, db: Database) -> None:
    clip = upload(settings)
    with pytest.raises(InputError, match="whose clip"):
        service.submit(clip, "run.mp4", OPTIONS, None, "pro")
    with pytest.raises(NotStoredError):
        service.submit(clip, "run.mp4", OPTIONS, None, "pro", "nobody")
    with pytest.raises(InputError, match="name is empty"):
        service.submit(clip, "run.mp4", OPTIONS, "  ")
    assert service.list() == ()
    assert list_jobs(db) == ()


def test_unknown_jobs_are_said(service: JobService) -> None:
    for act in (service.status, service.cancel, service.retry, service.dismiss):
        with pytest.raises(NotStoredError, match="no longer in the list"):
            act("nothing")


def test_a_job_that_has_not_finished_cannot_be_dismissed(
    service: JobService, analyser: ScriptedAnalyser, settings: Settings
) -> None:
    job_id = service.submit(upload(settings), "run.mp4", OPTIONS, "Ann")
    analyser.wait_started()
    with pytest.raises(InputError, match="has not finished"):
        service.dismiss(job_id)
    analyser.release()


def test_a_restart_offers_what_was_interrupted(
    open_service: Callable[..., JobService], analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    before = open_service()
    clips = [upload(settings, name) for name in ("running.mp4", "waiting.mp4")]
    ids = [before.submit(clip, clip.name, OPTIONS, "Ann") for clip in clips]
    analyser.wait_started()
    close_while_running(before, ids[0], analyser)
    assert list_runs(db) == ()

    after = open_service()
    statuses = after.list()
    assert [status.id for status in statuses] == ids
    assert {status.state for status in statuses} == {"failed"}
    assert "closed before" in statuses[0].message
    assert all(clip.is_file() for clip in clips)
    for job_id in ids:
        after.retry(job_id)
        analyser.release()
        wait_for(after, job_id, "done")
    assert analyser.seen[-1] == ("waiting.mp4", OPTIONS)
    assert [run.clip_name for run in list_runs(db)] == ["waiting.mp4", "running.mp4"]


def test_a_restart_keeps_why_a_job_failed(
    open_service: Callable[..., JobService], analyser: ScriptedAnalyser, settings: Settings
) -> None:
    def refuse() -> Analysis:
        raise InputError("Nobody is in the picture.", "Film closer.")

    analyser.result = refuse
    analyser.release()
    before = open_service()
    job_id = before.submit(upload(settings), "run.mp4", OPTIONS, "Ann")
    wait_for(before, job_id, "failed")
    before.close()
    failed = open_service().status(job_id)
    assert (failed.state, failed.message, failed.remedy) == ("failed", "Nobody is in the picture.", "Film closer.")


def test_a_start_cleans_up_what_a_crash_left(
    open_service: Callable[..., JobService], analyser: ScriptedAnalyser, db: Database, settings: Settings
) -> None:
    before = open_service()
    gone, kept = upload(settings, "gone.mp4"), upload(settings, "kept.mp4")
    ids = [before.submit(clip, clip.name, OPTIONS, "Ann") for clip in (kept, gone)]
    analyser.wait_started()
    close_while_running(before, ids[0], analyser)
    gone.unlink()
    old, fresh = upload(settings), upload(settings)
    for folder in (old.parent, kept.parent):
        long_ago = folder.stat().st_mtime - 2 * SECONDS_UPLOADS_ARE_KEPT
        os.utime(folder, (long_ago, long_ago))
    (settings.data_dir / "work" / "analysis-left").mkdir()

    after = open_service()
    assert [status.id for status in after.list()] == [ids[0]]
    assert [row.id for row in list_jobs(db)] == [ids[0]]
    assert (old.exists(), fresh.exists(), kept.exists()) == (False, True, True)
    assert not (settings.data_dir / "work").exists()


LEAVE_WHILE_ANALYSING = """
import sys, threading
from pathlib import Path
from runform.jobs import JobService
from runform.results import AnalysisOptions
from runform.settings import Settings
from runform.store.database import Database

started = threading.Event()

class Endless:
    def analyse(self, clip_path, options, *, progress, db, out_dir):
        started.set()
        while True:
            progress.report(0.1)

settings = Settings(data_dir=Path(sys.argv[1]))
service = JobService(Endless, Database(settings.database_path), settings)
service.submit(Path(sys.argv[2]), "run.mp4", AnalysisOptions(), "Ann")
started.wait()
"""


def test_leaving_the_program_does_not_wait_for_an_analysis(
    settings: Settings, db: Database, analyser: ScriptedAnalyser
) -> None:
    db.close()
    clip = upload(settings)
    subprocess.run(
        [sys.executable, "-c", LEAVE_WHILE_ANALYSING, str(settings.data_dir), str(clip)],
        check=True,
        timeout=PATIENCE_S,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    again = Database(settings.database_path)
    service = JobService(lambda: analyser, again, settings)
    assert [(status.state, status.clip_name) for status in service.list()] == [("failed", "run.mp4")]
    service.close()
    again.close()
