"""What the form map needs of stored runs: their names without their embeddings, and embeddings by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import numpy.typing as npt

from runform.errors import NotStoredError
from runform.results import Verdict
from runform.sequences import EMBEDDING_DIM, View
from runform.store.database import Database, with_utc

_ROWS_QUERY = (
    'SELECT r.id, r.athlete_id, a.name, r.created_at, r.clip_name, l.label, r."view", r.verdict,'
    " coalesce(m.\"value\", 'nan'::DOUBLE)"
    " FROM embeddings AS e JOIN runs AS r ON r.id = e.owner_id JOIN athletes AS a ON a.id = r.athlete_id"
    " LEFT JOIN agreed_labels AS l ON l.run_id = r.id"
    " LEFT JOIN metrics AS m ON m.run_id = r.id AND m.name = 'speed' AND m.unit = 'm/s'"
    " WHERE e.owner_kind = 'run' AND e.model_sha256 = ? ORDER BY r.created_at, r.id"
)


@dataclass(frozen=True)
class MapRow:
    """A stored run as a point of the map.

    Attributes:
        id, athlete_id, athlete_name, created_at, clip_name: Which run.
        label: What all raters who decide say, or None.
        view: From where the camera looks.
        verdict: As it was when the run was stored.
        speed: m/s; NaN where it is not known in metres.
    """

    id: str
    athlete_id: str
    athlete_name: str
    created_at: datetime
    clip_name: str
    label: str | None
    view: View
    verdict: Verdict
    speed: float


def list_map_rows(db: Database, model_sha256: str) -> tuple[MapRow, ...]:
    """All runs with an embedding of this identity, the oldest first."""
    with db.cursor() as cursor:
        rows = cursor.execute(_ROWS_QUERY, [model_sha256]).fetchall()
    names = [field.name for field in fields(MapRow)]
    named = (dict(zip(names, row, strict=True)) for row in rows)
    return tuple(MapRow(**row | {"created_at": with_utc(row["created_at"])}) for row in named)


def count_identities(db: Database) -> dict[str, int]:
    """Identity -> runs with an embedding of it, the most frequent first."""
    with db.cursor() as cursor:
        rows = cursor.execute(
            "SELECT model_sha256, count(*) AS n FROM embeddings WHERE owner_kind = 'run'"
            " GROUP BY model_sha256 ORDER BY n DESC, model_sha256"
        ).fetchall()
    return dict(rows)


def list_left_out(db: Database, model_sha256: str) -> tuple[tuple[str, str], ...]:
    """Athlete and clip of runs whose embeddings are all of other identities, the oldest first."""
    with db.cursor() as cursor:
        rows = cursor.execute(
            "SELECT a.name, r.clip_name FROM runs AS r JOIN athletes AS a ON a.id = r.athlete_id"
            " WHERE r.id IN (SELECT owner_id FROM embeddings WHERE owner_kind = 'run')"
            " AND r.id NOT IN (SELECT owner_id FROM embeddings WHERE owner_kind = 'run' AND model_sha256 = ?)"
            " ORDER BY r.created_at, r.id",
            [model_sha256],
        ).fetchall()
    return tuple(rows)


def read_run_vectors(db: Database, model_sha256: str, ids: Sequence[str]) -> npt.NDArray[np.float32]:
    """(N, 8704) embeddings of runs, in the order of `ids`.

    Raises:
        NotStoredError: One of them has none of this identity.
    """
    with db.cursor() as cursor:
        found = cursor.execute(
            "SELECT owner_id, vector FROM embeddings WHERE owner_kind = 'run' AND model_sha256 = ?"
            " AND owner_id IN (SELECT unnest(?::VARCHAR[]))",
            [model_sha256, list(ids)],
        ).fetchnumpy()
    at = {run: row for row, run in enumerate(found["owner_id"].tolist())}
    if missing := [run for run in ids if run not in at]:
        raise NotStoredError(
            f"The form of run {missing[0]} is no longer in the database.", "Open the page again; it may be deleted."
        )
    matrix = np.zeros((len(ids), EMBEDDING_DIM), dtype=np.float32)
    for row, run in enumerate(ids):
        matrix[row] = found["vector"][at[run]]
    return matrix
