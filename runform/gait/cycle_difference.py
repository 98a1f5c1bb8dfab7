"""Two runners' joints over the gait cycle: by how much they differ, and where by more than the measurement's error.

Each curve is a mean of strides from one foot's initial contact to that foot's next, so the two are in phase there. The
errors are those of the metrics of the same joints (`runform.gait.systematic`): all of a clip's strides share them, and
two clips of two runners, two detectors and two cameras share nothing that would cancel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from runform.gait.angles import compute_upper_arm_angle
from runform.gait.body_frame import compute_direction
from runform.gait.cycle import GRID, QUANTITIES, Quantity, compute_cycles
from runform.gait.systematic import SYSTEMATIC
from runform.results import CYCLE_POINTS, CycleCurve
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side, require_shape

Moment = Literal["landing", "mid_stance", "toe_off", "mid_swing"]
MOMENTS: tuple[Moment, ...] = ("landing", "mid_stance", "toe_off", "mid_swing")

COMPARED: tuple[Quantity, ...] = (
    *(quantity for quantity in QUANTITIES if quantity.unit == "deg"),
    Quantity("upper_arm_angle", "deg", lambda leg: compute_upper_arm_angle(leg.keypoints, leg.side, leg.direction)),
)
"""Every angle of the gait cycle, and the upper arm's over the stride of the foot on its own side."""

# Quantity -> the metrics whose shared error is the curve's, several in quadrature where the angle is between two parts;
# of a joint's several metrics the one with the largest error stands for the whole cycle.
_ERRORS: dict[str, tuple[str, ...]] = {
    "knee_flexion": ("knee_flexion_midstance",),
    "hip_angle": ("hip_extension",),
    "shank_angle": ("shank_angle_at_contact",),
    "ankle_angle": ("foot_angle_at_contact", "shank_angle_at_contact"),
    "trunk_lean": ("trunk_lean",),
    "upper_arm_angle": ("arm_swing",),
}
_SIDE_ERRORS = _ERRORS | {"knee_flexion": ("knee_flexion_at_contact",)}


@dataclass(frozen=True)
class CycleMean:
    """A quantity over the cycle, of one side or the mean of both.

    Attributes:
        mean: (101,) from initial contact to the next.
        spread: (101,) standard deviation over the strides.
        n: Strides of each side.
        toe_off: Percent of the cycle; NaN where not found.
    """

    mean: FloatArray
    spread: FloatArray
    n: int
    toe_off: float

    def __post_init__(self) -> None:
        require_shape("mean", self.mean, (CYCLE_POINTS,))
        require_shape("spread", self.spread, (CYCLE_POINTS,))


@dataclass(frozen=True)
class CycleDifference:
    """One quantity of two runners.

    Attributes:
        name: Key of the quantity.
        side: Whose side; None for the mean of both.
        run, other: The two.
        plus_minus: (101,) 95 % half-width of the difference, degrees.
    """

    name: str
    side: Side | None
    run: CycleMean
    other: CycleMean
    plus_minus: FloatArray

    @property
    def difference(self) -> FloatArray:
        """(101,) run minus other, degrees."""
        return np.asarray(self.run.mean - self.other.mean)

    @property
    def exceeds(self) -> npt.NDArray[np.bool_]:
        """(101,) where the difference is larger than its error."""
        return np.asarray(np.abs(self.difference) > self.plus_minus)


@dataclass(frozen=True)
class MomentDifference:
    """One quantity of two runners at one moment of the stride, each taken at the runner's own moment.

    Attributes:
        name, side: As in `CycleDifference`.
        moment: Which.
        difference: Run minus other, degrees.
        plus_minus: 95 % half-width.
    """

    name: str
    side: Side | None
    moment: Moment
    difference: float
    plus_minus: float

    @property
    def exceeds(self) -> bool:
        """Whether the difference is larger than its error."""
        return abs(self.difference) > self.plus_minus


def compute_compared_cycles(keypoints: KeypointSequence, contacts: Sequence[Contact]) -> tuple[CycleCurve, ...]:
    """The curves of `COMPARED` of one clip; none where it cannot be told which way the runner runs.

    Args:
        keypoints: Clean keypoints of a side view.
        contacts: The clip's contacts in order.
    """
    direction = compute_direction(keypoints)
    return compute_cycles(keypoints, contacts, direction, COMPARED) if direction else ()


