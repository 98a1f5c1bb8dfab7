"""The directions of the embedding in which runners differ from one another more than one runner's clips do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import save

from runform.errors import WeightsError
from runform.sequences import EMBEDDING_DIM, FloatArray, require_shape
from runform.settings import PROJECT_ROOT

SPACE_FILE = "form_space.safetensors"
ROWS_AT_ONCE = 1024
"""Rows worked on together, so that 10,000 stored runs need no copy of 350 MB, nor 700 MB of double precision."""


@dataclass(frozen=True)
class FormSpace:
    """What takes an embedding to a few numbers in which likeness is measured.

    Learnt from virtual runners, each filmed from several sides, distances and heights by a poor detector
    (`runform.training.form_space_training`): Fisher's linear discriminants, each scaled so that the clips of one runner
    differ by 1 in it.

    Attributes:
        model_sha256: Whose embeddings it is for: as `FormEmbedding.model_sha256`, weights and recipe.
        mean: (8704,) float32, of those runners.
        basis: (8704, K) float32.

    Raises:
        ShapeError: Arrays of other shapes.
    """

    model_sha256: str
    mean: npt.NDArray[np.float32]
    basis: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        require_shape("mean", self.mean, (EMBEDDING_DIM,))
        require_shape("basis", self.basis, (EMBEDDING_DIM, None))

    def project(self, matrix: npt.NDArray[Any], rows: npt.NDArray[np.intp] | None = None) -> FloatArray:
        """Embeddings in the space, the virtual runners' mean at 0.

        Args:
            matrix: (N, 8704) any float type; never copied whole.
            rows: (M,) which rows; None takes all.

        Returns:
            (N or M, K).
        """
        require_shape("matrix", matrix, (None, EMBEDDING_DIM))
        wanted = np.arange(len(matrix)) if rows is None else rows
        offset = self.mean @ self.basis
        projected = np.zeros((len(wanted), self.basis.shape[1]))
        for block in iterate_blocks(len(wanted)):
            projected[block] = matrix[wanted[block]].astype(np.float32, copy=False) @ self.basis - offset
        return projected


def iterate_blocks(count: int) -> Iterator[slice]:
    """Slices of at most `ROWS_AT_ONCE` that cover `count` rows."""
    for start in range(0, count, ROWS_AT_ONCE):
        yield slice(start, min(start + ROWS_AT_ONCE, count))


def save_form_space(space: FormSpace, file: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a form space, the basis as float16.

    Args:
        space: What to write.
        file: Where to; replaced whole.
        metadata: What else the file should say of itself.
    """
    # A column's own size does not fit float16 for every model; its length does not matter beside what it is scaled by.
    scale = np.abs(space.basis).max(axis=0)
    arrays = {"mean": space.mean, "basis": (space.basis / scale).astype(np.float16), "scale": scale}
    described = (metadata or {}) | {"model_sha256": space.model_sha256}
    part = file.with_name(file.name + ".part")
    part.write_bytes(save(arrays, metadata=described))
    part.replace(file)


def find_form_space(models_dir: Path, model_sha256: str) -> FormSpace | None:
    """The form space for embeddings of this model and recipe, or None where there is none.

    Args:
        models_dir: The user's models folder; RunForm's own is looked into after it.
        model_sha256: As `FormEmbedding.model_sha256`.

    Raises:
        WeightsError: A file of that name is damaged.
    """
    for folder in (models_dir, PROJECT_ROOT / "models"):
        file = folder / SPACE_FILE
        if file.is_file():
            space = _read(file, file.stat().st_mtime_ns)
            if space.model_sha256 == model_sha256:
                return space
    return None


@lru_cache(maxsize=2)
def _read(file: Path, changed_ns: int) -> FormSpace:  # noqa: ARG001 - another time is another file
    try:
        with safetensors.safe_open(file, framework="np") as opened:
            metadata = opened.metadata() or {}
            basis = opened.get_tensor("basis").astype(np.float32) * opened.get_tensor("scale")
            return FormSpace(metadata["model_sha256"], opened.get_tensor("mean"), basis)
    except (safetensors.SafetensorError, OSError, KeyError) as error:
        raise WeightsError(f"{file.name} is damaged.", "Replace it with a fresh copy.") from error
