"""The form map: stored runs laid out in the plane so that alike forms lie close (t-SNE), and how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from runform.errors import InputError
from runform.sequences import EMBEDDING_DIM, require_shape

FloatArray = npt.NDArray[np.float64]

MIN_POINTS = 5
PCA_DIRECTIONS = 50
MAX_PERPLEXITY = 30.0


@dataclass(frozen=True)
class NeighbourPurity:
    """How often a run's nearest runs carry its own label.

    Attributes:
        purity: Mean share of the k nearest that do, 0 to 1; NaN when fewer than two runs carry labels.
        chance: What shuffled labels would give, 0 to 1; a map whose purity is no higher shows no pattern.
        k: Neighbours asked.
        n: Labelled runs.
    """

    purity: float
    chance: float
    k: int
    n: int


def compute_form_map(matrix: npt.NDArray[Any], seed: int = 0) -> FloatArray:
    """Lay embeddings out in the plane by t-SNE (van der Maaten and Hinton 2008).

    Every number is standardised over the runs and the main directions are kept (PCA) before t-SNE. Distances between
    far points, and the axes themselves, mean nothing.

    Args:
        matrix: (N, 8704) one embedding per run, all of one lifting model.
        seed: The same seed and matrix give the same map.

    Returns:
        (N, 2) positions, centred, the furthest coordinate at 1.

    Raises:
        InputError: Fewer than `MIN_POINTS` runs, or all of them the same.
    """
    require_shape("matrix", matrix, (None, EMBEDDING_DIM))
    count = len(matrix)
    if count < MIN_POINTS:
        raise InputError(
            f"A form map needs at least {MIN_POINTS} stored runs, and there {'is' if count == 1 else 'are'} {count}.",
            "Analyse and save more clips.",
        )
    reduced = reduce_forms(matrix)
    if not np.any(reduced):
        raise InputError("All stored runs have the same form, so there is nothing to map.", "Save other clips.")
    tsne = TSNE(
        n_components=2,
        perplexity=choose_perplexity(count),
        init="pca" if reduced.shape[1] > 1 else "random",
        learning_rate="auto",
        random_state=seed,
    )
    # Its threads wait for one another at every step: where analyses keep the cores busy, two of them took twelve times
    # as long as one.
    with threadpool_limits(limits=1):
        plane = tsne.fit_transform(reduced).astype(np.float64)  # (N, 2)
    plane -= plane.mean(axis=0)
    return np.asarray(plane / np.abs(plane).max())


def choose_perplexity(count: int) -> float:
    """About a third of the runs, at least 2 and at most 30: t-SNE needs fewer neighbours than points."""
    return float(min(MAX_PERPLEXITY, max(2.0, (count - 1) / 3)))


def reduce_forms(matrix: npt.NDArray[Any]) -> FloatArray:
    """Standardise every number over the runs and keep the main directions.

    Args:
        matrix: (N, D).

    Returns:
        (N, min(50, N - 1, D)) scores, largest direction first; zeros when all rows are the same.
    """
    values = matrix.astype(np.float64)
    centred = values - values.mean(axis=0)
    spread = centred.std(axis=0)
    # A number that is the same in all runs says nothing; float32 rounding must not be blown up to a difference.
    varies = spread > 1e-6 * (np.abs(values).max(axis=0) + 1e-12)
    if not np.any(varies):
        return np.zeros((len(matrix), 1))
    standardised = centred[:, varies] / spread[varies]
    directions = min(PCA_DIRECTIONS, len(matrix) - 1, standardised.shape[1])
    return np.asarray(PCA(n_components=directions, svd_solver="auto", random_state=0).fit_transform(standardised))


def compute_neighbour_purity(points: npt.NDArray[Any], labels: Sequence[str | None], k: int = 5) -> NeighbourPurity:
    """How far labels follow nearness, so that nobody reads a pattern into noise.

    Args:
        points: (N, D) positions: `reduce_forms` for the form itself, `compute_form_map` for what the map shows.
        labels: (N,) any label (verdict, athlete, view); runs of None are left out.
        k: Neighbours asked, fewer when there are fewer runs.
    """
    require_shape("points", points, (len(labels), None))
    labelled = np.array([label is not None for label in labels], dtype=np.bool_)
    names = np.array([label for label in labels if label is not None])
    n = len(names)
    if n < 2:
        return NeighbourPurity(purity=math.nan, chance=math.nan, k=0, n=n)
    asked = min(k, n - 1)
    model = NearestNeighbors(n_neighbors=asked).fit(points[labelled])
    neighbours = model.kneighbors(return_distance=False)  # (n, asked), without the point itself
    purity = float(np.mean(names[neighbours] == names[:, None]))
    _, counts = np.unique(names, return_counts=True)
    chance = float(np.sum(counts * (counts - 1)) / (n * (n - 1)))
    return NeighbourPurity(purity=purity, chance=chance, k=asked, n=n)
