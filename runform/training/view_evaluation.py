"""How well the camera's side and angle are told, and what an oblique view does to the numbers: captured runners and
walkers before virtual cameras all around them, with a poor detector's errors.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from runform.gait.body_frame import compute_direction
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import detect_contacts
from runform.gait.view import SIDE_VIEW_LIMIT_DEG, ViewEstimate, estimate_view
from runform.sequences import SIDES, FloatArray, KeypointSequence, View
from runform.skeletons import BLAZEPOSE_33
from runform.training.cleaning_scenes import HEIGHT, WIDTH, extend_run, sample_at, to_skeleton
from runform.training.detector_damage import DamagePlan, damage_keypoints
from runform.training.runner_motions import AT, RunnerMotion, read_runner_motions
from runform.training.virtual_cameras import CameraPath, compute_heading, place_camera

RUNS = ("test_running_running_1", *(f"train_running_running_{i}" for i in range(1, 6)),
        *(f"hamner04 run{speed}00" for speed in (2, 3, 4, 5)),
        "sprinter run0500cms", "sprinter run0900cms")  # fmt: skip
WALKS = tuple(f"train_walking_walking_{i}" for i in range(1, 6))
LONG_RUNS = (*RUNS[:10], "rbds001")
"""Runs that stay in place, or can be continued stride by stride in place."""
AZIMUTH_STEP_DEG = 15.0
_LABELS = tuple(name for name in get_args(View) if name != "front_or_back")
# What cleaning leaves behind: noise and spikes, few swapped or merged legs.
_CLEANED = DamagePlan(swaps_per_s=0.05, merged_share=0.05)
_NOISE_ONLY = DamagePlan(swaps_per_s=0.0, merged_share=0.0, gaps_per_s=0.0, spike_share=0.0, lags_per_s=0.0)
_SECONDS = 6.0
_MATCH_S = 0.12
_EVENTS = ("initial_contact", "toe_off")


@dataclass(frozen=True)
class Filmed:
    """A motion as a detector saw it.

    Attributes:
        keypoints: BlazePose-33.
        azimuth_deg: Of the camera seen from the body, the mean over the clip, from the facing direction; 90 stands on
            the runner's right.
    """

    keypoints: KeypointSequence
    azimuth_deg: float

    @property
    def oblique_deg(self) -> float:
        """From the square side view, 0 to 90."""
        return abs(90.0 - abs(self.azimuth_deg))

    @property
    def view(self) -> View:
        """The side that the camera truly sees."""
        if self.oblique_deg <= SIDE_VIEW_LIMIT_DEG:
            return "right" if self.azimuth_deg > 0 else "left"
        return "front" if abs(self.azimuth_deg) < 90 else "back"


def film(
    motion: RunnerMotion,
    rng: np.random.Generator,
    *,
    azimuth_deg: float,
    height_m: float,
    distance_m: float,
    frame_rate: float = 30.0,
    plan: DamagePlan = _CLEANED,
) -> Filmed:
    """Film a motion from somewhere around it.

    Runs that are short are continued in place, as on a treadmill; walks and sprints travel and the camera turns along.

    Args:
        motion: What is done.
        rng: Source of chance: clock, strides, the camera's tilt and the detector.
        azimuth_deg: As `Filmed.azimuth_deg`, at the middle of the clip.
        height_m: Of the camera above the ground.
        distance_m: Of the camera from the middle of the way.
        frame_rate: Frames/s.
        plan: The detector's errors.
    """
    travels = motion.kind == "walk" or motion.name.startswith("sprinter")
    world = motion.points if travels else extend_run(motion, _SECONDS, rng)
    world = sample_at(world, motion.frame_rate, frame_rate, _SECONDS, rng)
    root = (world[:, AT["left_hip"]] + world[:, AT["right_hip"]]) / 2
    body = np.concatenate([root[:, None], world], axis=1)
    heading = compute_heading(body, 1 + AT["left_hip"], 1 + AT["right_hip"])
    camera = place_camera(
        body[:, ~np.isnan(body).any(axis=(0, 2))],
        heading=heading,
        azimuth=np.deg2rad(azimuth_deg),
        distance_m=distance_m,
        height_m=height_m,
        focal_px=200.0 * distance_m + 300.0,
        aim_offset_m=np.zeros(3),
        roll_rad=float(np.deg2rad(rng.normal(0.0, 1.5))),
        follow=travels,
    )
    seen = camera.to_camera(to_skeleton(world, BLAZEPOSE_33))
    depth = camera.to_camera(root[:, None])[:, 0]
    time_s = np.arange(len(world)) / frame_rate
    damaged = damage_keypoints(
        camera.project(seen) + np.array([WIDTH / 2, HEIGHT / 2]),
        time_s,
        BLAZEPOSE_33,
        leg_px=0.85 * camera.compute_px_per_metre(depth),
        depth_m=seen[..., 2] - depth[:, None, 2],
        rng=rng,
        plan=plan,
    )
    keypoints = KeypointSequence(time_s, damaged.xy_px, damaged.confidence, BLAZEPOSE_33.name, WIDTH, HEIGHT)
    return Filmed(keypoints, _compute_mean_azimuth(camera, root, heading))


def evaluate_view(
    mocap_dir: Path, seed: int = 0, repeats: int = 2, names: tuple[str, ...] = RUNS + WALKS
) -> dict[str, Any]:
    """Errors of the oblique angle, and which label was given for which.

    Cameras stand every 15 degrees around each run and walk, 0.5 to 2 m high and 3 to 8 m away.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of the cameras and the detector.
        repeats: Cameras at each place.
        names: Which motions, as for `read_runner_motions`.

    Returns:
        rows: one for each true angle, degrees; confusion: one for each true label, clips by given label; goals: none.

    Raises:
        InputError: None of the motions is there.
    """
    seen = [(filmed, estimate_view(filmed.keypoints)) for filmed in _film_all_around(mocap_dir, seed, repeats, names)]
    angles = np.arange(0.0, 90.0 + AZIMUTH_STEP_DEG, AZIMUTH_STEP_DEG)
    rows = [_describe_angle(angle, [s for s in seen if abs(s[0].oblique_deg - angle) < AZIMUTH_STEP_DEG / 2])
            for angle in angles]  # fmt: skip
    confusion = [
        {"true": true} | {given: sum(f.view == true and e.view == given for f, e in seen) for given in _LABELS}
        for true in _LABELS[:-1]
    ]
    return {"rows": rows, "confusion": confusion, "goals": []}


def evaluate_obliqueness(
    mocap_dir: Path,
    seed: int = 0,
    names: tuple[str, ...] = LONG_RUNS,
    angles_deg: tuple[float, ...] = (10.0, 20.0, 30.0, 40.0, 50.0),
) -> dict[str, Any]:
    """What an oblique view changes, held against the square view of the same strides.

    Both are of the runner's right side at 60 frames/s, from 3 and 6 m away, turned to either side.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of the detector.
        names: Which motions, as for `read_runner_motions`.
        angles_deg: From the square side view.

    Returns:
        rows: one for each angle; ankle_ahead_ratio is oblique over square, the others are 95th percentiles of the
        change over runs, turns and distances, at initial contact where they are of the leg. goals: none.

    Raises:
        InputError: None of the motions is there.
    """
    changes: dict[float, list[list[float]]] = {angle: [] for angle in angles_deg}
    for motion in read_runner_motions(mocap_dir, names):
        for distance in (3.0, 6.0):
            square = _read_from(motion, 90.0, distance, seed)
            for angle in angles_deg:
                for azimuth in (90.0 - angle, 90.0 + angle):
                    changes[angle].append(_compare(square, _read_from(motion, azimuth, distance, seed)))
    rows = []
    for angle in angles_deg:
        worst = np.nanpercentile(np.abs(changes[angle]), 95, axis=0)
        rows.append({
            "oblique_deg": angle,
            "ankle_ahead_ratio": float(1 + np.nanmean(np.array(changes[angle])[:, 1])),
            "ankle_ahead": float(worst[0]),
            "shank_deg": float(worst[2]),
            "knee_deg": float(worst[3]),
            "initial_contact_ms": float(1000 * worst[4]),
            "toe_off_ms": float(1000 * worst[5]),
        })  # fmt: skip
    return {"rows": rows, "goals": []}


def _film_all_around(mocap_dir: Path, seed: int, repeats: int, names: tuple[str, ...]) -> Iterator[Filmed]:
    """Every motion from every side."""
    for motion in read_runner_motions(mocap_dir, names):
        for azimuth in np.arange(-180.0, 180.0, AZIMUTH_STEP_DEG):
            for repeat in range(repeats):
                rng = np.random.default_rng([seed, _number(motion), int(azimuth) + 180, repeat])
                height, distance = rng.uniform(0.5, 2.0), rng.uniform(3.0, 8.0)
                yield film(motion, rng, azimuth_deg=azimuth, height_m=height, distance_m=distance)


def _describe_angle(angle: float, seen: Sequence[tuple[Filmed, ViewEstimate]]) -> dict[str, float]:
    """Errors of the clips near one true angle, degrees."""
    told = [(f, e) for f, e in seen if np.isfinite(e.oblique_deg)]
    errors = np.array([e.oblique_deg - f.oblique_deg for f, e in told])
    stated = np.array([e.plus_minus_deg for _, e in told])
    return {
        "oblique_deg": float(angle),
        "clips": len(seen),
        "told": len(told),
        "error_mean": float(errors.mean()),
        "error_95": float(np.percentile(np.abs(errors), 95)),
        "plus_minus": float(stated.mean()),
        "covered": float(np.mean(np.abs(errors) <= stated)),
    }


@dataclass(frozen=True)
class _Reading:
    """The leg at initial contact (ankle ahead, shank angle, knee flexion), and the times of each side's events."""

    leg: FloatArray  # (3,)
    events: dict[tuple[str, str], FloatArray]


