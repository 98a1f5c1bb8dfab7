"""The log of a training, a line of JSON for every evaluation, and the page that draws it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from runform.report.layout import style_figure

LOG_FILE, PAGE_FILE = "log.jsonl", "training.html"
Line = dict[str, Any]
Point = tuple[int, float | None]
_HEIGHT = 900
_BOLD = 3


def write_line(folder: Path, line: Line) -> None:
    """Add a line to the folder's log; NaN and infinity become null."""
    with (folder / LOG_FILE).open("a", encoding="utf-8") as log:
        log.write(json.dumps(_to_json(line), allow_nan=False) + "\n")


def write_page(folder: Path) -> None:
    """Draw the folder's log as a page that needs nothing else, beside the log."""
    draw_training(read_log(folder)).write_html(folder / PAGE_FILE, include_plotlyjs=True)


def read_log(folder: Path) -> list[Line]:
    """The lines of a training's log, oldest first; none where there is no log."""
    file = folder / LOG_FILE
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []


def draw_training(log: Sequence[Line]) -> go.Figure:
    """Losses, held-out error and learning rate over the steps, one under the other.

    Args:
        log: Lines with `step` and what is known of `loss`, `losses` by part, `held_out_mm`, `best_mm`,
            `held_out_by_group_mm` and `learning_rate`; or, of a tuning in 2D, `held_out_2d_percent`.
    """
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.05)
    _draw(figure, 1, "loss", [(line["step"], line.get("loss")) for line in log], width=_BOLD)
    for part, points in _gather(log, "losses").items():
        _draw(figure, 1, f"loss, {part}", points)
    _draw(figure, 2, "held out", [(line["step"], line.get("held_out_mm")) for line in log], width=_BOLD)
    for group, points in _gather(log, "held_out_by_group_mm").items():
        _draw(figure, 2, f"held out, {group}", points)
    _draw(figure, 2, "held out in 2D", [(line["step"], line.get("held_out_2d_percent")) for line in log], width=_BOLD)
    _draw(figure, 2, "best so far", [(line["step"], line.get("best_mm")) for line in log], dash="dot")
    _draw(figure, 3, "learning rate", [(line["step"], line.get("learning_rate")) for line in log])
    style_figure(figure, _HEIGHT)
    figure.update_yaxes(title="loss", type="log", row=1, col=1)
    in_2d = any("held_out_2d_percent" in line for line in log)
    figure.update_yaxes(title="% of the box" if in_2d else "mm", row=2, col=1)
    figure.update_yaxes(title="learning rate", exponentformat="e", row=3, col=1)
    figure.update_xaxes(title="step", row=3, col=1)
    return figure


def _gather(log: Sequence[Line], key: str) -> dict[str, list[Point]]:
    """Every name under a key of the lines, with its values over the steps."""
    gathered: dict[str, list[Point]] = {}
    for line in log:
        for name, value in line.get(key, {}).items():
            gathered.setdefault(name, []).append((line["step"], value))
    return gathered


def _draw(
    figure: go.Figure, row: int, name: str, points: Sequence[Point], *, width: int = 1, dash: str = "solid"
) -> None:
    """One line of the figure, left out where the log says nothing of it."""
    known = [point for point in points if point[1] is not None]
    if known:
        steps, values = zip(*known, strict=True)
        style = {"dash": dash, "width": width}
        figure.add_scatter(x=steps, y=values, name=name, mode="lines+markers", line=style, row=row, col=1)


def _to_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _to_json(own) for name, own in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
