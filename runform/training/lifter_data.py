"""Training windows for the lifter: captured motion through virtual cameras and a virtual detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.lifting.timebase import LIFTING_RATE
from runform.lifting.windows import compute_travel, find_square_box, normalise_window
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, Skeleton
from runform.training.body_variation import mirror_body, remove_travel, vary_body
from runform.training.cmu_motion import Motion
from runform.training.detector_noise import DetectorNoise, add_detector_noise, vary_confidence
from runform.training.landmark_variation import vary_landmarks
from runform.training.virtual_cameras import CameraPath, compute_heading, place_camera

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

ACTION_SHARE: dict[str, float] = {
    "virtual_running": 0.52, "running": 0.16, "walking": 0.05, "walking_extra": 0.08, "jumping": 0.04, "soccer": 0.05,
    "basketball": 0.03, "basketball_signal": 0.01, "directing_traffic": 0.01, "washwindow": 0.01, "iclone": 0.04,
}  # fmt: skip
"""Share of the windows drawn from each action: running far beyond its share of the capture."""

VARIATION: dict[str, float] = {"virtual_running": 0.4}
"""How much bodies and postures of an action are varied, 0 to 1; all others by 1: virtual runners differ already."""

_TEMPO = (0.85, 1.2)
_SIDE_VIEW_SHARE = 0.65
_SIDE_VIEW_SPREAD_DEG = 30.0
_TREADMILL_SHARE = 0.6
_TRAVEL_SPEED = (1.5, 6.0)  # m/s, of a runner in place who is made to pass the camera
_FOLLOW_SHARE = 0.5
_CROWN_SHARE = 0.4
_NEAREST_M = 1.0
_IN_PLACE_M = 0.5
_DISTANCE_OF_WAY = 0.8  # a way of 1.25 distances spans 64 degrees of the picture


@dataclass(frozen=True)
class LifterBatch:
    """Windows as the model reads them and the truth it should give.

    Attributes:
        inputs: (B, T, J, 3) normalised x and y, and confidence.
        targets: (B, T, J, 3) root-centred joints, x right, y down, z away, in the inputs' normalised unit.
        metres: (B, T) metres that one normalised unit spans at the root's depth.
    """

    inputs: Float32Array
    targets: Float32Array
    metres: Float32Array


class BatchSampler(Protocol):
    """What a training draws its batches from."""

    def draw(self, rng: np.random.Generator, windows: int, frames: int) -> LifterBatch:
        """Draw a batch of `windows` windows of at most `frames` frames."""
        ...


class WindowSampler:
    """Draws batches of windows from captured motion.

    Args:
        motions: What to draw from.
        vary: Vary bodies, postures and tempo; off for evaluation.
        noise: The virtual detector; its defaults when None.
        skeleton: What the model reads and gives, J joints: `HUMAN36M_FEET_21`, or its first 17, `HUMAN36M_17`.

    Raises:
        InputError: No motion was given.
    """

    def __init__(
        self,
        motions: Sequence[Motion],
        *,
        vary: bool = True,
        noise: DetectorNoise | None = None,
        skeleton: Skeleton = HUMAN36M_17,
    ) -> None:
        if not motions:
            raise InputError("There is no motion to train on.", "Give the folder that holds cmu.npz.")
        self._motions = tuple(motions)
        self._vary = vary
        self._noise = noise or DetectorNoise()
        self._joint_count = len(skeleton)
        frames = np.array([len(motion.joints) / motion.frame_rate for motion in motions])
        actions = np.array([motion.action for motion in motions])
        share = np.array([ACTION_SHARE[motion.action] for motion in motions])
        total = np.array([frames[actions == action].sum() for action in actions])
        weight = share * frames / total
        self._weight = weight / weight.sum()

    def draw(self, rng: np.random.Generator, windows: int, frames: int) -> LifterBatch:
        """Draw a batch of `windows` windows of `frames` frames."""
        chosen = rng.choice(len(self._motions), size=windows, p=self._weight)
        views = [self._draw_view(rng, self._motions[i], frames) for i in chosen]
        seen = [view[0][:, : self._joint_count] for view in views]
        return observe(seen, [view[1] for view in views], rng, self._noise, vary=self._vary)

    def _draw_view(self, rng: np.random.Generator, motion: Motion, frames: int) -> tuple[FloatArray, CameraPath]:
        """(T, 21, 3) joints in camera metres, and the camera."""
        joints = self._draw_stretch(rng, motion, frames)
        if self._vary:
            joints = vary_body(joints, rng, VARIATION.get(motion.action, 1.0))
            joints = vary_landmarks(joints, HUMAN36M_FEET_21.index, rng)
        if rng.random() < 0.5:
            joints = mirror_body(joints)
        on_treadmill = remove_travel(joints)
        if np.ptp(joints[:, 0, (0, 2)], axis=0).max() < _IN_PLACE_M:
            joints = add_travel(joints, rng.uniform(*_TRAVEL_SPEED))
        world = on_treadmill if rng.random() < _TREADMILL_SHARE else joints
        camera = draw_camera(rng, world)
        seen = camera.to_camera(world)
        if seen[..., 2].min() < _NEAREST_M:
            # The runner would run into the camera: keep the camera, take away the travel.
            camera = draw_camera(rng, on_treadmill)
            seen = camera.to_camera(on_treadmill)
        return seen, camera

    def _draw_stretch(self, rng: np.random.Generator, motion: Motion, frames: int) -> FloatArray:
        """(T, 21, 3) world joints at the lifter's frame rate, from a random start."""
        tempo = rng.uniform(*_TEMPO) if self._vary and motion.action not in VARIATION else 1.0
        step = motion.frame_rate / LIFTING_RATE * tempo
        step = min(step, (len(motion.joints) - 1) / max(frames - 1, 1))
        start = rng.uniform(0, max(len(motion.joints) - 1 - step * (frames - 1), 0.0))
        stretch = interpolate_frames(motion.joints, start + step * np.arange(frames))
        if rng.random() < _CROWN_SHARE:
            crown = interpolate_frames(motion.crown, start + step * np.arange(frames))
            stretch[:, HUMAN36M_FEET_21.index["head"]] = crown
        return stretch


