"""Trains the overstride model that RunForm ships: from filmed virtual runners whose 3D motion gives the label."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from runform.form.embedding import name_space
from runform.form.landing_limits import compute_step_reach, find_limits
from runform.form.overstride_model import MODEL_FILE, OverstrideModel, to_bytes
from runform.form.overstride_svm import CLASSES, train_svm
from runform.form.phase_forms import align_phases
from runform.form.svm_search import Setting
from runform.form.verdict_probability import (
    compute_combined_probability,
    compute_geometry_probability,
    to_log_odds,
)
from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.sequences import EMBEDDING_DIM, PHASES, FloatArray
from runform.training.force_runs import read_force_runs
from runform.training.form_space_training import draw_shot
from runform.training.overstride_files import read_forms, write_forms
from runform.training.overstride_population import (
    SHANK_TURNS_DEG,
    THIGH_TURNS_DEG,
    LabelledForm,
    LabelledRunner,
    compute_true_reach,
    draw_labelled_runners,
    film_labelled,
    turn_legs,
)
from runform.training.overstride_scoring import Row, score_probabilities
from runform.training.virtual_runners import RunnerSources, read_runner_sources

RUNNERS, CLIPS, TESTED = 500, 2, 200
SEED = 3_100_003
"""Of runners, cameras and detectors: of others than the lifter or the form space learnt from."""
TEST_SEED = 9_000_011
CAPTURED, UNSEEN = ("rbds001",), ("hamner04",)
"""Subjects captured on force plates, to learn from and to test on; the latter is in no training."""
CAPTURED_CLIPS, CAPTURED_WEIGHT = 40, 3.0
SHIPPED_NAME = "virtual runners and one captured runner"
LEAST_WEIGHT, MOST_WEIGHT = 0.1, 1.5
"""Of a clip in learning, by its runner's reach: whom a standard error would take to the other side teaches little."""
SHIPPED_SETTINGS = tuple(Setting(directions, "linear", c) for directions in (144, 256, 400) for c in (1.0, 3.0, 10.0))
"""There are more clips than a coach labels, so more directions can be told from noise."""
_PER_FILE = 20
_NO_PERMUTATIONS = 0


@dataclass(frozen=True)
class Calibration:
    """Logistic fits on clips that no fold had seen: what `form.verdict_probability` holds as constants.

    Attributes:
        geometry_slope, geometry_intercept: Of the geometry's reach.
        geometry_weight, model_weight: Of both opinions' log-odds, where there are both.
    """

    geometry_slope: float
    geometry_intercept: float
    geometry_weight: float
    model_weight: float


