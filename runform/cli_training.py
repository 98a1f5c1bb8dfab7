"""`python -m runform evaluate ...` and `train ...`: errors against ground truth, and weights."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from runform.console import print_lines, print_table, show_progress
from runform.errors import InputError
from runform.settings import get_settings

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
def evaluate_lifting_command(
    data: Data,
    clips: Annotated[
        Path | None,
        typer.Option("--clips", help="The folder of clips (../shared/clips), where no truth is known.", exists=True),
    ] = None,
    weights: Annotated[
        list[Path] | None, typer.Option("--weights", help="More weights to measure, safetensors; may be repeated.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """3D joints against runners that training never saw, by view and 2D noise, and their steadiness in real clips."""
    from runform.training.lifter_clip_evaluation import evaluate_clips
    from runform.training.lifter_evaluation import evaluate_lifting
    from runform.training.lifter_methods import open_lifters

    lifters = open_lifters(get_settings(), weights or [])
    results: dict[str, dict[str, Any]] = {}
    with show_progress("evaluate lifting") as progress:
        if clips is not None:
            results["clips_"] = {"rows": evaluate_clips(clips, lifters, get_settings(), progress=progress), "goals": []}
        results[""] = evaluate_lifting(data, *lifters, progress=progress)
    _report(_join(results), json_file)


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


@evaluate_app.command("similarity")
def evaluate_similarity_command(
    data: Data,
    methods: Annotated[
        bool, typer.Option("--methods", help="Compare other ways to measure likeness too (minutes more).")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """How surely a runner is known again by the form, and what of it can be read back; runners no training saw."""
    from runform.form.embedding import name_space
    from runform.form.form_space import find_form_space
    from runform.lifting.lifter import open_lifter
    from runform.training.similarity_evaluation import evaluate_similarity

    settings = get_settings()
    lifter = open_lifter(settings)
    space = find_form_space(settings.models_dir, name_space(lifter.sha256))
    with show_progress("evaluate similarity") as progress:
        result = evaluate_similarity(data, lifter, space, methods=methods, progress=progress)
    _report(result, json_file)


@evaluate_app.command("overstride")
def evaluate_overstride_command(
    labels: Annotated[
        Path, typer.Option("--labels", help="CSV with the columns clip (relative to it), label, runner.", exists=True)
    ],
    keep: Annotated[
        Path | None, typer.Option(help="Keep the analyses in this folder, and use those that are there.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """The overstride verdict against labelled clips: as shipped, by geometry alone, and learnt anew by folds."""
    from runform.training.overstride_evaluation import evaluate_overstride

    with show_progress("evaluate overstride") as progress:
        result = evaluate_overstride(labels, get_settings(), keep_dir=keep, progress=progress)
    _report(result, json_file)


@train_app.command("overstride")
def train_overstride_command(
    data: Data,
    out: Annotated[Path, typer.Option(help="Folder for the filmed runners; those that are there are used again.")],
    runners: Annotated[int, typer.Option(min=20, help="Virtual runners to learn from.")] = 500,
    tested: Annotated[int, typer.Option(min=10, help="Other virtual runners to test on.")] = 200,
) -> None:
    """Train the overstride model that ships, on virtual runners whose 3D motion gives the label."""
    from runform.lifting.lifter import open_lifter
    from runform.training.overstride_training import run_overstride_training

    settings = get_settings()
    with show_progress("train overstride") as progress:
        result = run_overstride_training(
            data, open_lifter(settings), out, settings.models_dir, runners=runners, tested=tested, progress=progress
        )
    _report(result, None)


@evaluate_app.command("efficiency")
def evaluate_efficiency_command(data: Data, json_file: JsonFile = None) -> None:
    """How truly likeness to an athlete is told from filmed strides, by strides and by runners left out (minutes)."""
    from runform.form.stride_population import load_population
    from runform.training.efficiency_evaluation import evaluate_efficiency

    with show_progress("evaluate efficiency") as progress:
        result = evaluate_efficiency(data, load_population(get_settings().models_dir), progress=progress)
    _report(result, json_file)


@train_app.command("lifter")
def train_lifter_command(
    out: Annotated[Path, typer.Option(help="Folder for checkpoints, log, its drawing and weights.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="The folder of motion data (../shared/mocap).", exists=True)
    ] = None,
    model: Annotated[
        Literal["lite", "small", "tcn"] | None,
        typer.Option(help="MotionBERT's Lite (for a GPU), the small one that ships (default), or the one with feet."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="How long to train; 90 where no steps are given.")
    ] = None,
    max_steps: Annotated[int | None, typer.Option(min=1, help="Batches after which to end.")] = None,
    patience: Annotated[
        int | None, typer.Option(min=1, help="End after so many evaluations without a better held-out error.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of data and weights; 0 where not given.")] = None,
    virtual: Annotated[
        int | None, typer.Option("--virtual-runners", min=0, help="How many to train on, beside captured motion.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="Weights to start from, safetensors.", exists=True)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the folder.")] = False,
    tune: Annotated[
        bool, typer.Option("--fine-tune-2d", help="Tune --from on the 2D keypoints of CLIPS, without 3D truth.")
    ] = False,
    clips: Annotated[
        list[Path] | None,
        typer.Argument(help="With --fine-tune-2d: clips, or files of `analyze --npz`.", exists=True, dir_okay=False),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of --fine-tune-2d; 60 where not given.")] = None,
) -> None:
    """Train a lifter on motion seen by virtual cameras, or tune one on your own clips. torchrun uses several GPUs."""
    from runform.training.lifter_console import run_training, run_tuning

    if tune:
        if start is None:
            raise InputError("--fine-tune-2d needs weights to start from.", "Add --from WEIGHTS.safetensors.")
        run_tuning(
            clips or [], out, get_settings(), start=start, data=data, epochs=epochs, seed=seed or 0, resume=resume
        )
        return
    if data is None or clips:
        raise InputError("A training needs motion data, and no clips.", "Add --data, or --fine-tune-2d for clips.")
    wishes = {"minutes": minutes, "steps": max_steps, "patience": patience, "seed": seed, "virtual": virtual}
    given = {name: value for name, value in wishes.items() if value is not None}
    run_training(data, out, get_settings(), model=model, start=start, resume=resume, wishes=given)


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


@train_app.command("form-space")
def train_form_space_command(data: Data) -> None:
    """Learn in which directions of the embedding runners differ; after every change of the lifter's weights."""
    from runform.lifting.lifter import open_lifter
    from runform.training.form_space_training import train_form_space

    settings = get_settings()
    with show_progress("train form-space") as progress:
        file = train_form_space(data, open_lifter(settings), settings.models_dir, progress=progress)
    print_lines([str(file)])


