"""Likeness of runs and of conditions: means with intervals, and a paired test where runs come in pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from runform.errors import InputError
from runform.form.stride_denoising import OWN_SHARE
from runform.sequences import FloatArray

LEAST_STRIDES = 4
"""Of a run: fewer show no mean with a spread."""
BLOCK = 3
"""Strides resampled together, for neighbouring strides are alike."""
DRAWS = 2000
LEAST_PAIRS = 6
"""With five pairs the least two-sided p of the signed-rank test is 0.06, whatever they show."""

Design = Literal["pairs", "groups", "clips"]


@dataclass(frozen=True)
class RunLikeness:
    """One run's likeness to an athlete.

    Attributes:
        strides: (N,) similarity of each, drawn to the run's mean as far as a camera's noise asks.
        mean: Of the run.
        spread: Standard deviation of the strides as seen, with the noise.
        plus_minus: 95 % half-width of the mean: the strides' and the clip's error together.
    """

    strides: FloatArray
    mean: float
    spread: float
    plus_minus: float


@dataclass(frozen=True)
class Comparison:
    """One condition beside another.

    Attributes:
        difference: B minus A.
        low, high: 95 % interval of the difference.
        p: Two-sided, of the paired signed-rank test; NaN where none can be made.
        n: Pairs, or runs of the smaller group.
        design: `pairs` of runs, `groups` of unpaired runs, or single `clips`.
    """

    difference: float
    low: float
    high: float
    p: float
    n: int
    design: Design


def summarise_run(similarity: FloatArray, clip_error: float, seed: int = 0) -> RunLikeness:
    """A run's mean likeness and how far it may be trusted.

    Args:
        similarity: (N,) of its strides, in their order, as a `LikenessModel` gives them.
        clip_error: Standard deviation of the error that all strides of one clip share.
        seed: Of the bootstrap.

    Raises:
        InputError: Fewer than `LEAST_STRIDES` strides.
    """
    if len(similarity) < LEAST_STRIDES:
        raise InputError(
            f"The run shows {len(similarity)} whole strides, and {LEAST_STRIDES} are needed.", "Film some seconds more."
        )
    mean = float(similarity.mean())
    seen = mean + (similarity - mean) / OWN_SHARE  # as if the strides had not been drawn to the mean
    draws = bootstrap_means(seen, np.random.default_rng(seed))
    error = math.hypot(float(draws.std(ddof=1)), clip_error)
    return RunLikeness(similarity, mean, float(seen.std(ddof=1)), 1.96 * error)


def bootstrap_means(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """(`DRAWS`,) means of circular moving blocks of `BLOCK` neighbours (Politis and Romano 1992)."""
    count = len(values)
    blocks = math.ceil(count / BLOCK)
    starts = rng.integers(count, size=(DRAWS, blocks))
    rows = (starts[:, :, None] + np.arange(BLOCK)) % count
    return np.asarray(values[rows.reshape(DRAWS, -1)[:, :count]].mean(axis=1))


def compare_pairs(a: Sequence[float], b: Sequence[float]) -> Comparison:
    """Runs that come in pairs, one of each condition: the same day, the same place.

    The interval is of Student's t on the pairs' differences, the p of Wilcoxon's signed-rank test; the p is NaN for
    fewer than `LEAST_PAIRS` pairs, which cannot reach 0.05.

    Args:
        a: Means of the first condition's runs.
        b: Of the second's, pair by pair.

    Raises:
        InputError: Other lengths, or fewer than two pairs.
    """
    if len(a) != len(b) or len(a) < 2:
        raise InputError("Pairs need two runs or more of each condition, as many of one as of the other.", "Add runs.")
    apart = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    mean = float(apart.mean())
    half = float(stats.t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) / math.sqrt(len(apart)))
    testable = len(apart) >= LEAST_PAIRS and np.any(apart != 0)
    p = float(stats.wilcoxon(apart).pvalue) if testable else math.nan
    return Comparison(mean, mean - half, mean + half, p, len(apart), "pairs")


def compare_groups(a: Sequence[float], b: Sequence[float]) -> Comparison:
    """Runs that do not come in pairs: Welch's interval, and no test, for whatever else changed is in the difference.

    Raises:
        InputError: Fewer than two runs of a condition.
    """
    if min(len(a), len(b)) < 2:
        raise InputError("Two groups need two runs or more of each condition.", "Add runs.")
    interval = stats.ttest_ind(np.asarray(b), np.asarray(a), equal_var=False).confidence_interval(0.95)
    difference = float(np.mean(b) - np.mean(a))
    return Comparison(difference, float(interval.low), float(interval.high), math.nan, min(len(a), len(b)), "groups")


def compare_clips(a: FloatArray, b: FloatArray, change_error: float, seed: int = 0) -> Comparison:
    """Two single clips: what the strides and the cameras leave open; it cannot part the condition from the day.

    Args:
        a: (N,) similarity of the first clip's strides.
        b: (M,) of the second's.
        change_error: Standard deviation of the error that differs between two clips of one runner.
        seed: Of the bootstrap.

    Raises:
        InputError: Too few strides.
    """
    first, second = summarise_run(a, change_error, seed), summarise_run(b, change_error, seed + 1)
    difference = second.mean - first.mean
    half = math.hypot(first.plus_minus, second.plus_minus)
    return Comparison(difference, difference - half, difference + half, math.nan, 1, "clips")
