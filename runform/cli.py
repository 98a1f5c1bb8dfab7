"""The command line: `python -m runform ...`. Exit 0 done, 2 bad input with one clear line on stderr, 1 a fault."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from runform.cli_bench import bench_command, bench_similarity_command
from runform.cli_labels import label_app
from runform.cli_models import models_app
from runform.cli_store import db_app
from runform.cli_training import evaluate_app, train_app
from runform.console import print_lines, show_progress
from runform.errors import InputError, RunFormError
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions, Metric
from runform.settings import BackendChoice, Settings, get_settings
from runform.video.opencv import require_opencv

app = typer.Typer(
    help="Running form from one ordinary video.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("bench")(bench_command)
app.command("bench-similarity")(bench_similarity_command)
app.add_typer(models_app, name="models")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(train_app, name="train")
app.add_typer(label_app, name="label")
app.add_typer(db_app, name="db")


def main() -> None:
    """Run the command line and turn RunForm's errors into one line and an exit code."""
    try:
        require_opencv()
        app()
    except RunFormError as error:
        print(f"runform: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


@app.command()
def analyze(
    clip: Annotated[Path, typer.Argument(help="A video file.")],
    runner: Annotated[
        int | None, typer.Option(min=0, help="Which of the people found; 0 is the one RunForm proposes.")
    ] = None,
    box: Annotated[str | None, typer.Option(metavar="X,Y,W,H", help="Around the runner, px.")] = None,
    box_at: Annotated[float, typer.Option(min=0, help="When the box holds, seconds from the first frame.")] = 0.0,
    time_scale: Annotated[
        float | None, typer.Option(help="How many times the clip is slowed down; else as the file says.")
    ] = None,
    height_cm: Annotated[float | None, typer.Option(help="The runner's height.")] = None,
    belt_speed: Annotated[float | None, typer.Option(help="Treadmill speed, m/s.")] = None,
    backend: Annotated[BackendChoice, typer.Option(help="2D pose backend.")] = "auto",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result as JSON.")] = None,
    npz_file: Annotated[Path | None, typer.Option("--npz", help="Write the arrays.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write both videos (skeleton; side by side with 3D), JSON, arrays, joints here.")
    ] = None,
    real_time: Annotated[
        bool, typer.Option("--real-time", help="The side-by-side video plays at life's speed, not the clip's.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="Store the run in the database.")] = False,
    athlete: Annotated[str | None, typer.Option(help="Whose run it is, with --save.")] = None,
) -> None:
    """Analyse one clip: contacts, cadence, angles, verdict, similarity."""
    from runform.analysis import Analyser
    from runform.record import to_public_json, write_npz

    settings = get_settings()
    if save and not athlete:
        raise InputError("--save needs to know whose run it is.", "Add --athlete NAME.")
    options = AnalysisOptions(
        time_scale=time_scale, height_cm=height_cm, belt_speed=belt_speed, backend=backend, runner=runner,
        box=_parse_box(box), box_s=box_at,
    )  # fmt: skip
    for target in (json_file, npz_file):
        _require_writable(target)
    with show_progress(clip.name) as progress:
        if save:
            analysis = _analyse_and_save(settings, clip, options, str(athlete), progress, out)
        else:
            analysis = Analyser(settings).analyse(clip, options, progress=progress, out_dir=out)
        notes = [] if out is None else write_3d_files(analysis, clip, out, progress, real_time=real_time)
    public = to_public_json(analysis)
    if out is not None:
        json_file, npz_file = json_file or out / "result.json", npz_file or out / "arrays.npz"
    if json_file is not None:
        _write_json(json_file, public)
    if npz_file is not None:
        write_npz(analysis, npz_file)
    print_lines([*summarise(analysis), *notes])


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The video; its truth is written beside it as JSON.")],
    seconds: Annotated[float, typer.Option(min=1, max=120, help="Length.")] = 12.0,
    cadence: Annotated[float | None, typer.Option(help="Steps per minute, both feet.")] = None,
    overstride: Annotated[float, typer.Option(min=0, max=1, help="0 lands under the body, 1 far ahead.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same video.")] = 0,
) -> None:
    """Render a virtual runner on a treadmill, with the truth beside it."""
    from runform.demo.render import write_demo

    _require_writable(out)
    chosen: dict[str, Any] = {} if cadence is None else {"cadence": cadence}
    with show_progress("demo") as progress:
        truth = write_demo(out, seconds=seconds, overstride=overstride, seed=seed, progress=progress, **chosen)
    print_lines([f"{out}: {truth.cadence:.1f} steps/min, {len(truth.contacts)} contacts"])


def write_3d_files(
    analysis: Analysis, clip: Path, out: Path, progress: Progress, *, real_time: bool = False
) -> list[str]:
    """Write the side-by-side video and the joints' positions to the folder `out`.

    Args:
        analysis: Of the clip.
        clip: The clip's file.
        out: An existing folder.
        progress: Told the share of the video that is done.
        real_time: The video plays at life's speed rather than the clip's.

    Returns:
        Lines for the user: what could not be written, and why.
    """
    from runform.report.joint_export import save, write_joints_csv, write_joints_npz
    from runform.report.side_by_side import write_side_by_side
    from runform.standing import stand_runner

    runner = stand_runner(analysis)
    if runner is None:
        return ["No 3D files: in no frame was enough of the runner seen to lift."]
    save(write_joints_npz, runner, out / "joints.npz")
    save(write_joints_csv, runner, out / "joints.csv")
    progress.enter("Drawing the video side by side", 0.0, 1.0)
    write_side_by_side(
        clip, analysis.keypoints, analysis.gait.contacts, runner, out / "side_by_side.mp4", progress,
        view=analysis.gait.view, time_scale=analysis.clip.time_scale, real_time=real_time, repairs=analysis.repairs,
    )  # fmt: skip
    return []


def _analyse_and_save(
    settings: Settings, clip: Path, options: AnalysisOptions, athlete_name: str, progress: Progress, out: Path | None
) -> Analysis:
    """Analyse, compare with what is stored, and store the run; its video and pictures stay in `out`, where given."""
    import tempfile

    from runform.analysis import Analyser
    from runform.store.athletes import find_or_add_athlete
    from runform.store.database import Database
    from runform.store.runs import save_run

    db = Database(settings.database_path)
    try:
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder) if out is None else out
            analysis = Analyser(settings).analyse(clip, options, progress=progress, db=db, out_dir=drawn)
            with db.write():  # a run that cannot be saved leaves no athlete behind
                athlete = find_or_add_athlete(db, athlete_name, height_cm=options.height_cm)
                save_run(db, settings.runs_dir, analysis, clip, athlete.id, source="command line")
    finally:
        db.close()
    return analysis


def _parse_box(text: str | None) -> tuple[float, float, float, float] | None:
    """A box from "x,y,width,height".

    Raises:
        InputError: Not four numbers.
    """
    if text is None:
        return None
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--box {text!r} is not four numbers.", "Give X,Y,W,H in px, for instance 100,50,300,600."
        ) from error
    return x, y, width, height


