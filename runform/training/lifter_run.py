"""The weights of a lifter while they are trained: model, optimisers, and the running mean that is kept."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from runform.lifting.checkpoints import LifterModel, build_model
from runform.openvino_files import choose_precision
from runform.training.held_out_windows import Predict
from runform.training.lifter_data import BatchSampler, LifterBatch
from runform.training.lifter_losses import LossParts, compute_loss_parts
from runform.training.lifter_recipe import LifterRecipe
from runform.training.lifter_team import Team

MatrixOptimizer = Literal["Muon", "AdamW"]


class LifterRun:
    """Takes one step after another; what it does in a step depends on seed, step and fraction alone.

    Args:
        recipe: How.
        sampler: Of what.
        seed: Of weights and data.
        team: This process among those that train.
        start: Weights to start from instead of random ones.
    """

    def __init__(
        self,
        recipe: LifterRecipe,
        sampler: BatchSampler,
        seed: int,
        team: Team | None = None,
        start: LifterModel | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self.recipe, self.seed, self.team = recipe, seed, team or Team()
        self._sampler = sampler
        self.model = build_model(recipe.model)
        if start is not None:
            self.model.load_state_dict(start.state_dict())
        self.model.to(self.team.device)
        self.average = build_model(recipe.model).to(self.team.device).eval()
        self.average.load_state_dict(self.model.state_dict())
        # Muon computes in bfloat16, whatever the weights are in.
        self._matrix_optimizer: MatrixOptimizer = "Muon" if computes_bf16(self.team.device) else "AdamW"
        self._optimizers = make_optimizers(self.model, recipe, self._matrix_optimizer)
        self._trained = self.team.share(self.model)
        self.step, self.rate = 0, 0.0
        self._losses = torch.zeros(len(LossParts._fields), device=self.team.device)
        self._counted = 0

    def take_step(self, fraction: float) -> None:
        """Learn from one batch.

        Args:
            fraction: How much of the training is done, 0 to 1.
        """
        recipe = self.recipe
        self._set_rates(recipe.compute_rate_factor(fraction))
        # Drawn anew for every step: a training that was stopped goes on as if it had not been.
        rng = np.random.default_rng([self.seed, self.team.rank, self.step])
        torch.manual_seed(int(rng.integers(2**63)))  # for dropout
        batch = self._draw(rng, fraction)
        predicted = _predict(self._trained.train(), batch.inputs, self.team.device)
        parts = compute_loss_parts(predicted, torch.from_numpy(batch.targets).to(self.team.device))
        loss = parts.weigh(recipe.scaled_weight, recipe.compute_velocity_weight(fraction))
        self.model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip_norm)
        for optimizer in self._optimizers:
            optimizer.step()
        self.step += 1
        self._follow_weights()
        # Nothing is read back from a GPU here, so that the next batch is drawn while it works.
        self._losses += torch.stack(parts).detach()
        self._counted += 1

    def read_losses(self) -> dict[str, float]:
        """Mean of each part of the loss since they were last forgotten; empty where no step was taken."""
        if not self._counted:
            return {}
        means = (self._losses / self._counted).tolist()
        return dict(zip(LossParts._fields, means, strict=True))

    def compute_loss(self, losses: dict[str, float], fraction: float) -> float:
        """The parts of `read_losses` weighed as at this fraction of the training; NaN where there are none."""
        if not losses:
            return math.nan
        velocity_weight = self.recipe.compute_velocity_weight(fraction)
        return losses["position"] + self.recipe.scaled_weight * losses["scaled"] + velocity_weight * losses["velocity"]

    def forget_losses(self) -> None:
        """Begin a new mean."""
        self._losses.zero_()
        self._counted = 0

    def get_predict(self) -> Predict:
        """What the running mean of the weights predicts, as the model in use would."""
        return lambda windows: _predict(self.average, windows, self.team.device)

    def collect_state(self) -> dict[str, Any]:
        """Everything that a resumed run needs."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "matrix_optimizer": self._matrix_optimizer,
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "step": self.step,
            "losses": self._losses,
            "counted": self._counted,
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take up what `collect_state` gave, with the optimiser it was given with."""
        if state.get("matrix_optimizer", "Muon") != self._matrix_optimizer:
            self._matrix_optimizer = state.get("matrix_optimizer", "Muon")
            self._optimizers = make_optimizers(self.model, self.recipe, self._matrix_optimizer)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self._counted = state["step"], state["counted"]
        self._losses.copy_(state["losses"])

    def _set_rates(self, factor: float) -> None:
        by_muon = self._matrix_optimizer == "Muon"
        rates = (self.recipe.learning_rate, self.recipe.matrix_learning_rate if by_muon else self.recipe.learning_rate)
        self.rate = factor * rates[0]
        for optimizer, rate in zip(self._optimizers, rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor

    def _draw(self, rng: np.random.Generator, fraction: float) -> LifterBatch:
        phase = self.recipe.find_phase(fraction)
        short = int(rng.choice((2, 4))) if rng.random() < phase.short_share else 1
        return self._sampler.draw(rng, short * phase.windows, phase.frames // short)

    def _follow_weights(self) -> None:
        # A young mean follows faster, so that it never remembers the random start.
        decay = min(self.recipe.average_decay, self.step / (self.step + 10))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)


def make_optimizers(
    model: nn.Module, recipe: LifterRecipe, matrix_optimizer: MatrixOptimizer = "Muon"
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """AdamW for what is not a weight matrix of the blocks, and Muon (Jordan and others, 2024) or AdamW for those."""
    named = list(model.named_parameters())
    matrices = [value for name, value in named if name.startswith("blocks_") and value.ndim == 2]
    rest = [value for name, value in named if not (name.startswith("blocks_") and value.ndim == 2)]
    others = torch.optim.AdamW(rest, lr=recipe.learning_rate, weight_decay=0.0)
    if matrix_optimizer == "AdamW":
        return others, torch.optim.AdamW(matrices, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    return (
        others,
        torch.optim.Muon(
            matrices,
            lr=recipe.matrix_learning_rate,
            weight_decay=recipe.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
    )


def computes_bf16(device: str) -> bool:
    """Has a torch device instructions for bfloat16? A CPU without them takes many times as long as in float32."""
    return torch.device(device).type != "cpu" or choose_precision() == "bf16"


def _predict(model: nn.Module, windows: npt.NDArray[np.float32], device: str) -> Tensor:
    """(B, T, J, 3) float32 joints, computed in bfloat16 where that is quicker."""
    inputs = torch.from_numpy(windows).to(device)
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16, enabled=computes_bf16(device)):
        predicted: Tensor = model(inputs)
    return predicted.float()
