"""How long it takes to rank pros beside a run among many stored ones, on synthetic rows in a database of their own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from runform.errors import InputError, StoreError
from runform.form.form_space import SPACE_FILE, FormSpace, save_form_space
from runform.form.measure import LIKENESSES, Likeness
from runform.form.similarity import Ranking
from runform.pro_ranking import ProRanker
from runform.progress import Progress
from runform.sequences import EMBEDDING_DIM, FloatArray, FormEmbedding
from runform.store.database import Cursor, Database, utc_now

ROWS = (10_000, 100_000)
GOALS_MS = {10_000: 50.0, 100_000: 300.0}
"""Rows -> ms that each likeness may take once it was asked for."""
_SPREAD = 0.14
"""Of a runner about what all share: any two cosines are then near 0.98, as of real embeddings."""
_DIRECTIONS = 32  # as many as the shipped form space has
_PROS = 20
_ROWS_AT_ONCE, _ROWS_A_COMMIT = 1000, 20_000
_MEMORY = "4GB"
_IDENTITY = "synthetic.0"

Row = dict[str, Any]


def run_similarity_bench(
    rows: Sequence[int] = ROWS, *, repeats: int = 9, folder: Path | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Time the ranking of pros by each likeness, first call and later ones.

    Args:
        rows: How many stored runs; each makes a database of about 35 kB a run, deleted at the end.
        repeats: Later calls, each for another run; their median is given.
        folder: Where the databases are made; None takes the system's temporary folder.
        progress: Told of each part.

    Returns:
        rows: what was measured (rows, likeness, first_ms, ms, compared, kept_mb, cpus); goals: name, value, unit, goal,
        met for each number of rows that has one.

    Raises:
        InputError: Fewer rows than a percentile needs.
    """
    if min(rows, default=0) < 100:
        raise InputError("The bench needs 100 rows or more.", "Give --rows 10000, for instance.")
    progress = progress or Progress()
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    measured: list[Row] = []
    for turn, count in enumerate(rows):
        progress.enter(f"{count} rows", turn / len(rows), 1 / len(rows))
        with tempfile.TemporaryDirectory(prefix="runform-bench-", dir=folder) as made:
            measured += [{**row, "cpus": cpus} for row in _measure(Path(made), count, repeats, progress)]
    return {"rows": measured, "goals": [_make_goal(row) for row in measured if row["rows"] in GOALS_MS]}


def _measure(folder: Path, count: int, repeats: int, progress: Progress) -> list[Row]:
    """One row for each likeness."""
    rng = np.random.default_rng(count)
    shared = rng.standard_normal(EMBEDDING_DIM)
    basis = rng.standard_normal((EMBEDDING_DIM, _DIRECTIONS)).astype(np.float32)
    save_form_space(FormSpace(_IDENTITY, shared.astype(np.float32), basis), folder / SPACE_FILE)
    db = Database(folder / "runform.duckdb")
    try:
        _store(db, count, shared, rng, progress)
        return [_time(db, folder, likeness, count, repeats, shared, rng) for likeness in LIKENESSES]
    finally:
        db.close()


def _time(
    db: Database,
    folder: Path,
    likeness: Likeness,
    count: int,
    repeats: int,
    shared: FloatArray,
    rng: np.random.Generator,
) -> Row:
    """The first call of a fresh process' ranker and the median of later ones."""
    ranker = ProRanker(db, folder)
    found: list[Ranking] = []

    def rank() -> None:
        form = FormEmbedding(_draw(1, shared, rng)[0], "synthetic", _IDENTITY)
        ranking = ranker.rank(form, "left", likeness)
        if not isinstance(ranking, Ranking):
            raise StoreError(
                f"The synthetic runs could not be ranked: {ranking}.", "Report this as a fault of RunForm."
            )
        found.append(ranking)

    first = _clock(rank)
    later = median(_clock(rank) for _ in range(repeats))
    width = _DIRECTIONS if likeness == "form_space" else EMBEDDING_DIM
    compared = found[-1].compared
    return {
        "rows": count,
        "likeness": likeness,
        "first_ms": first,
        "ms": later,
        "compared": compared,
        "kept_mb": 4 * width * compared / 1e6,
    }


