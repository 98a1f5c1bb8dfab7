from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import build_model, load_safetensors
from runform.training import lifter_export
from runform.training.lifter_card import format_table
from runform.training.lifter_export import export_lifter, main, read_tables
from runform.training.lifter_methods import FLAT
from runform.training.lifter_plan import BEST_FILE, STATE_FILE, LifterPlan
from runform.training.lifter_recipe import LifterRecipe
from tests.training.tiny_lifters import TINY, TINY_TCN, plan_tiny

TABLES: dict[str, list[dict[str, Any]]] = {
    "rows": [
        {"method": "runform-tiny", "mpjpe_mm": 41.234},
        {"method": FLAT, "mpjpe_mm": 120.0, "note": "no depth"},
        {"method": "runform-other", "mpjpe_mm": 12.3},
    ],
    "cmu_rows": [],
}


def _write_run(folder: Path, recipe: LifterRecipe, plan: LifterPlan | None) -> Path:
    """The files of a training, as this version writes them, or as an earlier one did without a plan."""
    folder.mkdir()
    torch.manual_seed(1)
    model = build_model(recipe.model)
    state: dict[str, Any] = {"recipe": recipe.to_json(), "step": 70, "best_mm": 33.3}
    if plan is not None:
        state["plan"] = plan.to_json()
    torch.save(state, folder / STATE_FILE)
    torch.save({"model_pos": model.state_dict(), "step": 60}, folder / BEST_FILE)
    (folder / "log.jsonl").write_text(json.dumps({"step": 70, "hours": 1.25}) + "\n")
    return folder


@pytest.mark.parametrize("recipe", [TINY, TINY_TCN], ids=["dstformer", "tcn"])
def test_the_export_is_the_best_weights_with_their_card(
    made_up_mocap: Path, tmp_path: Path, recipe: LifterRecipe
) -> None:
    run = _write_run(tmp_path / "run", recipe, plan_tiny(70, recipe=recipe, seed=4))
    file = export_lifter(
        run, made_up_mocap, tmp_path, name="runform-tiny", commit="0123abc", machine="a test", tables=TABLES
    )

    assert file.name == "runform_tiny.safetensors"
    loaded = load_safetensors(file)
    assert (loaded.name, loaded.window) == ("runform-tiny", 12)
    assert {key: loaded.metadata[key] for key in ("commit", "seed", "step", "hours", "licence")} == {
        "commit": "0123abc", "seed": "4", "step": "60", "hours": "1.25", "licence": "Apache-2.0",
    }  # fmt: skip
    best = torch.load(run / BEST_FILE, weights_only=True)["model_pos"]
    for name, value in loaded.model.state_dict().items():
        torch.testing.assert_close(value, best[name], atol=1e-3, rtol=1e-3)
    card = file.with_suffix(".md").read_text()
    for said in (loaded.sha256, "NSF EIA-0196217", "CC BY 4.0", "Seed 4, 70 batches, 1.25 hours on a test", "33.3 mm"):
        assert said in card.replace("\n", " ")
    assert "4 sequences of the CMU" in card.replace("\n", " ")
    assert "| runform-tiny | 41.2 | – |" in card
    assert f"| {FLAT} | 120 | no depth |" in card
    assert "runform-other" not in card
    assert "cmu_rows\n\n|" not in card
    assert "{" not in card.split("```json")[0], "every field is filled"
    assert json.loads(card.split("```json")[1].split("```")[0]) == json.loads(recipe.to_json())


def test_a_card_names_the_model(made_up_mocap: Path, tmp_path: Path) -> None:
    for recipe, words in ((TINY, "DSTFormer of MotionBERT"), (TINY_TCN, "VideoPose3D")):
        run = _write_run(tmp_path / words, recipe, plan_tiny(70))
        file = export_lifter(run, made_up_mocap, tmp_path, name="x", commit="0", machine="a test", tables=TABLES)
        assert words in file.with_suffix(".md").read_text()


def test_the_card_says_what_was_cleaned_and_where_it_started(made_up_mocap: Path, tmp_path: Path) -> None:
    plan = replace(plan_tiny(70), virtual=100, cleaned=30)
    run = _write_run(tmp_path / "run", TINY, plan)
    file = export_lifter(
        run, made_up_mocap, tmp_path, name="x", commit="0", machine="a test", before="From old weights.", tables=TABLES
    )
    card = file.with_suffix(".md").read_text().replace("\n", " ")
    assert "40 % of the windows are of 30 more virtual runners" in card
    assert "From old weights. After that: Seed 0" in card


def test_a_run_of_an_earlier_version_is_told_what_it_does_not_know(made_up_mocap: Path, tmp_path: Path) -> None:
    run = _write_run(tmp_path / "run", TINY, None)
    file = export_lifter(
        run, made_up_mocap, tmp_path, name="x", commit="0", machine="a test", seed=9, virtual=1234, tables=TABLES
    )
    card = file.with_suffix(".md").read_text().replace("\n", " ")
    assert "Seed 9," in card
    assert "1,234 virtual runners" in card


def test_errors_are_measured_where_none_are_given(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def evaluate(mocap_dir: Path, *lifters: Any, progress: Any) -> dict[str, list[dict[str, Any]]]:
        asked.extend([mocap_dir, *lifters])
        return {"rows": [{"method": lifters[0].name, "feet_mm": 12.0}]}

    monkeypatch.setattr(lifter_export, "evaluate_lifting", evaluate)
    run = _write_run(tmp_path / "run", TINY_TCN, plan_tiny(70))
    file = export_lifter(run, made_up_mocap, tmp_path, name="x-feet", commit="0", machine="a test")
    assert asked[0] == made_up_mocap
    assert "| x-feet | 12 |" in file.with_suffix(".md").read_text()


def test_the_command_writes_both_files(made_up_mocap: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = _write_run(tmp_path / "run", TINY, plan_tiny(70))
    tables = tmp_path / "tables.json"
    tables.write_text(json.dumps(TABLES))
    words = ["--name", "runform-tiny", "--commit", "0", "--machine", "a test", "--tables", str(tables)]
    main([str(run), "--data", str(made_up_mocap), "--models", str(tmp_path), *words])
    assert "runform_tiny.safetensors" in capsys.readouterr().out
    assert (tmp_path / "runform_tiny.md").is_file()


def test_a_run_without_weights_cannot_be_exported(made_up_mocap: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no weights"):
        export_lifter(tmp_path, made_up_mocap, tmp_path, name="x", commit="0123abc", machine="a test")


def test_weights_too_large_to_ship_are_refused(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifter_export, "_LARGEST_MB", 0.001)
    run = _write_run(tmp_path / "run", TINY, plan_tiny(70))
    with pytest.raises(WeightsError, match="larger than"):
        export_lifter(run, made_up_mocap, tmp_path, name="x", commit="0", machine="a test", tables=TABLES)


@pytest.mark.parametrize("content", ["no JSON", "[1]", '{"rows": 3}'])
def test_a_file_without_tables_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "tables.json").write_text(content)
    with pytest.raises(InputError, match="holds no tables"):
        read_tables(tmp_path / "tables.json")


def test_a_table_takes_any_columns() -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": 2.0}, {"c": None, "b": math.nan}, {"a": True, "c": "x"}]
    assert format_table(rows).splitlines() == [
        "| a | b | c |", "| --- | --- | --- |", "| 1 | 2 | – |", "| – | – | – |", "| True | – | x |",
    ]  # fmt: skip
