"""`python -m runform evaluate ...` and `train ...`: errors against ground truth, and weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from runform.console import print_lines, print_table, show_progress
from runform.errors import InputError
from runform.settings import get_settings, resolve_device

evaluate_app = typer.Typer(help="Measure errors against ground truth.", no_args_is_help=True)
train_app = typer.Typer(help="Train RunForm's own models.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="The folder of motion data (../shared/mocap).", exists=True)]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write rows and goals as JSON.")]


@evaluate_app.command("contacts")
def evaluate_contacts_command(
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of motion data (../shared/mocap).", exists=True)
    ] = None,
    clips: Annotated[
        Path | None,
        typer.Option("--clips", help="The folder of clips (../shared/clips), with labels by eye.", exists=True),
    ] = None,
    methods: Annotated[
        bool, typer.Option("--methods", help="Train and compare the learned detectors and baselines too (minutes).")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Contacts against force plates, seen by virtual cameras, and against contacts marked by eye in a real clip."""
    from runform.training.contact_clip_evaluation import CONTACT_LABELS_DIR, evaluate_contact_labels
    from runform.training.contact_evaluation import evaluate_contacts
    from runform.training.contact_learning.comparison import compare_contact_methods

    if data is None and clips is None:
        raise InputError("There is nothing to evaluate.", "Give --data, --clips or both.")
    results: dict[str, dict[str, Any]] = {}
    with show_progress("evaluate contacts") as progress:
        if data is not None:
            results[""] = evaluate_contacts(data)
            if methods:
                results["methods_"] = compare_contact_methods(data, progress=progress)
        if clips is not None:
            results["clips_"] = evaluate_contact_labels(clips, CONTACT_LABELS_DIR, get_settings(), progress=progress)
    _report(_join(results), json_file)


@evaluate_app.command("metrics")
def evaluate_metrics_command(data: Data, json_file: JsonFile = None) -> None:
    """Running metrics against force plates and 3D motion: errors, and how often the stated ± holds the truth."""
    from runform.training.metric_evaluation import evaluate_metrics

    _report(evaluate_metrics(data), json_file)


@evaluate_app.command("lifting")
def evaluate_lifting_command(data: Data, json_file: JsonFile = None) -> None:
    """3D joints against motion capture that training never saw."""
    from runform.lifting.lifter import open_lifter
    from runform.training.lifter_evaluation import evaluate_lifting

    _report(evaluate_lifting(data, open_lifter(get_settings())), json_file)


@evaluate_app.command("pose")
def evaluate_pose_command(
    data: Annotated[Path, typer.Option("--data", help="The folder of clips (../shared/clips).", exists=True)],
    labels: Annotated[Path | None, typer.Option(help="The folder of labels; else the project's own.")] = None,
    json_file: JsonFile = None,
) -> None:
    """2D keypoints on real clips against labels made by hand, beside mediapipe's defaults."""
    from runform.training.pose_evaluation import LABELS_DIR, evaluate_pose

    with show_progress("evaluate pose") as progress:
        result = evaluate_pose(data, get_settings(), labels_dir=labels or LABELS_DIR, progress=progress)
    _report(result, json_file)


@evaluate_app.command("cleaning")
def evaluate_cleaning_command(data: Data, json_file: JsonFile = None) -> None:
    """Repair of swapped and merged limbs, and error before and after, on motion damaged as detectors damage it."""
    from runform.training.cleaning_evaluation import evaluate_cleaning

    _report(evaluate_cleaning(data), json_file)


@evaluate_app.command("view")
def evaluate_view_command(data: Data, json_file: JsonFile = None) -> None:
    """Which side the camera sees, and at what angle, on captured motion filmed from all around."""
    from runform.training.view_evaluation import evaluate_view

    _report(evaluate_view(data), json_file)


@train_app.command("lifter")
def train_lifter_command(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for checkpoints, log and weights.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="How long to train.")] = 90.0,
    seed: Annotated[int, typer.Option(help="Of data and weights.")] = 0,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint in the folder.")] = False,
) -> None:
    """Train DSTFormer on motion capture seen by virtual cameras."""
    from runform.training.lifter_training import TrainingReport, train_lifter

    with show_progress("train") as progress:

        def tell(report: TrainingReport) -> None:
            progress.enter(f"step {report.step}, held out {report.held_out_mm:.1f} mm", 0.0, 1.0)
            progress.report(report.fraction)

        device = resolve_device(get_settings().device)
        last = train_lifter(data, out, minutes, seed=seed, resume=resume, device=device, progress=tell)
    print_lines([f"{last.step} steps, held out {last.held_out_mm:.1f} mm, best {last.best_mm:.1f} mm, in {out}"])


@train_app.command("contacts")
def train_contacts_command(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for the checkpoint, log and weights.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="How long to train at most.")] = 30.0,
    seed: Annotated[int, typer.Option(help="Of clips, weights and batches.")] = 0,
    without: Annotated[str | None, typer.Option(help="A subject to leave out, for instance rbds001.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in the folder.")] = False,
) -> None:
    """Train the temporal network that tells contacts, on force-plate runs before virtual cameras."""
    from runform.training.contact_learning.training import train_contacts

    with show_progress("train contacts") as progress:
        last = train_contacts(data, out, seed, minutes, progress, resume=resume, without=without)
    print_lines([f"{last.step} of {last.steps} batches in {last.minutes:.1f} minutes, loss {last.loss:.3f}, in {out}"])


def _join(results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Several evaluations as one: each one's tables under its prefix, the goals of all together at the end."""
    tables = {f"{prefix}{name}": table for prefix, r in results.items() for name, table in r.items() if name != "goals"}
    return tables | {"goals": [goal for result in results.values() for goal in result["goals"]]}


def _report(result: dict[str, Any], json_file: Path | None) -> None:
    """Print every table, and write them where asked."""
    for table in result.values():
        print_table(table)
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
