"""Trainings of models so small that a step takes milliseconds."""

from __future__ import annotations

import sys
from pathlib import Path

from runform.lifting.dstformer import DSTFormerConfig
from runform.lifting.tcn import TCNConfig
from runform.training.lifter_plan import LifterPlan
from runform.training.lifter_recipe import LifterRecipe, Phase
from runform.training.lifter_training import train_lifter

TINY = LifterRecipe(
    model=DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=20),
    phases=(Phase(0.5, 8, 6), Phase(1.0, 8, 12, 0.3)),
    learning_rate=1e-2,
    matrix_learning_rate=1e-2,
    velocity_weight=2.0,
    scaled_weight=0.02,
    evaluate_every_steps=4,
    evaluation_windows=8,
)
TINY_TCN = LifterRecipe(
    model=TCNConfig(channels=16, filter_widths=(3, 3), dropout=0.3, max_frames=20),
    phases=(Phase(1.0, 8, 12, 0.3),),
    learning_rate=1e-2,
    matrix_learning_rate=1e-2,
    velocity_weight=2.0,
    scaled_weight=0.02,
    evaluate_every_steps=4,
    evaluation_windows=8,
)


def plan_tiny(steps: int, *, recipe: LifterRecipe = TINY, seed: int = 0, patience: int | None = None) -> LifterPlan:
    """A plan without virtual runners, for made-up motion."""
    return LifterPlan(recipe, steps=steps, seed=seed, patience=patience, virtual=0)


if __name__ == "__main__":
    # As torchrun starts it: the folder of motion, the folder for the training, steps, and "resume" or nothing.
    data, out, steps, *resume = sys.argv[1:]
    train_lifter(Path(data), Path(out), plan_tiny(int(steps)), resume=bool(resume))
