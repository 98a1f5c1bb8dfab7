"""Where each keypoint would be if every stride were the clip's mean stride.

Held against it a running foot hardly moves: what is left is slow or noise, so gaps can be bridged, spikes and merged
legs stand out, and smoothing need not choose between the noise and the quick part of the stride.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from runform.pose.legs import leg_columns
from runform.pose.signals import PathFitter
from runform.pose.stride import StrideClock, count_harmonics, fit_stride, stride_design
from runform.sequences import FloatArray, require_shape
from runform.skeletons import Skeleton

_REFITS = 4
_BIWEIGHT = 4.685
_MAD_TO_SD = 1.4826
_RIDGE = 3e-4
_TRAVEL_STRIDES = 0.7  # what moves slower than this share of the stride's frequency is travel
_LEAST_NOISE = 0.005  # leg lengths
# Share of the legs' movement that the mean stride may leave over: fully believed, and not at all.
_GOOD_MISFIT, _MOST_MISFIT = 0.1, 0.4


@dataclass(frozen=True)
class StrideReference:
    """The mean stride, laid along the clip.

    Attributes:
        xy_px: (T, K, 2) px, finite everywhere; 0 where there is no stride.
        trust: (T,) 0 to 1, how far it holds about each frame.
    """

    xy_px: FloatArray
    trust: FloatArray

    def __post_init__(self) -> None:
        require_shape("trust", self.trust, (len(self.xy_px),))


def compute_stride_reference(
    xy: FloatArray, size_px: FloatArray, skeleton: Skeleton, clock: StrideClock | None, fitter: PathFitter
) -> StrideReference:
    """Fit the mean stride of every keypoint about the hips, robustly, and lay it along the hips' travel.

    Args:
        xy: (T, K, 2) px, limbs named rightly; NaN where missing.
        size_px: (T,) leg length.
        skeleton: Of `xy`.
        clock: The stride, settled; None gives zeros.
        fitter: Over the clip's frame times.
    """
    hips = (xy[:, skeleton.index["left_hip"]] + xy[:, skeleton.index["right_hip"]]) / 2
    known = np.isfinite(hips).all(axis=1)
    if clock is None or known.sum() < 2 * _REFITS:
        return StrideReference(np.zeros_like(xy), np.zeros(len(xy)))
    centre = np.median(hips[known], axis=0)
    stiffness = 1.0 / fitter.gain_at(_TRAVEL_STRIDES * clock.frequency_hz)
    travel = centre + fitter.fit(np.where(known[:, None], hips - centre, 0.0), known.astype(np.float64), stiffness)
    harmonics = count_harmonics(clock, np.arange(len(xy)) * fitter.step_s, int(known.sum()))
    design = stride_design(clock.phase, harmonics)
    order = np.arange(1, harmonics + 1)
    ridge = np.concatenate([[0.0], *[_RIDGE * (order / harmonics) ** 4] * 2])
    about_hips = (xy - travel[:, None]) / size_px[:, None, None]
    curves = np.stack(
        [_fit_curve(about_hips[:, k], design, clock.trust, ridge) for k in range(xy.shape[1])], axis=1
    )  # (T, K, 2)
    legs = np.concatenate(leg_columns(skeleton))
    trust = clock.trust * _compute_explained(about_hips[:, legs], curves[:, legs], clock, fitter.step_s)
    # Where the stride does not hold only its middle is left of it.
    middle = curves.mean(axis=0)
    believed = middle + trust[:, None, None] * (curves - middle)
    return StrideReference(travel[:, None] + size_px[:, None, None] * believed, trust)


def _fit_curve(values: FloatArray, design: FloatArray, trust: FloatArray, ridge: FloatArray) -> FloatArray:
    """(T, 2) the mean stride of one keypoint (T, 2), its outliers left out by Tukey's biweight."""
    known = np.isfinite(values).all(axis=1)
    if not known.any():
        return np.zeros_like(values)
    weights = known * np.maximum(trust, 1e-3)
    robust = np.ones(len(values))
    curve = np.zeros_like(values)
    for _ in range(_REFITS):
        curve = design @ fit_stride(design, values, weights * robust, ridge)
        distance = np.linalg.norm(np.where(known[:, None], values - curve, 0.0), axis=1)
        spread = max(_MAD_TO_SD * float(np.median(distance[known])), _LEAST_NOISE)
        robust = np.clip(1 - (distance / (_BIWEIGHT * spread)) ** 2, 0.0, None) ** 2
    return curve


def _compute_explained(values: FloatArray, curves: FloatArray, clock: StrideClock, step_s: float) -> FloatArray:
    """(T,) 0 to 1: how well the curves (T, P, 2) describe the legs about each frame."""
    misfit = np.nanmedian(_fill((values - curves) ** 2), axis=(1, 2))
    moved = np.nanmedian(_fill((values - np.nanmean(values, axis=0)) ** 2), axis=(1, 2))
    width = 1.0 / clock.frequency_hz / step_s
    local = gaussian_filter1d(misfit, width) / np.maximum(gaussian_filter1d(moved, width), 1e-12)
    return np.asarray(np.clip((_MOST_MISFIT - local) / (_MOST_MISFIT - _GOOD_MISFIT), 0.0, 1.0))


def _fill(values: FloatArray) -> FloatArray:
    """(T, P, 2) with frames without any value set to 0, so that medians stay defined."""
    empty = np.isnan(values).all(axis=(1, 2))
    return np.where(empty[:, None, None], 0.0, values)
