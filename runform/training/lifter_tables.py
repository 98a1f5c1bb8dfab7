"""The tables and goals of `evaluate lifting`, made of the outcomes of its clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runform.training.lifter_angles import ANGLES
from runform.training.lifter_methods import FLAT
from runform.training.lifter_observation import NOISES, Noise
from runform.training.lifter_scoring import Outcome, average
from runform.training.lifter_views import PLACES, SURFACES

Row = dict[str, Any]

MPJPE_GOAL_MM, P_MPJPE_GOAL_MM, FEET_GOAL_MM, KNEE_GOAL_DEG = 55.0, 35.0, 60.0, 8.0
JUDGED_NOISE: Noise = "cleaned"
"""Runs and cameras are compared on what an analysis lifts."""
GOAL_NOISES: dict[Noise, str] = {"detector": "a detector's noise", "cleaned": "cleaned 2D"}
"""Goals are judged in side view on detector-like noise, as they were set, and on what an analysis lifts, which is
harder: each joint is steadily misplaced by a fiftieth of the leg's length, hips and heels by half as much again."""
REFERENCES: list[Row] = [
    {"source": "RunningPose, its own validation set", "mpjpe_mm": 115.0},
    {"source": "RunningPose, its own test set", "mpjpe_mm": 90.0},
]
"""As its authors report them, on other runners and cameras; not measured here."""

_POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "velocity_m_s", "feet_mm")
_ANGLES = tuple(f"{name}{end}" for name in ANGLES for end in ("_deg", "_rms_deg"))


def describe(outcomes: Sequence[Outcome], lifters: Sequence[str], variants: Sequence[str] = ()) -> dict[str, list[Row]]:
    """Every table, in every mean of which each person counts the same.

    Args:
        outcomes: Of every clip, method and noise.
        lifters: Their names, without the baseline.
        variants: Endings of the names of each lifter's variants; tables show them, goals are for the lifters.

    Returns:
        rows: positions by method, view and noise. angle_rows: the same for angles; the flat baseline's are those in
        the picture's plane. motion_rows, surface_rows: positions and the knee by run and by what runner and camera do,
        side view, cleaned 2D. denoising_rows: the lifted joints back in the picture, side view. smoothness_rows: how
        much they shake there. reference_rows: published figures. goals.
    """
    methods = [name + end for name in lifters for end in ("", *variants)]
    everyone = [*methods, FLAT]
    side = [o for o in outcomes if o.place == "side"]
    judged = [o for o in side if o.noise == JUDGED_NOISE]
    motions = list(dict.fromkeys(o.motion for o in judged))
    brief = ("mpjpe_mm", "p_mpjpe_mm", "velocity_m_s", "feet_mm", "knee_deg", "picture_mm")
    return {
        "rows": _describe_conditions(outcomes, everyone, _POSITIONS),
        "angle_rows": _describe_conditions(outcomes, everyone, _ANGLES),
        "motion_rows": [
            {"method": method, "motion": motion, **_count(own), **average(own, brief)}
            for method in everyone
            for motion in motions
            if (own := [o for o in judged if (o.method, o.motion) == (method, motion)])
        ],
        "surface_rows": [
            {"method": method, "camera": surface, **_count(own), **average(own, brief)}
            for method in everyone
            for surface in SURFACES
            if (own := [o for o in judged if (o.method, o.surface) == (method, surface)])
        ],
        "denoising_rows": _describe_denoising(side, methods),
        "smoothness_rows": _describe_smoothness(side, methods),
        "reference_rows": REFERENCES,
        "goals": [goal for method in lifters for noise in GOAL_NOISES for goal in _judge_goals(side, method, noise)],
    }


def _describe_conditions(outcomes: Sequence[Outcome], methods: Sequence[str], names: Sequence[str]) -> list[Row]:
    """A row for each method, view and noise."""
    return [
        {"method": method, "view": place, "noise": noise, **_count(own), **average(own, names)}
        for method in methods
        for place in PLACES
        for noise in NOISES
        if (own := [o for o in outcomes if (o.method, o.place, o.noise) == (method, place, noise)])
    ]


def _count(outcomes: Sequence[Outcome]) -> Row:
    return {"clips": len(outcomes), "frames": sum(o.frames for o in outcomes)}


def _describe_denoising(side: Sequence[Outcome], methods: Sequence[str]) -> list[Row]:
    """The 2D as found, cleaned, and lifted from either, against the true projection."""
    errors = ("picture_mm", "picture_trunk_percent")
    cleaning_alone = average(_choose(side, FLAT, JUDGED_NOISE), errors)["picture_mm"]
    rows: list[Row] = []
    for noise in ("damaged", "cleaned"):
        for method in (FLAT, *methods):
            own = _choose(side, method, noise)
            if own:
                name = f"2D {noise}" if method == FLAT else f"{method}, from {noise}"
                found = average(own, errors)
                beats = None if method == FLAT else _is_below(found[errors[0]], cleaning_alone)
                rows.append({"joints": name, **_count(own), **found, "beats_cleaning_alone": beats})
    return rows


def _describe_smoothness(side: Sequence[Outcome], methods: Sequence[str]) -> list[Row]:
    """Errors of velocity and acceleration in the picture's plane, of the lifted joints and of the 2D they came from."""
    names = ("picture_velocity_m_s", "picture_acceleration_m_s2")
    rows: list[Row] = []
    for method in methods:
        for noise in NOISES[1:]:
            own, given = _choose(side, method, noise), _choose(side, FLAT, noise)
            if own and given:
                lifted, before = average(own, names), average(given, names)
                row: Row = {"method": method, "noise": noise}
                for name in names:
                    row |= {f"input_{name}": before[name], f"lifted_{name}": lifted[name]}
                    row[f"{name.split('_')[1]}_ratio"] = _divide(lifted[name], before[name])
                rows.append(row)
    return rows


def _judge_goals(side: Sequence[Outcome], method: str, noise: Noise) -> list[Row]:
    """The goals that this method can be held against: those of the feet only where it has feet."""
    own, given = _choose(side, method, noise), _choose(side, FLAT, noise)
    of = GOAL_NOISES[noise]
    if not own:
        return []
    names = ("mpjpe_mm", "p_mpjpe_mm", "feet_mm", "knee_deg", "picture_velocity_m_s")
    value, before = average(own, names), average(given, names)
    goals = [
        (f"MPJPE, side view, {of}", value["mpjpe_mm"], "mm", MPJPE_GOAL_MM),
        (f"P-MPJPE, side view, {of}", value["p_mpjpe_mm"], "mm", P_MPJPE_GOAL_MM),
        (f"feet, side view, {of}", value["feet_mm"], "mm", FEET_GOAL_MM),
        (f"knee flexion, side view, {of}", value["knee_deg"], "deg", KNEE_GOAL_DEG),
        (
            f"velocity error in the picture below the 2D input's, {of}",
            value["picture_velocity_m_s"],
            "m/s",
            before["picture_velocity_m_s"],
        ),
    ]
    return [
        {"method": method, "name": name, "value": found, "unit": unit, "goal": goal, "met": bool(found <= goal)}
        for name, found, unit, goal in goals
        if found is not None and goal is not None
    ]


def _choose(outcomes: Sequence[Outcome], method: str, noise: str) -> list[Outcome]:
    return [o for o in outcomes if (o.method, o.noise) == (method, noise)]


def _is_below(value: float | None, bound: float | None) -> bool | None:
    return None if value is None or bound is None else value < bound


def _divide(value: float | None, by: float | None) -> float | None:
    return value / by if value is not None and by else None
