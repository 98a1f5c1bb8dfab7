"""How alike two forms are: the cosine of their embeddings, and the pros ranked by it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.results import ProMatch
from runform.sequences import EMBEDDING_DIM, FormEmbedding, View, require_shape

FloatArray = npt.NDArray[np.float64]

MIN_POPULATION_TO_CENTRE = 5
MIN_POPULATION_FOR_PERCENTILE = 3
ROWS_AT_ONCE = 1024
"""Rows taken to double precision together, so that 10,000 stored runs do not need 700 MB."""

NEGLIGIBLE = 1e-6
"""A centred vector shorter than this share of its length is rounding, and its direction means nothing."""


@dataclass(frozen=True)
class ReferenceForm:
    """One clip of a pro to compare with.

    Attributes:
        pro_id, name: Which pro; several clips of one pro share them.
        vector: (8704,) float32 embedding, of the same lifting model as the run's.
        view: From where the clip was filmed.
    """

    pro_id: str
    name: str
    vector: npt.NDArray[np.float32]
    view: View

    def __post_init__(self) -> None:
        require_shape("vector", self.vector, (EMBEDDING_DIM,))


def rank_pros(
    embedding: FormEmbedding,
    pros: Sequence[ReferenceForm],
    population: npt.NDArray[Any] | None = None,
    *,
    view: View | None = None,
    population_views: Sequence[str] | None = None,
) -> tuple[ProMatch, ...]:
    """Rank the pros by how alike their form is to a run's, most alike first.

    Raw cosines of any two runners lie close to 1, so with at least `MIN_POPULATION_TO_CENTRE` stored runs the
    population's mean is taken off every vector first. Like is compared with like: a camera on the other side changes
    the embedding by itself, so pros filmed from the run's side come first and the others, ranked alike, after them.

    Args:
        embedding: The run's form.
        pros: Clips of the pros; of a pro's several clips the most alike counts, those of the run's side before others.
        population: (N, 8704) embeddings of stored runs, of the same lifting model; a row that equals `embedding` is the
            run itself and does not count.
        view: From where the run was filmed; None or "unclear" treats all sides alike.
        population_views: (N,) view of each row of `population`; None takes every row.

    Returns:
        One match per pro, empty without pros; equal similarities are ordered by name, then id.

    Raises:
        InputError: The run's or a pro's embedding is a zero vector, which has no direction.
    """
    run = embedding.vector.astype(np.float64)
    named = [("The run", embedding.vector), *((pro.name, pro.vector) for pro in pros)]
    for label, vector in named:
        if not np.any(vector):
            raise InputError(f"{label} has an embedding of zeros, which cannot be compared.", "Analyse the clip again.")
    if not pros:
        return ()
    stored = _select_population(run, population, view, population_views)
    vectors = np.stack([pro.vector for pro in pros])
    mean = _choose_mean(run, vectors, stored)
    similarities = compute_cosines(vectors, run, mean)
    others = compute_cosines(stored, run, mean)
    best_first = sorted(
        zip(pros, similarities.tolist(), strict=True),
        key=lambda pair: (not is_same_view(pair[0].view, view), -pair[1], pair[0].name, pair[0].pro_id),
    )
    matches: dict[str, ProMatch] = {}
    for pro, similarity in best_first:
        percentile = _compute_percentile(similarity, others)
        match = ProMatch(pro.pro_id, pro.name, similarity, percentile, centred=bool(np.any(mean)))
        matches.setdefault(pro.pro_id, match)
    return tuple(matches.values())


def is_same_view(other: str, view: str | None) -> bool:
    """Whether another clip was filmed from where the run was; a run of no clear view takes every clip for its like."""
    return view in (None, "unclear") or other == view


def compute_cosines(matrix: npt.NDArray[Any], vector: FloatArray, mean: FloatArray) -> FloatArray:
    """Cosine of each row with a vector after `mean` is taken off both.

    Args:
        matrix: (N, D) any float type.
        vector: (D,) not equal to `mean`.
        mean: (D,); zeros give the raw cosine.

    Returns:
        (N,) in [-1, 1]; 0 for a row that equals the mean, for it points nowhere.
    """
    direction = vector - mean
    direction = direction / np.linalg.norm(direction)
    cosines = np.zeros(len(matrix))
    for rows in _blocks(len(matrix)):
        block = matrix[rows].astype(np.float64) - mean  # (B, D)
        length = np.linalg.norm(block, axis=1)
        np.divide(block @ direction, length, out=cosines[rows], where=length > 0)
    return np.clip(cosines, -1.0, 1.0)


def _select_population(
    run: FloatArray, population: npt.NDArray[Any] | None, view: str | None, views: Sequence[str] | None
) -> npt.NDArray[Any]:
    """(M, D) the stored runs of the same view that are not the run itself."""
    if population is None:
        return np.zeros((0, EMBEDDING_DIM), dtype=np.float32)
    require_shape("population", population, (None, EMBEDDING_DIM))
    kept = np.any(population != run.astype(population.dtype), axis=1)
    if views is not None:
        kept &= np.array([is_same_view(other, view) for other in views], dtype=np.bool_)
    return np.asarray(population[kept])


def _choose_mean(run: FloatArray, vectors: npt.NDArray[Any], stored: npt.NDArray[Any]) -> FloatArray:
    """(D,) the population's mean, or zeros where it is too small or a vector would vanish with it."""
    none = np.zeros_like(run)
    if len(stored) < MIN_POPULATION_TO_CENTRE:
        return none
    mean: FloatArray = stored.mean(axis=0, dtype=np.float64)
    everyone = np.vstack([run, vectors.astype(np.float64)])
    vanishing = np.linalg.norm(everyone - mean, axis=1) <= NEGLIGIBLE * np.linalg.norm(everyone, axis=1)
    return none if np.any(vanishing) else mean


def _compute_percentile(similarity: float, others: FloatArray) -> float:
    """Share of the population less similar than this, 0 to 100; NaN for a population under three."""
    if len(others) < MIN_POPULATION_FOR_PERCENTILE:
        return math.nan
    return float(np.mean(others < similarity) * 100)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, ROWS_AT_ONCE):
        yield slice(start, min(start + ROWS_AT_ONCE, count))
