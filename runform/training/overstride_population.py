"""Runners who overstride and runners who do not, filmed: what the overstride model learns from and is judged by.

A runner's label is true of the 3D motion: at the runner's speed, more than half of the landings lie beyond at least two
of the limits of `form.landing_limits`. The clip beside it goes the whole way of an analysis, from keypoints on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from runform.embedder import lift_form
from runform.errors import InputError
from runform.form.landing_limits import compute_step_reach, find_limits
from runform.gait.body_frame import compute_direction
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import detect_contacts
from runform.gait.report import analyse_gait
from runform.lifting.body import BodyLifter
from runform.lifting.lifter import Lifter
from runform.pose.cleaning import clean_keypoints
from runform.results import AnalysisOptions
from runform.sequences import (
    SIDES,
    ClipInfo,
    Contact,
    ContactGeometry,
    FloatArray,
    KeypointSequence,
    PhaseForms,
    Side,
)
from runform.training.filmed_forms import Shot
from runform.training.filming import FilmedRun, film_run
from runform.training.force_runs import ForceRun, TrueContact
from runform.training.runner_motions import AT
from runform.training.virtual_runners import RunnerSources
from runform.training.virtual_running.drawing import draw_traits
from runform.training.virtual_running.labels import compute_ankle_ahead, compute_knee_flexion
from runform.training.virtual_running.leg_fit import solve_legs
from runform.training.virtual_running.run import VirtualRun, run_in_place

CONTACT_ERROR_S, CLIP_CONTACT_ERROR_S = 0.006, 0.005
"""Standard deviations of initial contact's error, by step and by clip, as on force plates (`evaluate contacts`).

Virtual feet already move back with the belt sooner before they land than measured ones do, and the detector, which is
made for measured ones, finds them early: geometry read where it finds them would be further ahead than any clip's."""

REACHES = (-0.03, 0.17)
"""Leg lengths further ahead than usual at the speed, between which runners are drawn: about half overstride."""
THIGH_TURNS_DEG, SHANK_TURNS_DEG = (-4.0, 8.0), (-5.0, 8.0)
"""Between which legs are turned, see `turn_legs`."""
RUN_S, RUN_RATE = 9.0, 100.0
_TRIES = 100


@dataclass(frozen=True)
class LabelledRunner:
    """A runner of whom it is known how he lands.

    Attributes:
        run: In place toward +x.
        reach: Median over the landings of both feet of `compute_step_reach`, of the 3D motion; above 0: overstrides.
    """

    run: ForceRun
    reach: float

    @property
    def overstrides(self) -> bool:
        """The label."""
        return self.reach > 0


@dataclass(frozen=True)
class LabelledForm:
    """One filmed clip of such a runner.

    Attributes:
        runner: Whose.
        reach: The runner's, of the 3D motion.
        vector: (8704,) float32, the form embedding.
        phases: The form by phases of the stride.
        geometry: The leg at each initial contact, as the clip's keypoints show it.
        leg_lengths_per_s: The running speed as measured in the clip; NaN where it was not.
    """

    runner: str
    reach: float
    vector: npt.NDArray[np.float32]
    phases: PhaseForms
    geometry: tuple[ContactGeometry, ...]
    leg_lengths_per_s: float


def draw_labelled_runners(
    rng: np.random.Generator, count: int, sources: RunnerSources, reaches: tuple[float, float] = REACHES
) -> Iterator[LabelledRunner]:
    """Virtual runners drawn evenly from landing under the body to landing far ahead, each with the label of its motion.

    Args:
        rng: Source of chance.
        count: How many.
        sources: From `read_runner_sources`.
        reaches: As `REACHES`.

    Raises:
        InputError: Sources that no runner can be made of.
    """
    for number in range(count):
        run = _draw_able(rng, sources, reaches)
        name = f"labelled {number:05d}"
        named = ForceRun(name, name, run.traits.speed, replace(run.motion, name=name), run.contacts)
        yield LabelledRunner(named, compute_true_reach(named))


def turn_legs(runner: LabelledRunner, thigh_deg: float, shank_deg: float) -> LabelledRunner:
    """The same runner with every thigh turned forward about the hip and every shank about the knee, and a new label.

    What goes along with a far landing in drawn runners (a long stance, a low pelvis, a swing that fits) does not
    go along here, so that a model cannot learn it in place of the landing.

    Args:
        runner: Who runs toward +x, y up.
        thigh_deg: Forward, in all frames; shank and foot go along.
        shank_deg: Ankle forward, in all frames; the foot goes along.
    """
    points = runner.run.motion.points.copy()
    for side in SIDES:
        for joint, parts, degrees in (
            ("hip", ("knee", "ankle", "heel", "toe"), thigh_deg),
            ("knee", ("ankle", "heel", "toe"), shank_deg),
        ):
            centre = points[:, AT[f"{side}_{joint}"]]
            cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
            for part in parts:
                x, y, z = (points[:, AT[f"{side}_{part}"]] - centre).T
                points[:, AT[f"{side}_{part}"]] = centre + np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)
    run = replace(runner.run, motion=replace(runner.run.motion, points=points))
    return LabelledRunner(run, compute_true_reach(run))


