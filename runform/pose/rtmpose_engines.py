"""What RTMPose's network is run by: OpenVINO on the CPU, torch on the GPU and where OpenVINO cannot take the network.

Measured on real crops with weights that give clear peaks, bfloat16 moves a keypoint by 0.12 crop px on average and its
error against the labels by nothing (0.95 px either way), at a fifth of eager torch's time. It is used where the CPU has
it; 16-bit floats of the CPU are slower than single precision. `rtmpose_speed.py` measures engines side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import openvino
import torch

from runform.errors import BackendUnavailableError
from runform.openvino_files import CORE, VERSION, choose_precision, convert_module, load_or_make
from runform.pose.rtmpose_decode import Logits
from runform.pose.rtmpose_network import RtmPoseNetwork, build_model
from runform.pose.rtmpose_preprocess import CROP_HEIGHT, CROP_WIDTH, Crops

Forward = Callable[[Crops], tuple[Logits, Logits]]
"""(B, 256, 192, 3) uint8 RGB crops -> (B, 26, 384) logits along x and (B, 26, 512) along y."""


class Engine(Protocol):
    """A way to run the network, shared by threads."""

    @property
    def name(self) -> str:
        """For people, for instance "OpenVINO bf16"."""
        ...

    @property
    def note(self) -> str:
        """What the coach should know about this choice, or empty."""
        ...

    @property
    def batch(self) -> int:
        """How many crops at once serve it best."""
        ...

    def start(self) -> Forward:
        """A forward for one thread; those of several threads may run side by side."""
        ...


class TorchEngine:
    """Eager torch: half precision in the backbone on CUDA, single precision on the CPU.

    Args:
        weights: The checkpoint.
        device: Torch device name.
        note: See `Engine.note`.

    Raises:
        BackendUnavailableError: mmpose does not load, or torch cannot use the device.
        WeightsError: The checkpoint is not this model's.
    """

    def __init__(self, weights: Path, device: str, note: str = "") -> None:
        require_device(device)
        self._half = half = device.startswith("cuda")
        self._network = RtmPoseNetwork(build_model(weights, device), half=half)
        self._device = device
        # The network quiets a warning of mmpose's, and Python keeps what is quiet for all threads at once. A GPU runs
        # one forward after the other anyway, and a forward on the CPU takes every core.
        self._one_at_a_time = threading.Lock()
        self.note = note
        self.name = f"torch {'fp16' if half else 'fp32'} on {device}"
        # A GPU is idle between small batches; the CPU gains nothing past 8 crops.
        self.batch = 64 if half else 8

    def start(self) -> Forward:
        """See `Engine.start`."""
        return self._forward

    def _forward(self, crops: Crops) -> tuple[Logits, Logits]:
        count = len(crops)
        # Black crops fill a batch for CUDA, which prepares itself for every new size in every thread: 0.6 s each time
        # on an H200, against 7 ms for a full batch.
        rows = max(count, self.batch) if self._half else count
        pixels = torch.zeros((rows, *crops.shape[1:]), dtype=torch.uint8, device=self._device)
        pixels[:count] = torch.from_numpy(np.ascontiguousarray(crops))
        with self._one_at_a_time, torch.inference_mode():
            x, y = self._network(pixels)
        return x[:count].cpu().numpy(), y[:count].cpu().numpy()


class OpenVinoEngine:
    """The network converted to OpenVINO, on the CPU.

    Args:
        model: As `load_or_convert` gives it.
        precision: "bf16" or "f32"; None takes bf16 where the CPU has it.
    """

    note = ""
    batch = 8

    def __init__(self, model: openvino.Model, precision: str | None = None) -> None:
        precision = precision or choose_precision()
        self.name = f"OpenVINO {precision}"
        options = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        self._compiled = CORE.compile_model(model, "CPU", options)

    def start(self) -> Forward:
        """See `Engine.start`."""
        request = self._compiled.create_infer_request()

        def forward(crops: Crops) -> tuple[Logits, Logits]:
            request.infer({0: np.ascontiguousarray(crops)})
            # Copied, because the request writes its next answer into the same memory.
            return request.get_output_tensor(0).data.copy(), request.get_output_tensor(1).data.copy()

        return forward


def open_engine(weights: Path, sha256: str, device: str) -> Engine:
    """The fastest engine for a device that does not lose accuracy.

    Args:
        weights: The checkpoint; the converted network is kept beside it.
        sha256: Of the checkpoint.
        device: Torch device name.

    Returns:
        OpenVINO on the CPU, or torch with a note where OpenVINO cannot take the network; torch on CUDA.

    Raises:
        BackendUnavailableError: mmpose does not load, or torch cannot use the device.
        WeightsError: The checkpoint is not this model's.
    """
    if device != "cpu":
        return TorchEngine(weights, device)
    try:
        return OpenVinoEngine(load_or_convert(weights, sha256))
    except RuntimeError as error:  # OpenVINO's conversion and compilation raise this and its subclasses
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        note = f"RTMPose runs on torch, about five times slower, because OpenVINO could not take it ({reason})."
        return TorchEngine(weights, device, note=note)


def require_device(device: str) -> None:
    """See that torch can compute on a device: its names can be right where the GPU, its driver or the build is not.

    Args:
        device: Torch device name.

    Raises:
        BackendUnavailableError: It cannot.
    """
    try:
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError) as error:  # torch asserts where it was built without CUDA
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise BackendUnavailableError(
            f"RTMPose cannot run on {device} ({reason}).", "Set RUNFORM_DEVICE to auto, or to cpu."
        ) from error


def load_or_convert(weights: Path, sha256: str) -> openvino.Model:
    """The converted network: from beside the checkpoint where it was converted before, else converted and kept there.

    Args:
        weights: The checkpoint.
        sha256: Of the checkpoint; with OpenVINO's version it names the folder of the converted network.

    Raises:
        BackendUnavailableError: mmpose does not load.
        WeightsError: The checkpoint is not this model's.
        RuntimeError: OpenVINO cannot convert the network.
    """
    folder = weights.parent / f"rtmpose-{sha256[:16]}-openvino-{VERSION}"
    return load_or_make(folder, lambda: convert(RtmPoseNetwork(build_model(weights, "cpu"))))


def convert(network: RtmPoseNetwork) -> openvino.Model:
    """Convert the network, for any number of crops.

    Raises:
        RuntimeError: OpenVINO does not know an operation.
    """
    model = convert_module(network, torch.zeros((2, CROP_HEIGHT, CROP_WIDTH, 3), dtype=torch.uint8))
    (crops,) = model.inputs
    crops.get_node().set_element_type(openvino.Type.u8)
    crops.get_node().set_partial_shape(openvino.PartialShape([-1, CROP_HEIGHT, CROP_WIDTH, 3]))
    model.validate_nodes_and_infer_types()
    return model
