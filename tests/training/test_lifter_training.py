from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import build_model
from runform.lifting.dstformer import DSTFormerConfig
from runform.progress import Progress
from runform.training import lifter_run, lifter_training, motion_world
from runform.training.cleaned_clips import MixedSampler
from runform.training.lifter_data import LifterBatch
from runform.training.lifter_log import PAGE_FILE, read_log
from runform.training.lifter_plan import BEST_FILE, STATE_FILE, LifterPlan, read_plan
from runform.training.lifter_recipe import LifterRecipe
from runform.training.lifter_run import LifterRun
from runform.training.lifter_training import TrainingReport, describe_duration, train_lifter
from runform.training.virtual_running.sources import RunnerSources
from tests.conftest import PROJECT_ROOT
from tests.training.tiny_lifters import TINY, TINY_TCN, plan_tiny

BY_CLOCK = {"hours", "left_s"}


def _train(data: Path, out: Path, plan: LifterPlan, **more: Any) -> TrainingReport:
    report = train_lifter(data, out, plan, **more)
    assert report is not None
    return report


def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = torch.load(file, weights_only=True)
    return loaded


def _require_same(one: Any, other: Any, name: str = "") -> None:
    """Bit for bit, at any depth."""
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other), name
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), name
        for key in one.keys() - {"spent_s", "evaluated_s"}:
            _require_same(one[key], other[key], f"{name}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), name
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            _require_same(a, b, f"{name}[{i}]")
    else:
        assert one == other, name


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Models this small only wait for one another's threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def run(made_up_mocap: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training of 120 batches in one go, by Muon on any processor: models this small are quick on all."""
    out = tmp_path_factory.mktemp("run") / "lifter"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lifter_run, "computes_bf16", lambda device: True)
        _train(made_up_mocap, out, plan_tiny(120, recipe=replace(TINY, evaluate_every_steps=20)))
    return out


def test_training_lowers_its_loss_and_logs_every_evaluation(run: Path) -> None:
    log = read_log(run)
    assert [(line["step"], line["ended"]) for line in log] == [
        *((step, "") for step in range(20, 120, 20)),
        (120, "plan"),
    ]
    assert log[-1]["losses"]["position"] < 0.8 * log[0]["losses"]["position"]
    assert log[-1]["held_out_mm"] < 0.8 * log[0]["held_out_mm"]
    assert log[-1]["held_out_by_group_mm"].keys() == {"captured runs"}
    assert log[-1]["fraction"] == 1.0
    assert (run / PAGE_FILE).stat().st_size > 1_000_000


def test_the_kept_weights_are_the_best_held_out(run: Path) -> None:
    best = min(read_log(run), key=lambda line: line["held_out_mm"])
    assert _load(run / BEST_FILE)["step"] == best["step"]
    assert read_log(run)[-1]["best_mm"] == best["held_out_mm"]


@pytest.mark.parametrize("recipe", [TINY, TINY_TCN], ids=["dstformer", "tcn"])
def test_a_training_that_was_stopped_goes_on_bit_for_bit(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: LifterRecipe
) -> None:
    plan = plan_tiny(10, recipe=recipe)
    _train(made_up_mocap, tmp_path / "unbroken", plan)
    take_step = LifterRun.take_step

    def take_step_and_press_ctrl_c(self: LifterRun, fraction: float) -> None:
        take_step(self, fraction)
        if self.step == 6:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(LifterRun, "take_step", take_step_and_press_ctrl_c)
        stopped = _train(made_up_mocap, tmp_path / "broken", plan)
    assert (stopped.step, stopped.ended) == (6, "interrupted")
    assert read_plan(tmp_path / "broken") == plan
    torch.rand(3)  # whatever else draws in between
    assert _train(made_up_mocap, tmp_path / "broken", plan, resume=True).ended == "plan"

    for file in (STATE_FILE, BEST_FILE):
        _require_same(_load(tmp_path / "unbroken" / file), _load(tmp_path / "broken" / file))
    logs = [[{k: v for k, v in line.items() if k not in BY_CLOCK} for line in read_log(tmp_path / folder)]
            for folder in ("unbroken", "broken")]  # fmt: skip
    assert logs[0] == logs[1]


def test_adamw_alone_learns_too(made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifter_run, "computes_bf16", lambda device: False)
    _train(made_up_mocap, tmp_path, plan_tiny(120, recipe=replace(TINY, evaluate_every_steps=20)))
    first, *_, last = read_log(tmp_path)
    assert last["losses"]["position"] < 0.8 * first["losses"]["position"]
    assert last["held_out_mm"] < 0.85 * first["held_out_mm"]  # more slowly than Muon


def test_the_optimiser_it_was_started_with_goes_on(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifter_run, "computes_bf16", lambda device: True)
    _train(made_up_mocap, tmp_path, plan_tiny(2))
    assert _load(tmp_path / STATE_FILE)["matrix_optimizer"] == "Muon"
    monkeypatch.setattr(lifter_run, "computes_bf16", lambda device: False)
    _train(made_up_mocap, tmp_path, plan_tiny(4), resume=True)
    assert _load(tmp_path / STATE_FILE)["matrix_optimizer"] == "Muon"
    _train(made_up_mocap, tmp_path / "anew", plan_tiny(2))
    assert _load(tmp_path / "anew" / STATE_FILE)["matrix_optimizer"] == "AdamW"