@train_app.command("strides")
def train_strides_command(data: Data) -> None:
    """Make the population of virtual runners' strides beside which likeness to an athlete is learnt (minutes)."""
    from runform.training.stride_population_making import make_population

    with show_progress("train strides") as progress:
        file = make_population(data, get_settings().models_dir, progress=progress)
    print_lines([str(file)])


@train_app.command("efficiency")
def train_efficiency_command(
    reference: Annotated[str, typer.Option("--reference", help="The athlete in the database to be like.")],
) -> None:
    """Learn how like one athlete's strides others are, from that athlete's stored runs, and use it from now on."""
    from runform.likeness import train_for_athlete
    from runform.store.database import Database

    settings = get_settings()
    db = Database(settings.database_path)
    try:
        figures = train_for_athlete(db, settings.models_dir, reference)
    finally:
        db.close()
    print_table([figures])


def _join(results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Several evaluations as one: each one's tables under its prefix, the goals of all together at the end."""
    tables = {f"{prefix}{name}": table for prefix, r in results.items() for name, table in r.items() if name != "goals"}
    return tables | {"goals": [goal for result in results.values() for goal in result["goals"]]}


def _report(result: dict[str, Any], json_file: Path | None) -> None:
    """Print every table, and write them where asked."""
    for table in result.values():
        print_table(table)
    if json_file is not None:
        json_file.write_text(json.dumps(_without_nan(result), indent=2) + "\n", encoding="utf-8")


def _without_nan(value: Any) -> Any:
    """Nested values with null for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
