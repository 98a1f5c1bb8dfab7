"""How alike two forms are: the cosine of their embeddings, and the pros ranked by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.form.form_space import iterate_blocks
from runform.form.measure import Likeness, Measure
from runform.form.population import NOBODY, Comparables, is_same_view
from runform.sequences import EMBEDDING_DIM, FloatArray, FormEmbedding, View, require_shape

RowNumbers = npt.NDArray[np.intp]

MIN_POPULATION_TO_CENTRE = 5
MIN_POPULATION_FOR_PERCENTILE = 3
NEGLIGIBLE = 1e-6
"""A centred vector shorter than this share of its length is rounding, and its direction means nothing."""


@dataclass(frozen=True)
class ReferenceForm:
    """One clip of a pro to compare with.

    Attributes:
        pro_id, name: Which pro; several clips of one pro share them.
        vector: (8704,) float32 embedding, of the same lifting model and recipe as the run's.
        view: From where the clip was filmed.
        clip_id: Which clip.
        kind: "pro", or "reference" for a runner of motion data who is no pro.
    """

    pro_id: str
    name: str
    vector: npt.NDArray[np.float32]
    view: View
    clip_id: str = ""
    kind: str = "pro"

    def __post_init__(self) -> None:
        require_shape("vector", self.vector, (EMBEDDING_DIM,))


@dataclass(frozen=True)
class RankedPro:
    """A pro beside a run, by the clip that is most alike.

    Attributes:
        pro_id, name, kind, clip_id, view: Which pro, and by which clip; see `ReferenceForm`.
        same_view: Whether that clip was filmed from where the run was.
        similarity: The cosine, -1 to 1.
        percentile: Share of the population less similar to the run than this, 0 to 100; NaN for fewer than
            `MIN_POPULATION_FOR_PERCENTILE`.
        shares: (17,) what each joint adds to the similarity, see `Measure.compute_shares`.
    """

    pro_id: str
    name: str
    kind: str
    clip_id: str
    view: View
    same_view: bool
    similarity: float
    percentile: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Ranking:
    """Pros beside a run.

    Attributes:
        likeness: What the similarities are.
        pros: The most similar first, those filmed from the run's side before others.
        compared: How many stored runs the percentiles are among: those filmed from the run's side, without itself.
        sampled: Whether those are a sample of them.
    """

    likeness: Likeness
    pros: tuple[RankedPro, ...]
    compared: int
    sampled: bool = False


def rank_pros(
    embedding: FormEmbedding,
    pros: Sequence[ReferenceForm],
    measure: Measure,
    others: Comparables = NOBODY,
    view: View | None = None,
) -> Ranking:
    """Rank the pros by how alike their form is to a run's.

    Like is compared with like: beside a run filmed from either side, pros filmed from ahead or behind come last.

    Args:
        embedding: The run's form.
        pros: Clips of the pros; of a pro's several clips the most alike counts, those of the run's view before others.
        measure: Where likeness is measured; for "centred", `centre_on` gives it.
        others: The stored runs beside the run, measured in the same way.
        view: From where the run was filmed; None or "unclear" treats all sides alike.

    Raises:
        InputError: The run's or a pro's embedding is a zero vector, which has no direction.
    """
    for label, vector in [("The run", embedding.vector), *((pro.name, pro.vector) for pro in pros)]:
        if not np.any(vector):
            raise InputError(f"{label} has an embedding of zeros, which cannot be compared.", "Analyse the clip again.")
    shares = measure.compute_shares(embedding.vector, [pro.vector for pro in pros])  # (N, 17)
    found = [
        _rank(pro, own, others, same_view=is_same_view(pro.view, view)) for pro, own in zip(pros, shares, strict=True)
    ]
    best: dict[str, RankedPro] = {}
    for ranked in sorted(found, key=lambda pro: (not pro.same_view, -pro.similarity, pro.name, pro.pro_id)):
        best.setdefault(ranked.pro_id, ranked)
    return Ranking(measure.likeness, tuple(best.values()), others.count, others.sampled)


def centre_on(others: Comparables, embedding: FormEmbedding, pros: Sequence[ReferenceForm]) -> Measure | None:
    """Likeness after the mean of the stored runs of the same view is taken off.

    Args:
        others: Those runs beside the run, compared from their mean.
        embedding: The run's form.
        pros: Clips of the pros.

    Returns:
        None where there are fewer than `MIN_POPULATION_TO_CENTRE` such runs, or the run or a pro lies at their mean and
        has no direction from it.
    """
    if others.count < MIN_POPULATION_TO_CENTRE:
        return None
    vectors = np.stack([embedding.vector, *(pro.vector for pro in pros)]).astype(np.float64)
    vanishing = np.linalg.norm(vectors - others.mean, axis=1) <= NEGLIGIBLE * np.linalg.norm(vectors, axis=1)
    return None if np.any(vanishing) else Measure("centred", others.mean)


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


def _rank(pro: ReferenceForm, shares: FloatArray, others: Comparables, *, same_view: bool) -> RankedPro:
    """One clip of a pro beside the run; `shares` (17,) as in `RankedPro`."""
    similarity = float(np.clip(shares.sum(), -1.0, 1.0))
    percentile = _compute_percentile(similarity, others.cosines)
    return RankedPro(
        pro_id=pro.pro_id,
        name=pro.name,
        kind=pro.kind,
        clip_id=pro.clip_id,
        view=pro.view,
        same_view=same_view,
        similarity=similarity,
        percentile=percentile,
        shares=tuple(shares.tolist()),
    )


def _compute_percentile(similarity: float, others: FloatArray) -> float:
    """Share of the population less similar than this, 0 to 100; NaN for a population under three."""
    if len(others) < MIN_POPULATION_FOR_PERCENTILE:
        return math.nan
    return float(np.mean(others < similarity) * 100)
