"""Where likeness is measured: three likenesses, each a cosine after a linear map, and each joint's share in it.

All three turn an embedding linearly into the vector whose cosine is taken, so the cosine of two forms is a sum over the
embedding's 17 blocks, one for each joint. The lifting model lets joints look at one another, so a joint's block tells
mostly, but not only, of that joint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform.form.embedding import FEATURES
from runform.form.form_space import FormSpace
from runform.sequences import EMBEDDING_DIM, FloatArray, require_shape
from runform.skeletons import HUMAN36M_17

Likeness = Literal["form_space", "centred", "raw"]
LIKENESSES: tuple[Likeness, ...] = ("form_space", "centred", "raw")
"""In the form space (from the mean of the virtual runners it was learnt from), after the stored runs' mean is taken
off, and of the embeddings as they are."""

JOINTS = len(HUMAN36M_17)
BODY_PARTS: dict[str, tuple[str, ...]] = {
    "head": ("nose", "head"),
    "trunk": ("root", "spine", "thorax"),
    "near_arm": ("right_shoulder", "right_elbow", "right_wrist"),
    "far_arm": ("left_shoulder", "left_elbow", "left_wrist"),
    "near_thigh": ("right_hip", "right_knee"),
    "far_thigh": ("left_hip", "left_knee"),
    "near_lower_leg": ("right_ankle",),
    "far_lower_leg": ("left_ankle",),
}
"""Joints of each part. Every runner is turned to face the picture's right before the form is made: seen from the side,
the joints then called right are those near the camera, whichever side of the runner that is."""


@dataclass(frozen=True)
class Measure:
    """One likeness: the cosine of (embedding - origin) @ basis.

    Attributes:
        likeness: Which.
        origin: (8704,).
        basis: (8704, K); None for the embedding's own 8704 directions.
    """

    likeness: Likeness
    origin: FloatArray
    basis: npt.NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        require_shape("origin", self.origin, (EMBEDDING_DIM,))
        if self.basis is not None:
            require_shape("basis", self.basis, (EMBEDDING_DIM, None))

    def apply(self, vector: npt.NDArray[np.float32]) -> FloatArray:
        """(K,) where an embedding (8704,) lies; zeros for the origin itself."""
        parts = self._split(vector[None])[0]  # (17, K) or (17, 512)
        return np.asarray(parts.reshape(-1) if self.basis is None else parts.sum(axis=0))

    def compute_shares(self, vector: npt.NDArray[np.float32], others: Sequence[npt.NDArray[np.float32]]) -> FloatArray:
        """What each joint adds to the cosine of an embedding with others.

        The inner product of two sums over joints is split by halves: each joint of the one with the whole of the other,
        and the other way round. Where no basis mixes joints that is the joint's own product.

        Args:
            vector: (8704,).
            others: N of them.

        Returns:
            (N, 17) in Human3.6M order, each row's sum is the cosine; negative where a joint makes the two less alike.
            Zeros where one of them lies at the origin.
        """
        if not len(others):
            return np.zeros((0, JOINTS))
        own, their = self._split(vector[None])[0], self._split(np.stack(others))  # (17, K), (N, 17, K)
        if self.basis is None:
            products = np.einsum("jk,njk->nj", own, their)
            length, lengths = np.linalg.norm(own), np.linalg.norm(their, axis=(1, 2))
        else:
            whole, wholes = own.sum(axis=0), their.sum(axis=1)  # (K,), (N, K)
            products = (their @ whole + wholes @ own.T) / 2
            length, lengths = np.linalg.norm(whole), np.linalg.norm(wholes, axis=1)
        scale = (float(length) * lengths)[:, None]
        return np.divide(products, scale, out=np.zeros(products.shape), where=scale > 0)

    def _split(self, vectors: npt.NDArray[np.float32]) -> FloatArray:
        """(N, 17, K) each joint's part of `apply`; without a basis (N, 17, 512), the blocks that lie side by side."""
        blocks = (vectors - self.origin).reshape(-1, JOINTS, FEATURES)
        if self.basis is None:
            return np.asarray(blocks)
        basis = self.basis.reshape(JOINTS, FEATURES, -1).astype(np.float64)
        return np.asarray((blocks.transpose(1, 0, 2) @ basis).transpose(1, 0, 2))


RAW = Measure("raw", np.zeros(EMBEDDING_DIM))


def measure_in_space(space: FormSpace) -> Measure:
    """Likeness in a form space."""
    return Measure("form_space", space.mean.astype(np.float64), space.basis)


def join_parts(shares: Sequence[float] | FloatArray) -> dict[str, float]:
    """Body part of `BODY_PARTS` -> what its joints (17,) add together."""
    require_shape("shares", np.asarray(shares), (JOINTS,))
    return {part: sum(float(shares[HUMAN36M_17.index[name]]) for name in names) for part, names in BODY_PARTS.items()}
