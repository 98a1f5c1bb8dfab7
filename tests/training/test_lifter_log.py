from __future__ import annotations

import json
import math
from pathlib import Path

from runform.training.lifter_log import LOG_FILE, PAGE_FILE, Line, draw_training, read_log, write_line, write_page

LINES: list[Line] = [
    {"step": 10, "loss": 2.0, "losses": {"position": 0.5, "velocity": 0.02}, "held_out_mm": 90.0, "best_mm": 90.0,
     "held_out_by_group_mm": {"virtual runners": 80.0}, "learning_rate": 5e-4},
    {"step": 20, "loss": 1.0, "losses": {"position": 0.3, "velocity": 0.01}, "held_out_mm": 95.0, "best_mm": 90.0,
     "held_out_by_group_mm": {"virtual runners": 85.0}, "learning_rate": 1e-4},
]  # fmt: skip


def test_every_number_of_the_log_is_drawn_over_its_step() -> None:
    drawn = {trace.name: (list(trace.x), list(trace.y)) for trace in draw_training(LINES).data}
    assert drawn == {
        "loss": ([10, 20], [2.0, 1.0]),
        "loss, position": ([10, 20], [0.5, 0.3]),
        "loss, velocity": ([10, 20], [0.02, 0.01]),
        "held out": ([10, 20], [90.0, 95.0]),
        "held out, virtual runners": ([10, 20], [80.0, 85.0]),
        "best so far": ([10, 20], [90.0, 90.0]),
        "learning rate": ([10, 20], [5e-4, 1e-4]),
    }


def test_losses_errors_and_rate_have_their_own_axes() -> None:
    figure = draw_training(LINES)
    axes = {trace.name: trace.yaxis for trace in figure.data}
    assert axes["loss"] == axes["loss, position"] != axes["held out"] == axes["best so far"] != axes["learning rate"]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis2.title.text == "mm"


def test_a_tuning_in_2d_is_drawn_in_its_own_unit() -> None:
    figure = draw_training([{"step": 1, "loss": 3.0, "held_out_2d_percent": 1.2, "learning_rate": 2e-4}])
    assert [trace.name for trace in figure.data] == ["loss", "held out in 2D", "learning rate"]
    assert figure.layout.yaxis2.title.text == "% of the box"


def test_what_the_log_does_not_know_is_left_out() -> None:
    drawn = {trace.name: list(trace.x) for trace in draw_training([{"step": 1, "held_out_mm": 9.0}, {"step": 2}]).data}
    assert drawn == {"held out": [1]}
    assert len(draw_training([]).data) == 0


def test_lines_are_added_and_the_page_stands_alone(tmp_path: Path) -> None:
    for line in LINES:
        write_line(tmp_path, line | {"loss": math.nan})
    write_page(tmp_path)
    assert read_log(tmp_path) == [line | {"loss": None} for line in LINES]
    assert all(json.loads(line) for line in (tmp_path / LOG_FILE).read_text().splitlines())
    page = (tmp_path / PAGE_FILE).read_text(encoding="utf-8")
    assert "virtual runners" in page
    assert "src=" not in page.split("<body>")[1].split("plotly.js")[0], "no script is loaded from elsewhere"


def test_a_folder_without_a_log_has_no_lines(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
