"""How far two raters agree on the same runs: Cohen's kappa with its interval, raw agreement, and their table.

A run counts where both raters have labelled it. "Unsure" is no decision: the first figures are over the runs on which
both decided, a second kappa takes "unsure" as a third answer.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError
from runform.form.intervals import compute_wilson_interval

DECIDED = ("overstride", "optimal")
ANSWERS = (*DECIDED, "unsure")

SEED = 1960
RESAMPLES = 4000
MIN_RUNS = 2
"""Fewer runs, and there is no kappa."""
MIN_RUNS_FOR_INTERVAL = 10
"""Fewer runs, and a bootstrap tells less than it seems to: a convention of this project."""
LARGEST_UNDEFINED_SHARE = 0.05
"""More resamples without a kappa, and the others are no fair sample of it: a convention of this project."""

# Upper ends of the bands of Landis and Koch (1977), who call the divisions arbitrary themselves.
_LANDIS_KOCH = (
    (0.0, "poor"),
    (0.20, "slight"),
    (0.40, "fair"),
    (0.60, "moderate"),
    (0.80, "substantial"),
    (1.0, "almost perfect"),
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Agreement:
    """What two raters have in common.

    Attributes:
        first, second: The raters.
        table: (3, 3) counts of runs, the first rater's answers down and the second's across, in the order of `ANSWERS`.
        kappa: Cohen's, over the runs on which both decided; NaN where there is none, see `compute_kappa`.
        kappa_low, kappa_high: Its 95 % interval, NaN where none can be given, see `compute_kappa_interval`.
        share: Share of the runs on which both decided that they call the same; NaN where there is no such run.
        share_low, share_high: Its 95 % Wilson interval.
        kappa_with_unsure: Cohen's over all runs both labelled, "unsure" being a third answer.
        disagreements: Runs on which they gave different answers, "unsure" among them, in the order of the ids.
    """

    first: str
    second: str
    table: IntArray
    kappa: float
    kappa_low: float
    kappa_high: float
    share: float
    share_low: float
    share_high: float
    kappa_with_unsure: float
    disagreements: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.table.shape != (3, 3):
            raise ShapeError(f"The table is {self.table.shape}.", "Give (3, 3) counts in the order of ANSWERS.")

    @property
    def n(self) -> int:
        """Runs both labelled."""
        return int(self.table.sum())

    @property
    def n_decided(self) -> int:
        """Runs on which both decided."""
        return int(self.table[:2, :2].sum())


def compute_agreement(
    first: str, second: str, first_labels: Mapping[str, str], second_labels: Mapping[str, str]
) -> Agreement:
    """Everything that is said of two raters.

    Args:
        first: What one rater is called.
        second: What the other is called.
        first_labels: Of the first, run's id -> one of `ANSWERS`.
        second_labels: Of the second.

    Raises:
        KeyError: A label is none of `ANSWERS`.
    """
    both = sorted(first_labels.keys() & second_labels.keys())
    table = compute_table([first_labels[run] for run in both], [second_labels[run] for run in both])
    decided = table[:2, :2]
    n = int(decided.sum())
    same = int(np.trace(decided))
    low, high = compute_kappa_interval(decided)
    share_low, share_high = compute_wilson_interval(same, n)
    return Agreement(
        first=first,
        second=second,
        table=table,
        kappa=float(compute_kappa(decided)),
        kappa_low=low,
        kappa_high=high,
        share=same / n if n else math.nan,
        share_low=share_low,
        share_high=share_high,
        kappa_with_unsure=float(compute_kappa(table)),
        disagreements=tuple(run for run in both if first_labels[run] != second_labels[run]),
    )


def compute_pairs(labels: Mapping[str, Mapping[str, str]]) -> tuple[Agreement, ...]:
    """The agreement of each pair of raters that share a run, in the order the raters are given.

    Args:
        labels: Rater -> run's id -> one of `ANSWERS`.
    """
    pairs = (compute_agreement(a, b, labels[a], labels[b]) for a, b in itertools.combinations(labels, 2))
    return tuple(pair for pair in pairs if pair.n)


def compute_table(first: Sequence[str], second: Sequence[str]) -> IntArray:
    """(3, 3) counts of how often the first rater gave the row's answer where the second gave the column's.

    Args:
        first: (n,) one rater's answers, each one of `ANSWERS`.
        second: (n,) the other's, to the same runs in the same order.

    Raises:
        ShapeError: Not equally many.
        KeyError: An answer is none of `ANSWERS`.
    """
    if len(first) != len(second):
        raise ShapeError(f"{len(first)} answers and {len(second)}.", "Give both raters' answers to the same runs.")
    place = {answer: i for i, answer in enumerate(ANSWERS)}
    table = np.zeros((len(ANSWERS), len(ANSWERS)), dtype=np.int64)
    for a, b in zip(first, second, strict=True):
        table[place[a], place[b]] += 1
    return table


def compute_kappa(tables: npt.NDArray[Any]) -> FloatArray:
    """Cohen's kappa (Cohen 1960): agreement beyond that of two raters who answer at random as often as these do.

    scikit-learn's `cohen_kappa_score` is the same for one pair of sequences; this one takes tables, many at a time, as
    a bootstrap needs it. A test holds the two together.

    Args:
        tables: (..., k, k) counts, rows of one rater and columns of the other.

    Returns:
        (...) -1 to 1. NaN for fewer than `MIN_RUNS` runs, and where both raters gave all runs one and the same answer:
        chance alone would agree then, and nothing can be said beyond it.
    """
    counts = np.asarray(tables, dtype=np.float64)
    n = counts.sum(axis=(-2, -1))
    shares = counts / np.maximum(n, 1.0)[..., None, None]
    observed = np.trace(shares, axis1=-2, axis2=-1)
    expected = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
    room = 1.0 - expected
    defined = (n >= MIN_RUNS) & (room > 1e-12)
    return np.where(defined, (observed - expected) / np.where(defined, room, 1.0), np.nan)


def compute_kappa_interval(table: npt.NDArray[Any]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of kappa over runs (Efron and Tibshirani 1993), with a fixed seed.

    Drawing n runs again with replacement is drawing the table's cells from a multinomial. Runs of one runner are alike,
    so that with several runs of each the interval is somewhat too narrow.

    Args:
        table: (k, k) counts.

    Returns:
        Low and high end. NaN twice for fewer than `MIN_RUNS_FOR_INTERVAL` runs, where kappa itself is NaN, where the
        raters never differ (every resample says 1, and the interval would look certain), and where more than
        `LARGEST_UNDEFINED_SHARE` of the resamples have no kappa because one label is too rare.
    """
    counts = np.asarray(table, dtype=np.int64)
    n = int(counts.sum())
    if n < MIN_RUNS_FOR_INTERVAL or math.isnan(float(compute_kappa(counts))) or int(np.trace(counts)) == n:
        return math.nan, math.nan
    drawn = np.random.default_rng(SEED).multinomial(n, counts.ravel() / n, size=RESAMPLES)  # (B, k * k)
    kappas = compute_kappa(drawn.reshape(RESAMPLES, *counts.shape))
    if float(np.isnan(kappas).mean()) > LARGEST_UNDEFINED_SHARE:
        return math.nan, math.nan
    low, high = np.nanquantile(kappas, (0.025, 0.975))
    return float(low), float(high)


def describe_kappa(kappa: float) -> str:
    """The word that Landis and Koch (1977) have for a kappa, from "poor" to "almost perfect"; empty for NaN."""
    if math.isnan(kappa):
        return ""
    if kappa < 0:
        return _LANDIS_KOCH[0][1]
    return next(word for end, word in _LANDIS_KOCH[1:] if kappa <= end + 1e-9)
