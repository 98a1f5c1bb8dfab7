"""What the command line prints: progress on stderr, results and tables on stdout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from runform.progress import Progress


@contextmanager
def show_progress(what: str) -> Iterator[Progress]:
    """A progress bar on stderr for the time of a task; silent where stderr is not a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn(what),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with RichProgress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield Progress(lambda stage, fraction: bar.update(task, completed=fraction, description=stage))


def print_lines(lines: Iterable[str]) -> None:
    """Plain lines on stdout."""
    for line in lines:
        print(line)


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """Rows with the same keys as a table on stdout, each row one line however wide; floats to three places."""
    if rows:
        print(pd.DataFrame(rows).to_string(index=False, float_format=lambda value: f"{value:.3g}"))
