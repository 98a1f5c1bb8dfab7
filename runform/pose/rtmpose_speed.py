"""Measures what RTMPose's network costs on this CPU: eager torch beside OpenVINO, in one run.

Where no weights are at hand a stand-in is made: random weights whose last layer is solved so that the answers for the
pictures measured are Gaussians like a trained model's, since the place of a maximum among noise says nothing.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from runform.hashing import compute_sha256
from runform.pose.rtmpose_decode import BINS_PER_PX, decode_simcc
from runform.pose.rtmpose_engines import Engine, Forward, OpenVinoEngine, TorchEngine, load_or_convert
from runform.pose.rtmpose_network import RtmPoseNetwork, build_model
from runform.pose.rtmpose_preprocess import CROP_HEIGHT, CROP_WIDTH, Crops
from runform.sequences import FloatArray

_BATCHES = (1, 8)
_SEED = 0
# Widths of the Gaussians along x and y, bins, as in mmpose's configuration of the codec.
_SIGMA_BINS = (4.9, 5.66)
# Keypoints below this are no peaks, and where their maximum lies is chance.
_LEAST_CONFIDENCE = 0.3


def compare_rtmpose_engines(weights: Path | None, repeats: int, *, crops: Crops | None = None) -> list[dict[str, Any]]:
    """Time every engine of the CPU side by side.

    The engines take turns; each turn begins with one call that is not counted, since the other's threads still spin.

    Args:
        weights: The checkpoint, or None to measure with a stand-in.
        repeats: Turns, 1 or more; each counts three calls.
        crops: (8, 256, 192, 3) uint8 RGB to look at; None takes smooth noise.

    Returns:
        One row for each engine and batch: engine; batch; ms_per_crop (median); ratio to eager single precision at batch
        1; median_difference_px and max_difference_px of the keypoints from eager's, px of the crop, NaN where eager saw
        none; and used: whether this is the engine RunForm takes on this CPU.

    Raises:
        BackendUnavailableError: mmpose does not load.
        WeightsError: The checkpoint is not this model's.
    """
    pictures = make_noise_crops(max(_BATCHES)) if crops is None else crops
    with tempfile.TemporaryDirectory() as name:
        if weights is None:
            weights = Path(name) / "stand_in.pth"
            write_stand_in_weights(weights, pictures)
        engines = _open_engines(weights)
    forwards = {engine.name: engine.start() for engine in engines}
    times = _time_in_turns(forwards, pictures, repeats)
    eager, used = engines[0].name, engines[-1].name
    expected, confidence = decode_simcc(*forwards[eager](pictures))
    baseline = times[eager, 1]
    rows = []
    for (engine, batch), milliseconds in times.items():
        found, _ = decode_simcc(*forwards[engine](pictures))
        away = np.linalg.norm(found - expected, axis=2)[confidence >= _LEAST_CONFIDENCE]
        rows.append(
            {
                "engine": engine,
                "batch": batch,
                "ms_per_crop": milliseconds,
                "ratio": milliseconds / baseline,
                "median_difference_px": float(np.median(away)) if away.size else float("nan"),
                "max_difference_px": float(np.max(away)) if away.size else float("nan"),
                "used": engine == used,
            }
        )
    return rows


def _open_engines(weights: Path) -> list[Engine]:
    """Eager torch first; then OpenVINO, the one RunForm takes last."""
    model = load_or_convert(weights, compute_sha256(weights))
    single, fastest = OpenVinoEngine(model, "f32"), OpenVinoEngine(model)
    ours = [single] if single.name == fastest.name else [single, fastest]
    return [TorchEngine(weights, "cpu"), *ours]


def _time_in_turns(forwards: dict[str, Forward], crops: Crops, repeats: int) -> dict[tuple[str, int], float]:
    """Median ms per crop of each engine and batch."""
    keys = [(name, batch) for name in forwards for batch in _BATCHES]
    seconds: dict[tuple[str, int], list[float]] = {key: [] for key in keys}
    for _ in range(repeats):
        for name, batch in keys:
            forward, part = forwards[name], crops[:batch]
            forward(part)
            for _ in range(3):
                start = time.perf_counter()
                forward(part)
                seconds[name, batch].append(time.perf_counter() - start)
    return {(name, batch): float(np.median(s)) * 1000 / batch for (name, batch), s in seconds.items()}


def make_noise_crops(count: int) -> Crops:
    """Seeded pictures of smooth colour noise, (count, 256, 192, 3) uint8."""
    noise = np.random.default_rng(_SEED).normal(size=(count, CROP_HEIGHT, CROP_WIDTH, 3))
    smooth = np.stack([cv2.GaussianBlur(picture, (0, 0), 6.0) for picture in noise])
    crops: Crops = np.clip(127 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return crops


def write_stand_in_weights(path: Path, crops: Crops) -> FloatArray:
    """Write a checkpoint with seeded random weights that answers some crops as a trained model would.

    Args:
        path: Where to.
        crops: (B, 256, 192, 3) uint8 RGB.

    Returns:
        (26, 2) the prescribed places, px of the crop, the same for every crop.
    """
    state = torch.random.get_rng_state()
    torch.manual_seed(_SEED)
    model = build_model(None, "cpu")
    torch.random.set_rng_state(state)
    network = RtmPoseNetwork(model)
    # Without its mean a random filter answers to shapes and not to brightness, which would make all keypoints alike.
    filters = network.head.final_layer.weight.data
    filters -= filters.mean(dim=(2, 3), keepdim=True)
    network.head.final_layer.bias.data.zero_()
    tokens = _compute_tokens(network, crops)  # (B * 26, 256)
    rng = np.random.default_rng(_SEED)
    bins = np.array([CROP_WIDTH, CROP_HEIGHT]) * BINS_PER_PX
    # A little off the middle of a bin: halfway between two, the highest bin would be decided by rounding.
    places = (np.rint(rng.uniform(0.1, 0.9, (len(tokens) // len(crops), 2)) * bins) + 0.2) / BINS_PER_PX  # (26, 2)
    for axis, layer in enumerate((network.head.cls_x, network.head.cls_y)):
        centres = np.tile(places[:, axis], len(crops))[:, None] * BINS_PER_PX  # (B * 26, 1)
        target = np.exp(-((np.arange(layer.weight.shape[0]) - centres) ** 2) / (2 * _SIGMA_BINS[axis] ** 2))
        # Directions in which the tokens hardly differ would only carry rounding into the answer.
        solved = np.linalg.lstsq(tokens, target, rcond=1e-3)[0]  # (256, bins)
        layer.weight.data = torch.from_numpy(solved.T.astype(np.float32))
    torch.save({"meta": {}, "state_dict": model.state_dict()}, path)
    return places


def _compute_tokens(network: RtmPoseNetwork, crops: Crops) -> FloatArray:
    """What the last layers see of each keypoint, after the norms have taken the scale of these crops."""
    seen: list[torch.Tensor] = []
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the mean over all that is seen, instead of a running one
        norm.train()
    handle = network.head.gau.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.inference_mode():
        network(torch.from_numpy(crops))
        network.eval()
        network(torch.from_numpy(crops))
    handle.remove()
    return np.asarray(seen[-1].flatten(0, 1).tolist(), dtype=np.float64)