def _clock(task: Callable[[], None]) -> float:
    """Milliseconds that a task takes."""
    start = time.perf_counter()
    task()
    return 1000 * (time.perf_counter() - start)


def _draw(count: int, shared: FloatArray, rng: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float32]]:
    """(count, 8704) forms of as many runners."""
    own = rng.standard_normal((count, EMBEDDING_DIM), dtype=np.float32)
    return np.asarray(shared.astype(np.float32) + np.float32(_SPREAD) * own)


def _store(db: Database, count: int, shared: FloatArray, rng: np.random.Generator, progress: Progress) -> None:
    """So many runs, filmed from either side, and twenty pros."""
    now = utc_now()
    with db.cursor() as cursor:
        # DuckDB would take four fifths of the machine's memory to keep pages that are never read again.
        cursor.execute(f"SET memory_limit = '{_MEMORY}'")
    with db.write() as cursor:
        cursor.execute(
            "INSERT INTO pros (id, name, name_key, event, source, notes, created_at)"
            " SELECT 'p' || i, 'Pro ' || i, 'pro ' || i, '', '', '', ? FROM range(?) AS t(i)",
            [now, _PROS],
        )
        cursor.execute(
            'INSERT INTO pro_clips (id, pro_id, clip_name, clip_sha256, "view", cadence, created_at)'
            " SELECT 'c' || i, 'p' || i, '', i, 'left', 170, ? FROM range(?) AS t(i)",
            [now, _PROS],
        )
        cursor.execute(
            'INSERT INTO runs (id, athlete_id, created_at, clip_name, clip_sha256, source, "view", motion, verdict,'
            " refused, cadence, pose_backend, pose_model_sha256, model_sha256, folder)"
            " SELECT 'r' || i, 'a', ?, '', i, '', if(i % 2 = 0, 'left', 'right'), 'in_place', 'optimal', false, 170,"
            " '', '', ?, '' FROM range(?) AS t(i)",
            [now, _IDENTITY, count],
        )
    with db.write() as cursor:
        _insert(cursor, "pro_clip", "c", range(_PROS), shared, rng)
    # DuckDB writes a part of the table that is not full yet anew with each commit: few commits, then.
    for start in range(0, count, _ROWS_A_COMMIT):
        with db.write() as cursor:
            for at in range(start, min(start + _ROWS_A_COMMIT, count), _ROWS_AT_ONCE):
                _insert(cursor, "run", "r", range(at, min(at + _ROWS_AT_ONCE, count)), shared, rng)
                progress.report(0.9 * at / count)


def _insert(
    cursor: Cursor, kind: str, letter: str, numbers: range, shared: FloatArray, rng: np.random.Generator
) -> None:
    """The embeddings of so many runs or pros' clips."""
    vectors = list(_draw(len(numbers), shared, rng))
    cursor.register("batch", pd.DataFrame({"id": [f"{letter}{i}" for i in numbers], "v": vectors}))
    cursor.execute(
        f"INSERT INTO embeddings SELECT '{kind}', id, 'synthetic', '{_IDENTITY}', v::FLOAT[{EMBEDDING_DIM}], ''"
        " FROM batch"
    )
    cursor.unregister("batch")


def _make_goal(row: Row) -> Row:
    """A goal that is met by taking at most so long."""
    goal = GOALS_MS[row["rows"]]
    return {
        "name": f"similarity over {row['rows']} runs, {row['likeness']}, after the first call",
        "value": row["ms"],
        "unit": "ms",
        "goal": goal,
        "met": row["ms"] <= goal,
    }
