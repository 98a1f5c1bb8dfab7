from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import openvino
import pytest
import torch

from runform.errors import WeightsError
from runform.lifting import engines
from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.engines import (
    EXACT_TOLERANCE,
    TOLERANCE,
    Engine,
    Float32Array,
    OnnxEngine,
    OpenVinoEngine,
    TorchEngine,
    load_openvino,
    open_engine,
)
from runform.lifting.lifter import Lifter
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.sequences import FloatArray

SURE, TIME_S = np.full((75, 17), 0.8), np.arange(75) / 30


@pytest.fixture(scope="module")
def model() -> DSTFormer:
    """Of the shipped model's kind and small; its first weights, which answer as softly as trained ones."""
    torch.manual_seed(0)
    return DSTFormer(DSTFormerConfig(dim_feat=32, dim_rep=48, depth=2, heads=2, max_frames=40)).eval()


@pytest.fixture(scope="module")
def loaded(model: DSTFormer) -> LoadedModel:
    return LoadedModel(model, "small", "ab" * 32, 20, {})


@pytest.fixture(scope="module")
def network(loaded: LoadedModel) -> openvino.Model:
    return load_openvino(loaded, None)


def make_windows(batch: int, frames: int) -> Float32Array:
    return np.random.default_rng(batch).uniform(-1, 1, (batch, frames, 17, 3)).astype(np.float32)


def open_all(model: DSTFormer, network: openvino.Model) -> dict[str, tuple[Engine, float]]:
    return {
        "autocast": (TorchEngine(model, precision="bf16"), TOLERANCE),
        "onnx": (OnnxEngine(model), EXACT_TOLERANCE),
        "openvino f32": (OpenVinoEngine(network, "f32"), EXACT_TOLERANCE),
        "openvino bf16": (OpenVinoEngine(network, "bf16"), TOLERANCE),
    }


def test_every_engine_answers_as_eager_torch_in_single_precision(
    loaded: LoadedModel, network: openvino.Model, joints_px: FloatArray
) -> None:
    eager = TorchEngine(loaded.require_dstformer())
    joints = Lifter(loaded, eager).lift(joints_px, SURE, TIME_S).joints.xyz
    for name, (engine, tolerance) in open_all(loaded.require_dstformer(), network).items():
        represent = engine.start()
        # The batch and the length of a clip's windows differ from clip to clip.
        for batch, frames in ((2, 20), (1, 7)):
            windows = make_windows(batch, frames)
            found, expected = represent(windows), eager.start()(windows)
            assert found.dtype == np.float32
            assert found.shape == (batch, frames, 17, 48)
            np.testing.assert_allclose(found, expected, atol=tolerance, err_msg=name)
        lifted = Lifter(loaded, engine).lift(joints_px, SURE, TIME_S).joints.xyz
        np.testing.assert_allclose(lifted, joints, atol=tolerance, err_msg=name)


def test_an_answer_is_not_overwritten_by_the_next(network: openvino.Model) -> None:
    represent = OpenVinoEngine(network, "f32").start()
    first = represent(make_windows(2, 20))
    kept = first.copy()
    represent(make_windows(2, 20) / 2)
    np.testing.assert_array_equal(first, kept)


def test_the_converted_model_is_kept_and_a_damaged_one_made_again(
    loaded: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[DSTFormer] = []
    convert = engines._convert

    def watch(model: DSTFormer) -> openvino.Model:
        made.append(model)
        return convert(model)

    monkeypatch.setattr(engines, "_convert", watch)
    cache, windows = tmp_path / "cache", make_windows(2, 20)
    expected = TorchEngine(loaded.require_dstformer()).start()(windows)
    for damaged, conversions in ((False, 1), (False, 1), (True, 2)):
        if damaged:
            next(cache.glob("*/network.xml")).write_text("no network", encoding="utf-8")
        represent = OpenVinoEngine(load_openvino(loaded, cache), "f32").start()
        np.testing.assert_allclose(represent(windows), expected, atol=EXACT_TOLERANCE)
        assert len(made) == conversions
        assert [loaded.sha256[:16] in folder.name for folder in cache.iterdir()] == [True]


def test_openvino_is_taken_on_the_cpu(loaded: LoadedModel) -> None:
    engine = open_engine(loaded, "cpu", None)
    assert engine.name in ("OpenVINO bf16", "OpenVINO f32")
    assert engine.note == ""


def test_a_model_that_openvino_refuses_runs_on_torch_and_says_so(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(model: DSTFormer) -> None:
        raise RuntimeError("long story\nno such operation")

    monkeypatch.setattr(engines, "_convert", refuse)
    engine = open_engine(loaded, "cpu", None)
    assert engine.name == "torch fp32 on cpu"
    assert "no such operation" in engine.note


def test_a_model_without_representation_is_refused() -> None:
    tcn = TemporalLifter(TCNConfig(channels=8, filter_widths=(3, 3)))
    with pytest.raises(WeightsError, match="TemporalLifter"):
        open_engine(LoadedModel(tcn, "feet", "0" * 64, 27, {}), "cpu", None)


def test_opening_an_engine_warns_of_nothing(loaded: LoadedModel) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OnnxEngine(loaded.require_dstformer())
        load_openvino(loaded, None)
