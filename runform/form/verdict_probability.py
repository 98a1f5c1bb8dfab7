"""From two opinions to the probability that a runner overstrides, and from that to a verdict."""

from __future__ import annotations

import math

from runform.results import Verdict

CERTAIN = 0.65
"""A verdict needs this probability, or for optimal its complement; between them it is uncertain."""

# Logistic fits to filmed virtual runners whose 3D motion tells whether they overstride, made with the shipped model:
# python -m runform train overstride --data ../shared/mocap prints them anew.
GEOMETRY_SLOPE, GEOMETRY_INTERCEPT = 1.72, -0.43
"""Log-odds of overstriding for each standard error by which the median landing lies beyond the limits, and at 0."""
GEOMETRY_WEIGHT, MODEL_WEIGHT = 0.73, 0.59
"""How much the log-odds of each opinion count where there are both."""

_MOST_LOG_ODDS = 6.0


def compute_geometry_probability(reach: float) -> float:
    """Probability that a runner overstrides, from the median landing's reach in standard errors; NaN for NaN."""
    return from_log_odds(GEOMETRY_SLOPE * reach + GEOMETRY_INTERCEPT)


def compute_combined_probability(geometry: float, model: float) -> float:
    """Probability from both opinions' probabilities; from the other alone where one is NaN.

    The two err together, for both see the same joints, so their log-odds do not simply add up.
    """
    if not math.isfinite(geometry) or not math.isfinite(model):
        return model if math.isfinite(model) else geometry
    return from_log_odds(GEOMETRY_WEIGHT * to_log_odds(geometry) + MODEL_WEIGHT * to_log_odds(model))


def decide(probability: float) -> Verdict:
    """The verdict at a probability of overstriding; uncertain for NaN."""
    if probability >= CERTAIN:
        return "overstride"
    return "optimal" if probability <= 1 - CERTAIN else "uncertain"


def to_log_odds(probability: float) -> float:
    """Log-odds, bounded: no opinion on one clip is surer than about 1 in 400."""
    if not math.isfinite(probability):
        return math.nan
    least = 1 / (1 + math.exp(_MOST_LOG_ODDS))
    bounded = min(max(probability, least), 1 - least)
    return math.log(bounded / (1 - bounded))


def from_log_odds(log_odds: float) -> float:
    """Probability, 0 to 1; NaN for NaN."""
    return 0.5 * (1.0 + math.tanh(0.5 * log_odds))
