"""A training on a GPU: it learns, and goes on from its checkpoint, on the CPU too."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from runform.training.lifter_log import read_log
from runform.training.lifter_recipe import LifterRecipe
from runform.training.lifter_training import train_lifter
from tests.training.tiny_lifters import TINY, TINY_TCN, plan_tiny


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use (CUDA)")
@pytest.mark.parametrize("recipe", [TINY, TINY_TCN], ids=["dstformer", "tcn"])
def test_a_gpu_trains_and_a_cpu_goes_on(made_up_mocap: Path, tmp_path: Path, recipe: LifterRecipe) -> None:
    train_lifter(made_up_mocap, tmp_path, plan_tiny(24, recipe=recipe), device="cuda")
    log = read_log(tmp_path)
    assert log[-1]["held_out_mm"] < 0.9 * log[0]["held_out_mm"]
    on_cpu = train_lifter(made_up_mocap, tmp_path, plan_tiny(28, recipe=recipe), resume=True)
    assert on_cpu is not None
    assert on_cpu.held_out_mm < 1.2 * log[-1]["held_out_mm"]
