"""What a training of a lifter was asked for, and the checkpoint that keeps it so that it can go on."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from runform.errors import InputError, WeightsError
from runform.training.lifter_recipe import LifterRecipe, read_recipe
from runform.training.motion_world import CLEANED_CLIPS, VIRTUAL_RUNNERS

STATE_FILE, BEST_FILE = "state.pt", "best.pt"
_DEFAULT_MINUTES = 90.0


@dataclass(frozen=True)
class LifterPlan:
    """How a lifter is trained, and for how long: the schedule of rates and phases fits the time.

    With both minutes and batches the training ends with the first of them. Given in batches alone it is repeatable:
    the clock has no say.

    Attributes:
        recipe: How.
        minutes: Of training, over all resumed runs; 90 where neither is given.
        steps: Batches.
        patience: Evaluations without a better held-out error after which it ends early; None never.
        seed: Of weights and data.
        virtual: Virtual runners to train on.
        cleaned: Virtual runners beside them who go the whole way of an analysis (`cleaned_clips`); none where `virtual`
            is 0.

    Raises:
        InputError: No time, no batch or no patience.
    """

    recipe: LifterRecipe = field(default_factory=LifterRecipe)
    minutes: float | None = None
    steps: int | None = None
    patience: int | None = None
    seed: int = 0
    virtual: int = VIRTUAL_RUNNERS
    cleaned: int = CLEANED_CLIPS

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            object.__setattr__(self, "minutes", _DEFAULT_MINUTES)
        if self.minutes is not None and not self.minutes > 0:
            raise InputError("The training time must be longer than 0 minutes.", "Give more minutes.")
        if self.steps is not None and self.steps < 1:
            raise InputError("The training must have at least one batch.", "Give more steps.")
        if self.patience is not None and self.patience < 1:
            raise InputError("The patience must be at least one evaluation.", "Give 1 or more.")

    @property
    def by_clock(self) -> bool:
        """Does the clock say when to evaluate and to end?"""
        return self.minutes is not None

    def compute_fraction(self, step: int, spent_s: float) -> float:
        """How much of the training is done after so many batches and seconds, 1 at its end."""
        by_clock = spent_s / (60 * self.minutes) if self.minutes is not None else 0.0
        by_steps = step / self.steps if self.steps is not None else 0.0
        return max(by_clock, by_steps)

    def compute_left_s(self, step: int, spent_s: float) -> float:
        """Seconds that are likely left; NaN before the first batch."""
        fraction = self.compute_fraction(step, spent_s)
        return spent_s * (1 - min(fraction, 1.0)) / fraction if fraction > 0 and spent_s > 0 else math.nan

    def to_json(self) -> str:
        """All but the recipe, which the checkpoint holds under its own name."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "recipe"})


def read_plan(folder: Path) -> LifterPlan:
    """What the training in a folder was asked for.

    Raises:
        WeightsError: It holds no checkpoint that can be gone on from.
    """
    file = folder / STATE_FILE
    if not file.is_file():
        raise WeightsError(f"There is no checkpoint in {folder} to go on from.", "Start without resuming.")
    state = torch.load(file, map_location="cpu", weights_only=True)
    if "plan" not in state:
        raise WeightsError(f"{file} was written by an earlier version.", "Start anew in another folder.")
    # A training begun before there were cleaned clips goes on without them.
    return LifterPlan(read_recipe(state["recipe"]), **({"cleaned": 0} | json.loads(state["plan"])))


def save_checkpoint(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint so that a stop in the middle leaves the old one whole."""
    part = file.with_suffix(".part")
    torch.save(state, part)
    part.replace(file)
