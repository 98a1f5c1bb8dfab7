"""Filmed runners in files, so that filming can go on where it was stopped and several trainings share it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.form.landing_limits import THRESHOLDS
from runform.sequences import SIDES, ContactGeometry, PhaseForms
from runform.training.overstride_population import LabelledForm

_LEG = tuple(THRESHOLDS)


def write_forms(forms: Sequence[LabelledForm], file: Path) -> None:
    """Write filmed clips, none or more, to an npz, whole or not at all."""
    steps = [(clip, step) for clip, form in enumerate(forms) for step in form.geometry]
    arrays = {
        "runner": np.array([form.runner for form in forms], dtype=np.str_),
        "reach": np.array([form.reach for form in forms]),
        "speed": np.array([form.leg_lengths_per_s for form in forms]),
        "vector": np.array([form.vector for form in forms], dtype=np.float32),
        "phase_vectors": np.array([form.phases.vectors for form in forms], dtype=np.float16),
        "phase_shares": np.array([form.phases.shares for form in forms]),
        "mirrored": np.array([form.phases.mirrored for form in forms], dtype=np.bool_),
        "step_clip": np.array([clip for clip, _ in steps], dtype=np.intp),
        "step_side": np.array([SIDES.index(step.side) for _, step in steps], dtype=np.intp),
        "step_time_s": np.array([step.time_s for _, step in steps]),
        "step_leg": np.array([[getattr(step, name) for name in _LEG] for _, step in steps]),
    }
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as opened:
        np.savez(opened, allow_pickle=False, **arrays)
    part.replace(file)


def read_forms(file: Path) -> list[LabelledForm]:
    """What `write_forms` wrote.

    Raises:
        InputError: It is damaged, or something else.
    """
    try:
        with np.load(file) as opened:
            arrays = {name: opened[name] for name in opened.files}
        forms = []
        for clip, runner in enumerate(arrays["runner"].tolist()):
            own = arrays["step_clip"] == clip
            steps = (arrays[name][own].tolist() for name in ("step_side", "step_time_s", "step_leg"))
            geometry = tuple(ContactGeometry(SIDES[side], at, *leg) for side, at, leg in zip(*steps, strict=True))
            phases = PhaseForms(
                arrays["phase_vectors"][clip], arrays["phase_shares"][clip], bool(arrays["mirrored"][clip])
            )
            forms.append(
                LabelledForm(
                    runner,
                    float(arrays["reach"][clip]),
                    arrays["vector"][clip],
                    phases,
                    geometry,
                    float(arrays["speed"][clip]),
                )
            )
    except (ValueError, KeyError, OSError) as error:
        raise InputError(f"{file} does not hold filmed runners.", "Delete it, and film them again.") from error
    return forms
