"""The lifted runner upright on the ground: steady bones, level axes, metres where the height is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform.lifting.bones import compute_bone_lengths, lay_bones
from runform.lifting.metric import ANKLE_OF_HEIGHT, HIP_OF_HEIGHT, compute_leg_length, compute_metres_per_unit
from runform.lifting.upright import UprightFrame, estimate_upright
from runform.sequences import SIDES, Contact, FloatArray, JointSequence, require_increasing, require_shape
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21

LengthUnit = Literal["m", "leg lengths"]

_BODY = len(HUMAN36M_17)
_ANKLES = [HUMAN36M_17.index[f"{side}_ankle"] for side in SIDES]
_ANKLE_OF_LEG = ANKLE_OF_HEIGHT / (HIP_OF_HEIGHT - ANKLE_OF_HEIGHT)
_FLAT = 0.6
"""Share of a stance in which the heel is down, so that the ankle tells where the ground is."""
_GRAVITY = 9.81
_USUAL_LEG_M = 0.85
"""Of an adult; what a leg length is taken for where the height is not known, in how far a flight rises."""
_LONGEST_FLIGHT_S = 0.3


@dataclass(frozen=True)
class WorldJoints:
    """One runner through a clip, upright on level ground, the root always over one place.

    Attributes:
        time_s: (T,) seconds of real time.
        xyz: (T, 17, 3) Human3.6M joints: x to the right of the picture, y up from the ground, z towards the camera; the
            root's x and z are 0. NaN where not lifted.
        unit: "m" where the athlete's height was given, else leg lengths: hip to knee to ankle, the mean of both legs.
        frame: How the camera was held. Its rotation brought the joints here, and back it leads to the camera's axes.
        feet: (T, 4, 3) left heel, right heel, left toe, right toe; None where the feet were not lifted.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    time_s: FloatArray
    xyz: FloatArray
    unit: LengthUnit
    frame: UprightFrame
    feet: FloatArray | None = None

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("xyz", self.xyz, (len(self.time_s), _BODY, 3))
        if self.feet is not None:
            require_shape("feet", self.feet, (len(self.time_s), len(HUMAN36M_FEET_21) - _BODY, 3))


def stand_up(
    joints: JointSequence, confidence: FloatArray, contacts: Sequence[Contact] = (), *, height_cm: float | None = None
) -> WorldJoints | None:
    """A lifted runner in the world.

    Args:
        joints: As lifted, x right, y down, z away from the camera.
        confidence: (T, 17) of the joints they were lifted from, 0 where not found; feet count as their ankles.
        contacts: When which foot stands. Without any the lower foot stands in every frame, as in a walk.
        height_cm: The athlete's height, or None.

    Returns:
        The runner, or None where no frame shows a leg.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """
    require_shape("confidence", confidence, (len(joints.time_s), _BODY))
    skeleton, camera, sure = HUMAN36M_17, joints.xyz, confidence
    if joints.feet is not None:
        skeleton, camera = HUMAN36M_FEET_21, np.concatenate([joints.xyz, joints.feet], axis=1)
        sure = np.concatenate([confidence, np.tile(confidence[:, _ANKLES], 2)], axis=1)
    camera = camera - camera[:, :1]
    lengths = compute_bone_lengths(camera, sure, skeleton)
    leg = compute_leg_length(lengths)
    if not (math.isfinite(leg) and leg > 0):
        return None
    steady = lay_bones(camera, lengths, skeleton)
    frame = estimate_upright(steady[:, :_BODY], joints.time_s, confidence)
    scale = math.nan if height_cm is None else compute_metres_per_unit(lengths, height_cm)
    unit: LengthUnit = "m" if math.isfinite(scale) else "leg lengths"
    level = steady @ frame.rotation.T * (scale if unit == "m" else 1 / leg)
    leg_in_unit = leg * scale if unit == "m" else 1.0
    heights = compute_root_heights(level, joints.time_s, contacts, leg_in_unit, _USUAL_LEG_M if unit != "m" else 1.0)
    level[..., 1] += heights[:, None]
    feet = None if joints.feet is None else level[:, _BODY:]
    return WorldJoints(joints.time_s, level[:, :_BODY], unit, frame, feet)


