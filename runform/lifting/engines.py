"""What a lifting model is run by: OpenVINO on the CPU, torch on the GPU and where OpenVINO cannot take the model.

An engine gives the representation only. The head, one small matrix, is the lifter's own and in single precision: an
engine of 16 bits would round a joint's place to steps of four millimetres. `bench` times the engines side by side and
says whether the one that is taken is the fastest. torch.compile is none of them, for it asks for a C++ compiler on the
user's machine.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import openvino
import torch
from torch import Tensor, nn

from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer
from runform.openvino_files import CORE, VERSION, choose_precision, convert_module, load_or_make

Float32Array = npt.NDArray[np.float32]
Represent = Callable[[Float32Array], Float32Array]
"""(B, W, 17, 3) windows, as `windows.normalise_window` makes them -> (B, W, 17, R) motion representation."""
Precision = Literal["fp32", "bf16", "fp16"]

TOLERANCE = 0.02
"""How far engines of 16 bits may lie from single precision: each joint, in half sides of the window's box, and each
number of the representation."""
EXACT_TOLERANCE = 1e-4
"""The same of engines of 32 bits."""

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_EXAMPLE_FRAMES = 16


class Engine(Protocol):
    """A way to run the model, shared by threads."""

    @property
    def name(self) -> str:
        """For people, for instance "OpenVINO bf16"."""
        ...

    @property
    def note(self) -> str:
        """What the coach should know about this choice, or empty."""
        ...

    def start(self) -> Represent:
        """A forward for one thread; those of several threads may run side by side."""
        ...


class TorchEngine:
    """Eager torch.

    Args:
        model: In evaluation mode; it is moved to the device.
        device: Torch device name.
        precision: "fp32", or what matrix products are done in.
        note: See `Engine.note`.

    Raises:
        RuntimeError, AssertionError: torch cannot use the device.
    """

    def __init__(self, model: DSTFormer, device: str = "cpu", precision: Precision = "fp32", note: str = "") -> None:
        self.name = f"torch {precision} on {device}"
        self.note = note
        self._device = torch.device(device)
        self._dtype = _DTYPES.get(precision)
        self._model = model.to(self._device)

    def start(self) -> Represent:
        """See `Engine.start`."""
        return self._represent

    def _represent(self, windows: Float32Array) -> Float32Array:
        with torch.inference_mode(), torch.autocast(self._device.type, self._dtype, enabled=self._dtype is not None):
            representation = self._model.represent(torch.from_numpy(windows).to(self._device))
        array: Float32Array = representation.float().cpu().numpy()
        return array


class OpenVinoEngine:
    """The model converted to OpenVINO, on the CPU.

    Args:
        network: As `load_openvino` gives it.
        precision: "bf16" or "f32"; None takes bf16 where the CPU has it.
    """

    note = ""

    def __init__(self, network: openvino.Model, precision: str | None = None) -> None:
        precision = precision or choose_precision()
        self.name = f"OpenVINO {precision}"
        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
            # A thread tied to a core that something else keeps busy would hold up all the others.
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled = CORE.compile_model(network, "CPU", options)

    def start(self) -> Represent:
        """See `Engine.start`."""
        request = self._compiled.create_infer_request()

        def represent(windows: Float32Array) -> Float32Array:
            request.infer({0: np.ascontiguousarray(windows)})
            # Copied, because the request writes its next answer into the same memory.
            return np.array(request.get_output_tensor(0).data, dtype=np.float32)

        return represent


class OnnxEngine:
    """The model exported to ONNX and run by ONNX Runtime on the CPU: in `bench` only, to be held against."""

    note = ""

    def __init__(self, model: DSTFormer) -> None:
        self.name = "ONNX Runtime fp32"
        file = io.BytesIO()
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter by tracing is deprecated, and needs no further package
            torch.onnx.export(
                _Representation(model),
                (torch.zeros(_example_shape(model)),),
                file,  # type: ignore[arg-type]
                dynamo=False,
                input_names=["windows"],
                output_names=["representation"],
                dynamic_axes={"windows": {0: "batch", 1: "frames"}, "representation": {0: "batch", 1: "frames"}},
            )
        self._session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])

    def start(self) -> Represent:
        """See `Engine.start`."""
        return self._represent

    def _represent(self, windows: Float32Array) -> Float32Array:
        (representation,) = self._session.run(None, {"windows": windows})
        array: Float32Array = representation
        return array


def open_engine(loaded: LoadedModel, device: str, cache_dir: Path | None) -> Engine:
    """The fastest engine for a device that does not lose accuracy.

    Chosen by what the CPU can do, not by a race: the same machine gives the same numbers every time.

    Args:
        loaded: The model.
        device: Torch device name.
        cache_dir: Where the converted model is kept; None keeps none.

    Returns:
        OpenVINO on the CPU, or torch with a note where OpenVINO cannot take the model; torch in fp16 on CUDA.

    Raises:
        WeightsError: The model has no representation.
        RuntimeError, AssertionError: torch cannot use the device.
    """
    model = loaded.require_dstformer()
    if device != "cpu":
        return TorchEngine(model, device, "fp16")
    try:
        return OpenVinoEngine(load_openvino(loaded, cache_dir))
    except RuntimeError as error:  # OpenVINO's conversion and compilation raise this and its subclasses
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        note = f"Lifting runs on torch, several times slower, because OpenVINO could not take it ({reason})."
        return TorchEngine(model, note=note)


def load_openvino(loaded: LoadedModel, cache_dir: Path | None) -> openvino.Model:
    """The converted model, from the cache where it was converted before.

    Raises:
        WeightsError: The model has no representation.
        RuntimeError: OpenVINO cannot convert it.
    """
    model = loaded.require_dstformer()
    folder = None if cache_dir is None else cache_dir / f"lifter-{loaded.sha256[:16]}-openvino-{VERSION}"
    return load_or_make(folder, lambda: _convert(model))


def _convert(model: DSTFormer) -> openvino.Model:
    network = convert_module(_Representation(model), torch.zeros(_example_shape(model)))
    (windows,) = network.inputs
    windows.get_node().set_partial_shape(openvino.PartialShape([-1, -1, model.config.joints, model.config.dim_in]))
    network.validate_nodes_and_infer_types()
    return network


def _example_shape(model: DSTFormer) -> tuple[int, int, int, int]:
    """Of windows that the model takes; more than one, and more than one frame, so that neither is taken for fixed."""
    config = model.config
    return 2, min(_EXAMPLE_FRAMES, config.max_frames), config.joints, config.dim_in


class _Representation(nn.Module):
    """A model as converters want it: what it gives is called forward."""

    def __init__(self, model: DSTFormer) -> None:
        super().__init__()
        self.model = model

    def forward(self, windows: Tensor) -> Tensor:
        """(B, W, 17, 3) -> (B, W, 17, R)."""
        return self.model.represent(windows)
