"""The table that decides which detector of contacts is shipped: every method on runners it never learned from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runform.progress import Progress
from runform.training.contact_learning.baselines import fit_forest, fit_perceptron
from runform.training.contact_learning.clips import film_training_clips
from runform.training.contact_learning.floor_line import fit_floor_line
from runform.training.contact_learning.methods import NetworkScore, SignalMethod
from runform.training.contact_learning.runs import is_labelled, read_training_runs
from runform.training.contact_learning.training import ContactRecipe, fit_network
from runform.training.contact_learning.viewed_clips import ViewedClip, film_views, score_clips
from runform.training.contact_methods import AnchoredMethod, ContactMethod, GeometricMethod
from runform.training.contact_scoring import describe_errors
from runform.training.force_runs import ForceRun, read_force_runs

TUNING_RUNS = ("hamner04 3 m/s", "hamner04 5 m/s")
"""Never in the table: the geometric method's constants were chosen on them."""
FRAME_RATES = (30.0, 60.0, 120.0, 240.0)
YAWS_DEG = (0.0, 10.0, 20.0)


def compare_contact_methods(
    mocap_dir: Path,
    seed: int = 0,
    *,
    frame_rates: Sequence[float] = FRAME_RATES,
    yaws_deg: Sequence[float] = YAWS_DEG,
    repeats: int = 4,
    recipe: ContactRecipe | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Errors of every method against force plates, learned ones trained without the subject they are tested on.

    The geometric method's constants come from hamner04 at 3 and 5 m/s, so on hamner04's other speeds it alone has seen
    the runner before.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of everything that is drawn.
        frame_rates: Frames/s of the test clips.
        yaws_deg: From square, to either side.
        repeats: Test clips of each run, rate and yaw.
        recipe: Of the network.
        progress: Told on the way.

    Returns:
        rows: one for each method, run, rate and yaw, as `describe_errors`; summary: one for each method and run, with
        the seconds it takes for a clip of 8 s; goals: none.

    Raises:
        InputError: Less than two subjects with force plates.
    """
    progress = progress or Progress()
    runs = read_force_runs(mocap_dir)
    subjects = sorted({run.subject for run in runs})
    rows: list[dict[str, Any]] = []
    summary: list[dict[str, Any]] = []
    for number, subject in enumerate(subjects):
        progress.enter(f"without {subject}", number / len(subjects), 1 / len(subjects))
        methods = train_methods(read_training_runs(mocap_dir, without=subject), seed, recipe, progress)
        for run in runs:
            if run.subject == subject and run.name not in TUNING_RUNS:
                clips = tuple(film_views([run], frame_rates, yaws_deg, repeats, seed))
                for method in methods:
                    rows += _describe_views(method, clips)
                    summary.append(_summarise(method, clips))
    return {"rows": rows, "summary": summary, "goals": []}


def train_methods(
    runs: Sequence[ForceRun], seed: int, recipe: ContactRecipe | None = None, progress: Progress | None = None
) -> tuple[ContactMethod, ...]:
    """Every method of the table, learned from these runs where it learns."""
    recipe = recipe or ContactRecipe()
    plates = [run for run in runs if not is_labelled(run)]
    clips = film_training_clips(runs, recipe.clips, seed, progress)
    network = SignalMethod("network", NetworkScore(fit_network(clips, seed, recipe)))
    geometric = GeometricMethod()
    return (
        geometric,
        fit_floor_line(tuple(film_views(plates, (30.0, 60.0), (0.0, 10.0), 2, seed + 1))),
        fit_forest(clips, seed),
        fit_perceptron(clips, seed),
        network,
        AnchoredMethod(network, geometric, "network, geometric on the whole"),
    )


def _describe_views(method: ContactMethod, clips: Sequence[ViewedClip]) -> list[dict[str, Any]]:
    """One row for each run, rate and yaw among the clips."""
    views: dict[tuple[str, float, float], list[ViewedClip]] = {}
    for clip in clips:
        views.setdefault((clip.run, clip.frame_rate, clip.yaw_deg), []).append(clip)
    return [
        {"method": method.name, "run": run, "frame_rate": rate, "yaw_deg": yaw}
        | describe_errors(score_clips(method, seen))
        for (run, rate, yaw), seen in views.items()
    ]


def _summarise(method: ContactMethod, clips: Sequence[ViewedClip]) -> dict[str, Any]:
    """One row for a run over all rates and yaws."""
    started = time.perf_counter()
    errors = score_clips(method, clips)
    spent_s = (time.perf_counter() - started) / len(clips)
    return {"method": method.name, "run": clips[0].run} | describe_errors(errors) | {"seconds_per_clip": spent_s}
