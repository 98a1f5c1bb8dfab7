"""A runner's traits as the run that was made of them shows them, so that a label is always true of its motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runform.sequences import FloatArray, Side
from runform.training.runner_motions import AT
from runform.training.virtual_running.run import VirtualRun
from runform.training.virtual_running.traits import ArmTraits, LegTraits, RunnerTraits
from runform.training.virtual_running.upper_cycle import CHANNELS, measure_channels


def measure_traits(run: VirtualRun) -> RunnerTraits:
    """The traits with cadence, landing, trunk lean and arms measured on the points.

    A side that does not land within the run keeps what was drawn.
    """
    angles = dict(zip(CHANNELS, measure_channels(run.motion.points)[0].T, strict=True))
    return replace(
        run.traits,
        cadence=run.cadence,
        left=_measure_leg(run, "left"),
        right=_measure_leg(run, "right"),
        left_arm=_measure_arm(run.traits.left_arm, angles, "left"),
        right_arm=_measure_arm(run.traits.right_arm, angles, "right"),
        trunk_lean_deg=float(angles["lean"].mean()),
    )


def compute_ankle_ahead(points: FloatArray, side: Side) -> FloatArray:
    """(T,) m, ankle ahead of the mid-hips along +x, for (T, 19, 3) points in the order of `BODY`."""
    hips = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    return np.asarray((points[:, AT[f"{side}_ankle"]] - hips)[:, 0])


def compute_knee_flexion(points: FloatArray, side: Side) -> FloatArray:
    """(T,) degrees between thigh and shank, 0 for a straight leg, negative where the knee bends backwards.

    The sign is that of the turn from thigh to shank in the plane of the running direction (+x) and the leg.
    """
    hip, knee, ankle = (points[:, AT[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
    thigh, shank = knee - hip, ankle - knee
    angle = np.arctan2(np.linalg.norm(np.cross(thigh, shank), axis=1), (thigh * shank).sum(axis=1))
    return np.asarray(np.degrees(angle) * np.sign(np.cross(thigh, shank)[:, 2]) * -1.0)


def _measure_leg(run: VirtualRun, side: Side) -> LegTraits:
    traits: LegTraits = getattr(run.traits, side)
    landings = run.landings[side]
    if not len(landings):
        return traits
    return replace(
        traits,
        ankle_ahead_m=float(compute_ankle_ahead(landings, side).mean()),
        landing_knee_deg=float(compute_knee_flexion(landings, side).mean()),
    )


def _measure_arm(arm: ArmTraits, angles: dict[str, FloatArray], side: Side) -> ArmTraits:
    raised = angles[f"{side}_raise"]
    return replace(
        arm,
        raise_deg=float(raised.mean()),
        swing_deg=float(np.percentile(raised, 98) - np.percentile(raised, 2)) / 2,
        abduction_deg=float(angles[f"{side}_abduction"].mean()),
        elbow_deg=float(angles[f"{side}_elbow"].mean()),
        inward_deg=float(angles[f"{side}_inward"].mean()),
    )
