"""What a lifter is given of a filmed runner: perfect joints, a virtual detector's, or a poor detector's, cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from runform.pose.cleaning import clean_keypoints
from runform.sequences import FloatArray, KeypointSequence, require_shape
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_FEET_21, to_human36m_feet
from runform.training.detector_damage import damage_keypoints
from runform.training.detector_noise import add_detector_noise
from runform.training.lifter_views import HEIGHT, WIDTH, FilmedRunner
from runform.training.metric_evaluation import DETECTOR

Noise = Literal["perfect", "detector", "damaged", "cleaned"]
NOISES: tuple[Noise, ...] = ("perfect", "detector", "damaged", "cleaned")
"""Perfect 2D; the noise that lifters are trained with (`DetectorNoise`); BlazePose's faults as `evaluate metrics` has
them, joints misplaced steadily too; the same after cleaning, which is what an analysis lifts."""


@dataclass(frozen=True)
class Observation:
    """The 2D joints of a filmed runner as something reports them.

    Attributes:
        noise: What reports them.
        xy_px: (T, 21, 2) Human3.6M joints with feet, x right and y down, px; NaN where not found.
        confidence: (T, 21) in [0, 1], 0 where not found.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    noise: Noise
    xy_px: FloatArray
    confidence: FloatArray

    def __post_init__(self) -> None:
        require_shape("xy_px", self.xy_px, (None, len(HUMAN36M_FEET_21), 2))
        require_shape("confidence", self.confidence, self.xy_px.shape[:2])


def observe(view: FilmedRunner, rng: np.random.Generator) -> dict[Noise, Observation]:
    """One clip at every level of noise, with one draw of chance."""
    clean = view.camera.project(view.joints_m)
    damaged = _damage(view, rng)
    cleaned, _ = clean_keypoints(damaged)
    return {
        "perfect": Observation("perfect", clean, np.ones(clean.shape[:2])),
        "detector": _detect(view, clean, rng),
        "damaged": to_observation("damaged", damaged),
        "cleaned": to_observation("cleaned", cleaned),
    }


def to_observation(noise: Noise, keypoints: KeypointSequence) -> Observation:
    """BlazePose's keypoints as joints, converted as an analysis does; confidence 0 where one is missing."""
    xy, confidence = to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    return Observation(noise, xy, np.where(np.isfinite(xy).all(axis=2), confidence, 0.0))


def _detect(view: FilmedRunner, clean: FloatArray, rng: np.random.Generator) -> Observation:
    """The detector that lifters are trained with."""
    joints = view.joints_m
    depth = joints[None, ..., 2] - joints[None, :, :1, 2]
    xy, confidence = add_detector_noise(clean[None], depth, view.px_per_metre[None], rng)
    return Observation("detector", xy[0], confidence[0])


def _damage(view: FilmedRunner, rng: np.random.Generator) -> KeypointSequence:
    """BlazePose's keypoints with BlazePose's faults."""
    at = BLAZEPOSE_33.index
    legs = [
        np.linalg.norm(view.keypoints_m[:, at[f"left_{a}"]] - view.keypoints_m[:, at[f"left_{b}"]], axis=1)
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    damaged = damage_keypoints(
        view.camera.project(view.keypoints_m),
        view.time_s,
        BLAZEPOSE_33,
        leg_px=float(np.median(legs[0] + legs[1])) * view.px_per_metre,
        depth_m=view.keypoints_m[..., 2] - view.joints_m[:, :1, 2],
        rng=rng,
        plan=DETECTOR,
    )
    return KeypointSequence(view.time_s, damaged.xy_px, damaged.confidence, BLAZEPOSE_33.name, WIDTH, HEIGHT)
