from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import WeightsError
from runform.hashing import compute_sha256
from runform.lifting.checkpoints import load_motionbert, load_safetensors, save_safetensors
from runform.lifting.dstformer import LITE, DSTFormer
from tests.lifting.conftest import SMALL


def _public_state() -> dict[str, torch.Tensor]:
    """Random values under the names and in the shapes of the public MotionBERT-Lite files."""
    torch.manual_seed(3)
    return {f"module.{name}": torch.randn_like(value) for name, value in DSTFormer(LITE).state_dict().items()}


def test_reads_a_file_like_the_public_ones(tmp_path: Path) -> None:
    state = _public_state()
    file = tmp_path / "best_epoch.bin"
    # The public files hold the epoch, the learning rate and the least loss, a numpy number, beside the weights.
    torch.save({"epoch": 60, "lr": 2.7e-4, "min_loss": np.float64(37.2), "model_pos": state}, file)
    loaded = load_motionbert(file, name="public")
    assert (loaded.name, loaded.window, loaded.sha256) == ("public", 243, compute_sha256(file))
    assert not loaded.model.training
    for name, value in loaded.model.state_dict().items():
        assert torch.equal(value, state[f"module.{name}"])


def _missing_key(state: dict[str, torch.Tensor]) -> object:
    del state["module.head.bias"]
    return {"model_pos": state}


def _other_shape(state: dict[str, torch.Tensor]) -> object:
    state["module.head.bias"] = torch.zeros(4)
    return {"model_pos": state}


def _unknown_key(state: dict[str, torch.Tensor]) -> object:
    return {"model_pos": state | {"module.extra": torch.zeros(1)}}


def _no_weights(state: dict[str, torch.Tensor]) -> object:
    return {"model": state}


def _harmful(state: dict[str, torch.Tensor]) -> object:
    return {"model_pos": state, "run_me": Path}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_missing_key, "another model's weights.*head.bias"),
        (_other_shape, "another model's weights.*head.bias"),
        (_unknown_key, "another model's weights.*extra"),
        (_no_weights, "model_pos"),
        (_harmful, "read safely"),
    ],
)
def test_refuses_other_files(tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], object], message: str) -> None:
    file = tmp_path / "odd.bin"
    torch.save(change(_public_state()), file)
    with pytest.raises(WeightsError, match=message) as caught:
        load_motionbert(file, name="odd")
    assert caught.value.remedy


@pytest.mark.parametrize(
    "load", [load_safetensors, lambda file: load_motionbert(file, name="x")], ids=["safetensors", "motionbert"]
)
@pytest.mark.parametrize("content", [None, b"", b"no checkpoint" * 100], ids=["missing", "empty", "text"])
def test_missing_and_damaged_files_name_a_remedy(
    tmp_path: Path, load: Callable[[Path], object], content: bytes | None
) -> None:
    file = tmp_path / "weights"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WeightsError, match="weights") as caught:
        load(file)
    assert caught.value.remedy


def test_safetensors_keep_weights_to_half_precision(tmp_path: Path, small_model: DSTFormer) -> None:
    file = tmp_path / "small.safetensors"
    save_safetensors(small_model, file, name="small", window=20, metadata={"licence": "Apache-2.0"})
    loaded = load_safetensors(file)
    assert (loaded.name, loaded.window, loaded.metadata["licence"]) == ("small", 20, "Apache-2.0")
    assert loaded.model.config == SMALL
    for name, value in loaded.model.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.allclose(value, small_model.state_dict()[name], rtol=1e-3, atol=1e-6)


def test_safetensors_without_a_description_are_refused(tmp_path: Path, small_model: DSTFormer) -> None:
    from safetensors.torch import save_file

    file = tmp_path / "bare.safetensors"
    save_file(small_model.state_dict(), file)
    with pytest.raises(WeightsError, match="does not say which model"):
        load_safetensors(file)
