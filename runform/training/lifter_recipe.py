"""How a lifter is trained: its sizes, batches, rates and losses."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from runform.lifting.checkpoints import LifterConfig
from runform.lifting.dstformer import LITE, DSTFormerConfig
from runform.lifting.tcn import TCNConfig
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, Skeleton

ModelChoice = Literal["lite", "small", "tcn"]

SMALL = DSTFormerConfig(dim_feat=128, depth=4, heads=4)
"""What two CPU cores can train and run within seconds: 3.3 million parameters, the representation as wide as Lite's."""


@dataclass(frozen=True)
class Phase:
    """One stretch of the training.

    Attributes:
        until: Where it ends, as a fraction of the whole time.
        windows: Windows per batch and process.
        frames: Frames per window.
        short_share: Share of the batches with half or a quarter as many frames, and as many more windows: short clips
            are lifted too.
    """

    until: float
    windows: int
    frames: int
    short_share: float = 0.0


@dataclass(frozen=True)
class LifterRecipe:
    """How the lifter is trained.

    Attributes:
        model: Architecture and sizes of the model.
        phases: In order; the last ends at 1. Its window length is the one the lifter is used with.
        learning_rate: Highest of AdamW (embeddings, biases, norms, the layers at either end), after the warm-up; a
            cosine takes it to zero at the end of the time.
        matrix_learning_rate: The same of Muon (weight matrices of the blocks), scaled to AdamW's step size. In a short
            training it gets clearly further per batch than AdamW alone, which takes its place on CPUs without
            instructions for bfloat16.
        warm_up: Fraction of the time over which the learning rate rises.
        weight_decay: Of the weight matrices.
        scaled_weight: Of the scale-free position loss.
        velocity_weight: Of the velocity loss, reached linearly at half time: before poses are roughly right their
            steps teach little.
        clip_norm: Longest gradient.
        cleaned_share: Share of the windows that were damaged as a poor detector does and cleaned, where there are any.
        average_decay: Of the running mean of the weights that is evaluated and kept.
        evaluate_every_s: Seconds between evaluations, each followed by a checkpoint.
        evaluate_every_steps: Batches between them, in a training whose length is given in batches alone.
        evaluation_windows: Held-out windows per evaluation.
    """

    model: LifterConfig = SMALL
    phases: tuple[Phase, ...] = (Phase(0.3, 24, 27), Phase(1.0, 8, 81, 0.25))
    learning_rate: float = 5e-4
    matrix_learning_rate: float = 2e-3
    warm_up: float = 0.03
    weight_decay: float = 0.01
    scaled_weight: float = 0.5
    velocity_weight: float = 20.0
    clip_norm: float = 1.0
    cleaned_share: float = 0.4
    average_decay: float = 0.99
    evaluate_every_s: float = 240.0
    evaluate_every_steps: int = 250
    evaluation_windows: int = 64

    @property
    def skeleton(self) -> Skeleton:
        """What the model reads and gives."""
        return find_skeleton(self.model)

    @property
    def window(self) -> int:
        """Frames per window that the lifter is used with."""
        return self.phases[-1].frames

    def find_phase(self, fraction: float) -> Phase:
        """The phase at a fraction of the time."""
        return next((phase for phase in self.phases if fraction < phase.until), self.phases[-1])

    def compute_rate_factor(self, fraction: float) -> float:
        """Factor on the learning rates at a fraction of the time: a rise, then a cosine down to zero."""
        rise = min(1.0, (fraction + 1e-3) / self.warm_up)
        return rise * 0.5 * (1 + math.cos(math.pi * min(fraction, 1.0)))

    def compute_velocity_weight(self, fraction: float) -> float:
        """Weight of the velocity loss at a fraction of the time."""
        return 1.0 + (self.velocity_weight - 1.0) * min(1.0, 2 * fraction)

    def as_continuation(self) -> LifterRecipe:
        """The same for weights that are trained already: rates by half, and no phase of short windows first."""
        return replace(
            self,
            phases=self.phases[-1:],
            learning_rate=self.learning_rate / 2,
            matrix_learning_rate=self.matrix_learning_rate / 2,
        )

    def to_json(self) -> str:
        """The recipe as `read_recipe` reads it."""
        return json.dumps(asdict(self))


RECIPES: dict[ModelChoice, LifterRecipe] = {
    "small": LifterRecipe(),
    "lite": LifterRecipe(model=LITE, phases=(Phase(0.3, 48, 27), Phase(0.7, 24, 81, 0.15), Phase(1.0, 16, 243, 0.3))),
    "tcn": LifterRecipe(model=TCNConfig(), phases=(Phase(1.0, 12, 243, 0.5),)),
}
"""Lite's batches are for a GPU. The temporal network repeats a window's ends over 121 frames, so that short windows
would teach it standing still: its windows are long from the start."""


def find_skeleton(config: LifterConfig) -> Skeleton:
    """The joints of a model of these sizes."""
    return HUMAN36M_FEET_21 if config.joints == len(HUMAN36M_FEET_21) else HUMAN36M_17


def read_config(values: Mapping[str, Any]) -> LifterConfig:
    """A model's sizes from their names and values; only the temporal network has channels."""
    return TCNConfig(**values) if "channels" in values else DSTFormerConfig(**values)


def read_recipe(text: str) -> LifterRecipe:
    """A recipe that `to_json` wrote; what an earlier version did not write takes its default."""
    values = json.loads(text)
    phases = tuple(Phase(**phase) for phase in values["phases"])
    return LifterRecipe(**values | {"model": read_config(values["model"]), "phases": phases})
