"""`python -m runform bench` and `bench-similarity`: speed and memory beside what is to be beaten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from runform.console import print_table, show_progress
from runform.settings import get_settings


def bench_command(
    clip: Annotated[Path, typer.Argument(help="A video file of a runner.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write rows and goals as JSON.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Turns that each contender has; medians are given.")] = 3,
    memory: Annotated[
        bool, typer.Option("--memory", help="Compare clips of one and ten minutes, not of 6 and 60 s; takes long.")
    ] = False,
) -> None:
    """Measure speed and memory, side by side with what is to be beaten."""
    from runform.bench import run_bench

    with show_progress("bench") as progress:
        result = run_bench(clip, get_settings(), repeats=repeats, long_clips=memory, progress=progress)
    _show(result, json_file)


def bench_similarity_command(
    rows: Annotated[
        list[int] | None, typer.Option(min=100, help="How many stored runs; may be given several times.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write rows and goals as JSON.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Calls after the first; their median is given.")] = 9,
    folder: Annotated[
        Path | None, typer.Option(help="Where the synthetic runs are put meanwhile, 35 kB each; else a temporary one.")
    ] = None,
) -> None:
    """Measure how long ranking pros takes among 10,000 and 100,000 stored runs, which are synthetic."""
    from runform.bench_similarity import ROWS, run_similarity_bench

    with show_progress("bench-similarity") as progress:
        result = run_similarity_bench(rows or ROWS, repeats=repeats, folder=folder, progress=progress)
    _show(result, json_file)


def _show(result: dict[str, Any], json_file: Path | None) -> None:
    """Both tables on stdout, and as JSON where it is asked for."""
    print_table(result["rows"])
    print_table(result["goals"])
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=2, allow_nan=False) + "\n", encoding="utf-8")
