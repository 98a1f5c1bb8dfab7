"""`python -m runform train lifter`: a training or a tuning from the console, and what is said of it there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from runform.console import print_lines, print_table, show_progress
from runform.errors import InputError
from runform.lifting.checkpoints import LifterModel, load_safetensors
from runform.settings import Settings, resolve_device
from runform.training.held_out_windows import HeldOutWindows
from runform.training.lifter_log import PAGE_FILE
from runform.training.lifter_plan import LifterPlan, read_plan
from runform.training.lifter_recipe import RECIPES, LifterRecipe, ModelChoice, find_skeleton
from runform.training.lifter_training import TrainingReport, describe_duration, train_lifter
from runform.training.motion_world import read_choice_motions
from runform.training.reprojection_tuning import RESULT_FILE, TuningRecipe, tune_lifter
from runform.training.reprojection_windows import cut_tuning_windows, read_clips

_COMMAND = "python -m runform train lifter"
_HELD_OUT_WINDOWS = 64


def run_training(
    data: Path,
    out: Path,
    settings: Settings,
    *,
    model: ModelChoice | None = None,
    start: Path | None = None,
    resume: bool = False,
    wishes: Mapping[str, Any] | None = None,
) -> None:
    """Train a lifter, and say at every evaluation how it stands.

    Args:
        data: A copy of ../shared/mocap.
        out: Folder for the training.
        settings: For the device.
        model: Which; the one that the weights `start` are of, else small, when None.
        start: Weights to start from.
        resume: Go on from the checkpoint in `out`, with the plan it holds.
        wishes: Fields of `LifterPlan` that take the place of the plan's own.

    Raises:
        InputError: Options that do not go together, or motion data that is missing.
        WeightsError: Weights or a checkpoint that cannot be used.
    """
    if resume and (model or start):
        raise InputError("A training is resumed with its own model.", "Leave out --model and --from.")
    weights = None if start is None else load_safetensors(start).model
    wished = dict(wishes or {})
    plan = replace(read_plan(out), **wished) if resume else LifterPlan(_choose_recipe(model, weights), **wished)
    first = is_first_process()
    with show_progress("train") if first else nullcontext() as progress:
        last = train_lifter(
            data,
            out,
            plan,
            resume=resume,
            device=resolve_device(settings.device),
            start=weights,
            tell=lambda report: print_lines([describe_report(report)]),
            progress=progress,
        )
    if last is not None:
        print_lines(_describe_end(last, data, out))


def run_tuning(
    clips: Sequence[Path],
    out: Path,
    settings: Settings,
    *,
    start: Path,
    data: Path | None = None,
    epochs: int | None = None,
    seed: int = 0,
    resume: bool = False,
) -> None:
    """Tune weights on 2D keypoints of clips, and say what became of their errors.

    Args:
        clips: Clips, and files that `analyze --npz` wrote.
        out: Folder for the checkpoint and the tuned weights.
        settings: For the pose backend and the device.
        start: Weights to tune.
        data: A copy of ../shared/mocap, to see what is forgotten in 3D.
        epochs: As many as published when None.
        seed: Of the windows' order.
        resume: Go on from the checkpoint in `out`.

    Raises:
        InputError: No clip was given, or none can be tuned on.
        WeightsError: Weights or a checkpoint that cannot be used.
    """
    if not clips:
        raise InputError("There is nothing to tune on.", "Name clips, or files written by `analyze --npz`.")
    loaded = load_safetensors(start)
    recipe = TuningRecipe() if epochs is None else TuningRecipe(epochs=epochs)
    skeleton = find_skeleton(loaded.model.config)
    with show_progress("tune") as progress:
        progress.enter("finding joints", 0.0, 0.3)
        joints = read_clips(clips, settings, progress)
        windows = cut_tuning_windows(joints, len(skeleton), recipe.frames, recipe.step, recipe.least_confidence)
        held_out = None
        if data is not None:
            held_out = HeldOutWindows(read_choice_motions(data), skeleton, _HELD_OUT_WINDOWS, loaded.window)
        device = resolve_device(settings.device)
        report = tune_lifter(
            loaded, windows, out, recipe, seed=seed, resume=resume, device=device, held_out=held_out, progress=progress
        )
    print_lines([f"{len(windows.training)} windows to tune on, {len(windows.held_out)} held out"])
    if report.file is None:
        print_lines([f"Stopped after {report.epochs} of {recipe.epochs} epochs, with a checkpoint."])
        print_lines(["Go on with the same command and --resume."])
        return
    print_table(report.to_rows())
    if report.forgets_depth:
        print_lines(["The error in 3D grew: the clips tell nothing of depth. Tune for fewer epochs, or on more clips."])
    elif data is None:
        print_lines(["What was forgotten of depth is not known: give --data to measure it."])
    print_lines([f"{report.file}; errors in {out / RESULT_FILE}, the course of it in {out / PAGE_FILE}"])


def is_first_process() -> bool:
    """Is this the process that speaks, among those that torchrun started?"""
    return os.environ.get("RANK", "0") == "0"


def describe_report(report: TrainingReport) -> str:
    """One evaluation, a line."""
    groups = ", ".join(f"{name} {value:.1f}" for name, value in report.held_out_by_group_mm.items())
    return (
        f"step {report.step}, {100 * min(report.fraction, 1.0):.0f} %: loss {report.loss:.3f}, held out "
        f"{report.held_out_mm:.1f} mm ({groups}), best {report.best_mm:.1f} mm, "
        f"{describe_duration(report.left_s)} left"
    )


def _describe_end(last: TrainingReport, data: Path, out: Path) -> list[str]:
    """Why the training ended, and what can be done next."""
    if last.ended == "interrupted":
        resume = shlex.join([*_COMMAND.split(), "--data", str(data), "--out", str(out), "--resume"])
        return [f"Stopped at step {last.step} with a checkpoint. Go on with:", f"  {resume}"]
    why = "nothing got better any more" if last.ended == "patience" else "the plan is done"
    return [
        f"{last.step} steps in {describe_duration(3600 * last.hours)}, {why}: best {last.best_mm:.1f} mm held out.",
        f"Weights and log are in {out}, the course of it in {out / PAGE_FILE}.",
    ]


def _choose_recipe(model: ModelChoice | None, weights: LifterModel | None) -> LifterRecipe:
    """The recipe of a model, or of the model that weights are of.

    Raises:
        InputError: They are of another model.
    """
    if weights is None:
        return RECIPES[model or "small"]
    fitting = next((recipe for recipe in RECIPES.values() if recipe.model == weights.config), None)
    if model is not None and RECIPES[model] != fitting:
        raise InputError(f"The weights are of another model than {model}.", "Leave out --model.")
    return (fitting or replace(RECIPES["small"], model=weights.config)).as_continuation()
