"""Single strides as forms: cut at one foot's initial contacts, normalised in time, in the body's own frame.

A stride is the directions of eleven body segments in the sagittal plane, at 101 moments from a foot's initial contact
to its next. Directions, not places: how long somebody's bones are is not how they run. Segments are named by the foot
that lands (own) and the other one, so strides of both feet, and clips from either side, are of one kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from runform.errors import InputError
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side, View, require_shape

POINTS = 101
"""Moments of a stride, 0 to 100 % of it."""
_LEG, _ARM = ("thigh", "shank", "foot"), ("upper arm", "forearm")
SEGMENTS = (
    *(f"{role} {part}" for role in ("own", "other") for part in _LEG),
    *(f"{role} {part}" for role in ("own", "other") for part in _ARM),
    "trunk",
)
"""Of a stride, in order; "own" is on the side of the foot that lands."""
LOWER_WEIGHT, UPPER_WEIGHT = 2.0, 1.0
WEIGHTS: FloatArray = np.array([LOWER_WEIGHT if s.split()[-1] in _LEG else UPPER_WEIGHT for s in SEGMENTS])
"""(11,) how much each segment counts: those of the legs twice."""
CUT_RECIPE = 1
"""Number of what this module does; models of strides cut by another are never used."""

LONGEST_GAP_S = 0.06
"""Keypoints may be missing inside a stride for so long."""
LEAST_FRAMES = 12
LARGEST_OFF = 0.2
"""A stride whose duration differs from the clip's median by a larger share has a false or a missing contact."""
USUAL_SWING_PHASE = 0.94
"""Phase of the fundamental of own minus other thigh at initial contact, rad: the mean of virtual runners."""

_ENDS = {
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
    "foot": ("heel", "toe"),
    "upper arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
}
_FACING: dict[str, float] = {"right": 1.0, "left": -1.0}


@dataclass(frozen=True)
class StrideForms:
    """The strides of one clip.

    Attributes:
        directions: (N, 101, 11, 2) unit vectors along `SEGMENTS`, x forward and y up.
        sides: (N,) whose initial contacts begin and end each.
        start_s: (N,) seconds of real time, increasing.
        duration_s: (N,) seconds.
        dropped: Reason -> how many strides were left out for it.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    directions: FloatArray
    sides: tuple[Side, ...]
    start_s: FloatArray
    duration_s: FloatArray
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_shape("directions", self.directions, (len(self.sides), POINTS, len(SEGMENTS), 2))
        require_shape("start_s", self.start_s, (len(self.sides),))
        require_shape("duration_s", self.duration_s, (len(self.sides),))

    def __len__(self) -> int:
        return len(self.sides)

    def take(self, rows: Sequence[int]) -> StrideForms:
        """Some of the strides, by their numbers."""
        at = np.asarray(rows, dtype=np.intp)
        sides = tuple(self.sides[i] for i in at)
        return StrideForms(self.directions[at], sides, self.start_s[at], self.duration_s[at], self.dropped)


def cut_strides(keypoints: KeypointSequence, contacts: Sequence[Contact], view: View) -> StrideForms:
    """Cut a clip's strides and normalise each in time.

    Args:
        keypoints: Cleaned, of a skeleton with heels and toes.
        contacts: Of the clip, in any order.
        view: From where the camera looks; a runner seen from the right faces the picture's right.

    Returns:
        The strides of both feet by their start. Left out, and counted by reason, are strides whose contacts were not
        seen (`contact inferred`), that last too long or short for the clip's rhythm (`off rhythm`), that hold fewer
        than `LEAST_FRAMES` frames (`few frames`) or in which a keypoint is missing for long (`gap`).

    Raises:
        InputError: Not a side view, no heels and toes, or no foot that lands twice.
    """
    if view not in _FACING:
        raise InputError(
            "Strides are compared in side views alone, and this clip is not one.",
            "Film the runner square from the side.",
        )
    if "left_heel" not in keypoints.layout.index or "left_toe" not in keypoints.layout.index:
        raise InputError("The keypoints hold no heels and toes.", "Analyse the clip with a backend that finds feet.")
    pairs = _pair_contacts(contacts)
    if not pairs:
        raise InputError(
            "The clip shows no foot landing twice, so there is no stride to cut.", "Film several strides of running."
        )
    usual = float(np.median([end.initial_contact_s - start.initial_contact_s for start, end in pairs]))
    segments = {side: _compute_directions(keypoints, side, _FACING[view]) for side in SIDES}
    kept: list[tuple[Contact, float, FloatArray]] = []
    dropped: Counter[str] = Counter()
    for start, end in pairs:
        duration = end.initial_contact_s - start.initial_contact_s
        stride = _cut(keypoints.time_s, segments[start.side], start, end, usual)
        if isinstance(stride, str):
            dropped[stride] += 1
        else:
            kept.append((start, duration, stride))
    return StrideForms(
        directions=np.stack([s for *_, s in kept]) if kept else np.zeros((0, POINTS, len(SEGMENTS), 2)),
        sides=tuple(start.side for start, *_ in kept),
        start_s=np.array([start.initial_contact_s for start, *_ in kept]),
        duration_s=np.array([duration for _, duration, _ in kept]),
        dropped=dict(dropped),
    )


def align_to_swing(directions: FloatArray) -> FloatArray:
    """Turn each stride in its cycle so that the thighs swing past one another at one moment in all of them.

    A camera finds an initial contact to some 10 ms, in which a shank turns by 5 to 8 degrees: that would outweigh what
    runners differ by. The fundamental of the thighs' swing has hardly any such error. 0 % is then where the usual
    runner's foot lands, not where this one's did.

    Args:
        directions: (N, 101, 11, 2) as in `StrideForms`.

    Returns:
        The same shape, unit vectors; the last moment repeats the first.
    """
    require_shape("directions", directions, (None, POINTS, len(SEGMENTS), 2))
    cycle = directions[:, :-1]
    apart = cycle[:, :, SEGMENTS.index("own thigh"), 0] - cycle[:, :, SEGMENTS.index("other thigh"), 0]
    late = np.angle(np.fft.fft(apart, axis=1)[:, 1]) - USUAL_SWING_PHASE  # (N,) rad
    harmonic = np.fft.fftfreq(POINTS - 1, 1 / (POINTS - 1))
    turn = np.exp(-1j * harmonic[None, :] * late[:, None])
    turned = np.fft.ifft(np.fft.fft(cycle, axis=1) * turn[:, :, None, None], axis=1).real
    return _unit(np.concatenate([turned, turned[:, :1]], axis=1))


def join_strides(clips: Sequence[StrideForms]) -> tuple[StrideForms, npt.NDArray[np.intp]]:
    """The strides of several clips as one, and (N,) the clip's number that each is of.

    Starts are of each clip's own clock.
    """
    dropped: Counter[str] = Counter()
    for clip in clips:
        dropped.update(clip.dropped)
    joined = StrideForms(
        directions=np.concatenate([np.zeros((0, POINTS, len(SEGMENTS), 2)), *(c.directions for c in clips)]),
        sides=tuple(side for c in clips for side in c.sides),
        start_s=np.concatenate([np.zeros(0), *(c.start_s for c in clips)]),
        duration_s=np.concatenate([np.zeros(0), *(c.duration_s for c in clips)]),
        dropped=dict(dropped),
    )
    return joined, np.repeat(np.arange(len(clips)), [len(c) for c in clips])


def _pair_contacts(contacts: Sequence[Contact]) -> list[tuple[Contact, Contact]]:
    """Each foot's contact with its next, by time."""
    pairs: list[tuple[Contact, Contact]] = []
    for side in SIDES:
        own = sorted((c for c in contacts if c.side == side), key=lambda c: c.initial_contact_s)
        pairs += pairwise(own)
    return sorted(pairs, key=lambda pair: pair[0].initial_contact_s)