def add_travel(joints: FloatArray, speed: float) -> FloatArray:
    """(T, J, 3) metres, y up, of a runner in place at the lifter's rate -> the same at `speed` m/s, straight ahead."""
    index = HUMAN36M_FEET_21.index
    heading = compute_heading(joints, index["left_hip"], index["right_hip"])
    time_s = (np.arange(len(joints)) - (len(joints) - 1) / 2) / LIFTING_RATE
    return np.asarray(joints + (speed * time_s[:, None] * np.array([np.cos(heading), 0.0, np.sin(heading)]))[:, None])


def interpolate_frames(values: FloatArray, at: FloatArray) -> FloatArray:
    """(N, ...) values at fractional frame numbers `at` (T,) -> (T, ...), linear between frames."""
    low = np.clip(np.floor(at).astype(np.intp), 0, len(values) - 2)
    part = (at - low).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((1 - part) * values[low] + part * values[low + 1])


def draw_camera(
    rng: np.random.Generator,
    joints: FloatArray,
    *,
    azimuth: float | None = None,
    distance_m: tuple[float, float] = (2.5, 8.0),
    follow: bool | None = None,
) -> CameraPath:
    """A camera somewhere around the body, as a phone on a tripod or in a hand might stand.

    Args:
        rng: Source of chance.
        joints: (T, J, 3) world joints of `HUMAN36M_FEET_21` or its first 17, metres, y up.
        azimuth: As for `place_camera`, rad; drawn, most often from the side, when None.
        distance_m: Least and greatest distance; more where the body's way is long.
        follow: Turn with the body; drawn when None.
    """
    if azimuth is None:
        if rng.random() < _SIDE_VIEW_SHARE:
            spread = np.deg2rad(_SIDE_VIEW_SPREAD_DEG)
            azimuth = rng.choice((-1.0, 1.0)) * np.pi / 2 + rng.uniform(-spread, spread)
        else:
            azimuth = rng.uniform(-np.pi, np.pi)
    index = HUMAN36M_FEET_21.index
    # Whoever passes a camera is filmed from where the picture holds the way, or a good part of it.
    least_m = _DISTANCE_OF_WAY * float(np.ptp(joints[:, 0, (0, 2)], axis=0).max())
    return place_camera(
        joints,
        heading=compute_heading(joints, index["left_hip"], index["right_hip"]),
        azimuth=azimuth,
        distance_m=max(rng.uniform(*distance_m), least_m),
        height_m=rng.uniform(0.5, 2.0),
        focal_px=rng.uniform(700.0, 2500.0),
        aim_offset_m=rng.normal(0.0, 0.2, 3),
        roll_rad=np.deg2rad(rng.normal(0.0, 2.5)),
        follow=bool(rng.random() < _FOLLOW_SHARE) if follow is None else follow,
    )


def observe(
    seen: Sequence[FloatArray],
    cameras: Sequence[CameraPath],
    rng: np.random.Generator,
    noise: DetectorNoise,
    *,
    vary: bool = False,
) -> LifterBatch:
    """What detector and box make of bodies before cameras.

    Args:
        seen: B times (T, J, 3) joints in camera metres, J of the model.
        cameras: B cameras.
        rng: Source of chance for the detector.
        noise: The detector.
        vary: Let its confidence say more or less, window by window.
    """
    joints = np.stack(seen)  # (B, T, J, 3)
    px_per_metre = np.stack([c.compute_px_per_metre(j[:, 0]) for c, j in zip(cameras, seen, strict=True)])  # (B, T)
    xy_px = np.stack([c.project(j) for c, j in zip(cameras, seen, strict=True)])  # (B, T, J, 2)
    centred = joints - joints[:, :, :1]
    reported, confidence = add_detector_noise(xy_px, centred[..., 2], px_per_metre, rng, noise)
    if vary:
        confidence = np.stack([vary_confidence(window, rng) for window in confidence])
    reported = np.stack([xy - compute_travel(xy, c)[:, None] for xy, c in zip(reported, confidence, strict=True)])
    boxes = [find_square_box(xy, c) for xy, c in zip(reported, confidence, strict=True)]
    unit_per_metre = px_per_metre / np.array([[box.half_side_px] for box in boxes])  # (B, T)
    windows = [normalise_window(xy, c, box) for xy, c, box in zip(reported, confidence, boxes, strict=True)]
    return LifterBatch(
        inputs=np.stack(windows),
        targets=(centred * unit_per_metre[..., None, None]).astype(np.float32),
        metres=(1 / unit_per_metre).astype(np.float32),
    )
