"""Makes the population of strides beside which likeness is learnt: virtual runners before virtual cameras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.form.stride_denoising import EVERY, prepare_strides
from runform.form.stride_forms import align_to_swing
from runform.form.stride_population import POPULATION_FILE, StridePopulation, save_population
from runform.progress import Progress
from runform.training.filmed_strides import FilmedStrides, film_strides
from runform.training.force_runs import ForceRun
from runform.training.form_space_training import draw_shot
from runform.training.virtual_runners import VirtualRun, draw_virtual_runs, read_runner_sources

RUNNERS, CLIPS, STRIDES = 800, 2, 2
POPULATION_SEED = 9_000_001
"""Of the runners: others than those that lifters or the form space learn from or are judged by."""
RUN_S, RUN_RATE = 9.0, 100.0

_CARD = """# stride_population

{strides} strides of {runners} virtual runners, as a camera and a detector show them and as they truly were. File:
`{file}`. Likeness to an athlete is learnt beside them (`python -m runform train efficiency`).

## What it is

Directions of eleven body segments in the sagittal plane at 26 moments of the stride (`runform/form/stride_forms.py`,
`runform/form/stride_denoising.py`), float16: `seen`, drawn from a virtual clip that was damaged as detectors damage it,
cleaned and cut at the contacts found in it, and `true`, of the same strides.

## Data and licence

The runners are virtual (`runform/training/virtual_runners.py`), others than those that lifters or the form space learn
from; nothing of any person is in it but what is in the virtual runners: see the lifter's card for their sources.
Apache-2.0, as the rest of this project.

## Recipe

`python -m runform train strides --data ../shared/mocap`, seed {seed}. What it is worth:
`python -m runform evaluate efficiency --data ../shared/mocap`.
"""


def make_population(
    mocap_dir: Path,
    models_dir: Path,
    *,
    runners: int = RUNNERS,
    seed: int = POPULATION_SEED,
    progress: Progress | None = None,
) -> Path:
    """Film virtual runners and write their strides.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        models_dir: Where to; the file is `POPULATION_FILE`, its card lies beside it.
        runners: How many.
        seed: Of runners, cameras and detectors.
        progress: Told after each runner.

    Raises:
        InputError: The motion data is missing.
    """
    clips = film_population(mocap_dir, runners, CLIPS, seed, progress)
    population = gather(clips)
    file = models_dir / POPULATION_FILE
    save_population(population, file, {"seed": str(seed), "runners": str(runners)})
    counts = {"strides": len(population.seen), "runners": len(np.unique(population.runners))}
    file.with_suffix(".md").write_text(_CARD.format(file=file.name, seed=seed, **counts), encoding="utf-8")
    return file


def film_population(
    mocap_dir: Path, runners: int, clips: int, seed: int, progress: Progress | None = None
) -> list[FilmedStrides]:
    """Clips of virtual runners, each from another place by another detector; those without two strides are left out."""
    sources = read_runner_sources(mocap_dir)
    rng = np.random.default_rng([seed, 1])
    filmed = []
    for number, run in enumerate(draw_virtual_runs(seed, runners, sources, seconds=RUN_S, frame_rate=RUN_RATE), 1):
        for _ in range(clips):
            try:
                clip = film_strides(as_force_run(run), draw_shot(rng), rng)
            except InputError:  # a passing runner may be seen for less than a stride
                continue
            if len(clip.seen) > 1:
                filmed.append(clip)
        if progress is not None:
            progress.report(number / runners)
    return filmed


def as_force_run(run: VirtualRun) -> ForceRun:
    """A virtual run with its true contacts."""
    return ForceRun(run.motion.name, run.motion.name, run.traits.speed, run.motion, run.contacts)


def gather(clips: Sequence[FilmedStrides], per_clip: int = STRIDES) -> StridePopulation:
    """A population of the first strides of each clip: those of one clip are much alike."""
    names = sorted({clip.runner for clip in clips})
    seen = [prepare_strides(clip.seen)[:per_clip] for clip in clips]
    counts = [len(strides) for strides in seen]
    return StridePopulation(
        seen=np.concatenate(seen),
        true=np.concatenate([align_to_swing(clip.true.directions)[:per_clip, ::EVERY] for clip in clips]),
        runners=np.repeat([names.index(clip.runner) for clip in clips], counts),
        clips=np.repeat(np.arange(len(clips)), counts),
    )
