"""Turns a training run into what is shipped: weights as safetensors and a model card with measured errors.

    python -m runform.training.lifter_export RUN --data DATA --name runform-small --commit HASH --machine WORDS

RUN is a folder that `train lifter` wrote, DATA a copy of ../shared/mocap. Errors are measured on the test people, which
takes some minutes, or taken from a file that `evaluate lifting --json` wrote of these weights (--tables).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from runform.console import print_lines, show_progress
from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import build_model, load_safetensors, save_safetensors
from runform.progress import Progress
from runform.settings import PROJECT_ROOT, get_settings
from runform.training.cmu_motion import read_cmu_motions
from runform.training.lifter_card import DATA, LICENCE, Row, TrainingRecord, write_card
from runform.training.lifter_evaluation import evaluate_lifting
from runform.training.lifter_log import read_log
from runform.training.lifter_methods import open_weights
from runform.training.lifter_plan import BEST_FILE, STATE_FILE
from runform.training.lifter_recipe import read_recipe
from runform.training.motion_world import VIRTUAL_RUNNERS

Tables = Mapping[str, Sequence[Row]]
_LARGEST_MB = 40.0


def export_lifter(
    run: Path,
    mocap_dir: Path,
    models_dir: Path,
    *,
    name: str,
    commit: str,
    machine: str,
    before: str = "",
    seed: int | None = None,
    virtual: int | None = None,
    tables: Tables | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the best weights of a training run and their model card.

    Args:
        run: Folder that `train_lifter` wrote.
        mocap_dir: A copy of ../shared/mocap.
        models_dir: Where to.
        name: Of the weights, shown to the user; the file is named after it.
        commit: The code that trained it.
        machine: What it was trained on, for the card.
        before: Where the training started from, a sentence for the card; empty for one from nothing.
        seed: Of the training, where its checkpoint does not say.
        virtual: Virtual runners of the training, where its checkpoint does not say.
        tables: Errors of these weights as `evaluate_lifting` gives them; measured when None.
        progress: Told while measuring.

    Returns:
        The weights file; the card lies beside it with the ending .md.

    Raises:
        WeightsError: The folder holds no finished evaluation, or the file would be too large to ship.
    """
    if not (run / BEST_FILE).is_file():
        raise WeightsError(f"There are no weights in {run} to export.", "Train a lifter into it first.")
    state = torch.load(run / STATE_FILE, map_location="cpu", weights_only=True)
    best = torch.load(run / BEST_FILE, map_location="cpu", weights_only=True)
    recipe, log = read_recipe(state["recipe"]), read_log(run)
    plan = json.loads(state.get("plan", "{}"))
    model = build_model(recipe.model)
    model.load_state_dict(best["model_pos"])
    captured = read_cmu_motions(mocap_dir)
    record = TrainingRecord(
        recipe=recipe,
        steps=state["step"],
        best_step=best["step"],
        best_mm=state["best_mm"],
        hours=log[-1]["hours"],
        seed=plan.get("seed", 0) if seed is None else seed,
        virtual=plan.get("virtual", VIRTUAL_RUNNERS) if virtual is None else virtual,
        cleaned=plan.get("cleaned", 0) if plan.get("virtual") else 0,
        captured=len(captured),
        held_out=sum(motion.held_out for motion in captured),
        commit=commit,
        machine=machine,
        before=before,
    )
    file = models_dir / f"{name.replace('-', '_')}.safetensors"
    save_safetensors(model, file, name=name, window=recipe.window, metadata=_describe(record))
    if file.stat().st_size > 1e6 * _LARGEST_MB:
        raise WeightsError(f"{file} is larger than {_LARGEST_MB:.0f} MB.", "Train a smaller model.")
    loaded = load_safetensors(file)
    measured = tables if tables is not None else _measure(mocap_dir, file, progress)
    file.with_suffix(".md").write_text(write_card(loaded, file.name, record, measured), encoding="utf-8")
    return file


def _measure(mocap_dir: Path, file: Path, progress: Progress | None) -> Tables:
    return evaluate_lifting(mocap_dir, open_weights(file, get_settings()), progress=progress)


def _describe(record: TrainingRecord) -> dict[str, str]:
    """What the weights say of themselves."""
    return {
        "data": DATA,
        "licence": LICENCE,
        "commit": record.commit,
        "seed": str(record.seed),
        "step": str(record.best_step),
        "hours": f"{record.hours:.2f}",
        "machine": record.machine,
        "recipe": record.recipe.to_json(),
    }


def read_tables(file: Path) -> Tables:
    """Tables that `evaluate lifting --json` wrote.

    Raises:
        InputError: It is not such a file.
    """
    try:
        tables = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} holds no tables.", "Give a file written by `evaluate lifting --json`.") from error
    if not isinstance(tables, dict) or not all(isinstance(rows, list) for rows in tables.values()):
        raise InputError(f"{file} holds no tables.", "Give a file written by `evaluate lifting --json`.")
    return tables


def main(arguments: Sequence[str] | None = None) -> None:
    """Export a run as the command line says."""
    parser = argparse.ArgumentParser(description="Write a training run's best weights and their model card.")
    parser.add_argument("run", type=Path, help="folder that `train lifter` wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder of motion data (../shared/mocap)")
    parser.add_argument("--name", required=True, help="of the weights, for instance runform-small")
    parser.add_argument("--commit", required=True, help="the code that trained it")
    parser.add_argument("--machine", required=True, help="what it was trained on, in words")
    parser.add_argument("--before", default="", help="what the training started from, a sentence for the card")
    parser.add_argument("--models", type=Path, default=PROJECT_ROOT / "models", help="where to write")
    parser.add_argument("--tables", type=Path, help="JSON of `evaluate lifting`, instead of measuring")
    parser.add_argument("--seed", type=int, help="of the training, where its checkpoint does not say")
    parser.add_argument("--virtual-runners", type=int, help="of the training, where its checkpoint does not say")
    given = parser.parse_args(arguments)
    named: dict[str, Any] = {"name": given.name, "commit": given.commit, "machine": given.machine}
    with show_progress("export") as progress:
        file = export_lifter(
            given.run,
            given.data,
            given.models,
            **named,
            before=given.before,
            seed=given.seed,
            virtual=given.virtual_runners,
            tables=None if given.tables is None else read_tables(given.tables),
            progress=progress,
        )
    print_lines([f"{file}, {file.stat().st_size / 1e6:.1f} MB, and {file.with_suffix('.md').name}"])


if __name__ == "__main__":
    main()
