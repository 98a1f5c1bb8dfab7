"""From one foot's score over time to its contacts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from runform.sequences import Contact, FloatArray, Side

SHORTEST_CONTACT_S = 0.06
"""Our choice: a sprinter's contact lasts 0.08 s."""
SHORTEST_SWING_S = 0.12
"""Our choice: a running foot is in the air for twice as long at the least."""


def find_contacts(time_s: FloatArray, score: FloatArray, side: Side, threshold: float = 0.5) -> tuple[Contact, ...]:
    """The stretches in which a foot's score lies above a threshold, their ends placed between the samples.

    Swings too short to be one are closed first, then contacts too short to be one are left out. A contact whose
    beginning is not in the clip, or where the score is missing, is left out; one whose end is not has no toe-off.

    Args:
        time_s: (T,) increasing.
        score: (T,) higher on the ground, for instance a probability; NaN where not known.
        side: Whose.
        threshold: Between ground and air.
    """
    down = np.nan_to_num(score, nan=-np.inf) > threshold
    changes = np.flatnonzero(down[1:] != down[:-1])
    starts, ends = changes[~down[changes]], changes[down[changes]]
    stretches = [
        (
            _cross(time_s, score, start, threshold),
            _cross(time_s, score, int(min(ends[ends > start], default=-1)), threshold),
        )
        for start in starts
    ]
    return tuple(
        Contact(side, start, end, float("nan"))
        for start, end in _close_short_swings(stretches)
        if np.isfinite(start) and not end - start < SHORTEST_CONTACT_S
    )


def _cross(time_s: FloatArray, score: FloatArray, before: int, threshold: float) -> float:
    """Seconds at which the score passes the threshold after sample `before`; NaN where it is -1 or unknown there."""
    if before < 0 or not np.isfinite(score[before : before + 2]).all():
        return float("nan")
    share = (threshold - score[before]) / (score[before + 1] - score[before])
    return float(time_s[before] + share * (time_s[before + 1] - time_s[before]))


def _close_short_swings(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join stretches that are parted by less than a swing."""
    joined: list[tuple[float, float]] = []
    for start, end in stretches:
        if joined and start - joined[-1][1] < SHORTEST_SWING_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