def _compute_directions(keypoints: KeypointSequence, own: Side, facing: float) -> FloatArray:
    """(T, 11, 2) unit vectors along `SEGMENTS` for strides of one foot, x forward and y up; NaN where not known."""
    other: Side = "right" if own == "left" else "left"
    vectors = []
    for name in SEGMENTS[:-1]:
        role, part = name.split(" ", 1)
        side = own if role == "own" else other
        near, far = _ENDS[part]
        vectors.append(keypoints.xy(f"{side}_{far}") - keypoints.xy(f"{side}_{near}"))
    ends = [(keypoints.xy(f"left_{part}") + keypoints.xy(f"right_{part}")) / 2 for part in ("hip", "shoulder")]
    vectors.append(ends[1] - ends[0])
    along = np.stack(vectors, axis=1) * np.array([facing, -1.0])
    length = np.linalg.norm(along, axis=2, keepdims=True)
    return np.asarray(along / np.where(length > 0, length, np.nan))


def _cut(time_s: FloatArray, segments: FloatArray, start: Contact, end: Contact, usual_s: float) -> FloatArray | str:
    """(101, 11, 2) one stride, or why it is left out."""
    begin_s, end_s = start.initial_contact_s, end.initial_contact_s
    if "inferred" in (start.origin, end.origin):
        return "contact inferred"
    if abs(end_s - begin_s - usual_s) > LARGEST_OFF * usual_s:
        return "off rhythm"
    known = np.isfinite(segments).all(axis=(1, 2))
    inside = (time_s >= begin_s) & (time_s <= end_s)
    if inside.sum() < LEAST_FRAMES:
        return "few frames"
    frame_s = float(np.median(np.diff(time_s)))
    # One frame beyond either end, so that the ends are not extrapolated.
    seen_s = time_s[known & (time_s >= begin_s - 3 * frame_s) & (time_s <= end_s + 3 * frame_s)]
    if not len(seen_s) or seen_s[0] > begin_s or seen_s[-1] < end_s:
        return "gap"
    if np.diff(seen_s).max(initial=0.0) > max(LONGEST_GAP_S, 1.5 * frame_s):
        return "gap"
    rows = np.searchsorted(time_s, seen_s)
    moments = np.linspace(begin_s, end_s, POINTS)
    curve = CubicSpline(seen_s, segments[rows])(moments)
    return np.asarray(_unit(curve))


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
