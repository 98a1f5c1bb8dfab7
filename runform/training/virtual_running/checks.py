"""Is a virtual run one that a body on a belt can do? Each check is a quantity; tests hold them to limits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import SIDES
from runform.training.runner_motions import AT, BODY
from runform.training.virtual_running.labels import compute_knee_flexion
from runform.training.virtual_running.run import VirtualRun

TOUCHING_M = 0.0005
"""A part of the sole that is no higher bears on the belt."""
BONES = tuple(
    (f"{side}_{a}", f"{side}_{b}")
    for side in SIDES
    for a, b in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
)


def compute_slip(run: VirtualRun) -> float:
    """How far a part of a standing foot's sole that touches the belt moves on it at most, m.

    Heel's edge, ball and tip are followed each on its own, through every time on the ground.
    """
    seconds = np.arange(len(run.motion.points)) / run.motion.frame_rate
    worst = 0.0
    for side in SIDES:
        on_belt = run.soles[side] + run.traits.speed * np.outer(seconds, [1.0, 0.0, 0.0])[:, None]
        for stance in _find_runs(run.standing[side]):
            for part in range(on_belt.shape[1]):
                places = on_belt[stance, part]
                touching = places[places[:, 1] < TOUCHING_M][:, [0, 2]]
                if len(touching):
                    worst = max(worst, float(np.linalg.norm(np.ptp(touching, axis=0))))
    return worst


def compute_sinking(run: VirtualRun) -> float:
    """How far a part of a sole lies below the belt at most, m; 0 where none does."""
    return max(0.0, *(-float(run.soles[side][..., 1].min()) for side in SIDES))


def compute_hovering(run: VirtualRun) -> float:
    """How far the lowest part of a standing foot's sole lies above the belt at most, m."""
    lowest = [run.soles[side][run.standing[side], :, 1].min(axis=1) for side in SIDES]
    return max(float(heights.max(initial=0.0)) for heights in lowest)


def compute_flight_clearance(run: VirtualRun) -> float:
    """Least height of a foot that is not on the belt, m; negative where one is in it."""
    return min(float(run.soles[side][~run.standing[side], :, 1].min(initial=np.inf)) for side in SIDES)


def compute_flight_share(run: VirtualRun) -> float:
    """Part of the time in which no foot is on the belt."""
    return float((~run.standing["left"] & ~run.standing["right"]).mean())


def compute_bone_change(run: VirtualRun) -> float:
    """By how much the length of a thigh, shank, upper arm or forearm changes at most, m."""
    points = run.motion.points
    lengths = [np.linalg.norm(points[:, AT[a]] - points[:, AT[b]], axis=1) for a, b in BONES]
    return max(float(np.ptp(length)) for length in lengths)


def compute_shoe_change(run: VirtualRun) -> float:
    """By how much the heel's distance from the ankle changes at most, m: the ankle settles in the shoe."""
    points = run.motion.points
    lengths = [np.linalg.norm(points[:, AT[f"{s}_heel"]] - points[:, AT[f"{s}_ankle"]], axis=1) for s in SIDES]
    return max(float(np.ptp(length)) for length in lengths)


def compute_least_knee_flexion(run: VirtualRun) -> float:
    """Degrees, both knees; negative where one bends backwards."""
    return min(float(compute_knee_flexion(run.motion.points, side).min()) for side in SIDES)


def compute_peak_acceleration(run: VirtualRun) -> float:
    """Greatest acceleration of any point, m/s2, from second differences of the frames."""
    second = np.diff(run.motion.points, n=2, axis=0) * run.motion.frame_rate**2
    return float(np.linalg.norm(second, axis=2).max())


def compute_side_order(run: VirtualRun) -> float:
    """Least share of the time at which a left shoulder or hip lies left (-z) of the right one."""
    points = run.motion.points
    shares = [(points[:, AT[f"left_{p}"], 2] < points[:, AT[f"right_{p}"], 2]).mean() for p in ("shoulder", "hip")]
    return float(min(shares))


def is_whole(run: VirtualRun) -> bool:
    """Are all points there and finite?"""
    return run.motion.points.shape[1] == len(BODY) and bool(np.isfinite(run.motion.points).all())


def _find_runs(flags: npt.NDArray[np.bool_]) -> list[slice]:
    """Stretches of (T,) true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