def test_cleaned_clips_are_trained_on_and_help_to_choose(
    made_up_mocap: Path, made_up_sources: RunnerSources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lifter_training, motion_world):
        monkeypatch.setattr(module, "read_runner_sources", lambda mocap_dir: made_up_sources)
    drawn: list[float] = []
    draw = MixedSampler.draw

    def note(self: MixedSampler, *arguments: Any) -> LifterBatch:
        drawn.append(self.share)
        return draw(self, *arguments)

    monkeypatch.setattr(MixedSampler, "draw", note)
    plan = replace(plan_tiny(2), virtual=2, cleaned=2)
    last = _train(made_up_mocap, tmp_path, plan)
    assert "cleaned clips" in last.held_out_by_group_mm
    assert drawn == [TINY.cleaned_share] * 2
    with pytest.raises(WeightsError, match="2 cleaned clips"):
        _train(made_up_mocap, tmp_path, replace(plan, cleaned=3), resume=True)


def test_the_seed_decides(made_up_mocap: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 2)):
        _train(made_up_mocap, tmp_path / name, plan_tiny(2, seed=seed))
    one, other = (_load(tmp_path / name / STATE_FILE)["model"]["head.weight"] for name in ("a", "b"))
    assert not torch.allclose(one, other, atol=1e-3)


def test_it_ends_early_when_nothing_gets_better(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LifterRun, "_follow_weights", lambda self: None)
    told: list[TrainingReport] = []
    last = _train(made_up_mocap, tmp_path, plan_tiny(40, patience=3), tell=told.append)
    # The first evaluation is the best of all, three more are not better.
    assert (last.step, last.ended) == (16, "patience")
    assert told[-1] == last
    assert len({report.held_out_mm for report in told}) == 1


def test_progress_says_step_loss_error_and_time_left(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifter_training, "_TICK_S", 0.0)
    said: list[tuple[str, float]] = []
    _train(made_up_mocap, tmp_path, plan_tiny(6), progress=Progress(lambda *what: said.append(what)))
    assert said[0] == ("reading and making motion", 0.0)
    texts, fractions = zip(*said[1:], strict=True)
    assert texts[0].startswith("step 1, loss ")
    assert "held out" not in texts[0]
    assert "mm, 1 min left" in texts[-2]
    np.testing.assert_allclose(fractions, np.arange(6) / 6)


def test_a_run_ends_by_the_clock(made_up_mocap: Path, tmp_path: Path) -> None:
    report = _train(made_up_mocap, tmp_path, LifterPlan(TINY, minutes=0.005, virtual=0))
    assert report.fraction >= 1
    assert report.hours >= 0.005 / 60


def test_given_weights_are_what_it_starts_from(run: Path, made_up_mocap: Path, tmp_path: Path) -> None:
    start = build_model(TINY.model)
    start.load_state_dict(_load(run / BEST_FILE)["model_pos"])
    warm = _train(made_up_mocap, tmp_path / "warm", plan_tiny(1), start=start)
    cold = _train(made_up_mocap, tmp_path / "cold", plan_tiny(1))
    assert warm.held_out_mm < 0.8 * cold.held_out_mm


def test_weights_that_are_no_numbers_end_it_and_leave_the_checkpoint(
    made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = LifterRun._follow_weights

    def blow_up(self: LifterRun) -> None:
        follow(self)
        if self.step == 6:
            next(self.average.parameters()).data.fill_(float("nan"))

    monkeypatch.setattr(LifterRun, "_follow_weights", blow_up)
    with pytest.raises(WeightsError, match="run away"):
        _train(made_up_mocap, tmp_path, plan_tiny(12))
    assert _load(tmp_path / STATE_FILE)["step"] == 4


def test_two_processes_train_one_model(made_up_mocap: Path, tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    script = [PROJECT_ROOT / "tests" / "training" / "tiny_lifters.py", made_up_mocap, together, "4"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT_ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, *map(str, script)], env=environment, check=True, capture_output=True)
    _train(made_up_mocap, alone, plan_tiny(4))

    assert [line["step"] for line in read_log(together)] == [4], "one process writes"
    states = [_load(folder / STATE_FILE) for folder in (together, alone)]
    _require_same(states[0]["plan"], states[1]["plan"])
    weights = [state["model"]["joints_embed.weight"] for state in states]
    assert not torch.equal(*weights), "the second process's windows are its own, and count"
    resumed = _train(made_up_mocap, together, plan_tiny(6), resume=True)
    assert (resumed.step, np.isfinite(resumed.held_out_mm)) == (6, True), "one process goes on where two stopped"


def test_a_folder_with_a_training_is_not_written_over(run: Path, made_up_mocap: Path) -> None:
    with pytest.raises(InputError, match="holds a training already"):
        _train(made_up_mocap, run, plan_tiny(70))


def test_nothing_to_resume_is_told(made_up_mocap: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no checkpoint"):
        _train(made_up_mocap, tmp_path, plan_tiny(1), resume=True)


def test_a_checkpoint_of_other_sizes_or_seed_is_refused(made_up_mocap: Path, run: Path) -> None:
    other = LifterRecipe(model=DSTFormerConfig(dim_feat=32, dim_rep=24, depth=1, heads=2, max_frames=20))
    with pytest.raises(WeightsError, match="other sizes"):
        _train(made_up_mocap, run, plan_tiny(70, recipe=other), resume=True)
    with pytest.raises(WeightsError, match="seed 0"):
        _train(made_up_mocap, run, plan_tiny(70, seed=1), resume=True)


def test_time_is_said_for_people() -> None:
    assert [describe_duration(s) for s in (20.0, 600.0, 3601.0, 2 * 86400.0)] == [
        "1 min", "10 min", "1 h 1 min", "48 h 0 min",
    ]  # fmt: skip
    assert describe_duration(float("nan")) == "?"
