from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import openvino
import pytest
import torch
from torch import nn

from runform.openvino_files import CORE, choose_precision, convert_module, load_or_make
from tests.conftest import PROJECT_ROOT

ENGINES_THEN_CTRL_C = """
import gc, signal, sys, threading
import torch
from torch import nn
from runform.lifting.engines import OpenVinoEngine
from runform.openvino_files import convert_module

network = convert_module(nn.Linear(3, 2).eval(), torch.zeros(4, 3))
engines = [OpenVinoEngine(network, "f32") for _ in range(2)]
if sys.argv[1] == "first come, first gone":
    del engines[0]
    gc.collect()
    engines.clear()
else:
    gone = threading.Thread(target=engines.clear)
    gone.start()
    gone.join()
gc.collect()
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.fixture
def layer() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(3, 2).eval()


def convert(layer: nn.Linear) -> openvino.Model:
    return convert_module(layer, torch.zeros(4, 3))


def test_a_converted_network_answers_as_torch_for_any_size(layer: nn.Linear) -> None:
    compiled = CORE.compile_model(convert(layer), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    with torch.inference_mode():
        expected = layer(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(compiled(x)[0], expected, atol=1e-5)


def test_a_network_is_kept_once_and_read_again(layer: nn.Linear, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "layer"
    load_or_make(folder, lambda: convert(layer))
    assert sorted(file.name for file in folder.iterdir()) == ["network.bin", "network.xml"]
    kept = load_or_make(folder, lambda: pytest.fail("converted again"))
    assert kept.inputs[0].get_partial_shape().rank.get_length() == 2
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["layer"]


def test_where_nothing_can_be_written_it_works_all_the_same(layer: nn.Linear, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert load_or_make(tmp_path / "file" / "layer", lambda: convert(layer)).inputs
    assert load_or_make(None, lambda: convert(layer)).inputs


def test_the_precision_is_one_that_the_cpu_has() -> None:
    assert choose_precision() in ("bf16", "f32")


@pytest.mark.parametrize("order", ["first come, first gone", "gone in another thread"])
def test_ctrl_c_after_engines_have_gone_is_heard(order: str) -> None:
    """With a core for each engine, the signal killed the process: see `CORE`."""
    command = [sys.executable, "-c", ENGINES_THEN_CTRL_C, order]
    child = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (child.returncode, child.stdout) == (0, "interrupted\n"), child.stderr
