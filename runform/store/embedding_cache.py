"""The stored runs' embeddings in memory, as likeness needs them, and brought up to date row by row.

Reading 10,000 embeddings out of DuckDB takes about a second and 350 MB; a page that ranks pros needs neither every
time it is drawn. What is kept of each row is chosen by whoever asks (`Reducer`): a projection to a few numbers takes
13 MB for 100,000 runs, so all of them are kept. Rows kept whole are bounded: of more than fit a sample is kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError, StoreError
from runform.sequences import EMBEDDING_DIM, View, require_shape
from runform.store.database import Cursor, Database
from runform.store.embeddings import list_deleted_since

Matrix = npt.NDArray[np.float32]

MAX_BYTES = 400_000_000
"""Of the rows kept for one identity and reducer: 11,488 whole embeddings, or three million of 32 numbers."""
_ROW_BY_ROW = 64
"""Up to so many rows are looked up one by one, about 1.5 ms each; more are found by reading the table through."""

_LIST_QUERY = (
    'SELECT e.rowid AS number, r.id, r."view" FROM embeddings AS e JOIN runs AS r ON r.id = e.owner_id'
    " WHERE e.owner_kind = 'run' AND e.model_sha256 = ? ORDER BY r.created_at, r.id"
)
_READ_QUERY = "SELECT owner_id, vector FROM embeddings WHERE owner_kind = 'run' AND model_sha256 = ?"


@dataclass(frozen=True)
class Reducer:
    """What is kept of an embedding.

    Attributes:
        name: Rows are shared between reducers of one name, so what it names must never change.
        width: K, how many numbers it keeps.
        apply: Takes (N, 8704) float32 to (N, K).
    """

    name: str
    width: int
    apply: Callable[[Matrix], npt.NDArray[Any]]


WHOLE = Reducer("whole", EMBEDDING_DIM, lambda matrix: matrix)


@dataclass(frozen=True)
class CachedRows:
    """Stored runs under one identity, the oldest first; of a sample, its members.

    Attributes:
        ids: (N,) of the runs.
        views: (N,) from where each was filmed.
        matrix: (N, K) float32, read-only.
        total: How many runs there are, N or more.

    Raises:
        ShapeError: Lengths that do not fit.
    """

    ids: tuple[str, ...]
    views: tuple[View, ...]
    matrix: Matrix
    total: int

    def __post_init__(self) -> None:
        require_shape("matrix", self.matrix, (len(self.ids), None))
        if len(self.views) != len(self.ids) or self.total < len(self.ids):
            raise ShapeError("views must have one entry per row, and total count every row.")


@dataclass
class _Kept:
    """Rows of one identity and reducer, and what the database was when they were read."""

    rows: CachedRows
    numbers: dict[str, int]  # run's id -> its row's number in DuckDB
    commits: int
    deleted_place: int
    suspects: frozenset[str]  # deleted by a transaction that may not have been committed when the rows were read
    lock: threading.Lock = field(default_factory=threading.Lock)


class EmbeddingCache:
    """Keeps embeddings of stored runs; one instance serves every thread.

    Args:
        db: Where the runs are stored.
        max_bytes: Of the rows kept for one identity and reducer.
    """

    def __init__(self, db: Database, max_bytes: int = MAX_BYTES) -> None:
        self._db = db
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._model_sha256 = ""

    def load(self, model_sha256: str, reducer: Reducer = WHOLE) -> CachedRows:
        """The runs that are stored now; without a write since the last call nothing is read.

        Of more runs than `max_bytes` hold a sample is kept, drawn by a hash of their ids: a run stays in it or out of
        it as others come and go, but for those at the border.

        Args:
            model_sha256: Identity of the embeddings. The rows of one at a time are kept.
            reducer: What is kept of each.

        Raises:
            StoreError: The database cannot be read, or the calling thread is writing to it.
        """
        if self._db.in_transaction:
            raise StoreError("The database is being written.", "Report this as a fault of RunForm.")
        kept = self._find(model_sha256, reducer)
        with kept.lock:
            if kept.commits != self._db.commits:
                self._update(kept, model_sha256, reducer)
            return kept.rows

    def _find(self, model_sha256: str, reducer: Reducer) -> _Kept:
        """What is kept, not brought up to date yet."""
        with self._lock:
            if model_sha256 != self._model_sha256:
                self._kept, self._model_sha256 = {}, model_sha256
            if reducer.name not in self._kept:
                none = CachedRows((), (), np.zeros((0, reducer.width), dtype=np.float32), 0)
                self._kept[reducer.name] = _Kept(none, {}, -1, 0, frozenset())
            return self._kept[reducer.name]

    def _update(self, kept: _Kept, model_sha256: str, reducer: Reducer) -> None:
        """Read what has changed, all of it from one moment of the database."""
        commits = self._db.commits
        deleted, place = list_deleted_since(kept.deleted_place)
        with self._db.cursor() as cursor:
            cursor.begin()
            try:
                listed: dict[str, Any] = cursor.execute(_LIST_QUERY, [model_sha256]).fetchnumpy()
                ids, views = listed["id"].tolist(), listed["view"].tolist()
                numbers = dict(zip(ids, listed["number"].tolist(), strict=True))
                total = len(ids)
                places = _draw(ids, self._max_bytes // (4 * reducer.width))
                ids, views = [ids[at] for at in places], [views[at] for at in places]
                doubtful = deleted | kept.suspects
                unchanged = [run not in doubtful and kept.numbers.get(run) == numbers[run] for run in ids]
                matrix = _fill(kept.rows, ids, unchanged, cursor, model_sha256, reducer)
            finally:
                cursor.rollback()  # nothing was written
        matrix.flags.writeable = False
        kept.rows = CachedRows(tuple(ids), tuple(views), matrix, total)
        kept.numbers = {run: numbers[run] for run in ids}
        kept.commits, kept.deleted_place, kept.suspects = commits, place, deleted


def _draw(ids: list[str], most: int) -> list[int]:
    """Places of all ids, or of a sample of `most` of them, in order."""
    if len(ids) <= most:
        return list(range(len(ids)))
    by_hash = sorted(range(len(ids)), key=lambda at: hashlib.sha256(ids[at].encode()).digest())
    return sorted(by_hash[:most])


def _fill(
    before: CachedRows, ids: list[str], unchanged: list[bool], cursor: Cursor, model_sha256: str, reducer: Reducer
) -> Matrix:
    """(N, K) the rows of `ids`: those unchanged from memory, the others from the database.

    Rows that are only joined by new ones at the end are not copied: the new ones go into room left behind them.
    """
    count, old = len(ids), len(before.ids)
    grown = all(unchanged[:old]) and tuple(ids[:old]) == before.ids
    base = before.matrix.base if grown else None
    if base is not None and len(base) >= count and np.shares_memory(base[:1], before.matrix[:1]):
        whole = base
    else:
        whole = np.empty((count + count // 4 + 16, reducer.width), dtype=np.float32)  # untouched room costs nothing
        known = {run: at for at, run in enumerate(before.ids)}
        for at, run in enumerate(ids):
            if unchanged[at]:
                whole[at] = before.matrix[known[run]]
    wanted = {run: at for at, run in enumerate(ids) if not unchanged[at]}
    for runs, vectors in _read(cursor, model_sha256, wanted):
        whole[[wanted[run] for run in runs]] = reducer.apply(vectors)
    return whole[:count]


def _read(cursor: Cursor, model_sha256: str, wanted: dict[str, int]) -> Iterator[tuple[list[str], Matrix]]:
    """Ids and embeddings of the wanted runs, about two thousand at a time."""
    if not wanted:
        return
    if len(wanted) <= _ROW_BY_ROW:
        for run in wanted:
            row: dict[str, Any] = cursor.execute(f"{_READ_QUERY} AND owner_id = ?", [model_sha256, run]).fetchnumpy()
            yield [run], np.stack(row["vector"].tolist())
        return
    found = cursor.execute(_READ_QUERY, [model_sha256])
    while len(chunk := found.fetch_df_chunk(1)):
        runs = chunk["owner_id"].tolist()
        chosen = [at for at, run in enumerate(runs) if run in wanted]
        if chosen:
            vectors = chunk["vector"].to_numpy()
            yield [runs[at] for at in chosen], np.stack([vectors[at] for at in chosen])
