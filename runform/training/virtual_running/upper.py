"""Trunk, head and arms of a virtual runner, from captured cycles with the runner's own carriage."""

from __future__ import annotations

import numpy as np

from runform.sequences import SIDES, FloatArray
from runform.training.runner_motions import AT
from runform.training.virtual_running.pelvis import OUTWARD
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import ArmTraits, RunnerTraits
from runform.training.virtual_running.upper_cycle import (
    ARM_CHANNELS,
    CHANNELS,
    HARMONICS,
    evaluate_series,
    make_arm_axes,
    point_arm,
)

C = {name: i for i, name in enumerate(CHANNELS)}
_ONE_SIDED = ("pelvis_turn", "pelvis_list", "side_lean", "shoulder_turn", "shoulder_list")
"""Channels that change their sign in a mirror."""
_NOSE_UP_M, _NOSE_AHEAD_M, _CROWN_UP_M = 0.13, 0.12, 0.27  # as runner_motions.put_head


def blend_upper(runner: RunnerTraits, sources: RunnerSources) -> FloatArray:
    """(C, 7) the runner's own cycle: captured upper bodies blended, mirrored if so, with the runner's carriage."""
    cycle = np.tensordot(np.array(runner.upper_weights), sources.upper, axes=1)
    if runner.upper_mirrored:
        cycle = mirror_upper(cycle)
    scale = np.ones(len(CHANNELS))
    scale[[C["lean"], C["side_lean"], C["shoulder_turn"], C["shoulder_list"]]] = runner.trunk_motion
    scale[C["pelvis_turn"]], scale[C["pelvis_list"]] = runner.pelvis_turn, runner.pelvis_list
    mean = np.zeros(len(CHANNELS))
    mean[C["lean"]] = runner.trunk_lean_deg
    # Captured turns and lists are kept about 0: their means are the capture's, not a way of running.
    for side in SIDES:
        arm: ArmTraits = getattr(runner, f"{side}_arm")
        raise_deg = cycle[C[f"{side}_raise"]]
        over = evaluate_series(raise_deg[None], np.arange(64) / 64)
        scale[C[f"{side}_raise"]] = 2 * arm.swing_deg / float(np.ptp(over))
        scale[C[f"{side}_elbow"]] = arm.elbow_swing
        mean[[C[f"{side}_{name}"] for name in ARM_CHANNELS]] = (
            arm.raise_deg, arm.abduction_deg, arm.elbow_deg, arm.inward_deg,
        )  # fmt: skip
    blended = cycle * scale[:, None]
    blended[:, 0] = mean
    return np.asarray(blended)


def mirror_upper(cycle: FloatArray) -> FloatArray:
    """(C, 7) the same cycle with left and right exchanged, half a stride later so that the phase keeps its meaning."""
    harmonic = np.arange(1, HARMONICS + 1)
    shift = np.concatenate([[1.0], (-1.0) ** harmonic, (-1.0) ** harmonic])
    swapped = [name.replace("left_", "?").replace("right_", "left_").replace("?", "right_") for name in CHANNELS]
    sign = np.array([-1.0 if name in _ONE_SIDED else 1.0 for name in CHANNELS])
    return np.asarray(cycle[[C[name] for name in swapped]] * shift * sign[:, None])


def place_upper(points: FloatArray, channels: FloatArray, runner: RunnerTraits) -> None:
    """Fill neck, shoulders, arms and head above the hips.

    Args:
        points: (T, 19, 3) in the order of `BODY` with its hips, metres; changed.
        channels: (T, C) degrees.
        runner: Whose lengths.
    """
    angle = np.radians(channels)
    lengths = runner.lengths
    root = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    lean, side = angle[:, C["lean"]], angle[:, C["side_lean"]]
    up = _unit(np.stack([np.tan(lean), np.ones_like(lean), np.tan(side)], axis=-1))
    middle = root + lengths["trunk"] * up
    points[:, AT["neck"]] = neck = middle + lengths["neck"] * up
    turn, slope = angle[:, C["shoulder_turn"]], angle[:, C["shoulder_list"]]
    left = np.stack([np.sin(turn) * np.cos(slope), np.sin(slope), -np.cos(turn) * np.cos(slope)], axis=-1)
    for name in SIDES:
        flip = np.array([1.0, 1.0, OUTWARD[name]])
        raised, abduction, elbow, inward = (angle[:, C[f"{name}_{part}"]] for part in ARM_CHANNELS)
        raised = raised - lean
        shoulder = middle - OUTWARD[name] * lengths["shoulder_half_width"] * left
        upper = point_arm(raised, abduction)
        front, out = make_arm_axes(raised, abduction)
        across = np.cos(inward)[:, None] * front - np.sin(inward)[:, None] * out
        fore = np.cos(elbow)[:, None] * upper + np.sin(elbow)[:, None] * across
        points[:, AT[f"{name}_shoulder"]] = shoulder
        points[:, AT[f"{name}_elbow"]] = shoulder + lengths["upper_arm"] * upper * flip
        points[:, AT[f"{name}_wrist"]] = points[:, AT[f"{name}_elbow"]] + lengths["forearm"] * fore * flip
    # As put_head places it, bowed by the runner's own angle and sized by the body.
    spine = _unit(neck - root)
    ahead = _unit(np.cross(left, spine))
    bow = np.radians(runner.head_pitch_deg)
    axis, face = np.cos(bow) * spine + np.sin(bow) * ahead, np.cos(bow) * ahead - np.sin(bow) * spine
    size = lengths["head"]
    points[:, AT["nose"]] = neck + size * (_NOSE_UP_M * axis + _NOSE_AHEAD_M * face)
    points[:, AT["head_top"]] = neck + size * _CROWN_UP_M * axis


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
