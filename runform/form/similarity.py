"""How alike two forms are: the cosine of their embeddings, and the pros ranked by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.form.form_space import FormSpace, iterate_blocks
from runform.results import ProMatch
from runform.sequences import EMBEDDING_DIM, FloatArray, FormEmbedding, View, require_shape

RowNumbers = npt.NDArray[np.intp]

MIN_POPULATION_TO_CENTRE = 5
MIN_POPULATION_FOR_PERCENTILE = 3
_SIDES = {"left", "right"}
NEGLIGIBLE = 1e-6
"""A centred vector shorter than this share of its length is rounding, and its direction means nothing."""


@dataclass(frozen=True)
class ReferenceForm:
    """One clip of a pro to compare with.

    Attributes:
        pro_id, name: Which pro; several clips of one pro share them.
        vector: (8704,) float32 embedding, of the same lifting model and recipe as the run's.
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
    space: FormSpace | None = None,
) -> tuple[ProMatch, ...]:
    """Rank the pros by how alike their form is to a run's, most alike first.

    Raw cosines of any two runners lie close to 1, and cameras change them as much as runners do. So likeness is
    measured in the form space where there is one for the lifting model: from the mean of the virtual runners it was
    learnt from, so that a similarity stays what it was as runs are stored. Where there is none, with at least
    `MIN_POPULATION_TO_CENTRE` stored runs their mean is taken off every vector first. Like is compared with like:
    beside a run filmed from either side, pros filmed from ahead or behind come last.

    Args:
        embedding: The run's form.
        pros: Clips of the pros; of a pro's several clips the most alike counts, those of the run's view before others.
        population: (N, 8704) embeddings of stored runs, of the same lifting model and recipe; a row that equals
            `embedding` is the run itself and does not count.
        view: From where the run was filmed; None or "unclear" treats all sides alike.
        population_views: (N,) view of each row of `population`; None takes every row.
        space: Where likeness is measured; None, or one for other embeddings, measures it in the embedding itself.

    Returns:
        One match per pro, empty without pros; equal similarities are ordered by name, then id.

    Raises:
        InputError: The run's or a pro's embedding is a zero vector, which has no direction.
    """
    named = [("The run", embedding.vector), *((pro.name, pro.vector) for pro in pros)]
    for label, vector in named:
        if not np.any(vector):
            raise InputError(f"{label} has an embedding of zeros, which cannot be compared.", "Analyse the clip again.")
    if not pros:
        return ()
    stored = np.zeros((0, EMBEDDING_DIM), dtype=np.float32) if population is None else population
    rows = _select_rows(embedding.vector, stored, view, population_views)
    here = np.stack([embedding.vector, *(pro.vector for pro in pros)])
    if space is not None and space.model_sha256 == embedding.model_sha256:
        here, stored, rows = space.project(here), space.project(stored, rows), np.arange(len(rows))
        mean, centred = np.zeros(here.shape[1]), True
    else:
        mean = _choose_mean(here, stored, rows)
        centred = bool(np.any(mean))
    run = here[0].astype(np.float64)
    similarities = compute_cosines(here[1:], run, mean)
    others = compute_cosines(stored, run, mean, rows)
    best_first = sorted(
        zip(pros, similarities.tolist(), strict=True),
        key=lambda pair: (not is_same_view(pair[0].view, view), -pair[1], pair[0].name, pair[0].pro_id),
    )
    matches: dict[str, ProMatch] = {}
    for pro, similarity in best_first:
        match = ProMatch(pro.pro_id, pro.name, similarity, _compute_percentile(similarity, others), centred)
        matches.setdefault(pro.pro_id, match)
    return tuple(matches.values())


def is_same_view(other: str, view: str | None) -> bool:
    """Whether another clip was filmed from where the run was; a run of no clear view takes every clip for its like.

    Left and right are alike, for every runner is turned to face the picture's right before the form is made.
    """
    return view in (None, "unclear") or other == view or {other, view} <= _SIDES


def compute_cosines(
    matrix: npt.NDArray[Any], vector: FloatArray, mean: FloatArray, rows: RowNumbers | None = None
) -> FloatArray:
    """Cosine of each row with a vector after `mean` is taken off both.

    Args:
        matrix: (N, D) any float type; never copied whole.
        vector: (D,) not equal to `mean`.
        mean: (D,); zeros give the raw cosine.
        rows: (M,) which rows; None takes all.

    Returns:
        (N or M,) in [-1, 1]; 0 for a row that equals the mean, for it points nowhere.
    """
    direction = vector - mean
    direction = direction / np.linalg.norm(direction)
    wanted = np.arange(len(matrix)) if rows is None else rows
    cosines = np.zeros(len(wanted))
    for part in iterate_blocks(len(wanted)):
        block = matrix[wanted[part]].astype(np.float64) - mean  # (B, D)
        length = np.linalg.norm(block, axis=1)
        np.divide(block @ direction, length, out=cosines[part], where=length > 0)
    return np.clip(cosines, -1.0, 1.0)


def _select_rows(
    run: npt.NDArray[np.float32], population: npt.NDArray[Any], view: str | None, views: Sequence[str] | None
) -> RowNumbers:
    """(M,) rows of the stored runs of the same view that are not the run itself."""
    require_shape("population", population, (None, EMBEDDING_DIM))
    kept = np.ones(len(population), dtype=np.bool_)
    for part in iterate_blocks(len(population)):
        kept[part] = np.any(population[part] != run.astype(population.dtype), axis=1)
    if views is not None:
        kept &= np.array([is_same_view(other, view) for other in views], dtype=np.bool_)
    return np.flatnonzero(kept)


def _choose_mean(here: npt.NDArray[Any], stored: npt.NDArray[Any], rows: RowNumbers) -> FloatArray:
    """(D,) the stored rows' mean, or zeros where they are too few or a vector of `here` would vanish with it."""
    none = np.zeros(here.shape[1])
    if len(rows) < MIN_POPULATION_TO_CENTRE:
        return none
    mean = none.copy()
    for part in iterate_blocks(len(rows)):
        mean += stored[rows[part]].sum(axis=0, dtype=np.float64) / len(rows)
    vectors = here.astype(np.float64)
    vanishing = np.linalg.norm(vectors - mean, axis=1) <= NEGLIGIBLE * np.linalg.norm(vectors, axis=1)
    return none if np.any(vanishing) else mean


def _compute_percentile(similarity: float, others: FloatArray) -> float:
    """Share of the population less similar than this, 0 to 100; NaN for a population under three."""
    if len(others) < MIN_POPULATION_FOR_PERCENTILE:
        return math.nan
    return float(np.mean(others < similarity) * 100)