def compute_root_heights(
    level: FloatArray, time_s: FloatArray, contacts: Sequence[Contact], leg: float, metres: float
) -> FloatArray:
    """How high the root is over the ground, by the foot that stands.

    In flight the root goes up and down as anything thrown; other frames follow a straight line from stance to stance.
    No foot is ever below the ground.

    Args:
        level: (T, 17 or 21, 3) joints from the root, y up; NaN where not known.
        time_s: (T,) seconds of real time.
        contacts: When which foot stands; without any the lower one always does.
        leg: Length of a leg in the unit of `level`.
        metres: That one unit is.

    Returns:
        (T,) in the unit of `level`; NaN in frames without legs.
    """
    soles = compute_sole_heights(level, leg)  # (T, 2) below the root, so negative
    known = np.isfinite(soles).all(axis=1)
    least = np.where(known, -np.min(np.where(known[:, None], soles, 0.0), axis=1), np.nan)
    with_feet = level.shape[1] > _BODY
    standing = np.full(soles.shape, np.nan)
    for contact in contacts:
        end = contact.toe_off_s if math.isfinite(contact.toe_off_s) else contact.initial_contact_s
        last = end if with_feet else contact.initial_contact_s + _FLAT * (end - contact.initial_contact_s)
        held = (time_s >= contact.initial_contact_s) & (time_s <= last)
        side = SIDES.index(contact.side)
        standing[held, side] = soles[held, side]
    held = np.isfinite(standing).any(axis=1)
    if not held.any():
        return least
    lowest = -np.nanmin(np.where(held[:, None], standing, 0.0), axis=1)
    heights = np.interp(time_s, time_s[held], lowest[held])
    heights = heights + _GRAVITY / metres * _compute_flights(time_s, held, contacts)
    return np.where(known, np.fmax(heights, least), np.nan)


def compute_sole_heights(level: FloatArray, leg: float) -> FloatArray:
    """(T, 2) height of the lowest place of each foot, left first: of heel and toe, or what lies below the ankle.

    Args:
        level: (T, 17 or 21, 3) joints, y up, any unit; NaN where not known.
        leg: Length of a leg in that unit.

    Returns:
        In that unit; NaN where neither foot nor ankle is known.
    """
    ankles = level[:, _ANKLES, 1] - _ANKLE_OF_LEG * leg
    if level.shape[1] == _BODY:
        return np.asarray(ankles)
    index = HUMAN36M_FEET_21.index
    feet = np.stack([np.min(level[:, [index[f"{s}_heel"], index[f"{s}_toe"]], 1], axis=1) for s in SIDES], axis=1)
    return np.where(np.isfinite(feet), feet, ankles)


def _compute_flights(time_s: FloatArray, held: npt.NDArray[np.bool_], contacts: Sequence[Contact]) -> FloatArray:
    """(T,) s2, how high a body thrown by gravity 1 is over the straight line between the frames that are held.

    Nothing but gravity acts from toe-off to the next contact; between there and the frames held it is taken to go
    straight on.
    """
    risen = np.zeros(len(time_s))
    for this, following in pairwise(sorted(contacts, key=lambda contact: contact.initial_contact_s)):
        off, on = this.toe_off_s, following.initial_contact_s
        before, after = time_s[held & (time_s <= off)], time_s[held & (time_s >= on)]
        if not (0 < on - off < _LONGEST_FLIGHT_S and len(before) and len(after)):
            continue
        start, end = before[-1], after[0]
        inside = (time_s > start) & (time_s < end)
        since = time_s[inside] - off
        flown = np.clip(since, 0.0, on - off)
        speed = (on - off) * (end - (off + on) / 2) / (end - start)  # so that the line is met at its end
        risen[inside] = speed * (time_s[inside] - start) - flown**2 / 2 - flown * (since - flown)
    return risen
