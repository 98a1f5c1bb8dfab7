"""The learned overstride model as plain arrays: what it computes, and how it is kept in a file or a row."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import load, save

from runform.errors import WeightsError
from runform.form.verdict_probability import from_log_odds
from runform.sequences import EMBEDDING_DIM, PHASES, FloatArray, require_shape
from runform.settings import PROJECT_ROOT

MODEL_FILE = "overstride.safetensors"

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class OverstrideModel:
    """A support vector machine on the main directions of standardised embeddings.

    Attributes:
        name: Whose, for people.
        model_sha256: Identity of the embeddings it reads, as `FormEmbedding.model_sha256`.
        mean, scale: (8704,) of the runs it learnt from.
        directions: (8704, K) main directions of the standardised embeddings.
        support: (M, K) support vectors; for a linear kernel one, their sum.
        dual: (M,) how each counts.
        intercept: Of the decision value.
        gamma: Of the kernel exp(-gamma |a - b|^2); 0 for the linear kernel a . b.
        slope, offset: Log-odds of overstriding = slope * margin + offset, fitted on margins of runs held out.
        phase_reference: (10, 8704) float16, the mean phases of the stride of its optimal runs; zeros where not known.
        figures: What was measured when it was trained.
        usual_distance: 99th percentile of `compute_distances` of runs held out; 0 where not known.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    name: str
    model_sha256: str
    mean: Float32Array
    scale: Float32Array
    directions: Float32Array
    support: FloatArray
    dual: FloatArray
    intercept: float
    gamma: float
    slope: float
    offset: float
    phase_reference: npt.NDArray[np.float16]
    figures: dict[str, Any] = field(default_factory=dict)
    usual_distance: float = 0.0

    def __post_init__(self) -> None:
        require_shape("mean", self.mean, (EMBEDDING_DIM,))
        require_shape("scale", self.scale, (EMBEDDING_DIM,))
        require_shape("directions", self.directions, (EMBEDDING_DIM, None))
        require_shape("support", self.support, (None, self.directions.shape[1]))
        require_shape("dual", self.dual, (len(self.support),))
        require_shape("phase_reference", self.phase_reference, (PHASES, EMBEDDING_DIM))

    def compute_margins(self, vectors: npt.NDArray[Any]) -> FloatArray:
        """Signed distances to the boundary.

        Args:
            vectors: (N, 8704) embeddings.

        Returns:
            (N,) 0 on the boundary, 1 and -1 on the margin's edges, positive for overstride.
        """
        require_shape("vectors", vectors, (None, EMBEDDING_DIM))
        standardised = (vectors.astype(np.float64) - self.mean) / self.scale
        scores = standardised @ self.directions.astype(np.float64)  # (N, K)
        if self.gamma == 0:
            kernel = scores @ self.support.T  # (N, M)
        else:
            apart = (scores**2).sum(axis=1)[:, None] - 2 * scores @ self.support.T + (self.support**2).sum(axis=1)
            kernel = np.exp(-self.gamma * np.maximum(apart, 0.0))
        return np.asarray(kernel @ self.dual + self.intercept)

    def compute_distances(self, vectors: npt.NDArray[Any]) -> FloatArray:
        """How far embeddings lie from all that the model's directions can describe.

        Args:
            vectors: (N, 8704) embeddings.

        Returns:
            (N,) root mean square over the 8704 numbers of what is left, in standard deviations of the learnt runs.
        """
        standardised = (vectors.astype(np.float64) - self.mean) / self.scale
        directions = self.directions.astype(np.float64)
        return compute_rest(standardised, directions)

    def compute_strangeness(self, vector: npt.NDArray[Any]) -> float:
        """Distance of one (8704,) embedding over the usual one; NaN where that is not known."""
        if self.usual_distance <= 0:
            return float("nan")
        return float(self.compute_distances(vector[None])[0]) / self.usual_distance

    def compute_probability(self, margin: float) -> float:
        """Probability of overstriding at a margin, 0 to 1."""
        return from_log_odds(self.slope * margin + self.offset)


def compute_rest(standardised: FloatArray, directions: FloatArray) -> FloatArray:
    """(N,) root mean square of rows (N, D) after their part along orthonormal directions (D, K) is taken off."""
    rest = standardised - (standardised @ directions) @ directions.T
    return np.asarray(np.sqrt((rest**2).mean(axis=1)))


def to_bytes(model: OverstrideModel) -> bytes:
    """The model as a safetensors file; directions as float16."""
    largest = np.abs(model.directions).max(axis=0)  # (K,)
    arrays = {
        "mean": model.mean,
        "scale": model.scale,
        "directions": (model.directions / largest).astype(np.float16),
        "largest": largest.astype(np.float32),
        "support": model.support,
        "dual": model.dual,
        "numbers": np.array([model.intercept, model.gamma, model.slope, model.offset, model.usual_distance]),
        "phase_reference": model.phase_reference,
    }
    # One entry, for safetensors writes several in an order that changes, and a file is known by its hash.
    described = {"name": model.name, "model_sha256": model.model_sha256, "figures": model.figures}
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return bytes(save(contiguous, metadata={"model": json.dumps(described)}))


def from_bytes(data: bytes) -> OverstrideModel:
    """A model as `to_bytes` wrote it.

    Raises:
        WeightsError: It is damaged, or something else.
    """
    try:
        arrays = load(data)
        described = _read_description(data)
        intercept, gamma, slope, offset, usual = (float(number) for number in arrays["numbers"])
        return OverstrideModel(
            name=described["name"],
            model_sha256=described["model_sha256"],
            mean=arrays["mean"],
            scale=arrays["scale"],
            directions=arrays["directions"].astype(np.float32) * arrays["largest"],
            support=arrays["support"],
            dual=arrays["dual"],
            intercept=intercept,
            gamma=gamma,
            slope=slope,
            offset=offset,
            phase_reference=arrays["phase_reference"],
            figures=described["figures"],
            usual_distance=usual,
        )
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise WeightsError("The overstride model is damaged.", "Train it again, or get a fresh copy.") from error


def _read_description(data: bytes) -> dict[str, Any]:
    """What the file says of itself: its header lies before its arrays."""
    length = int.from_bytes(data[:8], "little")
    described: dict[str, Any] = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["model"])
    return described


def find_overstride_model(models_dir: Path, model_sha256: str) -> OverstrideModel | None:
    """The shipped model for embeddings of this identity, or None where there is none.

    Args:
        models_dir: The user's models folder; RunForm's own is looked into after it.
        model_sha256: As `FormEmbedding.model_sha256`.

    Raises:
        WeightsError: A file of that name is damaged.
    """
    for folder in (models_dir, PROJECT_ROOT / "models"):
        file = folder / MODEL_FILE
        if file.is_file():
            model = _read(file, file.stat().st_mtime_ns)
            if model.model_sha256 == model_sha256:
                return model
    return None


@lru_cache(maxsize=2)
def _read(file: Path, changed_ns: int) -> OverstrideModel:  # noqa: ARG001 - another time is another file
    return from_bytes(file.read_bytes())
