"""Metres for a lifted runner, by the athlete's height and a body's proportions."""

from __future__ import annotations

import numpy as np

from runform.sequences import SIDES, FloatArray, require_shape
from runform.skeletons import HUMAN36M_17

HIP_OF_HEIGHT = 0.530
ANKLE_OF_HEIGHT = 0.039
"""Heights of the joint centres over stature (Drillis and Contini 1966, in Winter 2009)."""


def compute_leg_length(lengths: FloatArray) -> float:
    """Hip to knee to ankle, the mean of both legs, in the unit of `lengths`; NaN where a bone of them is not known.

    Args:
        lengths: (J,) of the bones that end in each joint, Human3.6M-17 first, as from `bones.compute_bone_lengths`.
    """
    require_shape("lengths", lengths, (None,))
    index = HUMAN36M_17.index
    return float(np.mean([lengths[index[f"{side}_knee"]] + lengths[index[f"{side}_ankle"]] for side in SIDES]))


def compute_metres_per_unit(lengths: FloatArray, height_cm: float) -> float:
    """Metres in one unit of a lifted skeleton, by its legs.

    The legs alone, though trunk and head are there too. Detectors and marker sets agree about hip, knee and ankle, but
    not about what a shoulder is or the top of a head; a trunk a sixth too long would make a runner a twentieth too
    small.

    Args:
        lengths: (J,) of the bones that end in each joint, Human3.6M-17 first, as from `bones.compute_bone_lengths`.
        height_cm: The athlete's height.

    Returns:
        Metres; NaN where the legs are not known.
    """
    leg = compute_leg_length(lengths)
    return (HIP_OF_HEIGHT - ANKLE_OF_HEIGHT) * height_cm / 100 / leg if leg > 0 else float("nan")
