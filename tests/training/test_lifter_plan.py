from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.training.lifter_plan import STATE_FILE, LifterPlan, read_plan


def test_given_nothing_it_lasts_an_hour_and_a_half() -> None:
    assert LifterPlan().minutes == 90.0
    assert LifterPlan().by_clock
    assert not LifterPlan(steps=10).by_clock


def test_the_first_limit_counts() -> None:
    plan = LifterPlan(minutes=10.0, steps=100)
    assert plan.compute_fraction(20, 60.0) == pytest.approx(0.2)
    assert plan.compute_fraction(20, 300.0) == pytest.approx(0.5)
    assert LifterPlan(steps=100).compute_fraction(20, 1e9) == pytest.approx(0.2)


def test_the_time_left_goes_by_the_time_so_far() -> None:
    plan = LifterPlan(steps=100)
    assert plan.compute_left_s(25, 50.0) == pytest.approx(150.0)
    assert plan.compute_left_s(100, 50.0) == 0.0
    assert np.isnan(plan.compute_left_s(0, 0.0))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"minutes": 0.0}, "longer than 0"), ({"steps": 0}, "one batch"), ({"patience": 0}, "one evaluation")],
)
def test_no_time_batch_or_patience_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        LifterPlan(**wrong)


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    plan = LifterPlan(minutes=3.0, steps=7, patience=2, seed=5, virtual=11, cleaned=3)
    torch.save({"recipe": plan.recipe.to_json(), "plan": plan.to_json()}, tmp_path / STATE_FILE)
    assert read_plan(tmp_path) == plan


def test_a_training_begun_without_cleaned_clips_goes_on_without_them(tmp_path: Path) -> None:
    plan = LifterPlan(steps=7)
    earlier = {name: value for name, value in json.loads(plan.to_json()).items() if name != "cleaned"}
    torch.save({"recipe": plan.recipe.to_json(), "plan": json.dumps(earlier)}, tmp_path / STATE_FILE)
    assert read_plan(tmp_path) == replace(plan, cleaned=0)


def test_a_checkpoint_without_a_plan_cannot_go_on(tmp_path: Path) -> None:
    torch.save({"recipe": LifterPlan().recipe.to_json()}, tmp_path / STATE_FILE)
    with pytest.raises(WeightsError, match="earlier version"):
        read_plan(tmp_path)
