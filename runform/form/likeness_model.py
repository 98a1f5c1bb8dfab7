"""A trained likeness to one athlete: arrays alone, so that it is kept without code and read back anywhere."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import safetensors
from safetensors.numpy import load, save

from runform.errors import WeightsError
from runform.form.stride_denoising import STRIDE_SHAPE, Denoiser
from runform.form.stride_forms import CUT_RECIPE, SEGMENTS, WEIGHTS
from runform.sequences import FloatArray, require_shape

SHARES = WEIGHTS / WEIGHTS.sum()
EXTRA_SCORES = 32
"""Main directions of a stride that are read beside its distances, by a model that reads them."""
CLEANED = 1
"""Which of the features is the cleaned stride's distance."""


@dataclass(frozen=True)
class Scale:
    """What turns a distance into a similarity: 1 at `own_deg`, 0 at `other_deg`, straight between and beyond.

    Attributes:
        own_deg: Distance of a runner's own strides from their mean, degrees: the population's mean.
        other_deg: Distance of the population's strides from the reference, degrees: the mean over runners.
    """

    own_deg: float
    other_deg: float

    def to_similarity(self, distance_deg: FloatArray) -> FloatArray:
        """(N,) similarity of strides this far from the reference."""
        return np.asarray((self.other_deg - distance_deg) / (self.other_deg - self.own_deg))


@dataclass(frozen=True)
class LikenessModel:
    """How like one athlete's strides others are.

    Attributes:
        reference: (26, 11, 2) the athlete's mean stride, unit vectors.
        scale: What similarity means.
        denoiser: What is known of cameras and detectors.
        offset, spread: (F,) that standardise the features.
        support: (S, F) support vectors, standardised.
        weights: (S,) of the support vectors.
        intercept, gamma: Of the support vector regression, RBF kernel, of what the cleaned distance leaves over.
        extra: Whether the features hold the first `EXTRA_SCORES` main directions too.
        clip_error: Standard deviation of the error that a clip's mean has for a runner the training has not seen.
        change_error: The same for the part that differs between two clips of one runner.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    reference: FloatArray
    scale: Scale
    denoiser: Denoiser
    offset: FloatArray
    spread: FloatArray
    support: FloatArray
    weights: FloatArray
    intercept: float
    gamma: float
    extra: bool
    clip_error: float
    change_error: float

    def __post_init__(self) -> None:
        require_shape("reference", self.reference, STRIDE_SHAPE)
        require_shape("spread", self.spread, (len(self.offset),))
        require_shape("support", self.support, (None, len(self.offset)))
        require_shape("weights", self.weights, (len(self.support),))

    def predict(self, seen: FloatArray) -> FloatArray:
        """(N,) similarity of strides (N, 26, 11, 2) from `prepare_strides` to the reference."""
        features = compute_features(seen, self.denoiser.clean(seen), self.reference)
        base = self.scale.to_similarity(features[:, CLEANED])
        if self.extra:
            features = np.hstack([features, self.denoiser.score(seen)[:, :EXTRA_SCORES]])
        x = (features - self.offset) / self.spread
        apart = (x**2).sum(axis=1)[:, None] - 2 * x @ self.support.T + (self.support**2).sum(axis=1)
        return np.asarray(base + np.exp(-self.gamma * np.maximum(apart, 0)) @ self.weights + self.intercept)


def compute_distance(directions: FloatArray, reference: FloatArray) -> FloatArray:
    """(N,) degrees between strides (N, P, 11, 2) and a reference (P, 11, 2): root mean square, the legs twice.

    Over moments and segments, of the distance between unit vectors, which for small angles is the angle.
    """
    squared = ((directions - reference) ** 2).sum(axis=-1)  # (N, P, 11)
    return np.asarray(np.degrees(np.sqrt((squared @ SHARES).mean(axis=1))))


def compute_segment_distances(directions: FloatArray, reference: FloatArray) -> FloatArray:
    """(N, 11) the same for each segment alone."""
    squared = ((directions - reference) ** 2).sum(axis=-1)
    return np.asarray(np.degrees(np.sqrt(squared.mean(axis=1))))


def compute_features(seen: FloatArray, cleaned: FloatArray, reference: FloatArray) -> FloatArray:
    """(N, 24) how far strides are from the reference, whole and by segment, as seen and as cleaned; degrees."""
    whole = [compute_distance(strides, reference)[:, None] for strides in (seen, cleaned)]
    parts = [compute_segment_distances(strides, reference) for strides in (seen, cleaned)]
    return np.hstack([*whole, *parts])


def compute_mean_stride(directions: FloatArray) -> FloatArray:
    """(26, 11, 2) unit vectors along the mean of strides (N, 26, 11, 2)."""
    mean = directions.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean, axis=-1, keepdims=True))


def name_features(reference_id: str) -> str:
    """What models are kept under: the recipe of the strides, and whose the reference is."""
    return f"strides.{CUT_RECIPE}.{reference_id}"


_SCALARS = ("intercept", "gamma", "extra", "clip_error", "change_error")
_ARRAYS = ("reference", "offset", "spread", "support", "weights")


def to_bytes(model: LikenessModel) -> bytes:
    """The model as a safetensors file."""
    arrays = {name: np.ascontiguousarray(getattr(model, name), dtype=np.float32) for name in _ARRAYS}
    for field in fields(Denoiser):
        arrays[f"denoiser.{field.name}"] = np.ascontiguousarray(getattr(model.denoiser, field.name), dtype=np.float32)
    arrays["scalars"] = np.array([float(getattr(model, name)) for name in _SCALARS])
    arrays["scale"] = np.array([model.scale.own_deg, model.scale.other_deg])
    return save(arrays, metadata={"cut_recipe": str(CUT_RECIPE), "segments": ",".join(SEGMENTS)})


def from_bytes(data: bytes) -> LikenessModel:
    """A model from `to_bytes`.

    Raises:
        WeightsError: The bytes are damaged.
    """
    try:
        arrays = {name: array.astype(np.float64) for name, array in load(data).items()}
        scalars = dict(zip(_SCALARS, arrays["scalars"].tolist(), strict=True))
        return LikenessModel(
            **{name: arrays[name] for name in _ARRAYS},
            scale=Scale(*arrays["scale"].tolist()),
            denoiser=Denoiser(**{field.name: arrays[f"denoiser.{field.name}"] for field in fields(Denoiser)}),
            intercept=scalars["intercept"],
            gamma=scalars["gamma"],
            extra=bool(scalars["extra"]),
            clip_error=scalars["clip_error"],
            change_error=scalars["change_error"],
        )
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise WeightsError("The stored likeness model is damaged.", "Train it again.") from error
