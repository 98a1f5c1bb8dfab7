"""How steady 3D joints are where no truth is known: bones that keep their length, feet that stand still.

A body that is wrong throughout may be perfectly steady; these figures can convict joints, never acquit them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.sequences import SIDES, Contact, FloatArray, Side
from runform.skeletons import HUMAN36M_17
from runform.training.lifter_errors import compute_scale

BONES = {
    "thigh": ("hip", "knee"), "shank": ("knee", "ankle"), "upper_arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
}  # fmt: skip
FLAT_FOOT = (0.15, 0.6)
"""Part of a contact in which the ankle moves with the ground: the landing is over, the heel has not risen."""
_LEAST_FRAMES = 3
_LEAST_CONTACTS = 2
_AT = HUMAN36M_17.index


def compute_length_variation(joints: FloatArray, bone: str) -> float:
    """Standard deviation of a bone's length over time, as a share of its mean, the mean of both sides.

    Args:
        joints: (T, 17, 3) any unit; frames with NaN are left out.
        bone: Key of `BONES`.
    """
    lengths = [_compute_lengths(joints, side, bone) for side in SIDES]
    return float(np.mean([np.nanstd(length) / np.nanmean(length) for length in lengths]))


def compute_leg_asymmetry(joints: FloatArray) -> float:
    """Difference of the left and the right leg's median length, thigh plus shank, as a share of their mean.

    Args:
        joints: (T, 17, 3) any unit; frames with NaN are left out.
    """
    left, right = (_compute_leg_length(joints, side) for side in SIDES)
    return abs(left - right) / ((left + right) / 2)


def place_in_picture(joints: FloatArray, xy_px: FloatArray) -> FloatArray:
    """Joints with the way of the root through the picture put back; the distance from the camera stays constant.

    Args:
        joints: (T, 17, 3) from the root, any unit, x right, y down, z away; NaN where not lifted.
        xy_px: (T, 17, 2) the same joints in the picture, px; NaN where not found.

    Returns:
        (T, 17, 3) in the joints' unit; NaN where either is.
    """
    in_picture = xy_px - xy_px[:, :1]
    known = np.isfinite(joints).all(axis=(1, 2)) & np.isfinite(xy_px).all(axis=(1, 2))
    px_per_unit = compute_scale(joints[known][..., :2], in_picture[known])
    placed = joints.copy()
    placed[..., :2] += xy_px[:, :1] / px_per_unit
    return placed


def compute_contact_drift(placed: FloatArray, time_s: FloatArray, contacts: Sequence[Contact]) -> FloatArray:
    """How far standing ankles stray from the one steady velocity that the ground has in all contacts.

    On a treadmill that is the belt's, before a still camera zero: while the foot lies flat every ankle should go along
    a line of that direction and speed. The velocity is fitted to all contacts at once.

    Args:
        placed: (T, 17, 3) as from `place_in_picture`.
        time_s: (T,) seconds.
        contacts: Those without a toe-off, or with too few frames, are left out.

    Returns:
        (3,) root mean square along x, y and z, as shares of the leg's length; NaN without contacts.
    """
    pieces = _cut_contacts(placed, time_s, contacts)
    if len(pieces) < _LEAST_CONTACTS:
        return np.full(3, np.nan)
    times = np.concatenate([at - at.mean() for _, at, _ in pieces])
    places = np.concatenate([path - path.mean(axis=0) for _, _, path in pieces])  # (N, 3)
    velocity = times @ places / (times @ times)
    astray = places - times[:, None] * velocity
    return np.asarray(np.sqrt((astray**2).mean(axis=0)) / _compute_mean_leg(placed))


def compute_contact_spread(placed: FloatArray, time_s: FloatArray, contacts: Sequence[Contact]) -> FloatArray:
    """How much the places differ at which one foot stands from contact to contact, the mean of both feet.

    Height and depth of a treadmill's belt do not change, and a runner keeps to one line; what is left of the runner's
    own wandering is the same for every method.

    Args:
        placed: (T, 17, 3) as from `place_in_picture`.
        time_s: (T,) seconds.
        contacts: As for `compute_contact_drift`.

    Returns:
        (3,) standard deviation along x, y and z, as shares of the leg's length; NaN where no foot stands twice.
    """
    pieces = _cut_contacts(placed, time_s, contacts)
    spreads = []
    for side in SIDES:
        own = np.array([path.mean(axis=0) for of, _, path in pieces if of == side])
        if len(own) >= _LEAST_CONTACTS:
            spreads.append(own.std(axis=0))
    return np.asarray(np.mean(spreads, axis=0) / _compute_mean_leg(placed)) if spreads else np.full(3, np.nan)


def _cut_contacts(
    placed: FloatArray, time_s: FloatArray, contacts: Sequence[Contact]
) -> list[tuple[Side, FloatArray, FloatArray]]:
    """Of each contact the side, (N,) times and (N, 3) places of the standing ankle while the foot lies flat."""
    pieces = []
    for contact in contacts:
        length = contact.toe_off_s - contact.initial_contact_s
        since = (time_s - contact.initial_contact_s) / length  # NaN without a toe-off, which no frame is inside of
        ankle = placed[:, _AT[f"{contact.side}_ankle"]]
        inside = (since >= FLAT_FOOT[0]) & (since <= FLAT_FOOT[1]) & np.isfinite(ankle).all(axis=1)
        if inside.sum() >= _LEAST_FRAMES:
            pieces.append((contact.side, time_s[inside], ankle[inside]))
    return pieces


def _compute_lengths(joints: FloatArray, side: Side, bone: str) -> FloatArray:
    """(T,) a bone's length in the joints' unit."""
    upper, lower = (joints[:, _AT[f"{side}_{part}"]] for part in BONES[bone])
    return np.asarray(np.linalg.norm(upper - lower, axis=1))


def _compute_leg_length(joints: FloatArray, side: Side) -> float:
    return float(sum(np.nanmedian(_compute_lengths(joints, side, bone)) for bone in ("thigh", "shank")))


def _compute_mean_leg(joints: FloatArray) -> float:
    return float(np.mean([_compute_leg_length(joints, side) for side in SIDES]))
