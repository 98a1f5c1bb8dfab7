"""Strides of runners before virtual cameras, each beside what it truly was.

The truth is the same moments of the same run seen square from the side, from very far away and without a detector: the
motion in its sagittal plane, cut at the true contacts where they are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runform.errors import InputError
from runform.form.stride_forms import StrideForms, cut_strides
from runform.gait.contacts import detect_contacts
from runform.pose.cleaning import clean_keypoints
from runform.sequences import Contact, KeypointSequence, View
from runform.training.detector_damage import DamagePlan
from runform.training.filmed_forms import Shot
from runform.training.filming import FilmedRun, VirtualCamera, film_run
from runform.training.force_runs import ForceRun

_FAR_M = 500.0
_SAME_CONTACT_S = 0.06
_NO_DAMAGE = DamagePlan(offset=0.0)


@dataclass(frozen=True)
class FilmedStrides:
    """One clip's strides.

    Attributes:
        runner: Who runs.
        seen: (N) as cut from the cleaned keypoints, at the contacts found in them.
        true: (N) the same strides as they were.
    """

    runner: str
    seen: StrideForms
    true: StrideForms


def film_strides(run: ForceRun, shot: Shot, rng: np.random.Generator) -> FilmedStrides:
    """Film a run, clean it and cut its strides, and cut the true ones beside them.

    Args:
        run: In place toward +x; its contacts are the true ones, and where it has none they are found in the truth.
        shot: How it is filmed.
        rng: Source of chance.

    Raises:
        InputError: The clip shows no stride.
    """
    seed = int(rng.integers(2**31))
    filmed = _film(run, shot, seed)
    side = shot.camera.side
    keypoints, _ = clean_keypoints(filmed.keypoints)
    seen = cut_strides(keypoints, _find_contacts(keypoints, filmed.direction), _view(side))
    far = VirtualCamera(frame_rate=shot.camera.frame_rate, side=side, distance_m=_FAR_M, height_m=1.0)
    # The same seed films the same moments.
    ideal = _film(run, Shot(far, "treadmill", shot.seconds, _NO_DAMAGE), seed)
    contacts: Sequence[Contact] = (
        [Contact(c.side, c.initial_contact_s, c.toe_off_s, 0.0) for c in ideal.contacts]
        if run.contacts
        else _find_contacts(ideal.truth, ideal.direction)
    )
    true = cut_strides(ideal.truth, contacts, _view(side))
    return match_strides(run.subject, seen, true)


def match_strides(runner: str, seen: StrideForms, true: StrideForms) -> FilmedStrides:
    """The strides seen that truly were, in the order of `seen`."""
    own, other = [], []
    for i, (side, start) in enumerate(zip(seen.sides, seen.start_s, strict=True)):
        candidates = [j for j, s in enumerate(true.sides) if s == side]
        if not candidates:
            continue
        j = min(candidates, key=lambda k: abs(true.start_s[k] - start))
        if abs(true.start_s[j] - start) <= _SAME_CONTACT_S:
            own.append(i)
            other.append(j)
    return FilmedStrides(runner, seen.take(own), true.take(other))


def _film(run: ForceRun, shot: Shot, seed: int) -> FilmedRun:
    return film_run(
        run, shot.camera, np.random.default_rng(seed), plan=shot.plan, surface=shot.surface, seconds=shot.seconds
    )


def _find_contacts(keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
    detection = detect_contacts(keypoints, direction)
    if detection is None:
        raise InputError("The filmed clip shows no rhythm of running.", "Film longer.")
    return detection.contacts


def _view(side: str) -> View:
    return "right" if side == "right" else "left"
