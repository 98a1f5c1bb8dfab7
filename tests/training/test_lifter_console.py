"""`python -m runform train lifter`: its options and what it says."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from runform.cli import main
from runform.lifting.checkpoints import build_model, load_safetensors, save_safetensors
from runform.training import lifter_console
from runform.training.lifter_plan import STATE_FILE, read_plan
from runform.training.lifter_run import LifterRun
from tests.fixtures.motions import make_known_run
from tests.training.test_reprojection_windows import write_npz
from tests.training.tiny_lifters import TINY, TINY_TCN

RunCli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunCli:
    """Run `train lifter` in this process on recipes of tiny models; gives (exit code, stdout, stderr)."""
    monkeypatch.setattr(lifter_console, "RECIPES", {"small": TINY, "tcn": TINY_TCN})
    threads = torch.get_num_threads()

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["runform", "train", "lifter", *map(str, arguments)])
        code = 0
        torch.set_num_threads(1)
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            torch.set_num_threads(threads)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    file = tmp_path / "tiny.safetensors"
    save_safetensors(build_model(TINY.model), file, name="tiny", window=12)
    return file


def test_a_training_says_how_it_stands_and_how_it_ended(run: RunCli, made_up_mocap: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, _ = run("--data", made_up_mocap, "--out", out, "--max-steps", 5, "--virtual-runners", 0, "--seed", 3)

    assert code == 0
    lines = said.splitlines()
    assert lines[0].startswith("step 4, 80 %: loss ")
    assert "mm (captured runs " in lines[0]
    assert lines[1].startswith("step 5, 100 %")
    assert "the plan is done" in lines[2]
    assert "training.html" in lines[3]
    assert read_plan(out).seed == 3


def test_the_one_with_feet_is_chosen_by_name(run: RunCli, made_up_mocap: Path, tmp_path: Path) -> None:
    arguments = ("--data", made_up_mocap, "--out", tmp_path, "--max-steps", 1, "--virtual-runners", 0)
    assert run(*arguments, "--model", "tcn")[0] == 0
    assert read_plan(tmp_path).recipe == TINY_TCN


def test_ctrl_c_says_the_command_that_goes_on(
    run: RunCli, made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_step = LifterRun.take_step

    def take_step_and_press_ctrl_c(self: LifterRun, fraction: float) -> None:
        take_step(self, fraction)
        if self.step == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(LifterRun, "take_step", take_step_and_press_ctrl_c)
    arguments = ("--data", made_up_mocap, "--out", tmp_path, "--max-steps", 5, "--virtual-runners", 0)
    code, said, _ = run(*arguments)

    assert code == 0
    assert "Stopped at step 2 with a checkpoint" in said
    command = said.splitlines()[-1].split()
    assert command[:5] == ["python", "-m", "runform", "train", "lifter"]
    code, said, _ = run(*command[5:])
    assert code == 0
    assert "5 steps" in said


def test_weights_to_start_from_bring_their_model(
    run: RunCli, made_up_mocap: Path, tmp_path: Path, weights: Path
) -> None:
    arguments = ("--data", made_up_mocap, "--out", tmp_path / "out", "--max-steps", 1, "--virtual-runners", 0)
    assert run(*arguments, "--from", weights)[0] == 0
    assert read_plan(tmp_path / "out").recipe == TINY.as_continuation()
    code, _, err = run(*arguments, "--from", weights, "--model", "tcn")
    assert code == 2
    assert "another model than tcn" in err


def test_only_the_first_process_speaks(
    run: RunCli, made_up_mocap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lifter_console.is_first_process()
    monkeypatch.setenv("RANK", "1")
    assert not lifter_console.is_first_process()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs motion data"),
        (("--fine-tune-2d",), "--from"),
        (("--resume", "--data", "DATA"), "no checkpoint"),
        (("--resume", "--data", "DATA", "--model", "tcn"), "its own model"),
        (("--fine-tune-2d", "--from", "WEIGHTS"), "nothing to tune on"),
        (("--fine-tune-2d", "WEIGHTS", "--from", "WEIGHTS"), ""),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    run: RunCli, made_up_mocap: Path, tmp_path: Path, weights: Path, arguments: tuple[str, ...], said: str
) -> None:
    meant = {"DATA": made_up_mocap, "WEIGHTS": weights}
    code, _, err = run("--out", tmp_path / "out", *(meant.get(word, word) for word in arguments))

    assert code in (1, 2)
    assert said in err
    assert err.startswith("runform: ")
    assert not (tmp_path / "out" / STATE_FILE).exists()


def test_weights_are_tuned_on_an_analysis_arrays(
    run: RunCli, made_up_mocap: Path, tmp_path: Path, weights: Path
) -> None:
    clips = [
        write_npz(tmp_path / f"run{n}.npz", make_known_run(seconds=4.0, cadence=150.0 + 10 * n).keypoints)
        for n in range(2)
    ]
    out = tmp_path / "out"
    options = ("--from", weights, "--out", out, "--epochs", 1)
    code, said, err = run("--fine-tune-2d", *clips, *options)
    # The tiny model reads 20 frames, and the tuning's windows have 30.
    assert code == 2
    assert "20" in err

    wide = tmp_path / "wide.safetensors"
    config = build_model(TINY.model).config
    save_safetensors(build_model(type(config)(**{**vars(config), "max_frames": 30})), wide, name="wide", window=30)
    code, said, _ = run("--fine-tune-2d", *clips, "--from", wide, "--out", out, "--epochs", 1)
    assert code == 0
    assert "14 windows to tune on, 2 held out" in said
    assert "held_out_2d_percent" in said
    assert "give --data" in said
    tuned = next(out.glob("wide-tuned-2d-*.safetensors"))
    assert load_safetensors(tuned).name == tuned.stem
