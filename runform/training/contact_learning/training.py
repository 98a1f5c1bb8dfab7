"""Trains the temporal network on labelled clips; a stopped training goes on where it was, to the same weights."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from runform.errors import InputError, WeightsError
from runform.progress import Progress
from runform.training.contact_learning.clips import LabelledSignals, film_training_clips
from runform.training.contact_learning.network import ContactNetwork, NetworkConfig
from runform.training.contact_learning.runs import read_training_runs
from runform.training.contact_learning.signals import COORDINATES
from runform.training.contact_learning.weights import save_network

STATE_FILE, LOG_FILE = "state.pt", "log.jsonl"
Float32Array = npt.NDArray[np.float32]
_PLACES = 2 * COORDINATES
_MOVING = 2 * _PLACES  # all channels but the frame time


@dataclass(frozen=True)
class ContactRecipe:
    """How the network is trained.

    Attributes:
        network: Its sizes.
        clips: Filmed to train on.
        steps: Batches in all, the schedule's length.
        batch: Stretches per batch.
        samples: Length of a stretch.
        learning_rate: Highest of AdamW, after the warm-up; a cosine takes it to zero.
        warm_up: Steps over which it rises.
        weight_decay: Of AdamW.
        clip_norm: Longest gradient.
        scale: Least and greatest factor on places and velocities, for leg lengths measured wrongly.
        shift: Standard deviation of a steady error of each place, leg lengths.
        checkpoint_every: Steps between checkpoints.
    """

    network: NetworkConfig = field(default_factory=NetworkConfig)
    clips: int = 320
    steps: int = 2500
    batch: int = 48
    samples: int = 180
    learning_rate: float = 3e-3
    warm_up: int = 100
    weight_decay: float = 1e-3
    clip_norm: float = 1.0
    scale: tuple[float, float] = (0.88, 1.12)
    shift: float = 0.03
    checkpoint_every: int = 250

    def compute_rate(self, step: int) -> float:
        """The learning rate of a step."""
        rise = min(1.0, (step + 1) / self.warm_up)
        return self.learning_rate * rise * 0.5 * (1 + math.cos(math.pi * step / self.steps))


@dataclass(frozen=True)
class ContactTrainingReport:
    """How the training stands at a checkpoint; one line of the log.

    Attributes:
        step, steps: Batches seen, and wanted in all.
        minutes: Spent on batches, over all resumed runs.
        loss: Mean cross-entropy over the batches since the last report; NaN where there were none.
    """

    step: int
    steps: int
    minutes: float
    loss: float


def train_contacts(
    data: Path,
    out: Path,
    seed: int = 0,
    minutes: float = math.inf,
    progress: Progress | None = None,
    *,
    resume: bool = False,
    without: str | None = None,
    recipe: ContactRecipe | None = None,
) -> ContactTrainingReport:
    """Film runs, train a network on them to tell contacts, and write its weights, what they are, and a model card.

    The same seed gives the same weights, stopped and resumed or not.

    Args:
        data: A copy of ../shared/mocap.
        out: Folder for the checkpoint, the log and the weights; made when absent.
        seed: Of clips, weights and batches.
        minutes: After which to stop with a checkpoint, whatever is left of the recipe.
        progress: Told while filming and after each checkpoint.
        resume: Go on from the checkpoint in `out`.
        without: A subject to leave out.
        recipe: How; the default's 2,500 batches take two to three minutes of one core.

    Returns:
        The last report.

    Raises:
        InputError: No run with force plates is left, or no time.
        WeightsError: Nothing to resume from, or of another recipe or seed.
    """
    if minutes <= 0:
        raise InputError("The training time must be longer than 0 minutes.", "Give more minutes.")
    recipe, progress = recipe or ContactRecipe(), progress or Progress()
    runs = read_training_runs(data, without)
    progress.enter("filming", 0.0, 0.3)
    clips = film_training_clips(runs, recipe.clips, seed, progress)
    progress.enter("training", 0.3, 0.7)
    run = ContactTraining(recipe, clips, seed, described=f"{seed} without {without}")
    out.mkdir(parents=True, exist_ok=True)
    if resume:
        run.restore(out)
    deadline_s = run.spent_s + 60 * minutes
    while True:
        report = run.advance(deadline_s)
        run.save(out, report)
        progress.report(report.step / recipe.steps)
        if report.step >= recipe.steps or run.spent_s >= deadline_s:
            break
    about = {"seed": seed, "step": report.step, "runs": [one.name for one in runs], "recipe": asdict(recipe)}
    save_network(run.network, out, about)
    return report


def fit_network(clips: Sequence[LabelledSignals], seed: int, recipe: ContactRecipe | None = None) -> ContactNetwork:
    """A network trained to its recipe's end, without files."""
    run = ContactTraining(recipe or ContactRecipe(), clips, seed)
    while run.step < run.recipe.steps:
        run.advance()
    return run.network.eval()


