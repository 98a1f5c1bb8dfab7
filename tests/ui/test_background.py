from __future__ import annotations

import threading

from runform.errors import WeightsError
from runform.progress import Progress
from runform.ui.background import BackgroundTask

SECONDS_TO_WAIT = 10


def run_to_end(task: BackgroundTask) -> None:
    task.start()
    task.wait(SECONDS_TO_WAIT)


def test_it_reports_and_ends_done() -> None:
    seen: list[tuple[str, float]] = []

    def work(progress: Progress) -> None:
        progress.enter("Half", 0.0, 0.5)
        progress.report(1.0)
        status = task.status()
        seen.append((status.stage, status.fraction))
        assert status.remaining_s is not None

    task = BackgroundTask("test", work)
    run_to_end(task)

    assert seen == [("Half", 0.5)]
    assert task.status().state == "done"


def test_a_known_error_is_shown_with_its_remedy() -> None:
    def work(progress: Progress) -> None:
        raise WeightsError("The weights could not be fetched.", "Check the network.")

    task = BackgroundTask("test", work)
    run_to_end(task)

    status = task.status()
    assert (status.state, status.message, status.remedy) == (
        "failed",
        "The weights could not be fetched.",
        "Check the network.",
    )
    task.dismiss()
    assert task.status().state == "idle"


def test_it_can_be_cancelled_and_started_again() -> None:
    started, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        go_on.wait(SECONDS_TO_WAIT)
        progress.report(0.5)

    task = BackgroundTask("test", work)
    task.start()
    started.wait(SECONDS_TO_WAIT)
    task.cancel()
    go_on.set()
    task.wait(SECONDS_TO_WAIT)
    assert task.status().state == "cancelled"

    run_to_end(task)
    assert task.status().state == "done"


def test_starting_twice_runs_once() -> None:
    go_on = threading.Event()
    runs: list[int] = []

    def work(progress: Progress) -> None:
        runs.append(1)
        go_on.wait(SECONDS_TO_WAIT)

    task = BackgroundTask("test", work)
    task.start()
    task.start()
    go_on.set()
    task.wait(SECONDS_TO_WAIT)

    assert runs == [1]
