"""`evaluate lifting --data`: lifters on people they never saw, beside the 2D that they lift.

Runs of hamner04 and sprinter before virtual cameras (`lifter_views`), at four levels of 2D noise
(`lifter_observation`). The camera's distance is taken as known, and one scale for each clip is fitted to the truth, for
one camera cannot tell a tall runner from a near one. The lifters' joints are brought nearer to the picture by the focal
length that an analysis assumes, which the cameras here nearly have. Where the camera does not look straight at the
runner, who passes it, the truth stays in the camera's frame: a lifter that takes the line of sight for the camera's
axis pays for it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runform.errors import InputError
from runform.lifting.feet import FootLifter
from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.training.cmu_motion import read_cmu_motions
from runform.training.lifter_cmu_evaluation import evaluate_cmu
from runform.training.lifter_methods import ALONE, STEADY, LiftMethods, steady_bones
from runform.training.lifter_observation import NOISES, Noise, observe
from runform.training.lifter_scoring import Outcome, score
from runform.training.lifter_tables import describe
from runform.training.lifter_views import HEIGHT, WIDTH, FilmedRunner, film_test_people

VARIANTS = (STEADY, ALONE)
"""Of each lifter, shown beside the joints that an analysis records."""
_PEOPLE_SHARE = 0.75  # of the time


def evaluate_lifting(
    mocap_dir: Path, *lifters: Lifter | FootLifter, seed: int = 0, progress: Progress | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Errors on the test people by method, view and noise, and on CMU's held-out sequences.

    Args:
        mocap_dir: A copy of ../shared/mocap; what is absent of it is left out.
        *lifters: What to measure.
        seed: Of cameras, continued strides and detectors.
        progress: Told after each clip.

    Returns:
        The tables of `lifter_tables.describe`, none of them where the test people are absent; `cmu_rows` as from
        `evaluate_cmu`, none where cmu.npz is; `goals`.

    Raises:
        InputError: The folder holds neither.
    """
    progress = progress or Progress()
    methods = LiftMethods(lifters)
    views = film_test_people(mocap_dir, seed)
    captured = read_cmu_motions(mocap_dir) if (mocap_dir / "cmu.npz").is_file() else ()
    held_out = [motion for motion in captured if motion.held_out]
    if not views and not held_out:
        raise InputError(f"{mocap_dir} holds nobody to test on.", "Give the folder that holds hamner04/ and cmu.npz.")
    progress.enter("the test people", 0.0, _PEOPLE_SHARE)
    tables = describe(evaluate_views(views, methods, seed, progress), methods.names, VARIANTS) if views else {}
    progress.enter("held-out sequences of CMU", _PEOPLE_SHARE, 1 - _PEOPLE_SHARE)
    goals = tables.pop("goals", [])
    return {**tables, "cmu_rows": evaluate_cmu(held_out, methods, seed, progress), "goals": goals}


def evaluate_views(
    views: Sequence[FilmedRunner], methods: LiftMethods, seed: int, progress: Progress | None = None
) -> list[Outcome]:
    """Every method on every clip at every level of noise; each clip has its own source of chance."""
    outcomes: list[Outcome] = []
    frames = np.cumsum([len(view.time_s) for view in views])
    for number, view in enumerate(views):
        rng = np.random.default_rng([seed, number, zlib.crc32(view.motion.encode())])
        outcomes += evaluate_view(view, methods, rng)
        if progress is not None:
            progress.report(float(frames[number] / frames[-1]))
    return outcomes


def evaluate_view(view: FilmedRunner, methods: LiftMethods, rng: np.random.Generator) -> list[Outcome]:
    """Every method on one clip, the lifters' joints also with steady bones and without the picture.

    2D that was not cleaned is lifted from the side only, to see what cleaning is worth.
    """
    seen = observe(view, rng)
    wanted: list[Noise] = [noise for noise in NOISES if view.place == "side" or noise != "damaged"]
    outcomes: list[Outcome] = []
    for noise in wanted:
        for name, joints in methods.lift(seen[noise], view.time_s, (WIDTH, HEIGHT)).items():
            outcomes.append(score(name, joints, seen[noise], view))
            if name in methods.names:
                # Steady bones know no distance; scores expect joints that grow as the runner comes nearer.
                steady = steady_bones(joints, seen[noise]) * view.px_per_metre[:, None, None]
                outcomes.append(score(name + STEADY, steady, seen[noise], view))
    return outcomes
