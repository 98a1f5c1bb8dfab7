"""Where the camera stands around the runner, from the body's proportions in the picture.

A body that turns away from the square side view shows more of its breadth and less of its foot and stride. Breadths
change with the sine of that turn and carry its sign (left shoulder at the picture's right: the chest is seen), lengths
along the running direction change with its cosine. Each cue is averaged over the clip, since shoulders and pelvis turn
to and fro with every stride, and says how likely each turn is; people's proportions and a detector's habits widen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import trim_mean

from runform.gait.body_frame import (
    compute_direction,
    compute_leg_length,
    compute_steady_facing,
    compute_trunk,
    compute_trunk_length,
    has_feet,
)
from runform.gait.local_mean import compute_local_mean
from runform.sequences import SIDES, FloatArray, KeypointSequence, View

Facing = Literal["left", "right", "unclear"]
_FACINGS: dict[int, Facing] = {1: "right", -1: "left", 0: "unclear"}
_FRONTAL_VIEWS: dict[int, View] = {1: "front", -1: "back", 0: "unclear"}
BoolArray = npt.NDArray[np.bool_]

SIDE_VIEW_LIMIT_DEG = 45.0
"""Where the side view ends and the view from front or back begins."""


@dataclass(frozen=True)
class _Cue:
    """A measure of the body in the picture, over body size (leg plus trunk).

    Attributes:
        size: What it measures where it is seen in full, over body size.
        spread: How much that differs between people and gaits, standard deviation over `size`.
        floor: A detector's steady error, over body size.
    """

    size: float
    spread: float
    floor: float


# Body size is thigh, shank and trunk: 0.245, 0.246 and 0.288 of stature (Drillis and Contini 1966, in Winter 2009).
# Biacromial breadth is 0.237 of it (Gordon and others 1989), and the joint's centre, where detectors put the shoulder,
# lies some 2 cm inside either acromion: 0.21.
_SHOULDERS = _Cue(size=0.265, spread=0.18, floor=0.020)
# Hip joint centres lie 0.72 of the breadth between the front spines of the pelvis apart (Bell and others 1990), 0.10
# of stature; detectors put the hips a little wider.
_HIPS = _Cue(size=0.130, spread=0.24, floor=0.024)
# Heel to toe and the swing of one ankle past the other, from the captured runs and walks of training/runner_motions.py.
_FOOT = _Cue(size=0.155, spread=0.17, floor=0.035)
_SWING = _Cue(size=0.52, spread=0.28, floor=0.060)
_HEAD = _Cue(size=0.080, spread=0.35, floor=0.035)

_FLAT_FOOT = 85.0
"""Percentile of the foot's pointing at which it stands flat; it hangs down for most of the swing."""
_TRIMMED = 0.1
_TAIL_FREEDOM = 4.0
"""Degrees of freedom of the cues' error (Student's t), so that one false cue does not outvote the others."""
_UNSEEN_FACE = 0.25
"""Confidence of the face below the shoulders' by which the back of the head is seen."""
_FACE_SAYS = 2.0
"""Logarithm of the chances that an unseen face gives for the back; a seen face says little, as detectors guess it."""
_LEAST_SURE = 0.8
_WIDEST_DEG = 35.0
_LEAST_FRAMES = 5
_AGAINST = -0.4
_SIZE_WINDOW_S = 0.25
_TURNS_DEG: FloatArray = np.arange(-180.0, 180.0, 0.5)


@dataclass(frozen=True)
class ViewEstimate:
    """Which side of the runner the camera sees.

    Attributes:
        view: Side; left and right up to 45 degrees from the square side view, front and back beyond.
        oblique_deg: Angle between the line of sight and the square side view, 0 to 90; the clip's average where it
            changes. NaN where it could not be told.
        plus_minus_deg: Its 95 % half-width, NaN where it could not be told.
        facing: Toward which side of the picture the runner faces.
    """

    view: View
    oblique_deg: float
    plus_minus_deg: float
    facing: Facing


