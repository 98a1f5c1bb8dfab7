"""How alike two stored runs are, beside how alike any two are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.sequences import require_shape

MIN_PAIRS = 10
MOST_PAIRS = 200_000
"""More pairs than this are drawn from at random."""


@dataclass(frozen=True)
class PairLikeness:
    """The cosine of two runs' forms.

    Attributes:
        cosine: -1 to 1; NaN where one of them lies at the middle of all, and points nowhere.
        percentile: Share of other pairs of runs that are less alike, 0 to 100; NaN for fewer than `MIN_PAIRS` pairs.
        pairs: How many other pairs were looked at.
    """

    cosine: float
    percentile: float
    pairs: int


def compute_pair_likeness(points: npt.NDArray[Any], first: int, second: int, *, seed: int = 0) -> PairLikeness:
    """How alike two runs are, and among which share of all pairs.

    Args:
        points: (N, D) all runs where likeness is measured (`FormMap.likeness`).
        first: Row of the one.
        second: Row of the other.
        seed: Of the drawing, where there are more than `MOST_PAIRS` pairs.
    """
    require_shape("points", points, (None, None))
    count = len(points)
    length = np.linalg.norm(points, axis=1)
    directions = points / np.where(length > 0, length, np.nan)[:, None]
    cosine = float(np.clip(directions[first] @ directions[second], -1.0, 1.0))
    if count * (count - 1) // 2 <= MOST_PAIRS:
        a, b = np.triu_indices(count, 1)
    else:
        rng = np.random.default_rng(seed)
        a, b = rng.integers(0, count, (2, MOST_PAIRS))
    others = (a != b) & ~(((a == first) & (b == second)) | ((a == second) & (b == first)))
    cosines = np.einsum("nd,nd->n", directions[a[others]], directions[b[others]])
    cosines = cosines[np.isfinite(cosines)]
    if len(cosines) < MIN_PAIRS or math.isnan(cosine):
        return PairLikeness(cosine, math.nan, len(cosines))
    return PairLikeness(cosine, float(np.mean(cosines < cosine) * 100), len(cosines))