def _require_writable(path: Path | None) -> None:
    """Say before minutes of work that a result could not be written.

    Raises:
        InputError: The folder does not exist or is closed.
    """
    if path is None:
        return
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"The folder {folder} does not exist.", "Create it, or give another place.")
    if not os.access(folder, os.W_OK):
        raise InputError(f"The folder {folder} cannot be written to.", "Give another place.")


def _write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    part.replace(path)


def summarise(analysis: Analysis) -> list[str]:
    """What a coach reads first, a line each."""
    metrics = analysis.gait.metrics
    lines = [f"{analysis.clip.path}: {analysis.pose.model}, {len(analysis.gait.contacts)} contacts"]
    if analysis.pose.note:
        lines.append(analysis.pose.note)
    lines += [_summarise_metric(metric) for metric in metrics.values() if math.isfinite(metric.value)]
    lines += _summarise_withheld(metrics.values())
    lines += [f"  {c.status}: {c.message} {c.remedy}".rstrip() for c in analysis.gait.checks if c.status != "ok"]
    lines.append(f"Overstride: {analysis.overstride.verdict}. {analysis.overstride.reason}")
    lines += [f"  like {match.name}: {match.similarity:.3f}" for match in analysis.pros[:3]]
    return lines


def _summarise_metric(metric: Metric) -> str:
    """One metric with its ±, how many steps it stands on, and each side's where it has them."""
    said = f"  {metric.name.replace('_', ' ')}: {metric.value:.3g} ± {metric.plus_minus:.2g} {metric.unit}"
    if math.isfinite(metric.left) and math.isfinite(metric.right):
        said += f" (left {metric.left:.3g}, right {metric.right:.3g}, n = {metric.n})"
    elif metric.n:
        said += f" (n = {metric.n})"
    return said


def _summarise_withheld(metrics: Iterable[Metric]) -> list[str]:
    """Which metrics are not printed because of which checks, a line for each set of checks."""
    by_checks: dict[tuple[str, ...], list[str]] = {}
    for metric in metrics:
        if metric.withheld_by:
            by_checks.setdefault(metric.withheld_by, []).append(metric.name.replace("_", " "))
    return [f"  withheld ({', '.join(checks)}): {', '.join(names)}" for checks, names in by_checks.items()]
