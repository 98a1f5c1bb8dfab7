"""Renders a virtual runner on a treadmill to video, with its truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform.demo.body import BodyPose, BodySize, pose_body
from runform.demo.camera import Camera
from runform.demo.figure import make_figure
from runform.demo.gait import make_gait
from runform.demo.leg import LegSize
from runform.demo.leg_cycle import LegCycle
from runform.demo.scene import draw_room, make_belt
from runform.demo.sprites import Picture
from runform.demo.stride_model import SOURCES
from runform.demo.truth import DemoTruth, compute_contact_geometry, list_contacts, write_truth
from runform.errors import InputError
from runform.progress import Progress
from runform.sequences import SIDES, FloatArray, Side
from runform.video.write import VideoWriter

SIDE_PX = (64, 4096)
NOISE_SIGMA = 2.0
NOISE_MARGIN_PX = 64


def write_demo(
    out: Path,
    *,
    seconds: float = 12.0,
    fps: float = 30.0,
    width: int = 720,
    height: int = 1280,
    cadence: float | None = None,
    belt_speed: float | None = None,
    overstride: float = 0.0,
    view: Side = "right",
    seed: int = 0,
    progress: Progress | None = None,
) -> DemoTruth:
    """Render the clip as H.264 and write its truth to the same name ending in .json.

    Args:
        out: The video file, usually .mp4.
        seconds: Length of the clip.
        fps: Frames/s.
        width: Of the picture, px; a phone held upright films 720 x 1280.
        height: Of the picture, px.
        cadence: Steps/min; None takes 173.4, less as the runner overstrides.
        belt_speed: m/s; None takes 3.1 at the cadence that None takes, and the same step length at others.
        overstride: 0 (lands under the body) to 1 (lands far ahead of it with a nearly straight knee).
        view: The side of the runner that the camera sees; "right" faces right in the picture.
        seed: Of the textures, the noise and the first frame's place in the stride; the same seed draws the same frames.
        progress: Told the part of the frames drawn.

    Returns:
        The truth, as written.

    Raises:
        InputError: A value that makes no clip.
    """
    if not (np.isfinite(seconds) and np.isfinite(fps) and fps > 0 and round(seconds * fps) >= 2):
        raise InputError(f"{seconds:g} s at {fps:g} frames/s is no clip.", "Ask for at least two frames.")
    if not all(SIDE_PX[0] <= side <= SIDE_PX[1] for side in (width, height)):
        raise InputError(f"A picture of {width} x {height} px.", f"Give sides of {SIDE_PX[0]} to {SIDE_PX[1]} px.")
    if out.suffix == ".json":
        raise InputError(f"{out.name} would be overwritten by its own truth.", "Name the video .mp4.")

    gait, size, body_size = make_gait(cadence, belt_speed, overstride), LegSize(), BodySize()
    cycle = LegCycle.solve(gait, size, body_size.hip_half_width)
    camera = Camera(width, height, view)
    rng = np.random.default_rng(seed)
    start_phase = float(rng.uniform(0, 1))
    time_s = np.arange(round(seconds * fps)) / fps
    body = pose_body(cycle, body_size, start_phase + time_s / gait.stride_s)
    contacts = list_contacts(gait, start_phase, float(time_s[-1]))
    at_contact = start_phase + np.array([contact.initial_contact_s for contact in contacts]) / gait.stride_s
    one_step = cycle.pelvis.centre(np.linspace(0, 0.5, 501))[:, 1]
    truth = DemoTruth(
        clip=out.name,
        fps=fps,
        width=width,
        height=height,
        view=view,
        seed=seed,
        overstride=overstride,
        cadence=gait.cadence,
        belt_speed=gait.belt_speed,
        ground_contact_s=gait.contact_s,
        flight_s=gait.flight_s,
        duty_factor=gait.duty_factor,
        vertical_oscillation_m=float(np.ptp(one_step)),
        contacts=contacts,
        geometry=compute_contact_geometry(contacts, pose_body(cycle, body_size, at_contact), size.leg),
        time_s=time_s,
        xy_px=camera.project(body.joints),
        xyz_m=body.joints,
        sources=SOURCES,
    )
    if progress is not None:
        progress.enter("drawing the virtual runner", 0.0, 1.0)
    with VideoWriter(out, width, height) as writer:
        for frame, picture in enumerate(draw_frames(camera, body, gait.belt_speed * time_s, rng)):
            writer.write(picture, float(time_s[frame]))
            if progress is not None:
                progress.report((frame + 1) / len(time_s))
    write_truth(truth, out.with_suffix(".json"))
    return truth


def draw_frames(camera: Camera, body: BodyPose, belt_run_m: FloatArray, rng: np.random.Generator) -> Iterator[Picture]:
    """Draw T frames, one after the other.

    Args:
        camera: Sees the runner.
        body: The runner at T times.
        belt_run_m: (T,) how far the belt has run, m.
        rng: Draws textures and noise.

    Yields:
        (H, W, 3) RGB.
    """
    room, belt, figure = draw_room(camera, rng), make_belt(camera, rng), make_figure(camera, rng)
    noise = _make_noise(camera, rng)
    feet = np.stack([body.joint(f"{side}_{part}") for side in SIDES for part in ("heel", "toe")], axis=1)  # (T, 4, 3)
    pelvis = body.joint("pelvis")
    for frame, run_m in enumerate(belt_run_m):
        picture = room.copy()
        belt.draw(picture, float(run_m), feet[frame], pelvis[frame])
        figure.draw(picture, body, frame)
        yield _add_noise(picture, noise, rng)


def _make_noise(camera: Camera, rng: np.random.Generator) -> npt.NDArray[np.int16]:
    """(H + margin, W + margin, 3) sensor noise; each frame takes another window of it."""
    shape = (camera.height + NOISE_MARGIN_PX, camera.width + NOISE_MARGIN_PX)
    grey = rng.standard_normal(shape, dtype=np.float32) * NOISE_SIGMA
    return np.repeat(np.round(grey).astype(np.int16)[..., None], 3, axis=2)


def _add_noise(picture: Picture, noise: npt.NDArray[np.int16], rng: np.random.Generator) -> Picture:
    """The picture with one window of the noise on it."""
    row, column = rng.integers(0, NOISE_MARGIN_PX, size=2)
    window = noise[row : row + picture.shape[0], column : column + picture.shape[1]]
    return np.asarray(cv2.add(picture, window, dtype=cv2.CV_8U), dtype=np.uint8)
