"""Learns the form space: which directions of the embedding tell runners apart, and which only cameras and detectors.

Virtual runners are filmed several times each, from all over the side and by detectors of all qualities. What differs
between the clips of one runner is not the runner's. Fisher's linear discriminants (1936; for many classes: Rao 1948)
of that population are the space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.form.embedding import name_space
from runform.form.form_space import SPACE_FILE, FormSpace, save_form_space
from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.sequences import EMBEDDING_DIM, FloatArray, require_shape
from runform.training.detector_damage import DamagePlan
from runform.training.filmed_forms import Shot, as_run, draw_side, film_form
from runform.training.filming import VirtualCamera
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources

RUNNERS, CLIPS = 240, 4
SPACE_SEED = 3_000_017
"""Of the runners learnt from: of others than those the lifter trains on (0 on) or similarity is judged by."""
DIRECTIONS = 32
"""About as many as runners differ in by more than one runner's clips do."""
PRINCIPAL = 300
"""Directions of the whole population that are looked into: more than these hold noise."""
SHRINKAGE = 0.1
"""Share of the clips' covariance within a runner that is replaced by an even one (Friedman 1989)."""
RUN_S, RUN_RATE = 9.0, 100.0

_CARD = """# form_space

Takes a form embedding (8704 numbers) to {directions} numbers in which likeness is measured. File: `{file}`.
For embeddings of `{model_sha256}` alone:
the sha256 of {lifter}'s weights, a dot and the number of the embedding's recipe.

## What it is

A mean and a basis: Fisher's linear discriminants of virtual runners, each scaled so that the clips of one runner differ
by 1 in it. What cameras and detectors do to the embedding is left out, as far as it differs between one runner's clips.

## Data and licence

{runners} virtual runners (runform/training/virtual_runners.py), none of whom the lifter was trained on, {clips} clips
of each, filmed from all over the side, in place and passing, by virtual detectors from good to poor. Nothing of any
person is in it but what is in the virtual runners: see the lifter's card for their sources. Apache-2.0, as the rest of
this project.

## Recipe

`python -m runform train form-space --data ../shared/mocap`, seed {seed}, after every change of the lifter's weights or
of the embedding's recipe. What it is worth: `python -m runform evaluate similarity --data ../shared/mocap`.
"""


@dataclass(frozen=True)
class FilmedPopulation:
    """Forms of many runners.

    Attributes:
        vectors: (n, 8704) float32 embeddings.
        runners: (n,) whose.
    """

    vectors: npt.NDArray[np.float32]
    runners: tuple[str, ...]

    def __post_init__(self) -> None:
        require_shape("vectors", self.vectors, (len(self.runners), EMBEDDING_DIM))


def train_form_space(
    mocap_dir: Path,
    lifter: Lifter,
    models_dir: Path,
    *,
    runners: int = RUNNERS,
    clips: int = CLIPS,
    seed: int = SPACE_SEED,
    progress: Progress | None = None,
) -> Path:
    """Film virtual runners, learn the space of a lifter's embeddings and write it.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: Whose embeddings.
        models_dir: Where to; the file is `SPACE_FILE`.
        runners: How many.
        clips: Of each.
        seed: Of runners, cameras and detectors.
        progress: Told after each runner.

    Returns:
        The file; its card lies beside it with the ending .md.

    Raises:
        InputError: The motion data is missing, or there are too few runners.
    """
    population = film_population(mocap_dir, lifter, runners=runners, clips=clips, seed=seed, progress=progress)
    space = fit_form_space(population, name_space(lifter.sha256))
    made = {"lifter": lifter.name, "runners": str(runners), "clips": str(clips), "seed": str(seed)}
    file = models_dir / SPACE_FILE
    save_form_space(space, file, made)
    card = _CARD.format(file=file.name, model_sha256=space.model_sha256, directions=space.basis.shape[1], **made)
    file.with_suffix(".md").write_text(card, encoding="utf-8")
    return file


