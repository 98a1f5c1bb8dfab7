from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import load_safetensors
from runform.lifting.dstformer import DSTFormerConfig
from runform.lifting.lifter import SHIPPED_FILE, Lifter
from runform.training.cmu_motion import Motion
from runform.training.lifter_evaluation import FLAT, draw_side_views, evaluate_lifting, lift_flat
from runform.training.lifter_export import export_lifter
from runform.training.lifter_training import LOG_FILE, LifterRecipe, Phase, TrainingReport, train_lifter

TINY = LifterRecipe(
    model=DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=20),
    phases=(Phase(0.5, 8, 6), Phase(1.0, 8, 12)),
    evaluation_windows=8,
)


def _train(data: Path, out: Path, steps: int, *, resume: bool = False, seed: int = 0) -> TrainingReport:
    return train_lifter(data, out, minutes=600.0, seed=seed, resume=resume, recipe=TINY, max_steps=steps)


@pytest.fixture(scope="module")
def run(made_up_mocap: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 60 batches, made of one of 30 and its continuation."""
    out = tmp_path_factory.mktemp("run")
    _train(made_up_mocap, out, 30)
    _train(made_up_mocap, out, 60, resume=True)
    return out


def _read_log(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / LOG_FILE).read_text().splitlines()]


def test_training_lowers_its_loss_and_resumes_where_it_stopped(run: Path) -> None:
    first, second = _read_log(run)
    assert (first["step"], second["step"]) == (30, 60)
    assert second["loss"] < first["loss"]
    assert second["hours"] > first["hours"]
    assert second["best_mm"] <= first["best_mm"]


def test_the_same_seed_trains_the_same_weights(made_up_mocap: Path, tmp_path: Path) -> None:
    # Learning rates follow the clock; within a few batches of a long schedule it has not moved.
    states = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        _train(made_up_mocap, tmp_path / name, 3, seed=seed)
        states.append(torch.load(tmp_path / name / "best.pt", weights_only=True)["model_pos"]["head.weight"])
    assert torch.allclose(states[0], states[1], atol=1e-5)
    assert not torch.allclose(states[0], states[2], atol=1e-3)


def test_progress_is_told_of_every_evaluation(made_up_mocap: Path, tmp_path: Path) -> None:
    told: list[TrainingReport] = []
    last = train_lifter(made_up_mocap, tmp_path, 600.0, progress=told.append, recipe=TINY, max_steps=2)
    assert told == [last]
    assert np.isfinite(last.held_out_mm)


def test_a_run_ends_by_the_clock(made_up_mocap: Path, tmp_path: Path) -> None:
    report = train_lifter(made_up_mocap, tmp_path, minutes=0.005, recipe=TINY)
    assert report.fraction >= 1


def test_nothing_to_resume_is_told(made_up_mocap: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no checkpoint"):
        _train(made_up_mocap, tmp_path, 1, resume=True)


def test_a_checkpoint_of_other_sizes_is_refused(made_up_mocap: Path, run: Path) -> None:
    other = LifterRecipe(model=DSTFormerConfig(dim_feat=32, dim_rep=24, depth=1, heads=2, max_frames=20))
    with pytest.raises(WeightsError, match="other sizes"):
        train_lifter(made_up_mocap, run, 1.0, resume=True, recipe=other)


def test_no_time_is_refused(made_up_mocap: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="longer than 0"):
        train_lifter(made_up_mocap, tmp_path, 0.0)


def test_the_schedule_rises_falls_and_ends_at_zero() -> None:
    factors = [TINY.compute_rate_factor(fraction) for fraction in np.linspace(0, 1, 101)]
    assert np.argmax(factors) == 3
    assert factors[0] > 0
    assert factors[-1] == pytest.approx(0, abs=1e-9)
    assert TINY.compute_velocity_weight(0.0) == 1.0
    assert TINY.compute_velocity_weight(0.7) == 20.0
    assert [TINY.find_phase(f).frames for f in (0.0, 0.49, 0.5, 1.2)] == [6, 6, 12, 12]


@pytest.fixture(scope="module")
def shipped(run: Path, made_up_mocap: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_lifter(run, made_up_mocap, tmp_path_factory.mktemp("models"), commit="0123abc", machine="a test")


def test_the_export_is_a_lifter_with_its_card(shipped: Path) -> None:
    loaded = load_safetensors(shipped)
    assert shipped.name == SHIPPED_FILE
    assert (loaded.window, loaded.metadata["commit"]) == (12, "0123abc")
    card = shipped.with_suffix(".md").read_text()
    assert loaded.sha256 in card
    assert "| flat (no depth) | all |" in card
    assert "{" not in card.split("```json")[0], "every field is filled"


def test_a_run_without_weights_cannot_be_exported(made_up_mocap: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no weights"):
        export_lifter(tmp_path, made_up_mocap, tmp_path, commit="0123abc", machine="a test")


def test_evaluation_has_a_row_per_method_and_action(shipped: Path, made_up_mocap: Path) -> None:
    lifter = Lifter(load_safetensors(shipped))
    result = evaluate_lifting(made_up_mocap, lifter)
    assert result["goals"] == []
    assert {(row["method"], row["action"]) for row in result["rows"]} == {
        (method, action) for method in (lifter.name, FLAT) for action in ("running", "all")
    }
    for row in result["rows"]:
        assert row["views"] == 2
        assert 0 < row["p_mpjpe_mm"] <= row["n_mpjpe_mm"] * 1.2
        assert row["n_mpjpe_mm"] < 500


def test_the_flat_baseline_sees_the_picture_plane_and_no_depth(made_up_motions: tuple[Motion, ...]) -> None:
    view = draw_side_views(made_up_motions[-1:], seed=0)[0]
    flat_mm = lift_flat(view) / view.px_per_metre[:, None, None] * 1000
    in_plane = np.linalg.norm((flat_mm - view.truth_mm)[..., :2], axis=-1)
    assert np.median(in_plane) < 60
    assert not flat_mm[..., 2].any()
    assert np.abs(view.truth_mm[..., 2]).max() > 100
