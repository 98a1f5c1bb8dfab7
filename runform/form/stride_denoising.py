"""What a stride was before a camera and a detector spoilt it, as learnt from strides of which both are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold

from runform.form.stride_forms import SEGMENTS, WEIGHTS, StrideForms, align_to_swing
from runform.sequences import FloatArray, require_shape

EVERY = 4
MOMENTS = 26
"""Every fourth of a stride's 101 moments: nothing in running is faster than those tell."""
STRIDE_SHAPE = (MOMENTS, len(SEGMENTS), 2)
OWN_SHARE = 0.15
"""How much of a stride's difference from its clip's mean is believed. From stride to stride a runner's segments change
by some 2 degrees, and noise changes them by some 4 to 5; measured on virtual runners."""
COMPONENTS = 80
RIDGE = 1e-4
"""Of the strides' number: a tenth and ten times of it do as well."""
FOLDS = 5

_ROOT_WEIGHT = np.sqrt(WEIGHTS / WEIGHTS.sum())[None, None, :, None]


@dataclass(frozen=True)
class Denoiser:
    """A linear map from strides as seen to strides as they were.

    Attributes:
        mean_seen, mean_true: (26, 11, 2).
        components: (K, 572) main directions of weighted strides as seen.
        weights: (K, 572) what each brings to the true stride.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    mean_seen: FloatArray
    mean_true: FloatArray
    components: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        size = int(np.prod(STRIDE_SHAPE))
        require_shape("mean_seen", self.mean_seen, STRIDE_SHAPE)
        require_shape("mean_true", self.mean_true, STRIDE_SHAPE)
        require_shape("components", self.components, (None, size))
        require_shape("weights", self.weights, (len(self.components), size))

    def score(self, seen: FloatArray) -> FloatArray:
        """(N, K) where strides (N, 26, 11, 2) lie along the main directions."""
        require_shape("seen", seen, (None, *STRIDE_SHAPE))
        return np.asarray(((seen - self.mean_seen) * _ROOT_WEIGHT).reshape(len(seen), -1) @ self.components.T)

    def clean(self, seen: FloatArray) -> FloatArray:
        """(N, 26, 11, 2) the strides as they probably were; vectors of about unit length."""
        return np.asarray((self.score(seen) @ self.weights).reshape(-1, *STRIDE_SHAPE) + self.mean_true)


def prepare_strides(clip: StrideForms, own_share: float = OWN_SHARE) -> FloatArray:
    """One clip's strides as models read them.

    Args:
        clip: As cut.
        own_share: See `OWN_SHARE`; 1 leaves every stride as it is.

    Returns:
        (N, 26, 11, 2) aligned to the swing, drawn to the clip's mean, every fourth moment.
    """
    aligned = align_to_swing(clip.directions)[:, ::EVERY]
    if not len(aligned):
        return np.asarray(aligned)
    mean = aligned.mean(axis=0)
    pooled = mean + own_share * (aligned - mean)
    return np.asarray(pooled / np.linalg.norm(pooled, axis=-1, keepdims=True))


def fit_denoiser(seen: FloatArray, true: FloatArray) -> Denoiser:
    """Learn the map by ridge regression on the main directions.

    Args:
        seen: (N, 26, 11, 2) from `prepare_strides`.
        true: (N, 26, 11, 2) the same strides without camera and detector.
    """
    require_shape("seen", seen, (None, *STRIDE_SHAPE))
    require_shape("true", true, seen.shape)
    mean_seen, mean_true = seen.mean(axis=0), true.mean(axis=0)
    weighted = ((seen - mean_seen) * _ROOT_WEIGHT).reshape(len(seen), -1)
    count = min(COMPONENTS, len(seen) - 1, weighted.shape[1])
    components = PCA(count, svd_solver="randomized", random_state=0).fit(weighted).components_
    ridge = Ridge(RIDGE * len(seen), fit_intercept=False)
    ridge.fit(weighted @ components.T, (true - mean_true).reshape(len(true), -1))
    return Denoiser(mean_seen, mean_true, np.asarray(components), np.asarray(ridge.coef_.T))


def clean_held_out(seen: FloatArray, true: FloatArray, runners: npt.NDArray[np.intp]) -> FloatArray:
    """(N, 26, 11, 2) each stride cleaned by a map that has not seen its runner (N,)."""
    cleaned = np.empty_like(seen)
    folds = GroupKFold(min(FOLDS, len(np.unique(runners))))
    for train, test in folds.split(seen, groups=runners):
        cleaned[test] = fit_denoiser(seen[train], true[train]).clean(seen[test])
    return cleaned
