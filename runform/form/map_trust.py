"""How far a value (label, athlete, speed) follows nearness of form, and what shuffled values would give.

Measured in the reduced form, not on the plane: t-SNE draws clusters into noise. Runs of one athlete lie together and
mostly share their label, view and speed, so for these only runs of other athletes are neighbours, and whole athletes
change values in the shuffles (as Hurlbert 1984 warns of pseudoreplication).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from runform.form.form_space import iterate_blocks
from runform.sequences import FloatArray, require_shape

NEIGHBOURS = 5
SHUFFLES = 499

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class NeighbourTest:
    """How far runs near one another share a value.

    Attributes:
        value: Purity (mean share of the k nearest with the run's own value, 0 to 1), or for numbers the rank
            correlation of a run's with the mean of its k nearest, -1 to 1. NaN where it cannot be measured.
        chance: The same of shuffled values, their mean.
        chance_low, chance_high: Between which 95 % of the shuffles lie.
        p: Share of shuffles that reach `value`, counting itself: the chance of this much without any pattern.
        k: Neighbours asked; 0 where it cannot be measured.
        n: Runs with a value.
    """

    value: float
    chance: float
    chance_low: float
    chance_high: float
    p: float
    k: int
    n: int

    @property
    def measured(self) -> bool:
        """Whether there were runs and values enough."""
        return math.isfinite(self.value)


def compute_neighbour_purity(
    points: npt.NDArray[Any],
    labels: Sequence[str | None],
    owners: Sequence[str] | None = None,
    *,
    k: int = NEIGHBOURS,
    seed: int = 0,
) -> NeighbourTest:
    """How often a run's nearest runs carry its own label.

    Args:
        points: (N, D) reduced forms.
        labels: (N,) any label; runs of None are left out.
        owners: (N,) whose run: runs of one owner are no neighbours, and keep together in the shuffles. None (when the
            label is the owner) treats every run alike.
        k: Neighbours asked, fewer where there are fewer runs.
        seed: Of the shuffles.
    """
    require_shape("points", points, (len(labels), None))
    rows = np.flatnonzero([label is not None for label in labels])
    names, codes = np.unique([labels[row] or "" for row in rows], return_inverse=True)

    def purity(values: npt.NDArray[Any], neighbours: Rows) -> float:
        return float(np.mean(values[neighbours] == values[:, None]))

    return _test(points, rows, codes, owners, purity, k, seed, varied=len(names) > 1)


def compute_neighbour_correlation(
    points: npt.NDArray[Any],
    numbers: FloatArray,
    owners: Sequence[str] | None = None,
    *,
    k: int = NEIGHBOURS,
    seed: int = 0,
) -> NeighbourTest:
    """How far a run's number follows that of its nearest runs (Spearman's rank correlation with their mean).

    Args:
        points: (N, D) reduced forms.
        numbers: (N,); runs of NaN are left out.
        owners: (N,) as in `compute_neighbour_purity`.
        k: Neighbours asked, fewer where there are fewer runs.
        seed: Of the shuffles.
    """
    require_shape("points", points, (len(numbers), None))
    rows = np.flatnonzero(np.isfinite(numbers))
    values = numbers[rows]

    def correlation(values: npt.NDArray[Any], neighbours: Rows) -> float:
        own, near = rankdata(values), rankdata(values[neighbours].mean(axis=1))
        if np.ptp(own) == 0 or np.ptp(near) == 0:
            return 0.0
        return float(np.corrcoef(own, near)[0, 1])

    return _test(points, rows, values, owners, correlation, k, seed, varied=len(np.unique(values)) > 2)


def find_neighbours(points: npt.NDArray[Any], k: int, owners: npt.NDArray[np.intp] | None = None) -> Rows:
    """Rows of each point's nearest others, by Euclidean distance; of other owners where owners are given.

    Args:
        points: (N, D).
        k: Neighbours asked; fewer where a point has fewer.
        owners: (N,) codes.

    Returns:
        (N, k) in no order; (N, 0) where a point has no other.
    """
    count = len(points)
    own = np.arange(count) if owners is None else owners
    others = count - int(np.bincount(own).max()) if count else 0
    asked = min(k, others)
    if asked < 1:
        return np.zeros((count, 0), dtype=np.intp)
    values = points.astype(np.float32)
    values = values - values.mean(axis=0)
    squares = np.einsum("nd,nd->n", values, values)
    nearest = np.zeros((count, asked), dtype=np.intp)
    for block in iterate_blocks(count):
        distance = squares[None, :] - 2.0 * values[block] @ values.T  # (B, N), less each point's own square
        distance[own[block, None] == own[None, :]] = np.inf
        nearest[block] = np.argpartition(distance, asked - 1, axis=1)[:, :asked]
    return nearest


def shuffle_by_owner(owners: npt.NDArray[np.intp], rng: np.random.Generator) -> Rows:
    """(N,) rows whose values each row takes: every owner takes another's, its rows again and again in turn.

    Values that one owner's runs share so stay together, and a shuffle has as few independent values as the data.
    """
    order = np.argsort(owners, kind="stable")
    sizes = np.bincount(owners)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.empty(len(owners), dtype=np.intp)  # of each row among its owner's
    place[order] = np.arange(len(owners)) - np.repeat(starts, sizes)
    source = rng.permutation(len(sizes))[owners]
    offset = rng.integers(0, 2**31, len(sizes))[owners]
    return np.asarray(order[starts[source] + (place + offset) % sizes[source]])


def _test(
    points: npt.NDArray[Any],
    rows: Rows,
    values: npt.NDArray[Any],
    owners: Sequence[str] | None,
    statistic: Callable[[npt.NDArray[Any], Rows], float],
    k: int,
    seed: int,
    *,
    varied: bool,
) -> NeighbourTest:
    """A statistic of the values at `rows` and their neighbours, beside the same of shuffled values."""
    n = len(rows)
    codes = None
    if owners is not None and n:
        codes = np.unique([owners[row] for row in rows], return_inverse=True)[1]
    neighbours = find_neighbours(points[rows], k, codes)
    if not varied or not neighbours.shape[1]:
        return NeighbourTest(math.nan, math.nan, math.nan, math.nan, math.nan, k=0, n=n)
    value = statistic(values, neighbours)
    rng = np.random.default_rng(seed)
    shuffled = np.array(
        [
            statistic(values[rng.permutation(n) if codes is None else shuffle_by_owner(codes, rng)], neighbours)
            for _ in range(SHUFFLES)
        ]
    )
    low, high = np.quantile(shuffled, [0.025, 0.975])
    reached = int(np.sum(shuffled >= value - 1e-12))
    p = (1 + reached) / (1 + SHUFFLES)
    return NeighbourTest(value, float(shuffled.mean()), float(low), float(high), p, neighbours.shape[1], n)
