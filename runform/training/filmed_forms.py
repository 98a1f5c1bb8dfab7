"""Forms of runners before virtual cameras, made the way a real clip goes: filmed, spoilt as a detector spoils it,
cleaned, lifted, averaged over whole strides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.embedder import lift_form
from runform.errors import InputError
from runform.form.embedding import compute_stride_weights
from runform.form.phase_forms import compute_stride_duration
from runform.gait.body_frame import compute_direction
from runform.gait.contacts import detect_contacts
from runform.lifting.body import BodyLifter
from runform.lifting.lifter import Lifter
from runform.pose.cleaning import clean_keypoints
from runform.sequences import EMBEDDING_DIM, Contact, FloatArray, KeypointSequence, PhaseForms, Side, require_shape
from runform.skeletons import HUMAN36M_17, to_human36m
from runform.training.detector_damage import DamagePlan
from runform.training.filming import Surface, VirtualCamera, film_run
from runform.training.force_runs import ForceRun
from runform.training.runner_motions import RunnerMotion

DETECTOR = DamagePlan(offset=0.01)
"""Half of the steady error that `metric_evaluation.DETECTOR` has: most of a real detector's is what it means by a joint
and comes again in every clip."""

POSE_DIM = 4 * len(HUMAN36M_17)
_SIDE_SHARE = 0.5


@dataclass(frozen=True)
class Shot:
    """How a runner is filmed.

    Attributes:
        camera: Where it stands and how it records.
        surface: Runner in place, or passing the camera.
        seconds: Length of the clip.
        plan: How poor the detector is.
    """

    camera: VirtualCamera
    surface: Surface = "treadmill"
    seconds: float = 6.0
    plan: DamagePlan = DETECTOR


@dataclass(frozen=True)
class FilmedForm:
    """What one clip gives.

    Attributes:
        vector: (8704,) float32, the form embedding.
        pose: (68,) mean and then standard deviation over time of the 2D joints, x forward and y down from the root,
            trunk lengths: what the embedding must be worth more than.
        phases: The form by phases of the stride; None where no contacts were found.
        contacts: As found in the clip.
    """

    vector: npt.NDArray[np.float32]
    pose: FloatArray
    phases: PhaseForms | None = None
    contacts: tuple[Contact, ...] = ()

    def __post_init__(self) -> None:
        require_shape("vector", self.vector, (EMBEDDING_DIM,))
        require_shape("pose", self.pose, (POSE_DIM,))


def film_form(run: ForceRun, shot: Shot, lifter: Lifter, rng: np.random.Generator) -> FilmedForm:
    """Film a run and give its form.

    Args:
        run: Toward +x in place; its contacts are not used.
        shot: How it is filmed.
        lifter: What represents it.
        rng: Source of chance: the stretch that is filmed, the detector's faults.
    """
    filmed = film_run(run, shot.camera, rng, plan=shot.plan, surface=shot.surface, seconds=shot.seconds)
    keypoints, _ = clean_keypoints(filmed.keypoints)
    return embed_keypoints(keypoints, lifter)


def embed_keypoints(keypoints: KeypointSequence, lifter: Lifter) -> FilmedForm:
    """The form that cleaned keypoints show, as `runform.analysis` makes it.

    Raises:
        InputError: Too few frames show the runner.
    """
    direction = compute_direction(keypoints)
    detection = detect_contacts(keypoints, direction) if direction != 0 else None
    contacts = () if detection is None else detection.contacts
    form = lift_form(keypoints, contacts, BodyLifter(lifter, None), mirror=False)
    if form is None or form.embedding is None:
        raise InputError("The filmed clip shows too little of the runner.", "Film longer.")
    weights = compute_stride_weights(keypoints.time_s, keypoints.found, compute_stride_duration(contacts))
    xy, _ = to_human36m(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    return FilmedForm(form.embedding.vector, compute_mean_pose(xy, weights, direction or 1), form.phases, contacts)


def compute_mean_pose(xy_px: FloatArray, weights: FloatArray, direction: int) -> FloatArray:
    """Mean and standard deviation over time of the joints in the runner's own frame.

    Args:
        xy_px: (T, 17, 2) Human3.6M joints, x right and y down, px; NaN where not found.
        weights: (T,) how much each frame counts.
        direction: +1 for a runner to the picture's right, -1 to its left.

    Returns:
        (68,) x forward and y down from the root in trunk lengths: 34 means, 34 standard deviations; frames with a NaN
        do not count.
    """
    known = np.isfinite(xy_px).all(axis=(1, 2)) & (weights > 0)
    body = (xy_px[known] - xy_px[known, :1]) * np.array([direction, 1.0])
    body = body / np.median(np.linalg.norm(body[:, HUMAN36M_17.index["thorax"]], axis=1))
    mean = np.average(body, axis=0, weights=weights[known])
    variance = np.average((body - mean) ** 2, axis=0, weights=weights[known])
    return np.concatenate([mean.ravel(), np.sqrt(variance).ravel()])


def as_run(motion: RunnerMotion, speed: float) -> ForceRun:
    """A motion in place as a run whose contacts nobody measured, for `film_run`."""
    return ForceRun(motion.name, motion.name, speed, motion, ())


def draw_side(rng: np.random.Generator) -> Side:
    """Either side of the runner, as often."""
    return "right" if rng.random() < _SIDE_SHARE else "left"