def compute_true_reach(run: ForceRun) -> float:
    """Median of `compute_step_reach` over a run's landings, in 3D, at the run's own speed and its true contacts."""
    points = run.motion.points
    time_s = np.arange(len(points)) / run.motion.frame_rate
    leg_m = float(np.mean([_compute_leg_m(points, side) for side in SIDES]))
    limits = find_limits(run.speed / leg_m)
    steps = []
    for side in SIDES:
        at = [contact.initial_contact_s for contact in run.contacts if contact.side == side]
        frames = np.clip(np.searchsorted(time_s, at), 0, len(points) - 1)
        steps += measure_landings(points[frames], side, leg_m)
    return float(np.median([compute_step_reach(step, limits) for step in steps]))


def measure_landings(points: FloatArray, side: Side, leg_m: float) -> list[ContactGeometry]:
    """The leg at each landing, true in three dimensions.

    Args:
        points: (N, 19, 3) the body at the side's initial contacts, m, running toward +x, y up.
        side: Whose landings.
        leg_m: Hip to ankle along the leg, m.
    """
    knee, ankle = (points[:, AT[f"{side}_{part}"]] for part in ("knee", "ankle"))
    shank = ankle - knee
    angles = np.degrees(np.arctan2(shank[:, 0], -shank[:, 1]))
    ahead = compute_ankle_ahead(points, side) / leg_m
    bent = compute_knee_flexion(points, side)
    legs = np.stack([ahead, angles, bent], axis=1).tolist()
    return [ContactGeometry(side, float(at), *leg) for at, leg in enumerate(legs)]


def film_labelled(runner: LabelledRunner, shot: Shot, lifter: Lifter, rng: np.random.Generator) -> LabelledForm | None:
    """Film a runner and take the clip the whole way of an analysis.

    Args:
        runner: Who.
        shot: How.
        lifter: What represents the form.
        rng: Source of chance: the stretch that is filmed, the detector's faults.

    Returns:
        None where the checks refuse the clip, or it gives no form.
    """
    filmed = film_run(runner.run, shot.camera, rng, plan=shot.plan, surface=shot.surface, seconds=shot.seconds)
    keypoints, _ = clean_keypoints(filmed.keypoints)
    gait = analyse_gait(keypoints, clip=describe_clip(filmed), options=AnalysisOptions())
    if gait.refused:
        return None
    form = lift_form(keypoints, gait.contacts, BodyLifter(lifter, None), mirror=False)
    if form is None or form.embedding is None or form.phases is None:
        return None
    speed = math.nan if gait.speed is None else gait.speed.leg_lengths_per_s
    geometry = _read_geometry(keypoints, filmed.contacts, rng)
    return LabelledForm(runner.run.name, runner.reach, form.embedding.vector, form.phases, geometry, speed)


def _read_geometry(
    keypoints: KeypointSequence, true: Sequence[TrueContact], rng: np.random.Generator
) -> tuple[ContactGeometry, ...]:
    """The leg at each landing as cleaned keypoints show it, landings found with the error they are found with."""
    direction = compute_direction(keypoints)
    detection = detect_contacts(keypoints, direction)
    if detection is None:
        return ()
    late_s = rng.normal(0.0, CLIP_CONTACT_ERROR_S)
    contacts = []
    for contact in true:
        at_s = contact.initial_contact_s + late_s + rng.normal(0.0, CONTACT_ERROR_S)
        if keypoints.time_s[0] < at_s < keypoints.time_s[-1]:
            contacts.append(Contact(contact.side, float(at_s), math.nan, CONTACT_ERROR_S))
    return compute_contact_geometry(keypoints, contacts, detection.phase, direction)


def describe_clip(filmed: FilmedRun) -> ClipInfo:
    """What a probe would say of the clip."""
    camera, frames = filmed.camera, len(filmed.keypoints)
    return ClipInfo(
        path=filmed.name,
        width=camera.width,
        height=camera.height,
        frames=frames,
        duration_s=frames / camera.frame_rate,
        frame_rate=camera.frame_rate,
        rotation_deg=0,
        codec="h264",
    )


def _draw_able(rng: np.random.Generator, sources: RunnerSources, reaches: tuple[float, float]) -> VirtualRun:
    """A runner who can run as drawn."""
    for _ in range(_TRIES):
        reach = float(rng.uniform(*reaches))
        try:
            traits = draw_traits(rng, sources, reach)
        except InputError:  # so far ahead nobody lands at that speed
            continue
        legs = solve_legs(traits, sources)
        if legs is not None:
            return run_in_place(traits, legs, sources, seconds=RUN_S, frame_rate=RUN_RATE, rng=rng)
    raise InputError(f"None of {_TRIES} drawn runners can run.", "Give stride angles of running.")


def _compute_leg_m(points: FloatArray, side: Side) -> float:
    """Hip to knee to ankle, m, median over the frames."""
    hip, knee, ankle = (points[:, AT[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
    return float(np.median(np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)))
