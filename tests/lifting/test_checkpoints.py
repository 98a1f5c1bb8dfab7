from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from runform.errors import WeightsError
from runform.hashing import compute_sha256
from runform.lifting.checkpoints import LoadedModel, build_model, load_motionbert, load_safetensors, save_safetensors
from runform.lifting.dstformer import LITE, DSTFormer, DSTFormerConfig
from runform.lifting.tcn import TCNConfig, TemporalLifter
from tests.conftest import PROJECT_ROOT
from tests.lifting.conftest import SMALL

TEMPORAL = TCNConfig(channels=8, filter_widths=(3, 5), max_frames=40)


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
    file = tmp_path / "bare.safetensors"
    safetensors.torch.save_file(small_model.state_dict(), file)
    with pytest.raises(WeightsError, match="does not say which model"):
        load_safetensors(file)


def test_a_config_builds_its_own_model() -> None:
    assert isinstance(build_model(SMALL), DSTFormer)
    assert isinstance(build_model(TEMPORAL), TemporalLifter)
    assert build_model(TEMPORAL).config == TEMPORAL


def test_a_temporal_lifter_keeps_its_weights_and_its_kind(tmp_path: Path) -> None:
    torch.manual_seed(4)
    model, file = TemporalLifter(TEMPORAL).eval(), tmp_path / "tcn.safetensors"
    save_safetensors(model, file, name="tcn", window=40)
    loaded = load_safetensors(file)
    assert (loaded.name, loaded.window, loaded.metadata["architecture"]) == ("tcn", 40, "tcn")
    assert loaded.model.config == TEMPORAL
    assert not loaded.model.training
    window = torch.randn(1, 40, 21, 3)
    with torch.no_grad():
        assert torch.allclose(loaded.require_tcn()(window), model(window), atol=5e-3)
    with pytest.raises(WeightsError, match="tcn are a TemporalLifter's, and a DSTFormer's") as caught:
        loaded.require_dstformer()
    assert caught.value.remedy


def test_a_dstformer_is_no_temporal_lifter(small_model: DSTFormer) -> None:
    loaded = LoadedModel(small_model, "small", "0" * 64, 20, {})
    assert loaded.require_dstformer() is small_model
    with pytest.raises(WeightsError, match="small are a DSTFormer's, and a TemporalLifter's") as caught:
        loaded.require_tcn()
    assert caught.value.remedy


def _write(file: Path, model: DSTFormer, metadata: dict[str, str]) -> None:
    safetensors.torch.save_file(model.state_dict(), file, metadata={"name": "x", "window": "20"} | metadata)


def test_files_that_name_no_architecture_are_dstformers(tmp_path: Path, small_model: DSTFormer) -> None:
    file = tmp_path / "old.safetensors"
    _write(file, small_model, {"config": json.dumps(asdict(SMALL))})
    assert load_safetensors(file).require_dstformer().config == SMALL


@pytest.mark.parametrize(
    ("architecture", "config", "message"),
    [
        ("other", "{}", "does not say which model"),
        ("tcn", json.dumps(asdict(SMALL)), "does not say which model"),
        ("tcn", '{"channels": 0}', "does not say which model"),
        ("tcn", "{}", "another model's weights"),
    ],
)
def test_files_of_other_architectures_are_refused(
    tmp_path: Path, small_model: DSTFormer, architecture: str, config: str, message: str
) -> None:
    file = tmp_path / "odd.safetensors"
    _write(file, small_model, {"architecture": architecture, "config": config})
    with pytest.raises(WeightsError, match=message) as caught:
        load_safetensors(file)
    assert caught.value.remedy


def test_the_shipped_weights_load() -> None:
    loaded = load_safetensors(PROJECT_ROOT / "models" / "runform_small.safetensors")
    assert loaded.require_dstformer().config.dim_rep == 512


def test_the_same_weights_make_the_same_file(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = DSTFormer(DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=20))
    said = {f"word {n}": "±" * n for n in range(9)}
    files = [tmp_path / f"{n}.safetensors" for n in range(6)]
    for file in files:
        save_safetensors(model, file, name="small", window=20, metadata=said)
    assert len({file.read_bytes() for file in files}) == 1
    loaded = load_safetensors(files[0])
    assert {key: loaded.metadata[key] for key in said} == said
    for name, value in loaded.model.state_dict().items():
        torch.testing.assert_close(value, model.state_dict()[name], atol=1e-3, rtol=1e-3)