def film_forms(
    mocap_dir: Path,
    lifter: Lifter,
    work_dir: Path,
    *,
    runners: int = RUNNERS,
    clips: int = CLIPS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> list[LabelledForm]:
    """Film runners, twenty to a file; files that are there already are read instead.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: Whose embeddings.
        work_dir: Of the files; they are of this lifter, this seed and these numbers alone.
        runners: How many.
        clips: Of each; those that the checks refuse are left out.
        seed: Of runners, cameras and detectors: a runner does not depend on who was filmed before.
        progress: Told after each runner.

    Raises:
        InputError: The motion data is missing, or a file is damaged.
    """
    sources = read_runner_sources(mocap_dir)
    folder = work_dir / f"{name_space(lifter.sha256)[:12]}_{seed}_{clips}"
    folder.mkdir(parents=True, exist_ok=True)
    forms: list[LabelledForm] = []
    for first in range(0, runners, _PER_FILE):
        numbers = range(first, min(first + _PER_FILE, runners))
        file = folder / f"{numbers.start:05d}_{numbers.stop:05d}.npz"
        if not file.exists():
            filmed = []
            for number in numbers:
                filmed += _film_one(number, sources, lifter, clips, seed)
                if progress is not None:
                    progress.report((number + 1) / runners)
            write_forms(filmed, file)
        forms += read_forms(file)
    return forms


def train_overstride(
    forms: Sequence[LabelledForm],
    model_sha256: str,
    *,
    settings: tuple[Setting, ...] = SHIPPED_SETTINGS,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[OverstrideModel, Calibration]:
    """Train on filmed runners.

    Args:
        forms: From `film_forms`, of both kinds.
        model_sha256: Identity of the embeddings.
        settings: Among which to search.
        seed: Of the folds.
        progress: Told as the folds are done.

    Raises:
        InputError: Too few runners of a kind.
    """
    vectors = np.stack([form.vector for form in forms])
    counted = [min(max(abs(form.reach), LEAST_WEIGHT), MOST_WEIGHT) for form in forms]
    counted = [CAPTURED_WEIGHT * c if f.runner.startswith(CAPTURED) else c for f, c in zip(forms, counted, strict=True)]
    overstrides = np.array([form.reach > 0 for form in forms])
    model, validation = train_svm(
        vectors,
        [CLASSES[int(label)] for label in overstrides],
        [form.runner for form in forms],
        seed,
        model_sha256=model_sha256,
        name=SHIPPED_NAME,
        permutations=_NO_PERMUTATIONS,
        settings=settings,
        weights=counted,
        phase_reference=compute_phase_reference([form for form in forms if form.reach <= 0]),
        report=None if progress is None else progress.report,
    )
    held_out = [model.compute_probability(margin) for margin in validation.margins]
    return model, calibrate(forms, held_out)


def calibrate(forms: Sequence[LabelledForm], probabilities: Sequence[float]) -> Calibration:
    """Fit how sure either opinion, and both together, may be.

    Args:
        forms: Filmed runners.
        probabilities: Of the model, by folds that had not seen the runner.
    """
    reaches = np.array([compute_clip_reach(form) for form in forms])
    known = np.isfinite(reaches)
    truth = np.array([form.reach > 0 for form in forms])[known]
    alone = LogisticRegression(C=np.inf).fit(reaches[known, None], truth)
    log_odds = np.array(
        [
            [to_log_odds(compute_geometry_probability(reach)), to_log_odds(probability)]
            for reach, probability in zip(reaches, probabilities, strict=True)
        ]
    )
    both = LogisticRegression(C=np.inf, fit_intercept=False).fit(log_odds[known], truth)
    weights = both.coef_[0].tolist()
    return Calibration(float(alone.coef_[0, 0]), float(alone.intercept_[0]), weights[0], weights[1])


def compute_clip_reach(form: LabelledForm) -> float:
    """Median over a clip's landings of `compute_step_reach`, as measured; NaN where none was."""
    limits = find_limits(form.leg_lengths_per_s)
    reaches: FloatArray = np.array([compute_step_reach(step, limits) for step in form.geometry])
    known = reaches[np.isfinite(reaches)]
    return float(np.median(known)) if len(known) else float("nan")


def compute_phase_reference(forms: Sequence[LabelledForm]) -> npt.NDArray[np.float16]:
    """(10, 8704) the mean of the forms' phases, each from the landing of the foot that the vectors call left."""
    total = np.zeros((PHASES, EMBEDDING_DIM))
    for form in forms:
        total += align_phases(form.phases).astype(np.float64)
    return (total / max(len(forms), 1)).astype(np.float16)


def write_model(model: OverstrideModel, models_dir: Path, tested: dict[str, Any], lifter: str) -> Path:
    """Write the model and its card.

    Args:
        model: What to ship.
        models_dir: Where to.
        tested: Figures on runners of another seed.
        lifter: Name of the lifting model behind the embeddings.
    """
    file = models_dir / MODEL_FILE
    part = file.with_name(file.name + ".part")
    part.write_bytes(to_bytes(model))
    part.replace(file)
    figures = model.figures
    file.with_suffix(".md").write_text(
        _CARD.format(file=file.name, model_sha256=model.model_sha256, lifter=lifter, **figures, **tested),
        encoding="utf-8",
    )
    return file


def run_overstride_training(
    mocap_dir: Path,
    lifter: Lifter,
    work_dir: Path,
    models_dir: Path,
    *,
    runners: int = RUNNERS,
    tested: int = TESTED,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Film, train, test on other runners, and write the model with its card.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: Whose embeddings.
        work_dir: Of the filmed runners.
        models_dir: Where the model goes.
        runners: How many to learn from.
        tested: How many others to test on.
        progress: Told all along.

    Returns:
        model: its figures; test: what each way to judge does on the other runners; calibration: see `Calibration`, the
        constants of `form.verdict_probability`.

    Raises:
        InputError: The motion data is missing.
    """
    progress = progress or Progress()
    progress.enter("filming runners to learn from", 0.0, 0.6)
    learnt = film_forms(mocap_dir, lifter, work_dir, runners=runners, progress=progress)
    progress.enter("filming runners to test on", 0.6, 0.2)
    others = film_forms(mocap_dir, lifter, work_dir, runners=tested, clips=1, seed=TEST_SEED, progress=progress)
    progress.enter("filming captured runners", 0.8, 0.05)
    people = film_captured(mocap_dir, lifter, CAPTURED, CAPTURED_CLIPS)
    unseen = film_captured(mocap_dir, lifter, UNSEEN, CAPTURED_CLIPS)
    progress.enter("training", 0.85, 0.15)
    model, calibration = train_overstride([*learnt, *people], name_space(lifter.sha256), progress=progress)
    test = [{"who": "virtual runners"} | row for row in score_forms(model, others)]
    for name in sorted({form.runner for form in unseen}):
        test += [{"who": name} | row for row in score_forms(model, [form for form in unseen if form.runner == name])]
    best: dict[str, Any] = {f"test_{key}": value for key, value in test[0].items()}
    best["unseen"] = ", ".join(
        f"{row['who']} {row['auc']:.2f}" for row in test if row["who"].startswith(UNSEEN) and row["method"] == "model"
    )
    write_model(model, models_dir, best, lifter.name)
    figures = {key: value for key, value in model.figures.items() if not isinstance(value, list)}
    return {"model": [figures], "test": test, "calibration": [asdict(calibration)]}


def score_forms(model: OverstrideModel, forms: Sequence[LabelledForm]) -> list[Row]:
    """What the model, the geometry and both together are worth on runners that were not learnt from."""
    y = np.array([form.reach > 0 for form in forms], dtype=np.intp)
    runners = np.array([form.runner for form in forms])
    margins = model.compute_margins(np.stack([form.vector for form in forms]))
    by_model = [model.compute_probability(margin) for margin in margins]
    by_geometry = [compute_geometry_probability(compute_clip_reach(form)) for form in forms]
    both = [compute_combined_probability(*each) for each in zip(by_geometry, by_model, strict=True)]
    return [
        {"method": name} | score_probabilities(found, y, runners)
        for name, found in (("model", by_model), ("geometry", by_geometry), ("both", both))
    ]


def _film_one(number: int, sources: RunnerSources, lifter: Lifter, clips: int, seed: int) -> list[LabelledForm]:
    """The clips of one runner that give a form."""
    rng = np.random.default_rng([seed, number])
    runner = next(draw_labelled_runners(rng, 1, sources))
    named = replace(runner, run=replace(runner.run, name=f"labelled {seed} {number:05d}"))
    return _film_turned(named, clips, lifter, rng, first=number % 2)


def film_captured(
    mocap_dir: Path, lifter: Lifter, subjects: Sequence[str], clips: int, seed: int = SEED
) -> list[LabelledForm]:
    """Films captured people who ran on force plates, most clips with their legs turned.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: Whose embeddings.
        subjects: Names of subjects, as `ForceRun.subject`.
        clips: Of each run.
        seed: Of cameras, detectors and turns.

    Raises:
        InputError: The motion data is missing.
    """
    forms = []
    for run in read_force_runs(mocap_dir):
        if run.subject in subjects:
            rng = np.random.default_rng([seed, zlib.crc32(run.name.encode())])
            forms += _film_turned(LabelledRunner(run, compute_true_reach(run)), clips, lifter, rng, first=0)
    return forms


def _film_turned(
    runner: LabelledRunner, clips: int, lifter: Lifter, rng: np.random.Generator, *, first: int
) -> list[LabelledForm]:
    """The clips of a runner that give a form; those counted odd from `first` have the legs turned."""
    filmed = []
    for clip in range(first, first + clips):
        turns = float(rng.uniform(*THIGH_TURNS_DEG)), float(rng.uniform(*SHANK_TURNS_DEG))
        filmed.append(film_labelled(turn_legs(runner, *turns) if clip % 2 else runner, draw_shot(rng), lifter, rng))
    return [form for form in filmed if form is not None]


_CARD = """# overstride

Says from a form embedding (8704 numbers) whether a runner overstrides. File: `{file}`. For embeddings of
`{model_sha256}` alone:
the sha256 of {lifter}'s weights, a dot and the number of the embedding's recipe.

## What it is

A support vector machine ({kernel} kernel, C = {c:g}) on the {directions} main directions of standardised embeddings,
and a sigmoid from its margin to a probability. Settings were found by a search inside each fold, folds never split a
runner.

## Definition of its labels

True of the 3D motion: at more than half of the landings, at least two of three limits are crossed: ankle ahead of the
hip, shank angle, knee flexion (`runform/form/landing_limits.py`, conventions that go with speed).

## Data and licence

{n} clips of {runners} runners: virtual ones (runform/training/virtual_runners.py), drawn between landing under the body
and landing far ahead, and rbds001 (CC BY 4.0; Fukuchi and others), filmed from the side, in place and passing, by
virtual detectors from good to poor. In half of the clips thighs and shanks are turned by a few degrees, so that a far
landing does not always come with the swing that goes with it in drawn runners. No real clip is in it. Apache-2.0, as
the rest of this project.

## Measured

By folds: accuracy {accuracy:.3f} ({accuracy_low:.3f} to {accuracy_high:.3f}), area under the curve {auc:.3f}.

On {test_clips} clips of {test_runners} other virtual runners: accuracy {test_accuracy:.3f}, area under the
curve {test_auc:.3f}. These runners lie evenly about the border, so most are close calls.

On one captured runner whom no training saw, legs turned, area under the curve by speed: {unseen}.
Between the speeds its border shifts, so that pooled it is worth less.

What it is worth on labelled clips: `python -m runform evaluate overstride --labels CSV`. On the one real treadmill clip
tried, the embedding lies far from all that it learnt (`MOST_STRANGE`), and it says nothing: real clips want labels of
their own, which the app learns from.

## Recipe

`python -m runform train overstride --data ../shared/mocap --out DIR`, after every change of the lifter's weights, of
the embedding's recipe or of the limits.
"""
