"""From an embedding's 8704 numbers to the main directions in which the stored runs differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA

from runform.errors import InputError
from runform.form.form_space import iterate_blocks
from runform.sequences import EMBEDDING_DIM, require_shape

Float32Array = npt.NDArray[np.float32]

PCA_DIRECTIONS = 50


@dataclass(frozen=True)
class Reduction:
    """Standardisation and principal directions of some runs' embeddings, applicable to others'.

    Attributes:
        mean: (8704,) float32, of those runs.
        scale: (8704,) float32, one over their spread; 0 for a number that is the same in all of them.
        components: (K, 8704) float32, orthonormal, the largest direction first.

    Raises:
        ShapeError: Arrays of other shapes.
    """

    mean: Float32Array
    scale: Float32Array
    components: Float32Array

    def __post_init__(self) -> None:
        require_shape("mean", self.mean, (EMBEDDING_DIM,))
        require_shape("scale", self.scale, (EMBEDDING_DIM,))
        require_shape("components", self.components, (None, EMBEDDING_DIM))

    def project(self, matrix: npt.NDArray[Any]) -> Float32Array:
        """Scores of runs in the main directions.

        Args:
            matrix: (N, 8704) any float type; worked on in blocks.

        Returns:
            (N, K).
        """
        require_shape("matrix", matrix, (None, EMBEDDING_DIM))
        scores = np.zeros((len(matrix), len(self.components)), dtype=np.float32)
        for block in iterate_blocks(len(matrix)):
            standardised = (matrix[block].astype(np.float32, copy=False) - self.mean) * self.scale
            scores[block] = standardised @ self.components.T
        return scores


def fit_reduction(matrix: npt.NDArray[Any]) -> Reduction:
    """Standardise every number over the runs and find the main directions.

    Args:
        matrix: (N, 8704), at least two rows.

    Returns:
        At most 50 directions, and fewer than runs.

    Raises:
        InputError: All rows are the same.
    """
    require_shape("matrix", matrix, (None, EMBEDDING_DIM))
    values = matrix.astype(np.float64)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    # A number that is the same in all runs says nothing; float32 rounding must not be blown up to a difference.
    varies = spread > 1e-6 * (np.abs(values).max(axis=0) + 1e-12)
    if not np.any(varies):
        raise InputError("All stored runs have the same form, so there is nothing to map.", "Save other clips.")
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=varies)
    values -= mean
    values *= scale
    directions = min(PCA_DIRECTIONS, len(matrix) - 1, int(np.count_nonzero(varies)))
    components = PCA(n_components=directions, svd_solver="auto", random_state=0).fit(values).components_
    return Reduction(mean.astype(np.float32), scale.astype(np.float32), components.astype(np.float32))