def film_population(
    mocap_dir: Path,
    lifter: Lifter,
    *,
    runners: int = RUNNERS,
    clips: int = CLIPS,
    seed: int = SPACE_SEED,
    progress: Progress | None = None,
) -> FilmedPopulation:
    """Film each of many virtual runners several times, every time from somewhere else by another detector."""
    drawn = draw_virtual_runners(
        np.random.default_rng(seed), runners, read_runner_sources(mocap_dir), seconds=RUN_S, frame_rate=RUN_RATE
    )
    rng = np.random.default_rng([seed, 1])
    vectors, names = [], []
    for number, (traits, motion) in enumerate(drawn, start=1):
        run = as_run(motion, traits.speed)
        for _ in range(clips):
            vectors.append(film_form(run, draw_shot(rng), lifter, rng).vector)
            names.append(motion.name)
        if progress is not None:
            progress.report(number / runners)
    return FilmedPopulation(np.stack(vectors), tuple(names))


def draw_shot(rng: np.random.Generator) -> Shot:
    """A phone somewhere beside the runner, and some detector."""
    camera = VirtualCamera(
        frame_rate=float(rng.choice((30.0, 60.0))),
        side=draw_side(rng),
        yaw_deg=float(rng.uniform(-22, 22)),
        distance_m=float(rng.uniform(2.3, 10.0)),
        height_m=float(rng.uniform(0.4, 1.8)),
        roll_deg=float(rng.normal(0, 1.5)),
    )
    passing = rng.random() < 0.2
    plan = DamagePlan(noise=float(rng.uniform(0.7, 1.7)), offset=float(rng.uniform(0.004, 0.018)))
    if passing:
        return Shot(replace(camera, distance_m=float(rng.uniform(8.0, 12.0))), "overground", 2.7, plan)
    return Shot(camera, "treadmill", float(rng.uniform(2.7, 5.0)), plan)


def fit_form_space(
    population: FilmedPopulation,
    model_sha256: str,
    *,
    directions: int = DIRECTIONS,
    principal: int = PRINCIPAL,
    shrinkage: float = SHRINKAGE,
) -> FormSpace:
    """Fisher's discriminants of runners, within the population's main directions.

    Args:
        population: Runners of several clips each.
        model_sha256: As `FormEmbedding.model_sha256`.
        directions: How many are kept, the most telling ones; fewer where there are fewer.
        principal: Main directions looked into.
        shrinkage: 0 to 1.

    Raises:
        InputError: No runner has two clips, or there are fewer than three runners.
    """
    counts = np.unique(np.array(population.runners), return_counts=True)[1]
    free = int((counts - 1).sum())
    if len(counts) < 3 or free < 1:
        raise InputError("A form space is learnt from several clips of several runners.", "Film more of them.")
    mean = population.vectors.mean(axis=0, dtype=np.float64)
    centred = population.vectors.astype(np.float64) - mean  # (n, D)
    # In more directions than the clips are free to differ in, the covariance within a runner has no inverse.
    main = find_main_directions(centred, min(principal, free))  # (D, K)
    own, inside = split_clips(centred @ main, population.runners)
    within = inside.T @ inside / free
    # The spread of means over few clips holds some of the clips' own spread.
    between = np.cov(own.T) - within * float(np.mean(1 / counts))
    even = np.trace(within) / len(within) * np.eye(len(within))
    values, vectors = np.linalg.eigh((1 - shrinkage) * within + shrinkage * even)
    whiten = vectors / np.sqrt(values)
    _, told = np.linalg.eigh(whiten.T @ between @ whiten)
    kept = min(directions, len(counts) - 1, told.shape[1])
    basis = main @ whiten @ told[:, ::-1][:, :kept]
    return FormSpace(model_sha256, mean.astype(np.float32), basis.astype(np.float32))


def split_clips(rows: FloatArray, runners: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """(R, K) each runner's mean, and (n, K) by how much each of the rows (n, K) differs from its runner's."""
    names, owner = np.unique(np.array(runners), return_inverse=True)
    own = np.stack([rows[owner == number].mean(axis=0) for number in range(len(names))])
    return own, rows - own[owner]


def find_main_directions(centred: FloatArray, count: int) -> FloatArray:
    """(D, K) orthonormal principal directions of (n, D) rows, by their inner products: n is smaller than D."""
    values, vectors = np.linalg.eigh(centred @ centred.T)
    largest = slice(-1, -1 - min(count, len(centred) - 1), -1)
    values, vectors = values[largest], vectors[:, largest]
    kept = values > 1e-10 * values[0]
    return np.asarray(centred.T @ vectors[:, kept] / np.sqrt(values[kept]))