def estimate_view(keypoints: KeypointSequence) -> ViewEstimate:
    """Estimate the camera's place around the runner. A runner facing the picture's left shows their left side.

    Where the runner turns round, the frames in the main direction count.

    Args:
        keypoints: Clean keypoints.

    Returns:
        The estimate; `unclear` where too little of the body is seen, or the cues leave left and right, or front and
        back, open.
    """
    chances = _compute_turn_chances(keypoints)
    if chances is None:
        return ViewEstimate("unclear", float("nan"), float("nan"), "unclear")
    radians = np.radians(_TURNS_DEG)
    mean = np.angle(np.sum(chances * np.exp(1j * radians)))
    oblique = float(np.degrees(np.arctan2(abs(np.sin(mean)), abs(np.cos(mean)))))
    all_oblique = np.degrees(np.arctan2(np.abs(np.sin(radians)), np.abs(np.cos(radians))))
    plus_minus = _find_half_width(np.abs(all_oblique - oblique), chances)
    to_right = float(chances[np.cos(radians) > 0].sum())
    chest = float(chances[np.sin(radians) > 0].sum())
    facing = _FACINGS[_choose(to_right)]
    view: View = facing if oblique <= SIDE_VIEW_LIMIT_DEG else _FRONTAL_VIEWS[_choose(chest)]
    if plus_minus > _WIDEST_DEG or view == "unclear":
        return ViewEstimate("unclear", oblique, plus_minus, facing)
    return ViewEstimate(view, oblique, plus_minus, facing)


