"""Scenes on which cleaning is judged: captured runners before virtual cameras, at the frame rates that phones have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from runform.sequences import FloatArray, KeypointSequence
from runform.skeletons import SKELETONS, Skeleton
from runform.training.detector_damage import DamagedKeypoints, DamagePlan, damage_keypoints
from runform.training.runner_motions import AT, RunnerMotion
from runform.training.virtual_cameras import compute_heading, place_camera

WIDTH, HEIGHT = 1280, 720
_BLEND_S = 0.1
# From stride to stride a runner's joints vary by about this much, in metres, and the tempo by this share.
_STRIDE_VARIATION_M, _TEMPO_VARIATION = 0.008, 0.01


@dataclass(frozen=True)
class Scene:
    """One view of one motion.

    Attributes:
        motion: Name of the motion.
        kind: "run" or "walk".
        frame_rate: Frames/s.
        oblique_deg: How far the camera stands from square to the side.
        distance_m: Of the camera.
        truth_px: (T, K, 2) true keypoints; NaN for points that were not captured.
        depth_m: (T, K) behind the hips.
        leg_px: (T,) length of the stretched leg.
        torso_px: (T,) length of the trunk; of half a leg where no shoulders were captured.
        time_s: (T,) seconds.
        skeleton: Key of `SKELETONS`.
    """

    motion: str
    kind: str
    frame_rate: float
    oblique_deg: float
    distance_m: float
    truth_px: FloatArray
    depth_m: FloatArray
    leg_px: FloatArray
    torso_px: FloatArray
    time_s: FloatArray
    skeleton: str

    def damage(self, rng: np.random.Generator, plan: DamagePlan) -> tuple[KeypointSequence, DamagedKeypoints]:
        """The scene as a poor detector reports it."""
        damaged = damage_keypoints(
            self.truth_px,
            self.time_s,
            SKELETONS[self.skeleton],
            leg_px=self.leg_px,
            depth_m=self.depth_m,
            rng=rng,
            plan=plan,
        )
        raw = KeypointSequence(self.time_s, damaged.xy_px, damaged.confidence, self.skeleton, WIDTH, HEIGHT)
        return raw, damaged


def make_scene(
    motion: RunnerMotion,
    rng: np.random.Generator,
    *,
    frame_rate: float,
    oblique_deg: float,
    distance_m: float,
    seconds: float = 8.0,
    skeleton: str = "blazepose33",
) -> Scene:
    """Film a motion.

    Runs that are shorter than `seconds` are continued, stride by stride, with the variation that strides have; walks
    and runners who pass are taken as long as they are. The camera follows those who travel.

    Args:
        motion: What is done.
        rng: Source of chance: the camera's side, clock and aim, the continued strides.
        frame_rate: Frames/s.
        oblique_deg: 0 to 30, away from square to the side.
        distance_m: Of the camera.
        seconds: Wanted length.
        skeleton: Key of `SKELETONS`.
    """
    passing = motion.name.startswith("sprinter") or motion.kind == "walk"
    world = motion.points if passing else extend_run(motion, seconds, rng)
    world = sample_at(world, motion.frame_rate, frame_rate, seconds, rng)
    root = (world[:, AT["left_hip"]] + world[:, AT["right_hip"]]) / 2
    body = np.concatenate([root[:, None], world], axis=1)
    side = rng.choice((-1.0, 1.0))
    camera = place_camera(
        body[:, ~np.isnan(body).any(axis=(0, 2))],
        heading=compute_heading(body, 1 + AT["left_hip"], 1 + AT["right_hip"]),
        azimuth=side * np.pi / 2 + rng.choice((-1.0, 1.0)) * np.deg2rad(oblique_deg),
        distance_m=distance_m,
        height_m=rng.uniform(0.7, 1.3),
        focal_px=200.0 * distance_m + 300.0,
        aim_offset_m=np.zeros(3),
        roll_rad=float(np.deg2rad(rng.normal(0.0, 1.5))),
        follow=passing,
    )
    layout = SKELETONS[skeleton]
    seen = camera.to_camera(to_skeleton(world, layout))
    truth = camera.project(seen) + np.array([WIDTH / 2, HEIGHT / 2])
    depth = camera.to_camera(root[:, None])[:, 0]
    px_per_metre = camera.compute_px_per_metre(depth)
    bones = [
        np.linalg.norm(world[:, AT[f"left_{a}"]] - world[:, AT[f"left_{b}"]], axis=1)
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    leg_m = float(np.median(bones[0] + bones[1]))
    neck = np.linalg.norm(world[:, AT["neck"]] - root, axis=1)
    torso_m = float(np.median(neck)) if np.isfinite(neck).all() else leg_m / 2
    return Scene(
        motion=motion.name,
        kind=motion.kind,
        frame_rate=frame_rate,
        oblique_deg=oblique_deg,
        distance_m=distance_m,
        truth_px=truth,
        depth_m=seen[..., 2] - depth[:, None, 2],
        leg_px=leg_m * px_per_metre,
        torso_px=torso_m * px_per_metre,
        time_s=np.arange(len(world)) / frame_rate,
        skeleton=skeleton,
    )


def to_skeleton(points: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(T, 19, 3) points in the order of `BODY` -> (T, K, 3) keypoints of a 2D skeleton, metres, y up.

    Face, hands and small toes are placed from what there is.
    """
    nose, neck = points[:, AT["nose"]], points[:, AT["neck"]]
    left = points[:, AT["left_hip"]] - points[:, AT["right_hip"]]
    left = left / np.linalg.norm(left, axis=1, keepdims=True)
    up = neck - (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    up = up / np.linalg.norm(up, axis=1, keepdims=True)
    ahead = np.cross(left, up)
    face = {
        "eye": (0.03, 0.04, -0.03), "eye_inner": (0.015, 0.04, -0.02), "eye_outer": (0.045, 0.04, -0.04),
        "ear": (0.07, 0.02, -0.11), "mouth": (0.025, -0.04, -0.02),
    }  # fmt: skip
    result = np.full((len(points), len(skeleton), 3), np.nan)
    for k, name in enumerate(skeleton.keypoints):
        side, _, part = name.partition("_")
        outward = left if side == "left" else -left
        if name in AT:
            result[:, k] = points[:, AT[name]]
        elif part in face:
            out, high, forward = face[part]
            result[:, k] = nose + out * outward + high * up + forward * ahead
        elif part in ("pinky", "index", "thumb"):
            wrist, elbow = points[:, AT[f"{side}_wrist"]], points[:, AT[f"{side}_elbow"]]
            reach = {"pinky": 0.28, "index": 0.32, "thumb": 0.2}[part]
            result[:, k] = (
                wrist + reach * (wrist - elbow) + {"pinky": -0.02, "index": 0.02, "thumb": 0.03}[part] * ahead
            )
        elif part == "small_toe":
            heel, toe = points[:, AT[f"{side}_heel"]], points[:, AT[f"{side}_toe"]]
            result[:, k] = toe - 0.1 * (toe - heel) + 0.06 * outward
        elif name == "pelvis":
            result[:, k] = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    return result


def extend_run(motion: RunnerMotion, seconds: float, rng: np.random.Generator) -> FloatArray:
    """A run on the spot of at least `seconds`, (T, 19, 3) metres, by joining the motion to itself a stride later.

    Where the motion is most like itself a whole stride later, it is cut and joined with a short cross-fade (motion
    graphs, Kovar and others 2002). Slow variation is added, for no stride is like the last.
    """
    points, rate = motion.points, motion.frame_rate
    root = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    frames = np.arange(len(points)) - (len(points) - 1) / 2
    travel = (frames @ root / (frames @ frames))[None, :] * frames[:, None] * np.array([1.0, 0.0, 1.0])
    still = points - travel[:, None] - root.mean(axis=0) * np.array([1.0, 0.0, 1.0])
    wanted = int(seconds * rate * 1.1) + 1
    if len(still) < wanted:
        first, period, blend = _find_period(still, rate)
        rise = np.linspace(0, 1, blend)[:, None, None]
        cycle = still[first : first + period].copy()
        cycle[:blend] = (1 - rise) * still[first + period : first + period + blend] + rise * cycle[:blend]
        still = np.tile(cycle, (wanted // period + 1, 1, 1))
    slow = gaussian_filter1d(rng.standard_normal(still.shape), 0.25 * rate, axis=0)
    return np.asarray(still + slow * (_STRIDE_VARIATION_M / slow.std()))


def _find_period(points: FloatArray, rate: float) -> tuple[int, int, int]:
    """(first frame, period, cross-fade) in frames: where a motion is most like itself, pose and speed, a stride on."""
    blend = max(int(_BLEND_S * rate), 3)
    legs = [AT[f"{side}_{part}"] for side in ("left", "right") for part in ("knee", "ankle")]
    pose = points[:, legs].reshape(len(points), -1)
    best = (np.inf, 0, 0)
    for period in range(int(0.5 * rate), len(points) - blend):
        # Over the cross-fade both copies should agree; longer periods hold more true strides and are preferred.
        misfit = np.linalg.norm(pose[period:] - pose[:-period], axis=1)
        level = np.convolve(misfit, np.ones(blend) / blend, mode="valid")
        first = int(level.argmin())
        score = float(level[first]) * (1 - 0.3 * period / len(points))
        if score < best[0]:
            best = (score, first, period)
    return best[1], best[2], blend


def sample_at(
    points: FloatArray, rate: float, frame_rate: float, seconds: float, rng: np.random.Generator
) -> FloatArray:
    """(N, J, 3) points at another frame rate from a random start of the clock, with a slightly uneven tempo."""
    length = min(seconds, (len(points) - 2) / rate - 1 / frame_rate)
    at_s = np.arange(0, length, 1 / frame_rate)
    at_s = at_s * (1 - _TEMPO_VARIATION) + _TEMPO_VARIATION / (2 * np.pi * 0.3) * np.sin(2 * np.pi * 0.3 * at_s)
    at_s = np.clip(at_s + rng.uniform(0, 1 / frame_rate), 0, (len(points) - 1) / rate)
    known = ~np.isnan(points).any(axis=(0, 2))
    result = np.full((len(at_s), *points.shape[1:]), np.nan)
    result[:, known] = CubicSpline(np.arange(len(points)) / rate, points[:, known])(at_s)
    return result
