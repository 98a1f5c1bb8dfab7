from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from runform.lifting.checkpoints import build_model
from runform.lifting.dstformer import LITE, DSTFormer
from runform.lifting.tcn import TemporalLifter
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.training.lifter_recipe import RECIPES, SMALL, LifterRecipe, ModelChoice, Phase, read_recipe
from runform.training.lifter_run import make_optimizers

TWO = LifterRecipe(phases=(Phase(0.5, 8, 6), Phase(1.0, 8, 12)))


def test_the_schedule_rises_falls_and_ends_at_zero() -> None:
    factors = [TWO.compute_rate_factor(fraction) for fraction in np.linspace(0, 1, 101)]
    assert np.argmax(factors) == 3
    assert factors[0] > 0
    assert factors[-1] == pytest.approx(0, abs=1e-9)
    assert TWO.compute_velocity_weight(0.0) == 1.0
    assert TWO.compute_velocity_weight(0.25) == pytest.approx(10.5)
    assert TWO.compute_velocity_weight(0.7) == 20.0


def test_phases_follow_one_another_and_the_last_is_the_one_in_use() -> None:
    assert [TWO.find_phase(f).frames for f in (0.0, 0.49, 0.5, 1.2)] == [6, 6, 12, 12]
    assert TWO.window == 12


@pytest.mark.parametrize("choice", list(RECIPES))
def test_a_recipe_is_read_as_it_was_written(choice: ModelChoice) -> None:
    recipe = RECIPES[choice]
    assert read_recipe(recipe.to_json()) == recipe
    assert recipe.phases[-1].until == 1.0
    assert max(phase.frames for phase in recipe.phases) <= recipe.model.max_frames


def test_a_recipe_of_an_earlier_version_takes_defaults_for_what_it_lacks() -> None:
    values = json.loads(RECIPES["small"].to_json())
    for name in ("scaled_weight", "evaluate_every_steps"):
        del values[name]
    assert read_recipe(json.dumps(values)) == RECIPES["small"]


@pytest.mark.parametrize(
    ("choice", "architecture", "skeleton", "parameters"),
    [
        ("small", DSTFormer, HUMAN36M_17, 3_300_000),
        ("lite", DSTFormer, HUMAN36M_17, 16_001_549),
        ("tcn", TemporalLifter, HUMAN36M_FEET_21, 4_300_000),
    ],
)
def test_each_choice_is_a_model_with_its_joints(
    choice: ModelChoice, architecture: type, skeleton: object, parameters: int
) -> None:
    recipe = RECIPES[choice]
    with torch.device("meta"):  # sizes without numbers
        model = build_model(recipe.model)
    assert isinstance(model, architecture)
    assert recipe.skeleton is skeleton
    assert sum(value.numel() for value in model.parameters()) == pytest.approx(parameters, rel=0.05)


def test_the_representation_is_as_wide_at_any_size() -> None:
    assert SMALL.dim_rep == LITE.dim_rep == 512


def test_weights_that_are_trained_already_go_on_gently() -> None:
    gentle = TWO.as_continuation()
    assert gentle.phases == TWO.phases[-1:]
    assert (gentle.learning_rate, gentle.matrix_learning_rate) == (TWO.learning_rate / 2, TWO.matrix_learning_rate / 2)
    assert gentle.find_phase(0.0).frames == gentle.window == TWO.window


@pytest.mark.parametrize("choice", ["small", "tcn"])
def test_without_bfloat16_adamw_takes_the_matrices_too(choice: ModelChoice) -> None:
    recipe = RECIPES[choice]
    with torch.device("meta"):
        model = build_model(recipe.model)
    muon, adamw = make_optimizers(model, recipe)[1], make_optimizers(model, recipe, "AdamW")[1]
    assert isinstance(adamw, torch.optim.AdamW)
    assert [len(group["params"]) for group in adamw.param_groups] == [len(g["params"]) for g in muon.param_groups]
    assert adamw.param_groups[0]["weight_decay"] == recipe.weight_decay


@pytest.mark.parametrize("choice", ["small", "tcn"])
def test_muon_takes_the_blocks_matrices_and_adamw_the_rest(choice: ModelChoice) -> None:
    recipe = RECIPES[choice]
    with torch.device("meta"):
        model = build_model(recipe.model)
    adamw, muon = make_optimizers(model, recipe)
    count = [sum(len(group["params"]) for group in optimizer.param_groups) for optimizer in (adamw, muon)]
    assert sum(count) == len(list(model.parameters()))
    assert all(value.ndim == 2 for group in muon.param_groups for value in group["params"])
    held = sum(value.numel() for group in muon.param_groups for value in group["params"])
    assert held > 0.9 * sum(value.numel() for value in model.parameters())
