"""The runner as figures, videos and exports take it: in 3D, upright over a level ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from runform.sequences import SIDES, FloatArray, require_increasing, require_shape
from runform.skeletons import HUMAN36M_17, Skeleton

LengthUnit = Literal["m", "leg lengths"]


@dataclass(frozen=True)
class CameraTilt:
    """How the camera was held, as estimated from the runner.

    Attributes:
        down_deg: How far it looked down; negative for up.
        roll_deg: Turn about the line of sight; positive turns the picture's contents anticlockwise.
        down_plus_minus_deg, roll_plus_minus_deg: 95 % half-widths.
        reason: Why it was taken as level instead, a sentence; empty where it was estimated.
    """

    down_deg: float = 0.0
    roll_deg: float = 0.0
    down_plus_minus_deg: float = float("nan")
    roll_plus_minus_deg: float = float("nan")
    reason: str = ""


@dataclass(frozen=True)
class StandingRunner:
    """One runner through a clip, upright, the root always over one place.

    Attributes:
        time_s: (T,) seconds of real time.
        xyz: (T, J, 3) joints in `skeleton`'s order: x to the right of the picture, y up from the ground (0), z towards
            the camera; NaN where not known.
        skeleton: Human3.6M-17, or the same with feet.
        unit: Of `xyz`; a leg's length is from hip to ankle along both bones.
        tilt: Of the clip's camera, which is taken out of `xyz`; None where nothing is said of it.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    time_s: FloatArray
    xyz: FloatArray
    skeleton: Skeleton
    unit: LengthUnit
    tilt: CameraTilt | None = None

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("xyz", self.xyz, (len(self.time_s), len(self.skeleton), 3))


def compute_leg_length(xyz: FloatArray) -> float:
    """Hip to knee to ankle, median over both legs and all frames, in the unit of `xyz`; NaN where no leg is known.

    Args:
        xyz: (T, J, 3) joints in any frame, Human3.6M-17 first.
    """
    index = HUMAN36M_17.index
    lengths = []
    for side in SIDES:
        hip, knee, ankle = (xyz[:, index[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
        lengths.append(np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1))
    both = np.concatenate(lengths)  # (2 T,)
    both = both[np.isfinite(both)]
    return float(np.median(both)) if len(both) else float("nan")
