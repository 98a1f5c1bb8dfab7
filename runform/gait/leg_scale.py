"""The leg as a measure of length: hip to ankle in px and in metres."""

from __future__ import annotations

import numpy as np

from runform.gait.body_frame import compute_leg_length
from runform.results import AnalysisOptions
from runform.sequences import SIDES, KeypointSequence

LEG_OF_HEIGHT = 0.530 - 0.039
"""Hip joint to ankle joint over stature: the hip joint lies at 0.530 of it and the ankle at 0.039 (Drillis and Contini
1966, in Winter 2009)."""


def compute_mean_leg_length(keypoints: KeypointSequence) -> float:
    """Hip to knee plus knee to ankle in px, the mean of both legs; NaN when neither was seen.

    What both legs do is measured by both: the near one looks larger than the far one, and the longer of two that were
    found with an error is too long on the mean.
    """
    lengths = np.array([compute_leg_length(keypoints, side) for side in SIDES])
    known = lengths[np.isfinite(lengths)]
    return float(known.mean()) if len(known) else float("nan")


def compute_longer_leg(keypoints: KeypointSequence) -> float:
    """The longer leg over the mean of both: by it speeds over the longer leg's length become speeds over the mean one.

    1 or more; NaN when neither leg was seen.
    """
    return compute_leg_length(keypoints) / compute_mean_leg_length(keypoints)


def estimate_leg_length_m(options: AnalysisOptions, leg_lengths_per_s: float) -> float:
    """Hip to ankle in metres: from the height, else from the belt's speed and the stance foot's; NaN without either.

    Args:
        options: What the user stated.
        leg_lengths_per_s: Of the stance foot under the runner, square to the view and over the mean leg's length.
    """
    if options.height_cm is not None:
        return LEG_OF_HEIGHT * options.height_cm / 100
    if options.belt_speed is not None and leg_lengths_per_s > 0:
        return options.belt_speed / leg_lengths_per_s
    return float("nan")