class ContactTraining:
    """One training: network, optimiser, and what has been spent on it.

    Args:
        recipe: How.
        clips: To train on.
        seed: Of weights and batches.
        described: What else a checkpoint must agree in to be taken up.
    """

    def __init__(self, recipe: ContactRecipe, clips: Sequence[LabelledSignals], seed: int, described: str = "") -> None:
        torch.manual_seed(seed)
        self.recipe, self.seed, self.described = recipe, seed, described
        self.network = ContactNetwork(recipe.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self._legs = [
            tuple(np.asarray(part, dtype=np.float32) for part in (clip.signals, clip.target, clip.weight))
            for clip in clips
            if len(clip.signals) >= recipe.samples
        ]
        if not self._legs:
            raise InputError("None of the clips is long enough to train on.", "Film longer clips.")
        self.step, self.spent_s = 0, 0.0

    def advance(self, deadline_s: float = math.inf) -> ContactTrainingReport:
        """Train to the next checkpoint, to the recipe's end, or until `deadline_s` seconds have been spent."""
        every = self.recipe.checkpoint_every
        stop = min(self.recipe.steps, (self.step // every + 1) * every)
        losses = []
        while self.step < stop and self.spent_s < deadline_s:
            started = time.monotonic()
            losses.append(self._take_step())
            self.spent_s += time.monotonic() - started
        loss = float(np.mean(losses)) if losses else math.nan
        return ContactTrainingReport(self.step, self.recipe.steps, self.spent_s / 60, loss)

    def _take_step(self) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.compute_rate(self.step)
        signals, target, weight = self._draw(np.random.default_rng([self.seed, self.step]))
        wrong = functional.binary_cross_entropy_with_logits(self.network(signals), target, reduction="none")
        loss = (wrong * weight).sum() / weight.sum().clamp(min=1.0)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self.step += 1
        return float(loss.detach())

    def _draw(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """A batch of (B, T, 25) signals, (B, T) targets and (B, T) weights."""
        recipe = self.recipe
        rows: list[tuple[Float32Array, Float32Array, Float32Array]] = []
        for leg in rng.integers(len(self._legs), size=recipe.batch):
            signals, target, weight = self._legs[leg]
            start = int(rng.integers(len(signals) - recipe.samples + 1))
            part = slice(start, start + recipe.samples)
            seen = signals[part].copy()
            seen[:, :_MOVING] *= rng.uniform(*recipe.scale)
            seen[:, :_PLACES] += rng.normal(0.0, recipe.shift, _PLACES).astype(np.float32)
            rows.append((seen, target[part], weight[part]))
        signals, target, weight = (torch.from_numpy(np.stack(parts)) for parts in zip(*rows, strict=True))
        return signals, target, weight

    def save(self, out: Path, report: ContactTrainingReport) -> None:
        """Write the checkpoint, so that a stop in the middle leaves the old one whole, and a line of the log."""
        state = {
            "recipe": json.dumps(asdict(self.recipe)),
            "described": self.described,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "spent_s": self.spent_s,
        }
        part = (out / STATE_FILE).with_suffix(".part")
        torch.save(state, part)
        part.replace(out / STATE_FILE)
        with (out / LOG_FILE).open("a") as log:
            log.write(json.dumps(asdict(report)) + "\n")

    def restore(self, out: Path) -> None:
        """Take up the checkpoint in a folder.

        Raises:
            WeightsError: There is none, or it is of another recipe, seed or choice of subjects.
        """
        state = _read_state(out)
        if (state["recipe"], state["described"]) != (json.dumps(asdict(self.recipe)), self.described):
            raise WeightsError(
                f"{out / STATE_FILE} was trained otherwise ({state['described']}).", "Resume as it was started."
            )
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.spent_s = state["step"], state["spent_s"]


def _read_state(out: Path) -> dict[str, Any]:
    if not (out / STATE_FILE).is_file():
        raise WeightsError(f"There is no checkpoint in {out}.", "Train into it first.")
    state: dict[str, Any] = torch.load(out / STATE_FILE, map_location="cpu", weights_only=True)
    return state
