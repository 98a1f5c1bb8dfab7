"""Where in the body and the stride a run differs most from an athlete."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from runform.form.likeness_model import SHARES, LikenessModel, compute_mean_stride
from runform.form.stride_denoising import MOMENTS
from runform.form.stride_forms import SEGMENTS
from runform.sequences import FloatArray

WINDOWS = 5
"""Parts of a stride that are told apart: a camera's error of the contacts allows no finer ones."""


@dataclass(frozen=True)
class Part:
    """One segment in one part of the stride.

    Attributes:
        segment: Of `SEGMENTS`.
        start, end: Per cent of the stride, 0 where the usual runner's foot lands.
        degrees: Mean angle from the athlete's segment to the run's. Positive turns a segment that hangs down forward
            at its lower end, lifts the toes, and leans the trunk back.
    """

    segment: str
    start: float
    end: float
    degrees: float


def find_parts(model: LikenessModel, seen: FloatArray, count: int = 4) -> tuple[Part, ...]:
    """The segments that make up most of a run's distance, each in the part of the stride where it is furthest off.

    Args:
        model: Of likeness to the athlete.
        seen: (N, 26, 11, 2) the run's strides, from `prepare_strides`; at least one.
        count: How many segments.
    """
    run = compute_mean_stride(model.denoiser.clean(seen))
    angle = compute_angles(run, model.reference)  # (26, 11)
    edges = np.linspace(0, MOMENTS - 1, WINDOWS + 1).round().astype(int)
    means = np.stack([angle[a:b].mean(axis=0) for a, b in pairwise(edges)])  # (5, 11)
    weight = SHARES * (angle**2).mean(axis=0)
    parts = []
    for at in np.argsort(-weight)[:count]:
        window = int(np.argmax(np.abs(means[:, at])))
        bounds = 100 * edges[[window, window + 1]] / (MOMENTS - 1)
        parts.append(Part(SEGMENTS[at], float(bounds[0]), float(bounds[1]), float(means[window, at])))
    return tuple(parts)


def compute_angles(directions: FloatArray, reference: FloatArray) -> FloatArray:
    """(P, 11) degrees from each reference direction (P, 11, 2) to the other, x forward and y up, anticlockwise."""
    cross = reference[..., 0] * directions[..., 1] - reference[..., 1] * directions[..., 0]
    return np.asarray(np.degrees(np.arctan2(cross, (reference * directions).sum(axis=-1))))
