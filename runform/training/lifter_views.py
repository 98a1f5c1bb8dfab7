"""The clips on which lifting is judged: runs of the test people before virtual cameras, as phones would film them.

hamner04's trials last about two seconds and are continued to eight, stride by stride, by `extend_force_run`; on the
treadmill they stay in place, else they travel at the belt's speed. The sprinter's passes are taken as they are, and a
pass is seen only while the runner is in the picture.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from runform.errors import InputError
from runform.sequences import FloatArray, require_shape
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_FEET_21
from runform.training.cleaning_scenes import to_skeleton
from runform.training.force_runs import extend_force_run, read_force_runs
from runform.training.motion_world import TEST_RUNS, to_motion
from runform.training.runner_motions import AT, RunnerMotion, read_runner_motions
from runform.training.virtual_cameras import CameraPath, compute_heading, place_camera

Place = Literal["side", "oblique", "front", "back"]
Surface = Literal["treadmill", "passing", "followed"]
PLACES: tuple[Place, ...] = ("side", "oblique", "front", "back")
SURFACES: tuple[Surface, ...] = ("treadmill", "passing", "followed")
WIDTH, HEIGHT = 1280, 720

TREADMILL_PEOPLE = ("hamner04",)
SPRINTER_RUNS = tuple(name for name in TEST_RUNS if name.startswith("sprinter"))
FRAME_RATE = 30.0
LONG_S, SHORT_S = 8.0, 4.0
"""Seconds of the views that matter most, and of the others."""

_FOCAL_PX = 1000.0  # a phone's main camera: 65 degrees across the picture
_SQUARE_DEG = 15.0
_OBLIQUE_DEG = (30.0, 45.0)
_DISTANCE_M: dict[Surface, tuple[float, float]] = {
    "treadmill": (3.0, 6.0),
    "passing": (7.0, 10.0),
    "followed": (8.0, 12.0),
}
_NEAREST_M = 4.0  # to somebody who runs toward the camera
_HEIGHT_M = (0.6, 1.6)
_ROLL_DEG = 1.5
_LEAST_FRAMES = 15


@dataclass(frozen=True)
class FilmedRunner:
    """One test person's run before one camera, as it truly is.

    Attributes:
        person: Of whom; each person counts the same in every mean.
        motion: Name of the run.
        place: Where the camera stands around the runner.
        surface: On a treadmill, passing a still camera, or followed by a turning one.
        camera: Which filmed it.
        time_s: (T,) seconds.
        joints_m: (T, 21, 3) Human3.6M joints with feet, camera metres: x right, y down, z away.
        keypoints_m: (T, 33, 3) BlazePose's keypoints, camera metres.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    person: str
    motion: str
    place: Place
    surface: Surface
    camera: CameraPath
    time_s: FloatArray
    joints_m: FloatArray
    keypoints_m: FloatArray

    def __post_init__(self) -> None:
        require_shape("joints_m", self.joints_m, (len(self.time_s), len(HUMAN36M_FEET_21), 3))
        require_shape("keypoints_m", self.keypoints_m, (len(self.time_s), len(BLAZEPOSE_33), 3))
        require_shape("camera.rotation", self.camera.rotation, (len(self.time_s), 3, 3))

    @property
    def px_per_metre(self) -> FloatArray:
        """(T,) px that one metre across spans at the root's depth."""
        return self.camera.compute_px_per_metre(self.joints_m[:, 0])

    def choose(self, frames: npt.NDArray[np.bool_]) -> FilmedRunner:
        """The clip without the frames (T,) that are False."""
        return dataclasses.replace(
            self,
            camera=dataclasses.replace(self.camera, rotation=self.camera.rotation[frames]),
            time_s=self.time_s[frames],
            joints_m=self.joints_m[frames],
            keypoints_m=self.keypoints_m[frames],
        )


@dataclass(frozen=True)
class _Plan:
    """One clip to be filmed: where the camera stands, on which side (+1 the runner's right), and for how long."""

    place: Place
    surface: Surface
    side: int
    seconds: float


def film_test_people(mocap_dir: Path, seed: int) -> list[FilmedRunner]:
    """Every clip of the test people whose files are there, none where nobody is.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of cameras and of the strides that continue a run.
    """
    return [*_film_treadmill_people(mocap_dir, seed), *_film_sprinter(mocap_dir, seed)]


def _film_treadmill_people(mocap_dir: Path, seed: int) -> Iterator[FilmedRunner]:
    """The runs on treadmills: in place from all around, then passing and followed from the side."""
    if not (mocap_dir / TREADMILL_PEOPLE[0]).is_dir():
        return
    runs = [run for run in read_force_runs(mocap_dir) if run.subject in TREADMILL_PEOPLE]
    for number, run in enumerate(runs):
        side = 1 if number % 2 == 0 else -1
        rng = np.random.default_rng([seed, zlib.crc32(run.name.encode())])
        motion = extend_force_run(run, LONG_S + 1.0, rng).motion
        plans = (
            _Plan("side", "treadmill", 1, LONG_S), _Plan("side", "treadmill", -1, LONG_S),
            _Plan("oblique", "treadmill", side, SHORT_S), _Plan("front", "treadmill", 1, SHORT_S),
            _Plan("back", "treadmill", 1, SHORT_S), _Plan("side", "passing", side, SHORT_S),
            _Plan("side", "followed", -side, SHORT_S),
        )  # fmt: skip
        for plan in plans:
            speed = 0.0 if plan.surface == "treadmill" else run.speed
            yield film_runner(run.subject, motion, plan.place, plan.surface, plan.side, plan.seconds, rng, speed)


