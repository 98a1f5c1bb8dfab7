"""Form embeddings of stored runs and pros; those of one model's weights are never returned with another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from runform import __version__
from runform.results import Verdict
from runform.sequences import EMBEDDING_DIM, FormEmbedding, View
from runform.store.database import Cursor, Database

OwnerKind = Literal["run", "pro_clip"]

_RUNS_QUERY = (
    'SELECT r.id, r.athlete_id, a.name, l.label, r."view", r.cadence, r.verdict, e.vector'
    " FROM embeddings AS e JOIN runs AS r ON r.id = e.owner_id JOIN athletes AS a ON a.id = r.athlete_id"
    " LEFT JOIN agreed_labels AS l ON l.run_id = r.id"
    " WHERE e.owner_kind = 'run' AND e.model_sha256 = ? ORDER BY r.created_at, r.id"
)
_PROS_QUERY = (
    "SELECT p.id, p.name, c.id, coalesce(p.kind, 'pro'), c.\"view\", e.vector"
    " FROM embeddings AS e JOIN pro_clips AS c ON c.id = e.owner_id JOIN pros AS p ON p.id = c.pro_id"
    " WHERE e.owner_kind = 'pro_clip' AND e.model_sha256 = ? AND p.deleted_at IS NULL"
    " ORDER BY p.name_key, c.created_at, c.id"
)

_deleted: list[str] = []
"""Ids, and so of every database of the process together; for caches, to which an owner's new vector looks like the old
one: DuckDB gives a row's number again."""


@dataclass(frozen=True)
class EmbeddingTable:
    """The embeddings of all runs under one model, the oldest run first; every field has N entries.

    Attributes:
        ids: Run ids.
        matrix: (N, 8704) float32.
        athlete_ids, athlete_names: Whose.
        labels: What all raters who decide say, or None.
        views: From where the camera looks.
        cadences: Steps/min, NaN where not measured.
        verdicts: As they were when the run was stored.
        model_sha256: Identity of the embeddings.
    """

    ids: tuple[str, ...]
    matrix: npt.NDArray[np.float32]
    athlete_ids: tuple[str, ...]
    athlete_names: tuple[str, ...]
    labels: tuple[str | None, ...]
    views: tuple[View, ...]
    cadences: tuple[float, ...]
    verdicts: tuple[Verdict, ...]
    model_sha256: str = ""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class ProEmbedding:
    """The embedding of one clip of a pro.

    Attributes:
        pro_id, name: Which pro.
        vector: (8704,) float32.
        view: From where the clip's camera looks.
        clip_id: Which clip.
        kind: "pro" for one whom the user added, "reference" for a runner of motion data that RunForm brings along.
    """

    pro_id: str
    name: str
    vector: npt.NDArray[np.float32]
    view: View
    clip_id: str
    kind: str


def load_run_embeddings(db: Database, model_sha256: str) -> EmbeddingTable:
    """The embeddings of all stored runs that were made with these weights."""
    ids, athlete_ids, names, labels, views, cadences, verdicts, vectors = _fetch_columns(db, _RUNS_QUERY, model_sha256)
    return EmbeddingTable(ids, _stack(vectors), athlete_ids, names, labels, views, cadences, verdicts, model_sha256)


def load_pro_embeddings(db: Database, model_sha256: str) -> tuple[ProEmbedding, ...]:
    """The embeddings of all pros' clips that were made with these weights, by the pro's name; of deleted pros none."""
    ids, names, clips, kinds, views, vectors = _fetch_columns(db, _PROS_QUERY, model_sha256)
    return tuple(ProEmbedding(*row) for row in zip(ids, names, _stack(vectors), views, clips, kinds, strict=True))


def insert_embedding(cursor: Cursor, kind: OwnerKind, owner_id: str, embedding: FormEmbedding) -> None:
    """Write an embedding's row within an open transaction."""
    vector = np.asarray(embedding.vector, dtype=np.float32)  # (8704,)
    values = [kind, owner_id, embedding.model, embedding.model_sha256, vector, __version__]
    cursor.execute("INSERT INTO embeddings VALUES (?, ?, ?, ?, ?, ?)", values)


def delete_embeddings(cursor: Cursor, kind: OwnerKind, owner_id: str) -> None:
    """Delete the embeddings of a run or a pro's clip, of every model, within an open transaction."""
    cursor.execute("DELETE FROM embeddings WHERE owner_kind = ? AND owner_id = ?", [kind, owner_id])
    _deleted.append(owner_id)


def list_deleted_since(place: int) -> tuple[frozenset[str], int]:
    """Owners whose embeddings this process has deleted since a place in their list, and the place to go on from.

    They are listed as the rows are deleted, so before that is committed, and even if it never is.
    """
    listed = _deleted[place:]
    return frozenset(listed), place + len(listed)


def _fetch_columns(db: Database, query: str, model_sha256: str) -> list[tuple[Any, ...]]:
    """A query's columns as tuples of Python values; vectors as arrays."""
    with db.cursor() as cursor:
        # Arrow would be the faster way out, but DuckDB 1.5 reserves gigabytes for wide array columns there.
        columns = cursor.execute(query, [model_sha256]).fetchnumpy()
    return [tuple(column.tolist()) for column in columns.values()]


def _stack(vectors: tuple[npt.NDArray[np.float32], ...]) -> npt.NDArray[np.float32]:
    """(N, 8704) float32, also for none."""
    return np.stack(vectors) if vectors else np.zeros((0, EMBEDDING_DIM), dtype=np.float32)
