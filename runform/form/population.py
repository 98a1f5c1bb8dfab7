"""The reference population: the stored runs, and how alike each of them is to one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError
from runform.form.form_space import iterate_blocks
from runform.sequences import FloatArray, require_shape

SAME_RUN = 1e-6
"""A stored run whose cosine with the run is this near to 1 is the run itself, or its clip stored twice. Rows are
float32, whose rounding moves a cosine by a tenth of that."""
_SIDES = {"left", "right"}


def is_same_view(other: str, view: str | None) -> bool:
    """Whether another clip was filmed from where the run was; a run of no clear view takes every clip for its like.

    Left and right are alike, for every runner is turned to face the picture's right before the form is made.
    """
    return view in (None, "unclear") or other == view or {other, view} <= _SIDES


@dataclass(frozen=True)
class Comparables:
    """The stored runs that a run is compared with.

    Attributes:
        cosines: (M,) of each with the run.
        mean: (K,) what was taken off; zeros for nothing.
        sampled: Whether they are a sample of all there are.
    """

    cosines: FloatArray
    mean: FloatArray
    sampled: bool = False

    @property
    def count(self) -> int:
        """M."""
        return len(self.cosines)


NOBODY = Comparables(np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Population:
    """Stored runs to measure a likeness by, kept with what every comparison with them needs.

    Comparing reads the matrix once, as float32: 10,000 whole embeddings in a few hundredths of a second.

    Attributes:
        matrix: (N, K) float32, where likeness is measured: whole embeddings, or their projections.
        views: (N,) from where each was filmed.
        total: How many runs are stored; more than N where the rows are a sample of them.

    Raises:
        ShapeError: Lengths that do not fit.
    """

    matrix: npt.NDArray[np.float32]
    views: Sequence[str]
    total: int

    def __post_init__(self) -> None:
        require_shape("matrix", self.matrix, (len(self.views), None))
        if self.total < len(self.views):
            raise ShapeError("total must count every row.")

    @cached_property
    def lengths(self) -> FloatArray:
        """(N,) of the rows."""
        lengths = np.zeros(len(self.matrix))
        for part in iterate_blocks(len(self.matrix)):
            block = self.matrix[part]
            lengths[part] = np.sqrt(np.einsum("nk,nk->n", block, block, dtype=np.float64))
        return lengths

    def find_rows(self, view: str | None) -> npt.NDArray[np.bool_]:
        """(N,) rows filmed from where a run was."""
        return self._group(view).rows

    def compute_dots(self, vector: FloatArray) -> FloatArray:
        """(N,) inner product of each row with a vector (K,)."""
        return (self.matrix @ vector.astype(np.float32)).astype(np.float64)

    def compare(self, vector: FloatArray, view: str | None, *, centre: bool = False) -> Comparables:
        """The runs of the same view but for the run itself, and their likeness to it.

        Args:
            vector: (K,) the run, in the space of `matrix`; not zero.
            view: From where the run was filmed.
            centre: Take the mean of those runs off every vector first.

        Returns:
            The cosines; 0 for a run at the mean, or for every one where the run itself lies there.
        """
        dots = self.compute_dots(vector)
        length = float(np.linalg.norm(vector))
        raw = np.divide(dots, self.lengths * length, out=np.zeros(len(dots)), where=self.lengths > 0)
        group = self._group(view)
        own = group.rows & (raw > 1 - SAME_RUN)
        others = group.rows & ~own
        sampled = self.total > len(self.views)
        if not centre:
            return Comparables(np.clip(raw[others], -1.0, 1.0), np.zeros(len(vector)), sampled)
        if not others.any():
            return NOBODY
        own_sum = self.matrix[own].sum(axis=0, dtype=np.float64)
        # The run's own row is nearly always the very vector that was just multiplied, and once is enough.
        its_own = bool(np.all(self.matrix[own] == vector.astype(np.float32)))
        own_dots = own.sum() * dots if its_own else self.compute_dots(own_sum)
        mean = (group.total - own_sum) / others.sum()
        mean_dots = (group.dots - own_dots) / others.sum()
        return Comparables(self._centred_cosines(vector, mean, dots, mean_dots)[others], mean, sampled)

    def _centred_cosines(
        self, vector: FloatArray, mean: FloatArray, dots: FloatArray, mean_dots: FloatArray
    ) -> FloatArray:
        """(N,) cosines after a mean is taken off, from every row's products with the vector and with the mean."""
        square = float(mean @ mean)
        products = dots - mean_dots - float(mean @ vector) + square
        squares = np.maximum(self.lengths**2 - 2 * mean_dots + square, 0.0)
        scale = np.sqrt(squares) * float(np.linalg.norm(vector - mean))
        return np.clip(np.divide(products, scale, out=np.zeros(len(dots)), where=scale > 0), -1.0, 1.0)

    def _group(self, view: str | None) -> _Group:
        """The rows of a view with their sum, worked out once."""
        key = "all" if view in (None, "unclear") else "side" if view in _SIDES else str(view)
        if key not in self._groups:
            rows = np.array([is_same_view(other, view) for other in self.views], dtype=np.bool_)
            total = np.zeros(self.matrix.shape[1])
            for part in iterate_blocks(len(rows)):
                total += self.matrix[part][rows[part]].sum(axis=0, dtype=np.float64)
            self._groups[key] = _Group(rows, total, self.compute_dots(total))
        return self._groups[key]

    @cached_property
    def _groups(self) -> dict[str, _Group]:
        return {}


@dataclass(frozen=True)
class _Group:
    """Rows of one view: (N,) which, (K,) their sum, (N,) every row's product with that sum."""

    rows: npt.NDArray[np.bool_]
    total: FloatArray
    dots: FloatArray
