"""Films runs with known contacts by virtual cameras: the keypoints a clip would give, and the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.interpolate import CubicSpline

from runform.errors import InputError
from runform.sequences import SIDES, FloatArray, KeypointSequence, Side
from runform.skeletons import BLAZEPOSE_33
from runform.training.cleaning_scenes import to_skeleton
from runform.training.detector_damage import DamagePlan, damage_keypoints
from runform.training.force_runs import ForceRun, TrueContact, extend_force_run, keep_contacts
from runform.training.runner_motions import AT
from runform.training.upper_body import fill_upper_body
from runform.training.virtual_cameras import CameraPath, look_at

Surface = Literal["treadmill", "overground"]

_FILLED = 0.8  # share of the picture's height or width that the body, or its way, takes up
_SHUTTER_SAMPLES = 7
_MARGIN_S = 0.02  # of motion beyond the clip, so that an open shutter finds it


@dataclass(frozen=True)
class VirtualCamera:
    """A camera on a tripod that does not move.

    Attributes:
        frame_rate: Frames/s.
        side: The runner's side on which it stands.
        yaw_deg: How far from square to the running direction, positive toward the runner's front.
        distance_m: On the ground, from the hips' place in the middle of the clip.
        height_m: Above the floor.
        tilt_deg: Below the horizontal; None looks at the hips.
        roll_deg: About the line of sight; positive turns the picture's contents anticlockwise.
        focal_px: None lets the body (treadmill) or its way (overground) fill the picture.
        shutter_s: How long each frame is exposed, about the frame's time; 0 for no blur. All rows at once.
        width, height: Of the picture, px.

    Raises:
        InputError: A value that no camera has.
    """

    frame_rate: float = 60.0
    side: Side = "right"
    yaw_deg: float = 0.0
    distance_m: float = 4.0
    height_m: float = 1.0
    tilt_deg: float | None = None
    roll_deg: float = 0.0
    focal_px: float | None = None
    shutter_s: float = 0.0
    width: int = 1280
    height: int = 720

    def __post_init__(self) -> None:
        if not (self.frame_rate > 0 and self.distance_m > 0 and self.width > 0 and self.height > 0):
            raise InputError("A camera's frame rate, distance and picture must be above 0.", "Give other values.")
        if not 0 <= self.shutter_s <= 1 / self.frame_rate:
            raise InputError(
                f"The shutter is open for {self.shutter_s:g} s at {self.frame_rate:g} frames/s.",
                "Give 0 up to the time between two frames.",
            )
        if not -80 <= self.yaw_deg <= 80:
            raise InputError(f"The yaw is {self.yaw_deg:g} degrees.", "Give -80 to 80 degrees from square.")


@dataclass(frozen=True)
class FilmedRun:
    """What a clip of a run gives, and what is true of it.

    Attributes:
        name, subject, speed: Of the run; m/s.
        surface: Runner in place, or passing the camera.
        camera: Which filmed it.
        keypoints: As a poor detector reports them, before cleaning; BlazePose-33.
        truth: Without blur, noise and faults, confidence 1.
        contacts: Those that begin within the clip, clip seconds; toe-off NaN where it lies beyond.
        shank_deg: side -> (T,) true angle in the plane of the running direction and the vertical, positive when the
            ankle is ahead of the knee.
        knee_flexion_deg: side -> (T,) in the same plane, 0 for a straight leg.
        direction: +1 when the runner runs to the picture's right, -1 to its left.
    """

    name: str
    subject: str
    speed: float
    surface: Surface
    camera: VirtualCamera
    keypoints: KeypointSequence
    truth: KeypointSequence
    contacts: tuple[TrueContact, ...]
    shank_deg: dict[Side, FloatArray]
    knee_flexion_deg: dict[Side, FloatArray]
    direction: int


def film_run(
    run: ForceRun,
    camera: VirtualCamera,
    rng: np.random.Generator,
    *,
    plan: DamagePlan,
    surface: Surface = "treadmill",
    seconds: float = 8.0,
) -> FilmedRun:
    """Film a run from a random moment on.

    Overground the treadmill's runner travels at the belt's speed past the camera, which stands at the middle of the
    way; for several steps in one picture `distance_m` should be 8 or more and `seconds` some 3. Keypoints of an upper
    body that was not captured (rbds001) are made up by `fill_upper_body`: the code that cleans and judges a clip then
    works as for a whole runner, and nothing above the hips may be judged.

    Args:
        run: A run; one shorter than the clip is continued by `extend_force_run`.
        camera: Where it stands and how it records.
        rng: Source of chance: the clip's start, the continued strides, the detector's faults.
        plan: How poor the detector is.
        surface: Runner in place, or passing.
        seconds: Length of the clip.
    """
    run = extend_force_run(run, seconds + 1.0, rng)
    frames = round(seconds * camera.frame_rate)
    start_s = float(rng.uniform(_MARGIN_S, run.duration_s - seconds - _MARGIN_S))
    time_s = np.arange(frames) / camera.frame_rate
    body = _Runner(run, start_s, travels=surface == "overground", middle_s=float(time_s[-1]) / 2)
    world = body.at(time_s)
    path = aim_camera(camera, world)
    seen = path.to_camera(to_skeleton(world, BLAZEPOSE_33))
    truth_px = path.project(seen)
    hips = path.to_camera((world[:, [AT["left_hip"]]] + world[:, [AT["right_hip"]]]) / 2)[:, 0]
    damaged = damage_keypoints(
        _expose(body, path, time_s, camera.shutter_s) if camera.shutter_s else truth_px,
        time_s,
        BLAZEPOSE_33,
        leg_px=_compute_leg_m(world) * path.compute_px_per_metre(hips),
        depth_m=seen[..., 2] - hips[:, None, 2],
        rng=rng,
        plan=plan,
    )
    size = (BLAZEPOSE_33.name, camera.width, camera.height)
    angles = {side: compute_true_angles(world, side) for side in SIDES}
    return FilmedRun(
        name=run.name,
        subject=run.subject,
        speed=run.speed,
        surface=surface,
        camera=camera,
        keypoints=KeypointSequence(time_s, damaged.xy_px, damaged.confidence, *size),
        truth=KeypointSequence(time_s, truth_px, np.ones(truth_px.shape[:2]), *size),
        contacts=_to_clip(run.contacts, start_s, float(time_s[-1])),
        shank_deg={side: shank for side, (shank, _) in angles.items()},
        knee_flexion_deg={side: flexion for side, (_, flexion) in angles.items()},
        direction=1 if camera.side == "right" else -1,
    )


class _Runner:
    """The run's points at any moment of the clip."""

    def __init__(self, run: ForceRun, start_s: float, *, travels: bool, middle_s: float) -> None:
        points = fill_upper_body(run.motion.points)
        self._path = CubicSpline(np.arange(len(points)) / run.motion.frame_rate, points)
        self._start_s = start_s
        self._speed = run.speed if travels else 0.0
        self._middle_s = middle_s

    def at(self, time_s: FloatArray) -> FloatArray:
        """(T, 19, 3) metres at clip seconds (T,)."""
        points = np.array(self._path(self._start_s + time_s))
        points[..., 0] += self._speed * (time_s - self._middle_s)[:, None]
        return points


