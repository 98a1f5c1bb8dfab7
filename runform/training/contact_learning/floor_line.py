"""Sets the floor line's percentile and margin on runners that are not tested."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.training.contact_learning.viewed_clips import ViewedClip, score_clips
from runform.training.contact_methods import FloorLineMethod

PERCENTILES = (2.0, 5.0, 10.0, 20.0, 30.0)
MARGINS = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08)
_LOST_S = 0.15
"""What a missed or a false contact costs, beside the errors of those found; our choice, about half a step."""


def fit_floor_line(clips: Sequence[ViewedClip]) -> FloorLineMethod:
    """The percentile and margin with the least mean error of both events."""
    methods = [FloorLineMethod(percentile, margin) for percentile in PERCENTILES for margin in MARGINS]
    return min(methods, key=lambda method: _compute_cost(method, clips))


def _compute_cost(method: FloorLineMethod, clips: Sequence[ViewedClip]) -> float:
    """Mean absolute error of both events over all contacts, seconds, those missed or false at a fixed price."""
    errors = score_clips(method, clips)
    apart = np.abs(np.concatenate([errors.initial_contact_s, errors.toe_off_s]))
    lost = 2 * (len(errors.missed) + len(errors.false))
    return float((np.nansum(np.fmin(apart, _LOST_S)) + lost * _LOST_S) / max(len(apart) + lost, 1))
