"""The runner's own frame in a side view: the running direction, the leg's length, the foot ahead of the hip."""

from __future__ import annotations

import numpy as np

from runform.gait.local_mean import compute_local_mean
from runform.sequences import SIDES, FloatArray, KeypointSequence, Motion, Side, View
from runform.skeletons import side_of

_FRONTAL_WIDTH = 0.55
"""Hip width over trunk length above which the view is from the front or back: about 0.45 to 0.6 seen frontally for
adults, under 0.3 seen from the side."""
_PASSING_TRAVEL = 2.5
"""Travel of the hips, in leg lengths, above which the runner crosses the picture. On a treadmill it is below one."""
_TURN_WINDOW_S = 0.2


def has_feet(keypoints: KeypointSequence) -> bool:
    """Whether the skeleton carries heels and toes."""
    return "left_heel" in keypoints.layout.index and "left_toe" in keypoints.layout.index


def compute_mid_hip(keypoints: KeypointSequence) -> FloatArray:
    """(T, 2) middle of the hips in px, x right and y down; NaN where either hip is."""
    return np.asarray((keypoints.xy("left_hip") + keypoints.xy("right_hip")) / 2)


def compute_trunk_length(keypoints: KeypointSequence) -> float:
    """Median distance from mid-hips to mid-shoulders in px; NaN when never seen."""
    shoulders = (keypoints.xy("left_shoulder") + keypoints.xy("right_shoulder")) / 2
    return _median_length(shoulders - compute_mid_hip(keypoints))


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


def compute_turned_share(keypoints: KeypointSequence) -> float:
    """Share of frames, 0 to 1, in which the runner clearly faces against the main direction; NaN when unknown."""
    facing = compute_facing(keypoints)
    known = np.isfinite(facing)
    if not known.any():
        return float("nan")
    # A swinging foot points down and back for a moment; over half a second the feet point where the runner runs.
    steady = compute_local_mean(keypoints.time_s[known], facing[known], keypoints.time_s[known], _TURN_WINDOW_S)
    return float(np.mean(steady * compute_direction(keypoints) < 0))


def compute_width_ratio(keypoints: KeypointSequence) -> float:
    """Median horizontal distance between the hips, and between the shoulders, over the trunk length (the larger).

    Near 0 in a pure side view. NaN when the trunk was never seen.
    """
    trunk = compute_trunk_length(keypoints)
    widths = []
    for part in ("hip", "shoulder"):
        width = np.abs(keypoints.xy(f"left_{part}")[:, 0] - keypoints.xy(f"right_{part}")[:, 0])
        widths.append(float(np.median(width[np.isfinite(width)])) if np.isfinite(width).any() else float("nan"))
    return max(widths) / trunk if np.isfinite(trunk) and trunk > 0 else float("nan")


def estimate_view(keypoints: KeypointSequence) -> View:
    """Which side of the runner the camera sees. A runner facing the picture's left shows their left side."""
    width, direction = compute_width_ratio(keypoints), compute_direction(keypoints)
    if not np.isfinite(width) or direction == 0:
        return "unclear"
    if width > _FRONTAL_WIDTH:
        return "front_or_back"
    return "left" if direction < 0 else "right"


def estimate_motion(keypoints: KeypointSequence) -> Motion:
    """Whether the runner stays in place (treadmill, or a camera that follows) or crosses the picture."""
    x = compute_mid_hip(keypoints)[:, 0]
    x = x[np.isfinite(x)]
    leg = compute_leg_length(keypoints)
    if len(x) == 0 or not np.isfinite(leg):
        return "unclear"
    travel = float(np.percentile(x, 98) - np.percentile(x, 2)) / leg
    return "passing" if travel > _PASSING_TRAVEL else "in_place"


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
