from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from runform.store.runs import RunSummary
from runform.ui.run_access import label_run, label_runs


def _run(run_id: str, clip: str = "track.mp4", second: int = 0) -> RunSummary:
    return RunSummary(
        id=run_id,
        athlete_id="anna",
        athlete_name="Anna Berg",
        created_at=datetime(2026, 3, 5, 12, 0, second, tzinfo=UTC),
        clip_name=clip,
        clip_sha256="",
        view="right",
        verdict="optimal",
        label=None,
        cadence=170.0,
        refused=False,
        model_sha256=None,
        folder=Path("runs") / run_id,
        source="upload",
    )


def test_runs_of_one_clip_in_one_minute_are_told_apart() -> None:
    runs = [_run("a"), _run("b", second=20), _run("c", clip="road.mp4"), _run("d", second=40)]

    labels = label_runs(runs)

    assert labels == {
        "a": label_run(runs[0]),
        "b": f"{label_run(runs[0])} (2)",
        "c": label_run(runs[2]),
        "d": f"{label_run(runs[0])} (3)",
    }
