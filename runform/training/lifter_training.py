"""Trains a lifter on virtual views of captured and made-up motion, to the end of its plan; a stopped training goes on.

Windows are short at first, which shows the model many poses in little time, and of full length for the rest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import LifterModel
from runform.progress import Progress
from runform.training.cleaned_clips import CleanedSampler, MixedSampler, film_cleaned_clips
from runform.training.held_out_windows import HeldOutError, HeldOutWindows
from runform.training.lifter_data import BatchSampler, WindowSampler
from runform.training.lifter_log import write_line, write_page
from runform.training.lifter_plan import BEST_FILE, STATE_FILE, LifterPlan, read_plan, save_checkpoint
from runform.training.lifter_run import LifterRun
from runform.training.lifter_team import join_team
from runform.training.motion_world import (
    HELD_OUT_SEED,
    HELD_OUT_VIRTUAL,
    read_choice_motions,
    read_training_motions,
)
from runform.training.stop_request import StopRequest, listen_for_stop
from runform.training.virtual_running.sources import read_runner_sources

Ended = Literal["", "plan", "patience", "interrupted"]
Turn = Literal["step", "evaluate", "end", "interrupt"]
_TURNS: tuple[Turn, ...] = ("step", "evaluate", "end", "interrupt")
_TICK_S = 2.0


@dataclass(frozen=True)
class TrainingReport:
    """How the training stands at one evaluation; one line of the log.

    Attributes:
        step: Batches seen.
        hours: Spent training, over all resumed runs.
        fraction: Of the plan.
        left_s: Seconds that are likely left.
        loss: What is minimised, from the parts; NaN where there were none.
        losses: Mean of each part over the batches since the last report, before they are weighed.
        learning_rate: Of AdamW.
        held_out_mm: Mean joint error on held-out windows, metric scale given, mm; NaN where an interrupted training
            did not come to evaluate.
        held_out_by_group_mm: The same for each group of motions.
        best_mm: Least held-out error so far.
        ended: Why the training ended: its plan was done, patience ran out, or it was interrupted; empty if it goes on.
    """

    step: int
    hours: float
    fraction: float
    left_s: float
    loss: float
    losses: dict[str, float]
    learning_rate: float
    held_out_mm: float
    held_out_by_group_mm: dict[str, float]
    best_mm: float
    ended: Ended


def train_lifter(
    data: Path,
    out: Path,
    plan: LifterPlan | None = None,
    *,
    resume: bool = False,
    device: str = "cpu",
    start: LifterModel | None = None,
    tell: Callable[[TrainingReport], None] | None = None,
    progress: Progress | None = None,
) -> TrainingReport | None:
    """Train a lifter and keep the weights that do best on held-out people.

    Started by torchrun, several processes train one model, each on windows of its own; the batch is as many times
    larger and the learning rates stay. Ctrl-C ends the training with a checkpoint.

    Args:
        data: A copy of ../shared/mocap.
        out: Folder for checkpoints and the log; made when absent.
        plan: How, and for how long.
        resume: Go on from the checkpoint in `out`. Given in batches alone, a plan leads to the same weights, bit for
            bit on a CPU, however often it was stopped.
        device: "cpu" or "cuda".
        start: Weights of a model of the recipe's sizes to start from.
        tell: Called after each evaluation, in the first process.
        progress: Told every two seconds, in the first process.

    Returns:
        The last report; None in all processes but the first.

    Raises:
        InputError: The motion data is missing, or `out` holds a training that was not asked to go on.
        WeightsError: Nothing to resume from, or of another plan.
    """
    plan, progress = plan or LifterPlan(), progress or Progress()
    if not resume and (out / STATE_FILE).is_file():
        raise InputError(f"{out} holds a training already.", "Resume it, or name another folder.")
    with join_team(device) as team, listen_for_stop() as stop:
        state = _load_state(out, plan, team.device) if resume else None
        progress.enter("reading and making motion", 0.0, 0.0)
        sampler = _make_sampler(data, plan)
        run = LifterRun(plan.recipe, sampler, plan.seed, team, start)
        training = _Training(plan, run, out, _read_held_out(data, plan) if team.first else None)
        out.mkdir(parents=True, exist_ok=True)
        if state is not None:
            training.restore(state)
        return training.train(stop, tell, progress)


class _Training:
    """One training in one process: its run, what has been spent on it, and its files."""

    def __init__(self, plan: LifterPlan, run: LifterRun, out: Path, held_out: HeldOutWindows | None) -> None:
        self._plan, self._run, self._out, self._held_out = plan, run, out, held_out
        self._spent_s, self._evaluated_s, self._evaluated_step = 0.0, 0.0, 0
        self._held_out_mm, self._best_mm, self._worse = math.nan, math.inf, 0

    def train(
        self, stop: StopRequest, tell: Callable[[TrainingReport], None] | None, progress: Progress
    ) -> TrainingReport | None:
        """Take steps, evaluate now and then, and end as the plan says."""
        team = self._run.team
        last = told = time.monotonic()
        while True:
            fraction, turn = self._agree_on_turn(stop)
            if turn != "step":
                report = self._pause(fraction, turn) if team.first else None
                if report is not None and tell is not None and turn != "interrupt":
                    tell(report)
                if team.agree([report is not None and report.ended != ""])[0]:
                    return report
            self._run.take_step(fraction)
            now = time.monotonic()
            self._spent_s, last = self._spent_s + now - last, now
            if team.first and now - told >= _TICK_S:
                told = now
                progress.enter(self._describe(), fraction, 0.0)

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a checkpoint."""
        self._run.restore_state(state)
        self._spent_s, self._evaluated_s = state["spent_s"], state["evaluated_s"]
        self._evaluated_step, self._worse = state["evaluated_step"], state["worse"]
        self._held_out_mm, self._best_mm = state["held_out_mm"], state["best_mm"]

    def _agree_on_turn(self, stop: StopRequest) -> tuple[float, Turn]:
        """The plan's fraction and what to do next, as the first process sees them."""
        fraction = self._plan.compute_fraction(self._run.step, self._spent_s)
        turn: Turn = "step"
        if stop.asked:
            turn = "interrupt"
        elif fraction >= 1:
            turn = "end"
        elif self._is_evaluation_due():
            turn = "evaluate"
        agreed, number = self._run.team.agree([fraction, _TURNS.index(turn)])
        return agreed, _TURNS[int(number)]

    def _is_evaluation_due(self) -> bool:
        recipe = self._plan.recipe
        if self._plan.by_clock:
            return self._spent_s - self._evaluated_s >= recipe.evaluate_every_s
        return self._run.step - self._evaluated_step >= recipe.evaluate_every_steps

    def _pause(self, fraction: float, turn: Turn) -> TrainingReport:
        """Evaluate, unless somebody waits for the end, and write the checkpoint."""
        if turn == "interrupt":
            report = self._report(fraction, None, "interrupted")
            save_checkpoint(self._collect_state(), self._out / STATE_FILE)
            return report
        error = self._evaluate()
        impatient = self._plan.patience is not None and self._worse >= self._plan.patience
        report = self._report(fraction, error, "plan" if turn == "end" else "patience" if impatient else "")
        self._run.forget_losses()
        save_checkpoint(self._collect_state(), self._out / STATE_FILE)
        write_line(self._out, asdict(report))
        write_page(self._out)
        return report

    def _evaluate(self) -> HeldOutError:
        """Measure the running mean of the weights, and keep them where they are the best so far.

        Raises:
            WeightsError: They are no numbers any more.
        """
        assert self._held_out is not None
        error = self._held_out.measure(self._run.get_predict())
        if not math.isfinite(error.mean_mm):
            raise WeightsError(
                "The training has run away: its weights are no numbers any more.",
                "Resume from its last checkpoint, or start anew with lower learning rates.",
            )
        self._evaluated_s, self._evaluated_step = self._spent_s, self._run.step
        self._held_out_mm, self._worse = error.mean_mm, self._worse + 1
        if error.mean_mm < self._best_mm:
            self._best_mm, self._worse = error.mean_mm, 0
            save_checkpoint(
                {"model_pos": self._run.average.state_dict(), "step": self._run.step}, self._out / BEST_FILE
            )
        return error

    def _report(self, fraction: float, error: HeldOutError | None, ended: Ended) -> TrainingReport:
        losses = self._run.read_losses()
        return TrainingReport(
            step=self._run.step,
            hours=self._spent_s / 3600,
            fraction=fraction,
            left_s=self._plan.compute_left_s(self._run.step, self._spent_s),
            loss=self._run.compute_loss(losses, fraction),
            losses=losses,
            learning_rate=self._run.rate,
            held_out_mm=error.mean_mm if error else math.nan,
            held_out_by_group_mm=error.by_group_mm if error else {},
            best_mm=self._best_mm,
            ended=ended,
        )

    def _describe(self) -> str:
        """Where the training stands, for a progress bar."""
        fraction = self._plan.compute_fraction(self._run.step, self._spent_s)
        loss = self._run.compute_loss(self._run.read_losses(), fraction)
        left = describe_duration(self._plan.compute_left_s(self._run.step, self._spent_s))
        held_out = f", held out {self._held_out_mm:.1f} mm" if math.isfinite(self._held_out_mm) else ""
        return f"step {self._run.step}, loss {loss:.3f}{held_out}, {left} left"

    def _collect_state(self) -> dict[str, Any]:
        return self._run.collect_state() | {
            "recipe": self._plan.recipe.to_json(),
            "plan": self._plan.to_json(),
            "spent_s": self._spent_s,
            "evaluated_s": self._evaluated_s,
            "evaluated_step": self._evaluated_step,
            "held_out_mm": self._held_out_mm,
            "best_mm": self._best_mm,
            "worse": self._worse,
        }


