"""Runs to learn contacts from: with force plates, and labelled by their own kinematics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.sequences import SIDES, FloatArray
from runform.training.contact_learning.kinematic_labels import LabelRule, calibrate_rule, label_contacts
from runform.training.force_runs import ForceRun, TrueContact, read_force_runs
from runform.training.runner_motions import AT, RunnerMotion, read_runner_motions
from runform.training.virtual_cameras import compute_heading

LABELLED_MOTIONS = {"train_running_running_2": "cmu", "sprinter run0500cms": "sprinter"}
"""Motions without force plates -> who runs. The others of these runners hold no whole stride to go on from."""
TEMPO = (0.75, 1.6)
"""Our choice: takes 2.5 m/s to the tempo of a slow jog and of more than 5 m/s."""
MARKER_SHIFT_M = 0.02
"""Our choice: what marker sets and detectors differ by in where on a shoe or a knee a point is placed."""


def read_training_runs(mocap_dir: Path, without: str | None = None) -> tuple[ForceRun, ...]:
    """Every run to train on but those of one subject.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        without: The subject who is tested.

    Raises:
        InputError: No run with force plates is left.
    """
    plates = tuple(run for run in read_force_runs(mocap_dir) if run.subject != without)
    if not plates:
        raise InputError(f"No run with force plates is left without {without}.", "Give rbds001 and hamner04.")
    return plates + read_labelled_runs(mocap_dir, calibrate_rule(plates))


def is_labelled(run: ForceRun) -> bool:
    """Whether a run's contacts come from its kinematics instead of a force plate."""
    return run.name in LABELLED_MOTIONS


def read_labelled_runs(mocap_dir: Path, rule: LabelRule) -> tuple[ForceRun, ...]:
    """The runs without force plates, on a treadmill toward +x, with contacts by `rule`; none where they are absent."""
    if not ((mocap_dir / "cmu.npz").is_file() or (mocap_dir / "sprinter").is_dir()):
        return ()
    runs = []
    for captured in read_runner_motions(mocap_dir, tuple(LABELLED_MOTIONS)):
        motion, speed = put_on_treadmill(captured)
        contacts = label_contacts(motion, speed, rule)
        runs.append(ForceRun(motion.name, LABELLED_MOTIONS[motion.name], speed, motion, contacts))
    return tuple(runs)


def put_on_treadmill(motion: RunnerMotion) -> tuple[RunnerMotion, float]:
    """A motion over ground, turned toward +x and with its steady travel taken out; and that travel's speed, m/s."""
    points = motion.points
    heading = compute_heading(points, AT["left_hip"], AT["right_hip"])
    ahead = np.array([np.cos(heading), 0.0, np.sin(heading)])
    across = np.array([-np.sin(heading), 0.0, np.cos(heading)])
    turned = np.stack([points @ ahead, points[..., 1], points @ across], axis=-1)
    hips = (turned[:, AT["left_hip"]] + turned[:, AT["right_hip"]]) / 2
    time_s = np.arange(len(points)) / motion.frame_rate
    travel = np.polyfit(time_s, hips[:, (0, 2)], 1)[0]
    turned[..., 0] -= (travel[0] * time_s)[:, None]
    turned[..., 2] -= (travel[1] * time_s)[:, None]
    return replace(motion, points=turned), float(travel[0])


def vary_run(run: ForceRun, rng: np.random.Generator) -> ForceRun:
    """The same run at another tempo, its leg's points placed a little differently on the body."""
    faster = float(np.exp(rng.uniform(*np.log(TEMPO))))
    motion = RunnerMotion(
        run.motion.name,
        run.motion.kind,
        run.motion.frame_rate * faster,
        _shift_markers(run.motion.points, rng.normal(0.0, MARKER_SHIFT_M, (4, 2))),
    )
    contacts = tuple(TrueContact(c.side, c.initial_contact_s / faster, c.toe_off_s / faster) for c in run.contacts)
    return replace(run, speed=run.speed * faster, motion=motion, contacts=contacts)


def _shift_markers(points: FloatArray, shifts_m: FloatArray) -> FloatArray:
    """(T, 19, 3) points with heel, toe, ankle and knee moved along and across their own segment in the sagittal plane.

    Args:
        points: (T, 19, 3) metres.
        shifts_m: (4, 2) along and across the foot (heel, toe, ankle) and the shank (knee), the same for both sides.
    """
    moved = points.copy()
    sideways = points[:, AT["left_hip"]] - points[:, AT["right_hip"]]
    for side in SIDES:
        at = {part: points[:, AT[f"{side}_{part}"]] for part in ("heel", "toe", "ankle", "knee")}
        foot, shank = at["toe"] - at["heel"], at["knee"] - at["ankle"]
        for part, segment, (along, across) in zip(at, (foot, foot, foot, shank), shifts_m, strict=True):
            moved[:, AT[f"{side}_{part}"]] += along * _unit(segment) + across * _unit(np.cross(sideways, segment))
    return moved


def _unit(vectors: FloatArray) -> FloatArray:
    """(T, 3) vectors at length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
