"""The clips by which likeness is judged: runners whom no training saw, each filmed from several places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.training.cleaning_scenes import extend_run
from runform.training.detector_damage import DamagePlan
from runform.training.filmed_forms import FilmedForm, Shot, as_run, draw_side, film_form
from runform.training.filming import VirtualCamera
from runform.training.force_runs import ForceRun, read_force_runs
from runform.training.runner_motions import RunnerMotion, read_runner_motions
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources
from runform.training.virtual_running.traits import RunnerTraits

VIRTUAL = 60
TEST_SEED = 7_000_003
"""Of the virtual runners judged: of others than those that the lifter or the form space learnt from."""
GALLERY = "gallery"
SPRINTS = {"sprinter run0500cms": 5.0, "sprinter run0900cms": 9.0}

_RUN_S, _RUN_RATE = 16.0, 100.0
_POOR = DamagePlan(noise=1.6, offset=0.02)
_FRAME_RATE = 60.0


@dataclass(frozen=True)
class Subject:
    """Somebody at one speed.

    Attributes:
        name: Of runner and speed.
        person: Who; one person may run at several speeds.
        run: In place toward +x.
        traits: As drawn, of a virtual runner; None for people.
    """

    name: str
    person: str
    run: ForceRun
    traits: RunnerTraits | None = None


@dataclass(frozen=True)
class Clip:
    """One filmed clip.

    Attributes:
        subject: Who, at which speed.
        condition: `GALLERY`, or a key of `CONDITIONS`.
        form: What it gives.
    """

    subject: Subject
    condition: str
    form: FilmedForm


def read_subjects(mocap_dir: Path, virtual: int = VIRTUAL, seed: int = TEST_SEED) -> tuple[Subject, ...]:
    """The test people at their speeds, as far as they are there, then virtual runners.

    A virtual runner's clips are other stretches of one long run; the people's captured strides are few, and are
    continued with new variation for every clip.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        virtual: How many virtual runners.
        seed: Of the virtual runners.
    """
    rng = np.random.default_rng([seed, 2])
    people = [Subject(run.name, run.subject, run) for run in read_force_runs(mocap_dir) if run.subject == "hamner04"]
    if (mocap_dir / "sprinter").is_dir():
        for motion in read_runner_motions(mocap_dir, tuple(SPRINTS)):
            speed = SPRINTS[motion.name]
            in_place = RunnerMotion(motion.name, "run", motion.frame_rate, extend_run(motion, _RUN_S, rng))
            people.append(Subject(f"sprinter {speed:g} m/s", "sprinter", as_run(in_place, speed)))
    drawn = draw_virtual_runners(
        np.random.default_rng(seed), virtual, read_runner_sources(mocap_dir), seconds=_RUN_S, frame_rate=_RUN_RATE
    )
    made = [Subject(motion.name, motion.name, as_run(motion, traits.speed), traits) for traits, motion in drawn]
    return (*people, *made)


def film_subjects(
    subjects: tuple[Subject, ...], lifter: Lifter, seed: int = TEST_SEED, progress: Progress | None = None
) -> list[Clip]:
    """Everyone's clip for the gallery and one clip in each of `CONDITIONS`."""
    rng = np.random.default_rng([seed, 3])
    clips = []
    for done, subject in enumerate(subjects, start=1):
        for condition, draw in {GALLERY: _usual, **CONDITIONS}.items():
            clips.append(Clip(subject, condition, film_form(subject.run, draw(rng), lifter, rng)))
        if progress is not None:
            progress.report(done / len(subjects))
    return clips


def _stand(rng: np.random.Generator) -> VirtualCamera:
    """Where the gallery is filmed from: the runner's right, square as far as one puts it, 4 m away, hip height."""
    return VirtualCamera(
        frame_rate=_FRAME_RATE,
        side="right",
        yaw_deg=float(np.clip(rng.normal(0.0, 2.0), -5, 5)),
        distance_m=4.0,
        height_m=1.0,
        roll_deg=float(rng.normal(0.0, 1.0)),
    )


def _usual(rng: np.random.Generator) -> Shot:
    return Shot(_stand(rng))


def _other_yaw(rng: np.random.Generator) -> Shot:
    return Shot(replace(_stand(rng), yaw_deg=float(rng.choice((-1, 1)) * rng.uniform(10, 20))))


def _other_side(rng: np.random.Generator) -> Shot:
    return Shot(replace(_stand(rng), side="left"))


def _other_distance(rng: np.random.Generator) -> Shot:
    return Shot(replace(_stand(rng), distance_m=float(rng.choice((2.5, 9.0)))))


def _other_height(rng: np.random.Generator) -> Shot:
    return Shot(replace(_stand(rng), height_m=float(rng.choice((0.5, 1.7)))))


def _other_zoom(rng: np.random.Generator) -> Shot:
    """A smaller picture, of which the runner fills a third."""
    return Shot(replace(_stand(rng), focal_px=float(rng.uniform(250.0, 350.0)), width=640, height=360))


def _other_rate(rng: np.random.Generator) -> Shot:
    return Shot(replace(_stand(rng), frame_rate=float(rng.choice((24.0, 30.0, 120.0, 240.0)))))


def _poor_detector(rng: np.random.Generator) -> Shot:
    return Shot(_stand(rng), plan=_POOR)


def _passing(rng: np.random.Generator) -> Shot:
    """The runner passes; the clip holds two to five strides."""
    return Shot(replace(_stand(rng), distance_m=9.0), "overground", 3.0)


def _all_other(rng: np.random.Generator) -> Shot:
    camera = replace(
        _stand(rng),
        side=draw_side(rng),
        yaw_deg=float(rng.uniform(-20, 20)),
        distance_m=float(rng.uniform(2.5, 9.0)),
        height_m=float(rng.uniform(0.5, 1.7)),
        frame_rate=float(rng.choice((30.0, 60.0, 120.0))),
    )
    return Shot(camera)


CONDITIONS: dict[str, Callable[[np.random.Generator], Shot]] = {
    "another take": _usual,
    "same side, other yaw": _other_yaw,
    "other side": _other_side,
    "other distance": _other_distance,
    "other height": _other_height,
    "other zoom": _other_zoom,
    "other frame rate": _other_rate,
    "poorer detector": _poor_detector,
    "passing the camera": _passing,
    "all at once": _all_other,
}
"""Each a clip of another stretch of the run, filmed as the gallery is but for what the name says."""
