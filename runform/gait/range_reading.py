"""A value beside the range it is read against: inside, outside, or too uncertain to say."""

from __future__ import annotations

import math
from typing import Literal

from runform.results import Metric

RangeReading = Literal["inside", "outside", "unclear"]


def read_range(metric: Metric) -> RangeReading | None:
    """Where a metric lies in its reference range, given its ±.

    Args:
        metric: With its value for both sides.

    Returns:
        "inside" or "outside" where all of value ± half-width lies there, else "unclear"; None without a range or value.
    """
    reference = metric.reference
    if reference is None or math.isnan(metric.value):
        return None
    if not math.isfinite(metric.plus_minus):
        return "unclear"
    low, high = metric.value - metric.plus_minus, metric.value + metric.plus_minus
    if high < reference.low or low > reference.high:
        return "outside"
    # Written so that an open end, which is NaN, holds every value inside.
    return "unclear" if low < reference.low or high > reference.high else "inside"