def aim_camera(camera: VirtualCamera, world: FloatArray) -> CameraPath:
    """Stand a camera beside a runner toward +x.

    Args:
        camera: Where and how.
        world: (T, 19, 3) metres of the whole clip, y up; the lowest point lies on the floor.
    """
    hips = (world[:, AT["left_hip"]] + world[:, AT["right_hip"]]) / 2
    middle = (hips.min(axis=0) + hips.max(axis=0)) / 2
    outward = 1.0 if camera.side == "right" else -1.0  # the right side of a runner toward +x is +z
    yaw = np.deg2rad(camera.yaw_deg)
    away = camera.distance_m * np.array([np.sin(yaw), 0.0, outward * np.cos(yaw)])
    position = middle + away
    position[1] = world[..., 1].min() + camera.height_m
    target = middle.copy()
    if camera.tilt_deg is not None:
        target[1] = position[1] - camera.distance_m * np.tan(np.deg2rad(camera.tilt_deg))
    rotation = look_at(position, np.tile(target, (len(world), 1)), float(np.deg2rad(camera.roll_deg)))
    centre = np.array([camera.width / 2, camera.height / 2])
    unit = CameraPath(position, rotation, 1.0, np.zeros(2))
    focal = camera.focal_px or _fit_focal(unit.project(unit.to_camera(world)), centre)
    return CameraPath(position, rotation, focal, centre)


def _fit_focal(seen: FloatArray, centre: FloatArray) -> float:
    """Focal length in px at which points seen at focal length 1 (T, J, 2) keep within the middle of the picture."""
    furthest = np.abs(seen).max(axis=(0, 1))
    return float(_FILLED * np.min(centre / furthest))


def _expose(body: _Runner, path: CameraPath, time_s: FloatArray, shutter_s: float) -> FloatArray:
    """(T, K, 2) px, the mean place of each keypoint while the shutter is open."""
    moments = (np.arange(_SHUTTER_SAMPLES) + 0.5) / _SHUTTER_SAMPLES - 0.5
    seen = [path.project(path.to_camera(to_skeleton(body.at(time_s + m * shutter_s), BLAZEPOSE_33))) for m in moments]
    return np.asarray(np.mean(seen, axis=0))


def compute_true_angles(world: FloatArray, side: Side) -> tuple[FloatArray, FloatArray]:
    """Shank angle and knee flexion of a runner toward +x, (T,) degrees, in the plane of x and the vertical.

    Signs as in gait/angles.py.

    Args:
        world: (T, 19, 3) metres, y up.
        side: Which leg.
    """
    hip, knee, ankle = (world[:, AT[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
    thigh_deg, shank_deg = (np.degrees(np.arctan2(bone[:, 0], -bone[:, 1])) for bone in (knee - hip, ankle - knee))
    return shank_deg, (thigh_deg - shank_deg + 180) % 360 - 180


def _compute_leg_m(world: FloatArray) -> float:
    """Median length of the stretched leg, metres: the mean of both."""
    bones = [
        np.linalg.norm(world[:, AT[f"{side}_{a}"]] - world[:, AT[f"{side}_{b}"]], axis=1)
        for side in SIDES
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    return float(np.median(np.sum(bones, axis=0)) / 2)


def _to_clip(contacts: tuple[TrueContact, ...], start_s: float, end_s: float) -> tuple[TrueContact, ...]:
    """Contacts on the run's clock -> those that begin within the clip, on the clip's clock."""
    moved = (TrueContact(c.side, c.initial_contact_s - start_s, c.toe_off_s - start_s) for c in contacts)
    return keep_contacts(moved, 0.0, end_s)
