"""The interval in which a counted share may lie."""

from __future__ import annotations

import math

Z_95 = 1.959964


def compute_wilson_interval(successes: float, n: int) -> tuple[float, float]:
    """95 % Wilson score interval of a share (Wilson 1927).

    Unlike the normal interval it stays inside 0 to 1 and has a width even when every step says the same.

    Args:
        successes: How many of the n, 0 to n; may be a fraction when n counts groups.
        n: How many were judged.

    Returns:
        Low and high end, 0 to 1; NaN twice for n = 0.
    """
    if n <= 0:
        return math.nan, math.nan
    share = successes / n
    spread = Z_95**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At 0 and 1 rounding could leave the share itself outside.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))
