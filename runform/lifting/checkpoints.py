"""Reads and writes the weights of the lifters: this project's safetensors and the public MotionBERT files."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from runform.errors import WeightsError
from runform.hashing import compute_sha256
from runform.lifting.dstformer import LITE, DSTFormer, DSTFormerConfig
from runform.lifting.tcn import TCNConfig, TemporalLifter

LifterConfig = DSTFormerConfig | TCNConfig
LifterModel = DSTFormer | TemporalLifter
_CONFIGS: dict[str, type[DSTFormerConfig] | type[TCNConfig]] = {"dstformer": DSTFormerConfig, "tcn": TCNConfig}
"""Name of an architecture in a file -> its sizes."""

_PREFIX = "module."
_REPLACE = "Replace it with a fresh copy."
# What torch raises on bytes that are no checkpoint, or one that wants to run code: its reader is a small machine that
# stumbles wherever the bytes stop making sense.
_UNREADABLE = (
    pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError,
    struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class LoadedModel:
    """A model with its weights.

    Attributes:
        model: In evaluation mode, float32, on the CPU.
        name: Of the weights, shown to the user.
        sha256: Of the weights file.
        window: Frames per window it was trained with.
        metadata: What the file says of itself: data, licence, commit.
    """

    model: LifterModel
    name: str
    sha256: str
    window: int
    metadata: Mapping[str, str]

    def require_dstformer(self) -> DSTFormer:
        """The model, for what needs a motion representation.

        Raises:
            WeightsError: It is a temporal convolutional one, which has none.
        """
        if isinstance(self.model, DSTFormer):
            return self.model
        raise self._refuse(DSTFormer)

    def require_tcn(self) -> TemporalLifter:
        """The model, for what lifts the feet too.

        Raises:
            WeightsError: It is a DSTFormer, which has no feet.
        """
        if isinstance(self.model, TemporalLifter):
            return self.model
        raise self._refuse(TemporalLifter)

    def _refuse(self, wanted: type[LifterModel]) -> WeightsError:
        is_, wants = type(self.model).__name__, wanted.__name__
        return WeightsError(f"The weights {self.name} are a {is_}'s, and a {wants}'s are needed.", _REPLACE)


def build_model(config: LifterConfig) -> LifterModel:
    """A lifter of these sizes with its first, random weights."""
    return TemporalLifter(config) if isinstance(config, TCNConfig) else DSTFormer(config)


def load_motionbert(file: Path, *, name: str, config: DSTFormerConfig = LITE) -> LoadedModel:
    """Read a public MotionBERT checkpoint: weights under `model_pos`, names behind `module.`.

    Args:
        file: A file written by torch.save.
        name: Shown to the user.
        config: The model's sizes; the file does not say them.

    Raises:
        WeightsError: No such file, not such a file, or not this model's weights.
    """
    _require_file(file)
    try:
        with torch.serialization.safe_globals(_NUMPY_GLOBALS):
            content = torch.load(file, map_location="cpu", weights_only=True)
    except _UNREADABLE as error:
        raise WeightsError(f"{file.name} is not a checkpoint that can be read safely.", _REPLACE) from error
    state = content.get("model_pos") if isinstance(content, dict) else None
    if not isinstance(state, dict):
        raise WeightsError(f"{file.name} holds no weights under the key model_pos.", _REPLACE)
    model = _build(config, {key.removeprefix(_PREFIX): value for key, value in state.items()}, file)
    return LoadedModel(model, name, compute_sha256(file), config.max_frames, {})


def load_safetensors(file: Path) -> LoadedModel:
    """Read weights written by `save_safetensors`; their architecture, sizes, name and window stand in the file.

    A file that names no architecture is a DSTFormer's, as all were once.

    Raises:
        WeightsError: No such file, damaged, or without what this project writes beside the weights.
    """
    _require_file(file)
    try:
        with safetensors.safe_open(file, framework="pt") as opened:
            metadata = dict(opened.metadata() or {})
            state = {key: opened.get_tensor(key).float() for key in opened.keys()}  # noqa: SIM118 - not a mapping
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsError(f"{file.name} is damaged.", _REPLACE) from error
    try:
        config = _CONFIGS[metadata.get("architecture", "dstformer")](**json.loads(metadata["config"]))
        name, window = metadata["name"], int(metadata["window"])
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{file.name} does not say which model its weights are for.", _REPLACE) from error
    return LoadedModel(_build(config, state, file), name, compute_sha256(file), window, metadata)


def save_safetensors(
    model: LifterModel, file: Path, *, name: str, window: int, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a model's weights as float16, with what is needed to use them; the same to the byte every time.

    Args:
        model: Whose weights.
        file: Where to; replaced whole.
        name: Shown to the user.
        window: Frames per window it was trained with.
        metadata: What else the file should say of itself: data, licence, commit.
    """
    state = {key: value.detach().to("cpu", torch.float16).contiguous() for key, value in model.state_dict().items()}
    described = dict(metadata or {}) | {
        "name": name,
        "window": str(window),
        "architecture": _name_architecture(model),
        "config": json.dumps(asdict(model.config)),
    }
    part = file.with_name(file.name + ".part")
    part.write_bytes(_sort_metadata(safetensors.torch.save(state, metadata=described)))
    part.replace(file)


def _sort_metadata(data: bytes) -> bytes:
    """A safetensors file whose metadata is in order.

    The library writes it in another order every time, and the file's hash is what embeddings are known by.
    """
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    written = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    written += b" " * (-len(written) % 8)  # the format wants the numbers aligned
    return len(written).to_bytes(8, "little") + written + data[end:]


def _numpy_globals() -> list[Any]:
    """The numpy types that the public checkpoints hold beside their weights (the least loss so far)."""
    scalar = np.float64(0).__reduce__()[0]
    dtypes = [np.dtype, *(type(np.dtype(kind)) for kind in (np.float64, np.float32, np.int64))]
    # numpy 2 writes the same function under another module's name.
    return [scalar, *((scalar, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")), *dtypes]


_NUMPY_GLOBALS = _numpy_globals()


def _require_file(file: Path) -> None:
    if not file.is_file():
        raise WeightsError(
            f"The lifting model's weights {file.name} are not in {file.parent}.",
            "Put the file there: RunForm's own models folder brings its own weights, public ones are fetched.",
        )


def _name_architecture(model: LifterModel) -> str:
    """The model's key in `_CONFIGS`."""
    return next(name for name, config in _CONFIGS.items() if isinstance(model.config, config))


def _build(config: LifterConfig, state: Mapping[str, Tensor], file: Path) -> LifterModel:
    """The model with these weights, which must be exactly its own by name and shape."""
    model = build_model(config)
    wanted = model.state_dict()
    odd = sorted(wanted.keys() ^ state.keys())
    odd += sorted(key for key in wanted.keys() & state.keys() if wanted[key].shape != state[key].shape)
    if odd:
        raise WeightsError(
            f"{file.name} holds another model's weights: {len(odd)} do not fit, the first is {odd[0]}.",
            f"Use weights of a {type(model).__name__} of these sizes.",
        )
    model.load_state_dict(dict(state))
    return model.eval()
