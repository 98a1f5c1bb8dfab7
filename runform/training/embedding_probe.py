"""What of the form an embedding holds: drawn traits of virtual runners, read back from it by ridge regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.sequences import FloatArray
from runform.training.filmed_forms import FilmedForm, as_run, film_form
from runform.training.form_space_training import RUN_RATE, RUN_S, draw_shot
from runform.training.ridge import cross_validate_ridge
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources
from runform.training.virtual_running.traits import RunnerTraits


@dataclass(frozen=True)
class ProbedTrait:
    """One quantity that is asked of the embedding.

    Attributes:
        name, unit: For tables.
        read: The drawn value.
    """

    name: str
    unit: str
    read: Callable[[RunnerTraits], float]


PROBED = (
    ProbedTrait("ankle ahead at landing", "leg lengths", lambda t: _mean(t, "ankle_ahead_m") / t.leg_m),
    ProbedTrait("knee flexion at landing", "deg", lambda t: _mean(t, "landing_knee_deg")),
    ProbedTrait("foot pitch at landing", "deg", lambda t: _mean(t, "foot_strike_deg")),
    ProbedTrait("trunk lean", "deg", lambda t: t.trunk_lean_deg),
    ProbedTrait("arm swing", "deg", lambda t: (t.left_arm.swing_deg + t.right_arm.swing_deg) / 2),
    ProbedTrait("elbow flexion", "deg", lambda t: (t.left_arm.elbow_deg + t.right_arm.elbow_deg) / 2),
    ProbedTrait("duty factor", "1", lambda t: t.duty_factor),
    ProbedTrait("cadence", "steps/min", lambda t: t.cadence),
    ProbedTrait("speed", "m/s", lambda t: t.speed),
    ProbedTrait("shank over thigh", "1", lambda t: t.lengths["shank"] / t.lengths["thigh"]),
    ProbedTrait("body height", "m", lambda t: t.height_m),
)
"""Body height is the control: no camera tells it, and an embedding that did would have read it off something else."""


def film_probe(
    mocap_dir: Path, lifter: Lifter, runners: int, seed: int, progress: Progress | None = None
) -> tuple[list[RunnerTraits], list[FilmedForm], list[str]]:
    """Virtual runners, one clip each from somewhere beside them: their traits, forms and names.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: What makes the embeddings.
        runners: How many.
        seed: Of runners, cameras and detectors.
        progress: Told after each.
    """
    rng = np.random.default_rng([seed, 1])
    traits, forms, names = [], [], []
    sources = read_runner_sources(mocap_dir)
    drawn = draw_virtual_runners(np.random.default_rng(seed), runners, sources, seconds=RUN_S, frame_rate=RUN_RATE)
    for number, (runner, motion) in enumerate(drawn, start=1):
        traits.append(runner)
        names.append(motion.name)
        forms.append(film_form(as_run(motion, runner.speed), draw_shot(rng), lifter, rng))
        if progress is not None:
            progress.report(number / runners)
    return traits, forms, names


def read_traits(runners: Sequence[RunnerTraits]) -> FloatArray:
    """(n, k) the drawn value of each of `PROBED`."""
    return np.array([[trait.read(runner) for trait in PROBED] for runner in runners])


def probe_traits(
    features: Mapping[str, FloatArray], traits: FloatArray, runners: Sequence[str], seed: int = 0
) -> list[dict[str, Any]]:
    """How much of each trait every kind of feature tells of runners it has not seen.

    Args:
        features: Name -> (n, D) one row per clip.
        traits: (n, k) as from `read_traits`.
        runners: (n,) whose clip each row is.
        seed: Of the folds.

    Returns:
        One row per trait: trait, unit, spread (standard deviation over runners), and for each kind of feature its
        `r2_...` and `rmse_...`.
    """
    fits = {name: cross_validate_ridge(x, traits, runners, seed) for name, x in features.items()}
    rows = []
    for k, trait in enumerate(PROBED):
        row: dict[str, Any] = {"trait": trait.name, "unit": trait.unit, "spread": float(traits[:, k].std())}
        row |= {f"r2_{name}": float(fit.r2[k]) for name, fit in fits.items()}
        row |= {f"rmse_{name}": float(fit.rmse[k]) for name, fit in fits.items()}
        rows.append(row)
    return rows


def _mean(traits: RunnerTraits, name: str) -> float:
    """Of both legs."""
    return float((getattr(traits.left, name) + getattr(traits.right, name)) / 2)