def compute_cycle_differences(run: Sequence[CycleCurve], other: Sequence[CycleCurve]) -> tuple[CycleDifference, ...]:
    """By how much a run differs from another runner, by quantity: the mean of both sides, left, right.

    Args:
        run: Curves from `compute_compared_cycles`.
        other: The other runner's.

    Returns:
        Those that both have; the mean of both sides where both have both.
    """
    of_run, of_other = ({(c.name, c.side): _to_mean(c) for c in curves} for curves in (run, other))
    differences: list[CycleDifference] = []
    for quantity in COMPARED:
        shared = [side for side in SIDES if all((quantity.name, side) in curves for curves in (of_run, of_other))]
        pairs: list[tuple[Side | None, CycleMean, CycleMean]] = [
            (side, of_run[quantity.name, side], of_other[quantity.name, side]) for side in shared
        ]
        if len(shared) == len(SIDES):
            run_both, other_both = (
                _join([curves[quantity.name, side] for side in SIDES]) for curves in (of_run, of_other)
            )
            pairs.insert(0, (None, run_both, other_both))
        differences += [_make_difference(quantity.name, *pair) for pair in pairs]
    return tuple(differences)


def compute_moment_differences(differences: Sequence[CycleDifference]) -> tuple[MomentDifference, ...]:
    """Each difference at landing, mid-stance, toe-off and mid-swing, where both runners' toe-off is known."""
    return tuple(
        MomentDifference(
            difference.name,
            difference.side,
            moment,
            _read(difference.run.mean, run_at) - _read(difference.other.mean, other_at),
            _read(difference.plus_minus, run_at),
        )
        for difference in differences
        for moment in MOMENTS
        if math.isfinite(run_at := _find_moment(moment, difference.run.toe_off))
        and math.isfinite(other_at := _find_moment(moment, difference.other.toe_off))
    )


def find_largest(moments: Sequence[MomentDifference], most: int) -> tuple[MomentDifference, ...]:
    """The differences that exceed their error, the furthest beyond it first, one for each joint.

    One side is named only where the mean of both says nothing of that joint.

    Args:
        moments: From `compute_moment_differences`.
        most: How many at most.
    """
    found = sorted((m for m in moments if m.exceeds), key=lambda m: -abs(m.difference) / m.plus_minus)
    of_both = {m.name for m in found if m.side is None}
    chosen: dict[tuple[str, Side | None], MomentDifference] = {}
    for moment in found:
        if moment.side is None or moment.name not in of_both:
            chosen.setdefault((moment.name, moment.side), moment)
    return tuple(chosen.values())[:most]


def _to_mean(curve: CycleCurve) -> CycleMean:
    return CycleMean(np.array(curve.mean), np.array(curve.spread), curve.n, curve.toe_off)


def _join(sides: Sequence[CycleMean]) -> CycleMean:
    """The mean of both sides, each weighing the same; the spread is that of one side's strides."""
    return CycleMean(
        np.mean([side.mean for side in sides], axis=0),
        np.sqrt(np.mean([side.spread**2 for side in sides], axis=0)),
        min(side.n for side in sides),
        float(np.mean([side.toe_off for side in sides])),
    )


def _make_difference(name: str, side: Side | None, run: CycleMean, other: CycleMean) -> CycleDifference:
    shared = _compute_shared_error(name, one_side=side is not None)
    plus_minus = np.sqrt(2 * shared**2 + _compute_half_width(run) ** 2 + _compute_half_width(other) ** 2)
    return CycleDifference(name, side, run, other, plus_minus)


def _compute_shared_error(name: str, *, one_side: bool) -> float:
    """95 % half-width of the error that all strides of one clip share, degrees."""
    errors = [SYSTEMATIC[metric] for metric in (_SIDE_ERRORS if one_side else _ERRORS)[name]]
    return math.hypot(*(e.side if one_side and e.side is not None else e.both for e in errors))


def _compute_half_width(curve: CycleMean) -> FloatArray:
    """(101,) 95 % half-width of the mean from stride to stride, degrees."""
    return np.asarray(student.ppf(0.975, curve.n - 1) * curve.spread / math.sqrt(curve.n))


def _find_moment(moment: Moment, toe_off: float) -> float:
    """Where a moment lies, 0 to 1 of the cycle; NaN where it needs a toe-off that is not known."""
    share = toe_off / 100
    places: dict[Moment, float] = {
        "landing": 0.0,
        "mid_stance": share / 2,
        "toe_off": share,
        "mid_swing": (share + 1) / 2,
    }
    return places[moment]


def _read(curve: FloatArray, at: float) -> float:
    """A curve (101,) at a place from 0 to 1."""
    return float(np.interp(at, GRID, curve))
