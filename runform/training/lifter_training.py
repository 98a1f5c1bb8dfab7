"""Trains the lifter on virtual views of captured motion, against the clock: however long it has, it anneals to the end.

Windows are short at first, which shows the model many poses in little time, and of full length for the rest.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from runform.errors import InputError, WeightsError
from runform.lifting.dstformer import LITE, DSTFormer, DSTFormerConfig
from runform.training.cmu_motion import Motion, read_cmu_motions
from runform.training.lifter_data import LifterBatch, WindowSampler
from runform.training.lifter_losses import compute_lifter_loss

ProgressCallback = Callable[["TrainingReport"], None]

STATE_FILE, BEST_FILE, LOG_FILE = "state.pt", "best.pt", "log.jsonl"


@dataclass(frozen=True)
class Phase:
    """One stretch of the training.

    Attributes:
        until: Where it ends, as a fraction of the whole time.
        windows: Windows per batch.
        frames: Frames per window.
    """

    until: float
    windows: int
    frames: int


@dataclass(frozen=True)
class LifterRecipe:
    """How the lifter is trained.

    Attributes:
        model: Sizes of the model.
        phases: In order; the last ends at 1. Its window length is the one the lifter is used with.
        learning_rate: Highest of AdamW (embeddings, biases, norms, the layers at either end), after the warm-up; a
            cosine takes it to zero at the end of the time.
        matrix_learning_rate: The same of Muon (weight matrices of the blocks), scaled to AdamW's step size. In a short
            training it gets clearly further per batch than AdamW alone.
        warm_up: Fraction of the time over which the learning rate rises.
        weight_decay: Of the weight matrices.
        velocity_weight: Of the velocity loss, reached linearly at half time: before poses are roughly right their
            steps teach little.
        clip_norm: Longest gradient.
        average_decay: Of the running mean of the weights that is evaluated and kept.
        evaluate_every_s: Seconds between evaluations, each followed by a checkpoint.
        evaluation_windows: Held-out windows per evaluation.
    """

    model: DSTFormerConfig = LITE
    phases: tuple[Phase, ...] = (Phase(0.4, 16, 10), Phase(1.0, 10, 30))
    learning_rate: float = 5e-4
    matrix_learning_rate: float = 2e-3
    warm_up: float = 0.03
    weight_decay: float = 0.01
    velocity_weight: float = 20.0
    clip_norm: float = 1.0
    average_decay: float = 0.99
    evaluate_every_s: float = 240.0
    evaluation_windows: int = 48

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


@dataclass(frozen=True)
class TrainingReport:
    """How the training stands at one evaluation; one line of the log.

    Attributes:
        step: Batches seen.
        hours: Spent training, over all resumed runs.
        fraction: Of the whole time.
        loss: Mean over the batches since the last report.
        held_out_mm: Mean joint error on held-out windows, metric scale given, mm.
        best_mm: Least of those so far.
    """

    step: int
    hours: float
    fraction: float
    loss: float
    held_out_mm: float
    best_mm: float


def train_lifter(
    data: Path,
    out: Path,
    minutes: float,
    seed: int = 0,
    resume: bool = False,
    device: str = "cpu",
    progress: ProgressCallback | None = None,
    recipe: LifterRecipe | None = None,
    until: float | None = None,
    max_steps: int | None = None,
) -> TrainingReport:
    """Train a lifter and keep the weights that do best on held-out sequences.

    Args:
        data: Folder with cmu.npz and cmu_index.csv.
        out: Folder for checkpoints and the log; made when absent.
        minutes: Whole training time, the schedule's length; time spent before a resume counts.
        seed: Of weights and data. A resumed run draws new data.
        resume: Go on from the checkpoint in `out`.
        device: torch device name.
        progress: Called after each evaluation.
        recipe: How; the default trains MotionBERT-Lite's sizes.
        until: Wall-clock time (seconds since the epoch) at which to be done, instead of `minutes` of training: for a
            machine shared with others.
        max_steps: End after so many batches, wherever the clock is.

    Returns:
        The last report.

    Raises:
        InputError: No motion data, or an empty time.
        WeightsError: Nothing to resume from, or of another recipe.
    """
    if minutes <= 0:
        raise InputError("The training time must be longer than 0 minutes.", "Give more minutes.")
    recipe = recipe or LifterRecipe()
    motions = read_cmu_motions(data)
    out.mkdir(parents=True, exist_ok=True)
    run = _Run(recipe, motions, out, seed, device)
    if resume:
        run.restore()
    budget_s = minutes * 60 if until is None else run.spent_s + until - time.time()
    return run.train(budget_s, progress, max_steps)


class _Run:
    """One training run: model, optimiser, running mean of the weights, and what has been spent on it."""

    def __init__(self, recipe: LifterRecipe, motions: tuple[Motion, ...], out: Path, seed: int, device: str) -> None:
        torch.manual_seed(seed)
        self.recipe, self.out, self.seed, self.device = recipe, out, seed, device
        self.model = DSTFormer(recipe.model).to(device)
        self.average = DSTFormer(recipe.model).to(device)
        self.average.load_state_dict(self.model.state_dict())
        self.optimizers = _make_optimizers(self.model, recipe)
        self.sampler = WindowSampler([motion for motion in motions if not motion.held_out])
        held_out = WindowSampler([motion for motion in motions if motion.held_out], vary=False)
        self.evaluation = held_out.draw(np.random.default_rng(0), recipe.evaluation_windows, recipe.phases[-1].frames)
        self.step, self.spent_s, self.best_mm = 0, 0.0, math.inf

    def train(self, budget_s: float, progress: ProgressCallback | None, max_steps: int | None) -> TrainingReport:
        rng = np.random.default_rng([self.seed, self.step])
        last, evaluated_s = time.monotonic(), self.spent_s
        losses: list[float] = []
        while True:
            fraction = self.spent_s / budget_s
            ended = fraction >= 1 or (max_steps is not None and self.step >= max_steps)
            if ended or self.spent_s - evaluated_s >= self.recipe.evaluate_every_s:
                report = self._evaluate_and_keep(fraction, losses)
                evaluated_s, losses = self.spent_s, []
                if progress is not None:
                    progress(report)
                if ended:
                    return report
            losses.append(self._step(rng, fraction))
            now = time.monotonic()
            self.spent_s, last = self.spent_s + now - last, now

    def _step(self, rng: np.random.Generator, fraction: float) -> float:
        recipe = self.recipe
        factor = recipe.compute_rate_factor(fraction)
        for optimizer, rate in zip(self.optimizers, (recipe.learning_rate, recipe.matrix_learning_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        phase = recipe.find_phase(fraction)
        batch = self.sampler.draw(rng, phase.windows, phase.frames)
        predicted = self._predict(self.model, batch)
        target = torch.from_numpy(batch.targets).to(self.device)
        loss = compute_lifter_loss(predicted, target, recipe.compute_velocity_weight(fraction))
        self.model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip_norm)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self._follow_weights()
        return float(loss.detach())

    def _predict(self, model: nn.Module, batch: LifterBatch) -> Tensor:
        """(B, T, J, 3) float32 joints, computed in bfloat16 where that is quicker."""
        inputs = torch.from_numpy(batch.inputs).to(self.device)
        with torch.autocast(torch.device(self.device).type, dtype=torch.bfloat16):
            predicted: Tensor = model(inputs)
        return predicted.float()

    def _follow_weights(self) -> None:
        # A young mean follows faster, so that it never remembers the random start.
        decay = min(self.recipe.average_decay, self.step / (self.step + 10))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.model.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)

    def _evaluate_and_keep(self, fraction: float, losses: list[float]) -> TrainingReport:
        held_out_mm = self._evaluate()
        if held_out_mm < self.best_mm:
            self.best_mm = held_out_mm
            _save({"model_pos": self.average.state_dict(), "step": self.step}, self.out / BEST_FILE)
        loss = float(np.mean(losses)) if losses else math.nan
        report = TrainingReport(self.step, self.spent_s / 3600, fraction, loss, held_out_mm, self.best_mm)
        _save(self._state(), self.out / STATE_FILE)
        with (self.out / LOG_FILE).open("a") as log:
            log.write(json.dumps(asdict(report)) + "\n")
        return report

    @torch.no_grad()
    def _evaluate(self) -> float:
        """Mean joint error of the running mean's weights on held-out windows, mm at the root's depth."""
        predicted = self._predict(self.average, self.evaluation).cpu().numpy()
        centred = predicted - predicted[:, :, :1]
        distance = np.linalg.norm(centred - self.evaluation.targets, axis=-1)  # (B, T, J) normalised pixels
        return float((distance * self.evaluation.metres[..., None]).mean() * 1000)

    def _state(self) -> dict[str, Any]:
        return {
            "recipe": json.dumps(asdict(self.recipe)),
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "spent_s": self.spent_s,
            "best_mm": self.best_mm,
        }

    def restore(self) -> None:
        """Take up the checkpoint in the folder.

        Raises:
            WeightsError: There is none, or it holds a model of other sizes.
        """
        file = self.out / STATE_FILE
        if not file.is_file():
            raise WeightsError(f"There is no checkpoint in {self.out} to go on from.", "Start without resuming.")
        state = torch.load(file, map_location=self.device, weights_only=True)
        if json.loads(state["recipe"])["model"] != asdict(self.recipe.model):
            raise WeightsError(f"{file} holds a model of other sizes.", "Resume with the recipe it was started with.")
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.spent_s, self.best_mm = state["step"], state["spent_s"], state["best_mm"]


def _make_optimizers(model: nn.Module, recipe: LifterRecipe) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """AdamW for what is not a weight matrix of the blocks, and Muon (Jordan and others, 2024) for those."""
    named = list(model.named_parameters())
    matrices = [value for name, value in named if name.startswith("blocks_") and value.ndim == 2]
    rest = [value for name, value in named if not (name.startswith("blocks_") and value.ndim == 2)]
    return (
        torch.optim.AdamW(rest, lr=recipe.learning_rate, weight_decay=0.0),
        torch.optim.Muon(
            matrices,
            lr=recipe.matrix_learning_rate,
            weight_decay=recipe.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
    )


def _save(state: dict[str, Any], file: Path) -> None:
    """Write a checkpoint so that a stop in the middle leaves the old one whole."""
    part = file.with_suffix(".part")
    torch.save(state, part)
    part.replace(file)
