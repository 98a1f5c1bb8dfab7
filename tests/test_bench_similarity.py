"""`bench-similarity`: what is measured, and how it becomes rows and goals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runform import bench_similarity
from runform.bench_similarity import run_similarity_bench
from runform.cli import app
from runform.errors import InputError
from runform.form.measure import LIKENESSES


def test_each_likeness_is_timed_over_every_stored_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_similarity, "GOALS_MS", {150: 1e-9, 120: 1e9})
    result = run_similarity_bench([120, 150], repeats=2, folder=tmp_path)

    assert [(row["rows"], row["likeness"], row["compared"]) for row in result["rows"]] == [
        (count, likeness, count) for count in (120, 150) for likeness in LIKENESSES
    ]
    assert all(row["first_ms"] > 0 and row["ms"] > 0 for row in result["rows"])
    assert [(goal["goal"], goal["met"]) for goal in result["goals"]] == [(1e9, True)] * 3 + [(1e-9, False)] * 3
    assert [goal["value"] for goal in result["goals"]] == [row["ms"] for row in result["rows"]]
    assert list(tmp_path.iterdir()) == []


def test_a_size_without_a_goal_has_none(tmp_path: Path) -> None:
    assert run_similarity_bench([100], repeats=1, folder=tmp_path)["goals"] == []


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(InputError, match="100 rows"):
        run_similarity_bench([10])


def test_the_command_prints_and_writes_what_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    arguments = ["bench-similarity", "--rows", "100", "--rows", "110", "--repeats", "1", "--json", str(file)]
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == 0, result.output
    assert "form_space" in result.stdout
    assert {row["rows"] for row in json.loads(file.read_text())["rows"]} == {100, 110}
