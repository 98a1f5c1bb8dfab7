"""How far the legs swing past one another, and when, whatever the clip's clock and the contacts."""

from __future__ import annotations

import numpy as np

from runform.gait.body_frame import compute_rearfoot_ahead
from runform.sequences import KeypointSequence

FEET_PASS = 0.25
"""Phase of the stride at which the feet pass one another, and again half a stride later: the stride's phase counts from
where the left foot is foremost. The swinging foot passes the standing one about the middle of its stance, in walking as
in running, so that this tells mid-stance without knowing the contacts."""


def compute_leg_swing(keypoints: KeypointSequence) -> float:
    """Amplitude of left minus right rearfoot along the picture, leg lengths; NaN when never seen.

    The median distance from the middle, times the square root of two, which is the amplitude of a sinusoid. No rhythm
    is needed, so that somebody who stands has a swing too, and one who runs in slow motion keeps theirs.
    """
    apart = compute_rearfoot_ahead(keypoints, "left", 1) - compute_rearfoot_ahead(keypoints, "right", 1)
    known = apart[np.isfinite(apart)]
    return float(np.sqrt(2) * np.median(np.abs(known - np.median(known)))) if len(known) else float("nan")
