"""Networks as OpenVINO runs them: converted from torch once, kept as files beside their weights, run by one core."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openvino
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor, nn

VERSION = openvino.__version__.split("-")[0]
"""Part of a kept network's name: another release may convert it otherwise."""
CORE = openvino.Core()
"""The one core of this process, for all threads; it lives as long as the process, and nobody makes another.

The CPU plugin that a core loads gives the loading thread memory of its own to handle signals on, and unmaps it as the
plugin goes (`SigAltStackSetup` in OpenVINO's src/plugins/intel_cpu; 2026.4.1). Where plugins do not go in the reverse
order of their coming, or go in another thread, the thread is left with memory that is no more. Its next signal, a
Ctrl-C for instance, kills the process: a segmentation fault that no handler sees, so nothing says where it was.
"""


def convert_module(module: nn.Module, example: Tensor) -> openvino.Model:
    """Convert a network in evaluation mode; its input keeps any size.

    Through OpenVINO's reader of traced modules: `openvino.convert_model` does the same and reports its use to a server.

    Args:
        module: One tensor in.
        example: An input that it takes.

    Raises:
        RuntimeError: OpenVINO does not know an operation.
    """
    with torch.inference_mode(), warnings.catch_warnings():
        # torch 2.13 has deprecated tracing, which OpenVINO 2026 still reads best; a network that checks the shape of
        # its input does so for the example alone.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        warnings.simplefilter("ignore", category=torch.jit.TracerWarning)  # type: ignore[attr-defined]
        traced: Any = torch.jit.trace(module, example, check_trace=False)  # type: ignore[no-untyped-call]
        reader = FrontEndManager().load_by_framework("pytorch")
        decoder = TorchScriptPythonDecoder(traced)  # a name keeps it alive: OpenVINO's reader does not
        return reader.convert(reader.load(decoder))


def load_or_make(folder: Path | None, convert: Callable[[], openvino.Model]) -> openvino.Model:
    """The network kept in a folder, else converted and kept there.

    Args:
        folder: Named after the weights' hash and `VERSION`; None keeps nothing.
        convert: Gives the network where none is kept, or a damaged one.
    """
    kept = None if folder is None else _read(folder)
    if kept is not None:
        return kept
    model = convert()
    if folder is not None:
        _keep(model, folder)
    return model


def choose_precision() -> str:
    """What the CPU computes in: "bf16" where it has instructions for it, else "f32".

    OpenVINO can compute in 16-bit floats on other CPUs too, and is slower for it.
    """
    return "bf16" if "BF16" in CORE.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _read(folder: Path) -> openvino.Model | None:
    """The network kept in a folder, or None where there is none or it is damaged; a damaged one is removed."""
    file = folder / "network.xml"
    if not file.is_file():
        return None
    try:
        return CORE.read_model(file)
    except RuntimeError:
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _keep(model: openvino.Model, folder: Path) -> None:
    """Write a network so that the folder is either whole or not there, also when two processes write it at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}-") as name:
            part = Path(name) / "part"
            openvino.save_model(model, part / "network.xml", compress_to_fp16=False)
            part.rename(folder)
    except (OSError, RuntimeError):
        # Another process was first, or the disk is full or read-only: it works from memory, and the next start converts
        # again.
        return
