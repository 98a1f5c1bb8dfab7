"""Progress of stages within a whole, and cancellation."""

from __future__ import annotations

import threading

import pytest

from runform.errors import AnalysisCancelled
from runform.progress import Progress


def test_a_stage_s_fraction_is_mapped_into_the_whole() -> None:
    heard: list[tuple[str, float]] = []
    progress = Progress(lambda stage, fraction: heard.append((stage, fraction)))

    progress.enter("pose", start=0.2, share=0.5)
    progress.report(0.5)
    progress.report(7.0)

    assert heard == [("pose", 0.2), ("pose", pytest.approx(0.45)), ("pose", pytest.approx(0.7))]


def test_cancel_stops_at_the_next_report() -> None:
    cancel = threading.Event()
    progress = Progress(cancel=cancel)
    progress.report(0.1)
    cancel.set()

    with pytest.raises(AnalysisCancelled):
        progress.report(0.2)