def _compare(square: _Reading, oblique: _Reading) -> list[float]:
    """Oblique minus square: ankle ahead and its share, shank and knee (degrees), initial contact and toe-off (s)."""
    change = oblique.leg - square.leg
    shifts = [
        float(np.mean([_find_shift(square.events[side, event], oblique.events[side, event]) for side in SIDES]))
        for event in _EVENTS
    ]
    return [float(change[0]), float(change[0] / square.leg[0]), float(change[1]), float(change[2]), *shifts]


def _read_from(motion: RunnerMotion, azimuth_deg: float, distance_m: float, seed: int) -> _Reading:
    """A run as read from one side: the same strides and the same clock wherever the camera stands."""
    rng = np.random.default_rng([seed, _number(motion)])
    filmed = film(
        motion,
        rng,
        azimuth_deg=azimuth_deg,
        height_m=1.0,
        distance_m=distance_m,
        frame_rate=60.0,
        plan=_NOISE_ONLY,
    )
    keypoints = filmed.keypoints
    direction = compute_direction(keypoints)
    detection = detect_contacts(keypoints, direction)
    if detection is None:
        return _Reading(np.full(3, np.nan), {(side, event): np.array([]) for side in SIDES for event in _EVENTS})
    geometry = compute_contact_geometry(keypoints, detection.contacts, detection.phase, direction)
    legs = np.array([(g.ankle_ahead, g.shank_angle_deg, g.knee_flexion_deg) for g in geometry])
    events: dict[tuple[str, str], FloatArray] = {}
    for side in SIDES:
        of_side = [c for c in detection.contacts if c.side == side]
        events[side, "initial_contact"] = np.array([c.initial_contact_s for c in of_side])
        up = np.array([c.toe_off_s for c in of_side])
        events[side, "toe_off"] = up[np.isfinite(up)]
    return _Reading(np.asarray(np.nanmean(legs, axis=0)), events)


def _find_shift(square_s: FloatArray, oblique_s: FloatArray) -> float:
    """Mean time by which events come later, of those that have a counterpart; NaN without any."""
    if not len(square_s) or not len(oblique_s):
        return float("nan")
    apart = oblique_s[None, :] - square_s[:, None]
    nearest = apart[np.arange(len(square_s)), np.abs(apart).argmin(axis=1)]
    near = nearest[np.abs(nearest) < _MATCH_S]
    return float(near.mean()) if len(near) else float("nan")


def _compute_mean_azimuth(camera: CameraPath, root: FloatArray, heading: float) -> float:
    """Mean azimuth of the camera seen from the body, degrees."""
    x, z = (camera.position - root)[:, (0, 2)].T
    turns = np.exp(1j * (np.arctan2(z, x) - heading))
    return float(np.degrees(np.angle(turns.mean())))


def _number(motion: RunnerMotion) -> int:
    """A number that stands for a motion, for seeds."""
    return zlib.crc32(motion.name.encode())