def describe_duration(seconds: float) -> str:
    """Hours and minutes, for people; a question mark where it is not known."""
    if not math.isfinite(seconds):
        return "?"
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _make_sampler(data: Path, plan: LifterPlan) -> BatchSampler:
    """What a plan trains on."""
    motions = read_training_motions(data, virtual=plan.virtual, seed=plan.seed)
    windows = WindowSampler(motions, skeleton=plan.recipe.skeleton)
    cleaned = _film_cleaned(data, plan, plan.cleaned, plan.seed)
    return windows if cleaned is None else MixedSampler(windows, cleaned, plan.recipe.cleaned_share)


def _read_held_out(data: Path, plan: LifterPlan) -> HeldOutWindows:
    """The windows that choose among the weights."""
    choice = read_choice_motions(data, virtual=min(plan.virtual, HELD_OUT_VIRTUAL), seed=plan.seed)
    recipe = plan.recipe
    cleaned = _film_cleaned(data, plan, min(plan.cleaned, HELD_OUT_VIRTUAL), plan.seed + HELD_OUT_SEED)
    return HeldOutWindows(
        choice, recipe.skeleton, recipe.evaluation_windows, recipe.window, cleaned, recipe.cleaned_share
    )


def _film_cleaned(data: Path, plan: LifterPlan, count: int, seed: int) -> CleanedSampler | None:
    """Clips that go the whole way of an analysis; None where the plan wants none."""
    if not (plan.virtual and count and plan.recipe.cleaned_share):
        return None
    clips = tuple(film_cleaned_clips(read_runner_sources(data), count, seed))
    return CleanedSampler(clips, skeleton=plan.recipe.skeleton)


def _load_state(out: Path, plan: LifterPlan, device: str) -> dict[str, Any]:
    """The checkpoint in a folder, which must be of the same model, seed and motions.

    Raises:
        WeightsError: There is none, or another one.
    """
    stored = read_plan(out)
    if stored.recipe.model != plan.recipe.model:
        raise WeightsError(f"{out} holds a model of other sizes.", "Resume with the recipe it was started with.")
    if (stored.seed, stored.virtual, stored.cleaned) != (plan.seed, plan.virtual, plan.cleaned):
        raise WeightsError(
            f"The training in {out} has another seed or number of virtual runners.",
            f"Resume with seed {stored.seed}, {stored.virtual} virtual runners and {stored.cleaned} cleaned clips.",
        )
    state: dict[str, Any] = torch.load(out / STATE_FILE, map_location=device, weights_only=True)
    return state
