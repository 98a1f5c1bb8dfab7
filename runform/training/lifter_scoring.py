"""One lifted clip against the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.training.lifter_angles import ANGLES, compute_ahead, compute_angle_errors
from runform.training.lifter_errors import (
    compute_acceleration_error,
    compute_mpjpe,
    compute_n_mpjpe,
    compute_p_mpjpe,
    compute_scale,
    compute_velocity_error,
)
from runform.training.lifter_methods import FLAT, bridge_gaps
from runform.training.lifter_observation import Noise, Observation
from runform.training.lifter_reprojection import reproject
from runform.training.lifter_views import FilmedRunner, Place, Surface

_BODY = len(HUMAN36M_17)
_THORAX = HUMAN36M_17.index["thorax"]
_SQUARED = "_rms_deg"
"""Ending of values that are averaged by their squares."""


@dataclass(frozen=True)
class Outcome:
    """How one method did on one clip.

    Attributes:
        method: Of lifting.
        noise: Of its input.
        person, motion, place, surface: Of the clip.
        frames: That were lifted.
        values: Error by name; NaN where the method gives no such thing.
    """

    method: str
    noise: Noise
    person: str
    motion: str
    place: Place
    surface: Surface
    frames: int
    values: dict[str, float]


def score(method: str, joints: FloatArray, seen: Observation, view: FilmedRunner) -> Outcome:
    """Hold one method's joints against the truth.

    Args:
        method: Its name.
        joints: (T, J, 3) from the root, any unit, Human3.6M's 17 first, 21 with feet; frames with NaN are left out.
        seen: What was lifted.
        view: The clip.

    Returns:
        mpjpe_mm, n_mpjpe_mm, p_mpjpe_mm of the 17 joints, from the root; velocity_m_s of the same after the one scale
        per clip; feet_mm of heels and toes, from the root, after that scale; knee, hip, shank and trunk `_deg` (mean
        absolute) and `_rms_deg`; and of the joints back in the picture, at the runner's distance: picture_mm,
        picture_trunk_percent (of the trunk's length), picture_velocity_m_s, picture_acceleration_m_s2.
    """
    known = np.isfinite(joints).all(axis=(1, 2))
    given = bridge_gaps(seen.xy_px[:, :_BODY], view.time_s)[known]
    view, joints = view.choose(known), joints[known]
    truth = 1000.0 * (view.joints_m - view.joints_m[:, :1])
    # One unit is the same length in the picture in every frame, and so another in metres.
    predicted = joints / view.px_per_metre[:, None, None]
    body, true_body = predicted[:, :_BODY], truth[:, :_BODY]
    size = compute_scale(body, true_body)
    in_picture = given if method == FLAT else reproject(joints[:, :_BODY], view, given)
    values = {
        "mpjpe_mm": compute_mpjpe(body, true_body),
        "n_mpjpe_mm": compute_n_mpjpe(body, true_body),
        "p_mpjpe_mm": compute_p_mpjpe(body, true_body),
        "velocity_m_s": compute_velocity_error(size * body, true_body, view.time_s) / 1000.0,
        "feet_mm": compute_foot_error(size * predicted, truth),
        **_score_angles(method, body, true_body, view.time_s, view.place),
        **_score_picture(in_picture, view),
    }
    return Outcome(method, seen.noise, view.person, view.motion, view.place, view.surface, len(joints), values)


def compute_foot_error(predicted: FloatArray, truth: FloatArray) -> float:
    """Mean distance of heels and toes from the truth, in its unit; NaN where the prediction has no feet.

    Args:
        predicted: (T, 17 or 21, 3) from the root, in the truth's unit and scale.
        truth: (T, 21, 3) from the root.
    """
    if predicted.shape[1] < len(HUMAN36M_FEET_21):
        return float("nan")
    return float(np.linalg.norm(predicted[:, _BODY:] - truth[:, _BODY:], axis=2).mean())


def _score_angles(
    method: str, joints: FloatArray, truth: FloatArray, time_s: FloatArray, place: Place
) -> dict[str, float]:
    """Mean absolute and root mean square errors of each angle, degrees.

    The flat baseline's are those of the picture's plane, as they are reported to coaches; there is none from front or
    back.
    """
    true_ahead = compute_ahead(truth, time_s)
    ahead = compute_ahead(joints, time_s)
    if method == FLAT:
        if place not in ("side", "oblique"):
            return {f"{name}{end}": float("nan") for name in ANGLES for end in ("_deg", _SQUARED)}
        ahead = np.tile([np.sign(true_ahead[:, 0].mean()), 0.0, 0.0], (len(joints), 1))
    errors = compute_angle_errors(joints, ahead, truth, true_ahead)
    mean = {f"{name}_deg": float(np.abs(error).mean()) for name, error in errors.items()}
    return mean | {f"{name}{_SQUARED}": float(np.sqrt((error**2).mean())) for name, error in errors.items()}


def _score_picture(xy_px: FloatArray, view: FilmedRunner) -> dict[str, float]:
    """Errors of (T, 17, 2) joints in the picture, at the runner's distance; the flat baseline's are the 2D input."""
    mm_per_px = 1000.0 / view.px_per_metre[:, None, None]
    found_mm = xy_px * mm_per_px
    clean_mm = view.camera.project(view.joints_m[:, :_BODY]) * mm_per_px
    error = np.linalg.norm(found_mm - clean_mm, axis=2).mean()
    trunk = 1000.0 * np.linalg.norm(view.joints_m[:, _THORAX] - view.joints_m[:, 0], axis=1).mean()
    return {
        "picture_mm": float(error),
        "picture_trunk_percent": float(100.0 * error / trunk),
        "picture_velocity_m_s": compute_velocity_error(found_mm, clean_mm, view.time_s) / 1000.0,
        "picture_acceleration_m_s2": compute_acceleration_error(found_mm, clean_mm, view.time_s) / 1000.0,
    }


def average(outcomes: Iterable[Outcome], names: Sequence[str]) -> dict[str, float | None]:
    """Mean errors in which every person counts the same, and each person's clips by their frames.

    Args:
        outcomes: At least one.
        names: Of the errors.

    Returns:
        Name -> mean over the clips in which it is known; None where it is in none.
    """
    by_person: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_person.setdefault(outcome.person, []).append(outcome)
    return {name: _average_one(by_person, name) for name in names}


def _average_one(by_person: dict[str, list[Outcome]], name: str) -> float | None:
    power = 2.0 if name.endswith(_SQUARED) else 1.0
    means = []
    for outcomes in by_person.values():
        known = [o for o in outcomes if np.isfinite(o.values[name])]
        if known:
            means.append(np.average([o.values[name] ** power for o in known], weights=[o.frames for o in known]))
    return float(np.mean(means) ** (1.0 / power)) if means else None