def _film_sprinter(mocap_dir: Path, seed: int) -> Iterator[FilmedRunner]:
    """The passes overground, whole."""
    if not (mocap_dir / "sprinter").is_dir():
        return
    for number, motion in enumerate(read_runner_motions(mocap_dir, SPRINTER_RUNS)):
        side = 1 if number % 2 == 0 else -1
        rng = np.random.default_rng([seed, zlib.crc32(motion.name.encode())])
        plans = (
            _Plan("side", "passing", 1, LONG_S), _Plan("side", "passing", -1, LONG_S),
            _Plan("oblique", "passing", side, LONG_S), _Plan("side", "followed", 1, LONG_S),
            _Plan("side", "followed", -1, LONG_S), _Plan("oblique", "followed", -side, LONG_S),
            _Plan("front", "followed", 1, LONG_S), _Plan("back", "followed", 1, LONG_S),
        )  # fmt: skip
        for plan in plans:
            yield film_runner("sprinter", motion, plan.place, plan.surface, plan.side, plan.seconds, rng)


def film_runner(
    person: str,
    motion: RunnerMotion,
    place: Place,
    surface: Surface,
    side: int,
    seconds: float,
    rng: np.random.Generator,
    speed: float = 0.0,
) -> FilmedRunner:
    """One clip of a run, at 30 frames/s from a random moment on.

    Args:
        person: Who runs.
        motion: The run, with an upper body.
        place: Where the camera stands: within 15 degrees of square, of front or back, or 30 to 45 from square.
        surface: What the camera does.
        side: +1 for a camera on the runner's right, -1 on the left; without meaning in front and behind.
        seconds: Wanted length; a shorter run is taken whole.
        rng: Source of chance: the moment and the camera.
        speed: m/s that is added in the running direction, to one who was captured in place.
    """
    world = _sample(motion, seconds, rng)
    time_s = np.arange(len(world)) / FRAME_RATE
    heading = compute_heading(world, AT["left_hip"], AT["right_hip"])
    way = speed * (time_s - time_s[-1] / 2)
    world = world + way[:, None, None] * np.array([np.cos(heading), 0.0, np.sin(heading)])
    joints = to_motion(RunnerMotion(motion.name, motion.kind, FRAME_RATE, world), person, "running").joints
    travel_m = float(np.ptp(joints[:, 0, (0, 2)], axis=0).max())
    toward = place in ("front", "back")
    nearest = (_NEAREST_M + travel_m / 2) if toward else 0.0
    camera = place_camera(
        joints,
        heading=heading,
        azimuth=_draw_azimuth(place, side, rng),
        distance_m=max(float(rng.uniform(*_DISTANCE_M[surface])), nearest),
        height_m=float(rng.uniform(*_HEIGHT_M)),
        focal_px=_FOCAL_PX,
        aim_offset_m=np.zeros(3),
        roll_rad=float(np.deg2rad(rng.normal(0.0, _ROLL_DEG))),
        follow=surface == "followed",
    )
    inside = _find_inside(camera, camera.to_camera(joints))
    path = CameraPath(camera.position, camera.rotation[inside], _FOCAL_PX, np.array([WIDTH / 2, HEIGHT / 2]))
    return FilmedRunner(
        person,
        motion.name,
        place,
        surface,
        path,
        time_s=time_s[inside] - time_s[inside][0],
        joints_m=path.to_camera(joints[inside]),
        keypoints_m=path.to_camera(to_skeleton(world[inside], BLAZEPOSE_33)),
    )


def _sample(motion: RunnerMotion, seconds: float, rng: np.random.Generator) -> FloatArray:
    """(T, 19, 3) points at 30 frames/s from a random moment on, T at most `seconds` long."""
    last_s = (len(motion.points) - 1) / motion.frame_rate
    frames = int(min(seconds, last_s) * FRAME_RATE)
    start_s = rng.uniform(0.0, last_s - (frames - 1) / FRAME_RATE)
    path = CubicSpline(np.arange(len(motion.points)) / motion.frame_rate, motion.points)
    return np.asarray(path(start_s + np.arange(frames) / FRAME_RATE))


def _draw_azimuth(place: Place, side: int, rng: np.random.Generator) -> float:
    """The camera's direction from the runner's heading, rad; pi/2 stands on the right."""
    if place == "front":
        return float(np.deg2rad(rng.uniform(-_SQUARE_DEG, _SQUARE_DEG)))
    if place == "back":
        return float(np.pi + np.deg2rad(rng.uniform(-_SQUARE_DEG, _SQUARE_DEG)))
    if place == "side":
        return float(side * np.pi / 2 + np.deg2rad(rng.uniform(-_SQUARE_DEG, _SQUARE_DEG)))
    return float(side * np.pi / 2 + rng.choice((-1.0, 1.0)) * np.deg2rad(rng.uniform(*_OBLIQUE_DEG)))


def _find_inside(camera: CameraPath, seen: FloatArray) -> slice:
    """The frames in which all of the runner is within the picture's width; those of a pass are in one piece.

    Raises:
        InputError: Too few.
    """
    across = np.abs(camera.project(seen)[..., 0]).max(axis=1)
    frames = np.flatnonzero(across <= WIDTH / 2)
    if len(frames) < _LEAST_FRAMES:
        raise InputError("The runner is hardly ever in the picture.", "Give the camera more distance.")
    return slice(int(frames[0]), int(frames[-1]) + 1)
