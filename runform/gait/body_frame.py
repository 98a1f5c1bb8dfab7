"""The runner's own frame in a side view: the running direction, the leg's length, the foot ahead of the hip."""

from __future__ import annotations

import numpy as np

from runform.gait.local_mean import compute_local_mean
from runform.sequences import SIDES, FloatArray, KeypointSequence, Side
from runform.skeletons import side_of

_TURN_WINDOW_S = 0.2


def has_feet(keypoints: KeypointSequence) -> bool:
    """Whether the skeleton carries heels and toes."""
    return "left_heel" in keypoints.layout.index and "left_toe" in keypoints.layout.index


def compute_mid_hip(keypoints: KeypointSequence) -> FloatArray:
    """(T, 2) middle of the hips in px, x right and y down; NaN where either hip is."""
    return np.asarray((keypoints.xy("left_hip") + keypoints.xy("right_hip")) / 2)


def compute_trunk(keypoints: KeypointSequence) -> FloatArray:
    """(T, 2) from mid-hips to mid-shoulders in px, x right and y down; NaN where one of them is."""
    shoulders = (keypoints.xy("left_shoulder") + keypoints.xy("right_shoulder")) / 2
    return np.asarray(shoulders - compute_mid_hip(keypoints))


def compute_trunk_length(keypoints: KeypointSequence) -> float:
    """Median distance from mid-hips to mid-shoulders in px; NaN when never seen."""
    return _median_length(compute_trunk(keypoints))


def compute_leg_length(keypoints: KeypointSequence, side: Side | None = None) -> float:
    """Hip to knee plus knee to ankle in px, the median over frames; NaN when never seen.

    Args:
        keypoints: Clean keypoints.
        side: Which leg; the far one looks shorter. None takes the longer, which is nearer to the truth: a limb seen at
            an angle looks shorter, never longer.
    """
    lengths = [
        _median_length(keypoints.xy(f"{s}_hip") - keypoints.xy(f"{s}_knee"))
        + _median_length(keypoints.xy(f"{s}_knee") - keypoints.xy(f"{s}_ankle"))
        for s in (SIDES if side is None else (side,))
    ]
    known = [length for length in lengths if np.isfinite(length)]
    return max(known) if known else float("nan")


def compute_facing(keypoints: KeypointSequence) -> FloatArray:
    """(T,) direction the runner faces in each frame: near +1 to the picture's right, near -1 to its left.

    From the feet (heel to toe) where the skeleton has them, else from hips to nose, over the leg length, clipped to
    [-1, 1]; NaN where not known.
    """
    if has_feet(keypoints):
        pointing = [keypoints.xy(f"{side}_toe")[:, 0] - keypoints.xy(f"{side}_heel")[:, 0] for side in SIDES]
        forward = np.mean(pointing, axis=0) * 8  # a foot is about an eighth of the leg length seen while it swings
    else:
        forward = (keypoints.xy("nose")[:, 0] - compute_mid_hip(keypoints)[:, 0]) * 4
    return np.asarray(np.clip(forward / compute_leg_length(keypoints), -1, 1))


def compute_direction(keypoints: KeypointSequence) -> int:
    """+1 when the runner runs to the picture's right, -1 to its left, 0 when it cannot be told."""
    facing = compute_facing(keypoints)
    known = facing[np.isfinite(facing)]
    return int(np.sign(np.median(known))) if len(known) else 0


def compute_steady_facing(keypoints: KeypointSequence) -> FloatArray:
    """(T,) `compute_facing` over about half a second; NaN where nothing is known near by.

    A swinging foot points down and back for a moment; over half a second the feet point where the runner runs.
    """
    facing = compute_facing(keypoints)
    known = np.isfinite(facing)
    if not known.any():
        return facing
    steady = compute_local_mean(keypoints.time_s[known], facing[known], keypoints.time_s, _TURN_WINDOW_S)
    return np.asarray(steady)


def compute_turned_share(keypoints: KeypointSequence) -> float:
    """Share of frames, 0 to 1, in which the runner clearly faces against the main direction; NaN when unknown."""
    steady = compute_steady_facing(keypoints)[np.isfinite(compute_facing(keypoints))]
    return float(np.mean(steady * compute_direction(keypoints) < 0)) if len(steady) else float("nan")


def compute_rearfoot_ahead(keypoints: KeypointSequence, side: Side, direction: int) -> FloatArray:
    """(T,) rearfoot ahead of the mid-hips in the running direction, in leg lengths; NaN where not known.

    The rearfoot is the middle of heel and ankle (the ankle alone where the skeleton has no heel). Relative to the hips
    a treadmill, a runner who passes and a camera that follows all look alike.
    """
    parts = [f"{side}_ankle", f"{side}_heel"] if has_feet(keypoints) else [f"{side}_ankle"]
    foot = np.mean([keypoints.xy(part)[:, 0] for part in parts], axis=0)
    ahead = direction * (foot - compute_mid_hip(keypoints)[:, 0])
    return np.asarray(ahead / compute_leg_length(keypoints))


def compute_leg_confidence(keypoints: KeypointSequence, side: Side) -> FloatArray:
    """(T,) least confidence among one leg's keypoints, hip to toe."""
    legs = ("hip", "knee", "ankle", "heel", "toe")
    names = [n for n in keypoints.layout.keypoints if side_of(n) == side and n.removeprefix(f"{side}_") in legs]
    return np.asarray(np.min([keypoints.confidence_of(name) for name in names], axis=0))


def _median_length(vectors: FloatArray) -> float:
    """Median length of (T, 2) vectors, NaN when none is known."""
    lengths = np.hypot(vectors[:, 0], vectors[:, 1])
    known = lengths[np.isfinite(lengths)]
    return float(np.median(known)) if len(known) else float("nan")