def compute_body_size(keypoints: KeypointSequence) -> FloatArray:
    """(T,) leg (thigh and shank) plus trunk in px over about half a second; NaN where nothing is known near by.

    It changes as the runner comes nearer.
    """
    parts = [compute_trunk(keypoints)]
    for side in SIDES:
        hip, knee, ankle = (keypoints.xy(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
        parts += [(hip - knee) / 2, (knee - ankle) / 2]
    seen = np.sum([np.hypot(part[:, 0], part[:, 1]) for part in parts], axis=0)
    known = np.isfinite(seen)
    if not known.any():
        return np.asarray(seen)
    whole = compute_leg_length(keypoints) + compute_trunk_length(keypoints)
    local = compute_local_mean(keypoints.time_s[known], seen[known], keypoints.time_s, _SIZE_WINDOW_S)
    return np.asarray(local * (whole / np.nanmedian(local)))


def compute_signed_width(keypoints: KeypointSequence, part: str, size: FloatArray) -> float:
    """Mean horizontal distance from the right to the left `part`, over body size.

    The tenth of the frames furthest off on either side, where sides are swapped, is left out.

    Args:
        keypoints: Clean keypoints.
        part: hip or shoulder.
        size: (T,) px as from `compute_body_size`; NaN in frames that are not to count.

    Returns:
        Positive with the left one at the picture's right, as from the front; NaN when never seen.
    """
    return _trimmed_mean(_select(keypoints.xy(f"left_{part}") - keypoints.xy(f"right_{part}"), size))


def compute_foot_pointing(keypoints: KeypointSequence, size: FloatArray) -> float:
    """Horizontal distance from heel to toe of the flat foot over body size (T,), mean of both feet.

    Positive toward the picture's right; NaN when never seen. Feet turned out to either side cancel.
    """
    values = []
    for side in SIDES:
        pointing = _select(keypoints.xy(f"{side}_toe") - keypoints.xy(f"{side}_heel"), size)
        if not len(pointing):
            return float("nan")
        ends = np.percentile(pointing, [100 - _FLAT_FOOT, _FLAT_FOOT])
        values.append(float(ends[np.argmax(np.abs(ends))]))
    return float(np.mean(values))


def compute_swing_width(keypoints: KeypointSequence, size: FloatArray) -> float:
    """Amplitude of the left ankle's horizontal swing past the right one over body size (T,); NaN when never seen."""
    apart = _select(keypoints.xy("left_ankle") - keypoints.xy("right_ankle"), size)
    return float(np.sqrt(2) * np.std(apart)) if len(apart) else float("nan")


def compute_nose_ahead(keypoints: KeypointSequence, size: FloatArray) -> float:
    """Mean horizontal distance from the middle of the ears to the nose over body size (T,), positive to the right."""
    ears = (keypoints.xy("left_ear") + keypoints.xy("right_ear")) / 2
    return _trimmed_mean(_select(keypoints.xy("nose") - ears, size))


def compute_face_doubt(keypoints: KeypointSequence, frames: BoolArray) -> float:
    """How much less confident the face is than the shoulders, median over frames, -1 to 1."""
    face = np.mean([keypoints.confidence_of(name) for name in ("nose", "left_eye", "right_eye")], axis=0)
    shoulders = np.mean([keypoints.confidence_of(f"{side}_shoulder") for side in SIDES], axis=0)
    return float(np.median((shoulders - face)[frames]))


def _compute_turn_chances(keypoints: KeypointSequence) -> FloatArray | None:
    """Chances of each of `_TURNS_DEG`: 0 faces the picture's right, 90 the camera, 180 its left, -90 away.

    None where the body is not seen in enough frames.
    """
    frames = keypoints.found & _find_main_direction(keypoints)
    size = np.where(frames, compute_body_size(keypoints), np.nan)
    if np.isfinite(size).sum() < _LEAST_FRAMES:
        return None
    turn = np.radians(_TURNS_DEG)
    cues = [
        (compute_signed_width(keypoints, "shoulder", size), np.sin(turn), _SHOULDERS),
        (compute_signed_width(keypoints, "hip", size), np.sin(turn), _HIPS),
        (compute_swing_width(keypoints, size), np.abs(np.cos(turn)), _SWING),
    ]
    if has_feet(keypoints):
        cues.append((compute_foot_pointing(keypoints, size), np.cos(turn), _FOOT))
    if "left_ear" in keypoints.layout.index:
        cues.append((compute_nose_ahead(keypoints, size), np.cos(turn), _HEAD))
    log_chances = np.sum([_weigh(*cue) for cue in cues if np.isfinite(cue[0])], axis=0)
    if compute_face_doubt(keypoints, frames) > _UNSEEN_FACE:
        log_chances = log_chances - _FACE_SAYS * np.sin(turn)
    chances = np.exp(log_chances - log_chances.max())
    return np.asarray(chances / chances.sum())


def _weigh(measured: float, share: FloatArray, cue: _Cue) -> FloatArray:
    """Logarithm of the chances of each turn, at which the cue shows `share` of its size."""
    scale = np.hypot(cue.floor, cue.spread * cue.size * share)
    off = (measured - cue.size * share) / scale
    return np.asarray(-(_TAIL_FREEDOM + 1) / 2 * np.log1p(off**2 / _TAIL_FREEDOM) - np.log(scale))


def _find_main_direction(keypoints: KeypointSequence) -> BoolArray:
    """(T,) frames in which the runner does not clearly face against the main direction."""
    against = compute_steady_facing(keypoints) * compute_direction(keypoints) < _AGAINST
    return np.asarray(~against, dtype=np.bool_)


def _find_half_width(distance: FloatArray, chances: FloatArray) -> float:
    """The distance within which 95 % of the chances lie."""
    order = np.argsort(distance)
    within = np.cumsum(chances[order])
    return float(distance[order][min(int(np.searchsorted(within, 0.95)), len(order) - 1)])


def _choose(chance: float) -> int:
    """1 where a thing is likely, -1 where its opposite is, 0 where neither is likely enough."""
    if max(chance, 1 - chance) < _LEAST_SURE:
        return 0
    return 1 if chance > 0.5 else -1


def _select(vectors: FloatArray, size: FloatArray) -> FloatArray:
    """Known x of (T, 2) vectors over body size (T,)."""
    x = vectors[:, 0] / size
    return np.asarray(x[np.isfinite(x)])


def _trimmed_mean(values: FloatArray) -> float:
    return float(trim_mean(values, _TRIMMED)) if len(values) else float("nan")
