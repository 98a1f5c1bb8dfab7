"""Damages true keypoints as 2D detectors do, and says where.

Unlike `detector_noise`, which feeds the lifter's training, every damage here is known afterwards frame by frame, so
that a repair can be judged. Sizes are in leg lengths and follow BlazePose on a treadmill clip (30 frames/s, raw
answers): white noise of 0.002 at the nose, 0.005 at the shoulders, 0.008 to 0.012 at hips, 0.013 to 0.025 from the knee
down and at elbows and wrists, the far limbs about 1.5 times the near ones; both legs on one in 5 to 10 % of frames,
where they pass each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

from runform.sequences import FloatArray
from runform.skeletons import Skeleton, side_of

BoolArray = npt.NDArray[np.bool_]

_JOINT_NOISE = {
    "shoulder": 0.005, "elbow": 0.013, "wrist": 0.014, "hip": 0.009, "knee": 0.012, "ankle": 0.013, "heel": 0.014,
    "toe": 0.018, "small_toe": 0.018, "pinky": 0.016, "index": 0.016, "thumb": 0.016,
}  # fmt: skip
_OTHER_NOISE = 0.003
# Where the body shows no landmark, or detectors and eyes differ on what is meant, the steady error is larger.
_JOINT_OFFSET = {"hip": 1.5, "heel": 1.5, "toe": 1.2, "small_toe": 1.2}
LEGS = ("hip", "knee", "ankle", "heel", "toe", "small_toe")
ARMS = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
_FEET = ("ankle", "heel", "toe", "small_toe")


@dataclass(frozen=True)
class DamagePlan:
    """How bad the detector is; 0 leaves a kind of damage out.

    Attributes:
        noise: Factor on the joints' own noise.
        speed_noise: Added noise at the speed of 10 leg lengths/s, leg lengths.
        drift_share: Share of the noise's variance that lasts for about 0.15 s.
        far_factor: Factor on the noise of limbs behind the body.
        swaps_per_s: Swaps of the legs that begin per second; arms likewise, half as often.
        swap_frames: Shortest and longest swap.
        merged_share: Of frames in which the legs pass each other, those with both legs on one, in runs of 1 to 3.
        gaps_per_s: Gaps that begin per second, of 1 to 4 frames; half in one foot, half in the whole body.
        spike_share: Of keypoints and frames with a gross error.
        lags_per_s: Stretches that begin per second in which a foot is reported half to a whole frame late.
        offset: Standard deviation of each joint's steady error, leg lengths; half as much again at hips and heels. No
            cleaning can see it.
    """

    noise: float = 1.0
    speed_noise: float = 0.012
    drift_share: float = 0.25
    far_factor: float = 1.5
    swaps_per_s: float = 0.25
    swap_frames: tuple[int, int] = (1, 20)
    merged_share: float = 0.3
    gaps_per_s: float = 0.3
    spike_share: float = 0.003
    lags_per_s: float = 0.2
    offset: float = 0.0


@dataclass(frozen=True)
class DamagedKeypoints:
    """What the detector reports, and what is wrong with it.

    Attributes:
        xy_px: (T, K, 2) reported; NaN where not found.
        confidence: (T, K) in [0, 1], 0 where not found.
        legs_swapped, arms_swapped, merged: (T,) frames so damaged.
    """

    xy_px: FloatArray
    confidence: FloatArray
    legs_swapped: BoolArray
    arms_swapped: BoolArray
    merged: BoolArray


@dataclass
class _Detector:
    """One clip's damage in the making."""

    xy: FloatArray  # (T, K, 2) px, changed in place
    truth: FloatArray
    time_s: FloatArray
    skeleton: Skeleton
    leg_px: FloatArray  # (T,)
    far: BoolArray  # (K,)
    rng: np.random.Generator
    plan: DamagePlan
    merged: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        self.merged = np.zeros(len(self.xy), dtype=np.bool_)

    def columns(self, side: str, parts: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Of one limb's keypoints, in the order of `parts`."""
        names = [f"{side}_{part}" for part in parts]
        return np.array([self.skeleton.index[name] for name in names if name in self.skeleton.index], dtype=np.intp)

    def draw_starts(self, per_s: float) -> npt.NDArray[np.intp]:
        """Frames at which something begins that begins `per_s` times a second."""
        step_s = np.gradient(self.time_s)
        return np.flatnonzero(self.rng.random(len(self.xy)) < per_s * step_s)


def damage_keypoints(
    truth: FloatArray,
    time_s: FloatArray,
    skeleton: Skeleton,
    *,
    leg_px: FloatArray,
    depth_m: FloatArray,
    rng: np.random.Generator,
    plan: DamagePlan,
) -> DamagedKeypoints:
    """Report keypoints as a poor detector would.

    Args:
        truth: (T, K, 2) px, x right and y down; NaN where a point does not exist.
        time_s: (T,) increasing.
        skeleton: Of `truth`.
        leg_px: (T,) length of the stretched leg in px.
        depth_m: (T, K) depth behind the hips, metres.
        rng: Source of chance.
        plan: How poor.
    """
    far = np.nan_to_num(depth_m).mean(axis=0) > 0.03
    detector = _Detector(truth.copy(), truth, time_s, skeleton, leg_px, far, rng, plan)
    _lag(detector)
    _merge_legs(detector)
    noise = _add_noise(detector)
    spikes = _add_spikes(detector)
    doubt = np.linalg.norm(detector.xy - truth, axis=2) / leg_px[:, None]
    confidence = _draw_confidence(doubt, noise, detector)
    confidence[spikes] *= rng.uniform(0.3, 1.0, int(spikes.sum()))
    legs = _swap(detector, confidence, LEGS, plan.swaps_per_s)
    arms = _swap(detector, confidence, ARMS, plan.swaps_per_s / 2)
    _lose(detector)
    confidence[~np.isfinite(detector.xy).all(axis=2)] = 0.0
    return DamagedKeypoints(detector.xy, confidence, legs, arms, detector.merged)


def _lag(detector: _Detector) -> None:
    """Report feet late for stretches of 2 to 6 frames."""
    frames = len(detector.xy)
    for start in detector.draw_starts(detector.plan.lags_per_s):
        side = ("left", "right")[int(detector.rng.integers(2))]
        stop = min(start + int(detector.rng.integers(2, 7)), frames)
        late = detector.rng.uniform(0.5, 1.0)
        rows = np.arange(max(start, 1), stop)
        for k in detector.columns(side, _FEET):
            detector.xy[rows, k] = (1 - late) * detector.truth[rows, k] + late * detector.truth[rows - 1, k]


def _merge_legs(detector: _Detector) -> None:
    """Put one leg, knee down, on the other where they pass each other, for 1 to 3 frames at 30 frames/s."""
    left, right = (detector.columns(side, LEGS[1:]) for side in ("left", "right"))
    apart = np.abs(detector.truth[:, left, 0] - detector.truth[:, right, 0]).mean(axis=1) / detector.leg_px
    passing = apart < 0.22
    longest = max(round(0.1 / float(np.median(np.diff(detector.time_s)))), 1)
    t = 0
    while t < len(passing):
        if passing[t] and detector.rng.random() < detector.plan.merged_share / (longest / 2 + 0.5):
            stop = min(t + int(detector.rng.integers(1, longest + 1)), len(passing))
            onto, moved = (left, right) if detector.far[right].mean() >= 0.5 else (right, left)
            if detector.rng.random() < 0.35:
                onto, moved = moved, onto
            share = detector.rng.uniform(0.8, 1.0)
            detector.xy[t:stop, moved] += share * (detector.xy[t:stop, onto] - detector.xy[t:stop, moved])
            detector.merged[t:stop] = True
            t = stop
        t += 1


def _add_noise(detector: _Detector) -> FloatArray:
    """Add noise, and give its standard deviation (T, K) in leg lengths."""
    plan, skeleton = detector.plan, detector.skeleton
    base = np.array([
        _JOINT_NOISE.get(name.split("_", 1)[1] if side_of(name) != "centre" else "", _OTHER_NOISE)
        for name in skeleton.keypoints
    ])  # fmt: skip
    velocity = np.linalg.norm(np.gradient(detector.truth, detector.time_s, axis=0), axis=2) / detector.leg_px[:, None]
    # Speed relative to the body: a detector does not mind that the whole runner moves.
    velocity = np.abs(velocity - np.nanmedian(velocity, axis=1, keepdims=True))
    level = plan.noise * base * np.where(detector.far, plan.far_factor, 1.0) * np.ones((len(detector.xy), 1))
    level = level + plan.speed_noise * plan.noise * np.nan_to_num(velocity) / 10.0
    white = detector.rng.standard_normal(detector.xy.shape)
    width = max(round(0.15 / float(np.median(np.diff(detector.time_s)))), 1)
    slow = uniform_filter1d(detector.rng.standard_normal(detector.xy.shape), width, axis=0) * np.sqrt(width)
    mixed = np.sqrt(1 - plan.drift_share) * white + np.sqrt(plan.drift_share) * slow
    factor = np.array([_JOINT_OFFSET.get(name.partition("_")[2], 1.0) for name in skeleton.keypoints])
    offset = plan.offset * factor[:, None] * detector.rng.standard_normal(detector.xy.shape[1:])
    detector.xy += (mixed * level[..., None] + offset) * detector.leg_px[:, None, None]
    return np.asarray(level)


def _add_spikes(detector: _Detector) -> BoolArray:
    """(T, K) keypoints thrown 0.1 to 0.6 leg lengths away."""
    thrown = detector.rng.random(detector.xy.shape[:2]) < detector.plan.spike_share
    angle = detector.rng.uniform(0, 2 * np.pi, thrown.shape)
    reach = detector.rng.uniform(0.1, 0.6, thrown.shape) * detector.leg_px[:, None]
    throw = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * reach[..., None]
    detector.xy[thrown] += throw[thrown]
    return np.asarray(thrown)


def _swap(detector: _Detector, confidence: FloatArray, parts: tuple[str, ...], per_s: float) -> BoolArray:
    """Exchange two limbs and their confidence for stretches of frames; (T,) where."""
    swapped = np.zeros(len(detector.xy), dtype=np.bool_)
    low, high = detector.plan.swap_frames
    left, right = (detector.columns(side, parts) for side in ("left", "right"))
    free_from = 0
    for start in detector.draw_starts(per_s):
        if start >= free_from:
            # Short swaps are the commoner ones: lengths even on a logarithmic scale.
            length = round(float(np.exp(detector.rng.uniform(np.log(low), np.log(high)))))
            swapped[start : start + length] = True
            free_from = start + length + 2
    for array in (detector.xy, confidence):
        array[np.ix_(swapped, left)], array[np.ix_(swapped, right)] = (
            array[np.ix_(swapped, right)].copy(),
            array[np.ix_(swapped, left)].copy(),
        )
    return swapped


def _lose(detector: _Detector) -> None:
    """Take single feet or the whole body out for 1 to 4 frames."""
    for start in detector.draw_starts(detector.plan.gaps_per_s):
        rows = slice(start, start + int(detector.rng.integers(1, 5)))
        if detector.rng.random() < 0.5:
            detector.xy[rows] = np.nan
        else:
            side = ("left", "right")[int(detector.rng.integers(2))]
            detector.xy[rows, detector.columns(side, _FEET)] = np.nan


def _draw_confidence(doubt: FloatArray, noise: FloatArray, detector: _Detector) -> FloatArray:
    """(T, K) confidence that falls with the error, though not by much: detectors know little of their errors."""
    # One model says 0.9 where another says 0.5; only within a clip does more mean better.
    level = detector.rng.uniform(0.45, 1.0) * np.where(detector.far, detector.rng.uniform(0.6, 1.0), 1.0)
    scatter = detector.rng.uniform(0.3, 1.7, doubt.shape)
    return np.asarray(np.clip(level * np.exp(-2.0 * scatter * np.nan_to_num(doubt) - 3.0 * noise), 0.02, 1.0))
