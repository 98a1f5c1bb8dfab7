"""Tunes a lifter on 2D keypoints of real clips, without 3D truth, as LaBash and Marker (2023) do.

The loss is MotionBERT's in 2D: the lifted joints, seen again from the camera, should lie where the detector found them.
Nothing in it speaks of depth, and it takes the detector's errors for truth. The report says, where captured motion is
at hand, what became of the error in 3D.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import LifterModel, LoadedModel, build_model, save_safetensors
from runform.progress import Progress
from runform.training.held_out_windows import HeldOutWindows
from runform.training.lifter_log import write_line, write_page
from runform.training.lifter_losses import compute_reprojection_distance, compute_reprojection_loss
from runform.training.lifter_plan import STATE_FILE, save_checkpoint
from runform.training.lifter_recipe import find_skeleton
from runform.training.lifter_run import computes_bf16
from runform.training.reprojection_windows import TuningWindows
from runform.training.stop_request import StopRequest, listen_for_stop

RESULT_FILE = "tuning.json"
_CHECKPOINT_S = 60.0
_WINDOWS_AT_ONCE = 16
Errors = dict[str, float]


@dataclass(frozen=True)
class TuningRecipe:
    """How a lifter is tuned; the published values, but for the last three, which are ours.

    Attributes:
        frames: Per window.
        least_confidence: Windows whose mean confidence is not above it are left out.
        epochs: Times that every window is seen.
        learning_rate: Of Adam, in the first epoch.
        weight_decay: Beside Adam's step, as MotionBERT's own training has it (AdamW). Added to the gradient it would be
            all that weights get which the loss says nothing of, those of depth, and Adam would take them to zero.
        decay: Factor on the learning rate from epoch to epoch.
        windows: Per batch.
        step: Frames from one training window to the next.
        mirror_share: Share of the windows that are seen in a mirror.
    """

    frames: int = 30
    least_confidence: float = 0.3
    epochs: int = 60
    learning_rate: float = 2e-4
    weight_decay: float = 0.01
    decay: float = 0.99
    windows: int = 8
    step: int = 10
    mirror_share: float = 0.5

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise InputError("The tuning must have at least one epoch.", "Give 1 or more.")


@dataclass(frozen=True)
class TuningReport:
    """What tuning did.

    Attributes:
        epochs: Done.
        before, after: Errors of the weights it started from and of the tuned ones: `training_2d_percent` and
            `held_out_2d_percent`, the mean distance between lifted and detected joints in the picture, weighted by
            confidence, in percent of the side of a window's box; `held_out_3d_mm` and the same by group, where there
            is motion to measure on. `after` is empty where the tuning was interrupted.
        file: The tuned weights; None where it was interrupted.
    """

    epochs: int
    before: Errors
    after: Errors
    file: Path | None

    @property
    def forgets_depth(self) -> bool:
        """Did the error in 3D grow? False where it was not measured."""
        return self.after.get("held_out_3d_mm", 0.0) > self.before.get("held_out_3d_mm", 0.0)

    def to_rows(self) -> list[dict[str, Any]]:
        """A row for each error, for a table."""
        return [{"error": name, "before": self.before[name], "after": value} for name, value in self.after.items()]


def tune_lifter(
    start: LoadedModel,
    windows: TuningWindows,
    out: Path,
    recipe: TuningRecipe | None = None,
    *,
    seed: int = 0,
    resume: bool = False,
    device: str = "cpu",
    held_out: HeldOutWindows | None = None,
    progress: Progress | None = None,
) -> TuningReport:
    """Tune every layer of a lifter, and write it as weights of the user's own.

    Ctrl-C ends with a checkpoint. A resumed tuning leads to the same weights as one that was not stopped.

    Args:
        start: The weights to start from.
        windows: As from `cut_tuning_windows`, with the joints of the model.
        out: Folder for the checkpoint, the log, the result and the weights; made when absent.
        recipe: How.
        seed: Of the windows' order and of dropout.
        resume: Go on from the checkpoint in `out`.
        device: torch device name.
        held_out: 3D motion that none of the weights was trained on, to see what is forgotten.
        progress: Told after each epoch.

    Raises:
        InputError: `out` holds a training that was not asked to go on.
        WeightsError: Nothing to resume from, or of other weights, windows or recipe.
    """
    recipe = recipe or TuningRecipe()
    if not resume and (out / STATE_FILE).is_file():
        raise InputError(f"{out} holds a training already.", "Resume it, or name another folder.")
    out.mkdir(parents=True, exist_ok=True)
    run = _Tuning(start, windows, recipe, seed, device)
    if resume:
        run.restore(out)
    with listen_for_stop() as stop:
        run.before = run.before or run.measure(held_out)
        run.train(out, stop, progress or Progress())
    if run.epoch < recipe.epochs:
        return TuningReport(run.epoch, run.before, {}, None)
    after = run.measure(held_out)
    file = _write_weights(start, run.model, out, recipe, len(windows.training), after)
    report = TuningReport(run.epoch, run.before, after, file)
    (out / RESULT_FILE).write_text(json.dumps({"rows": report.to_rows()}, indent=2) + "\n", encoding="utf-8")
    return report


class _Tuning:
    """A tuning under way: what an epoch does depends on the seed and its number alone."""

    def __init__(
        self, start: LoadedModel, windows: TuningWindows, recipe: TuningRecipe, seed: int, device: str
    ) -> None:
        self._windows, self._recipe, self._seed, self._device = windows, recipe, seed, device
        self.model = build_model(start.model.config).to(device)
        self.model.load_state_dict(start.model.state_dict())
        self._optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self._mirror_order = torch.from_numpy(find_skeleton(start.model.config).mirror_order).to(device)
        self._described = json.dumps([asdict(recipe), seed, start.sha256, _hash(windows.training, windows.held_out)])
        self.epoch, self.before = 0, dict[str, float]()

    def train(self, out: Path, stop: StopRequest, progress: Progress) -> None:
        """See every window again and again, until the recipe is done or somebody asks to stop."""
        saved = time.monotonic()
        while self.epoch < self._recipe.epochs and not stop.asked:
            rate = self._recipe.learning_rate * self._recipe.decay**self.epoch
            loss = self._take_epoch(rate)
            self.epoch += 1
            held_out = self._measure_2d(self._windows.held_out)
            line = {"step": self.epoch, "loss": loss, "learning_rate": rate, "held_out_2d_percent": held_out}
            write_line(out, line)
            done = self.epoch / self._recipe.epochs
            progress.enter(f"epoch {self.epoch}, loss {loss:.3f}, held out {held_out:.2f} % of the box", done, 0.0)
            if time.monotonic() - saved >= _CHECKPOINT_S:
                self._save(out)
                saved = time.monotonic()
        self._save(out)

    def measure(self, held_out: HeldOutWindows | None) -> Errors:
        """The errors of the weights as they are, see `TuningReport`."""
        errors = {
            "training_2d_percent": self._measure_2d(self._windows.training),
            "held_out_2d_percent": self._measure_2d(self._windows.held_out),
        }
        if held_out is not None:
            in_3d = held_out.measure(lambda inputs: self.model.eval()(torch.from_numpy(inputs).to(self._device)))
            errors["held_out_3d_mm"] = in_3d.mean_mm
            errors |= {f"held_out_3d_mm, {group}": value for group, value in in_3d.by_group_mm.items()}
        return errors

    def restore(self, out: Path) -> None:
        """Take up the checkpoint in a folder.

        Raises:
            WeightsError: There is none, or one of other weights, windows, seed or recipe.
        """
        file = out / STATE_FILE
        if not file.is_file():
            raise WeightsError(f"There is no checkpoint in {out} to go on from.", "Start without resuming.")
        state = torch.load(file, map_location=self._device, weights_only=True)
        if state.get("tuning") != self._described:
            raise WeightsError(
                f"The checkpoint in {out} is of other clips, weights or settings.", "Resume with those it began with."
            )
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.before = state["epoch"], state["before"]

    def _take_epoch(self, rate: float) -> float:
        """Learn from every window once; gives the mean loss of a window."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        rng = np.random.default_rng([self._seed, self.epoch])
        torch.manual_seed(int(rng.integers(2**63)))  # for dropout
        windows = self._windows.training[rng.permutation(len(self._windows.training))]
        mirrored = rng.random(len(windows)) < self._recipe.mirror_share
        total = 0.0
        self.model.train()
        for first in range(0, len(windows), self._recipe.windows):
            part = slice(first, first + self._recipe.windows)
            seen = self._mirror(torch.from_numpy(windows[part]).to(self._device), mirrored[part])
            kind = torch.device(self._device).type
            with torch.autocast(kind, dtype=torch.bfloat16, enabled=computes_bf16(self._device)):
                lifted = self.model(seen)
            loss = compute_reprojection_loss(lifted.float(), seen)
            self._optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            total += float(loss.detach()) * len(seen)
        return total / len(windows)

    def _mirror(self, windows: Tensor, which: npt.NDArray[np.bool_]) -> Tensor:
        """(B, W, J, 3) windows, those of `which` (B,) as in a mirror: x negated, left and right exchanged."""
        mirrored = windows[:, :, self._mirror_order] * torch.tensor([-1.0, 1.0, 1.0], device=self._device)
        chosen = torch.from_numpy(which).to(self._device)[:, None, None, None]
        return torch.where(chosen, mirrored, windows)

    @torch.no_grad()
    def _measure_2d(self, windows: npt.NDArray[np.float32]) -> float:
        """Mean distance in the picture weighted by confidence, percent of the side of a window's box."""
        self.model.eval()
        summed, weight = 0.0, 0.0
        for first in range(0, len(windows), _WINDOWS_AT_ONCE):
            seen = torch.from_numpy(windows[first : first + _WINDOWS_AT_ONCE]).to(self._device)
            summed += float((seen[..., 2] * compute_reprojection_distance(self.model(seen), seen)).sum())
            weight += float(seen[..., 2].sum())
        return 100.0 * summed / weight / 2  # the box is 2 wide

    def _save(self, out: Path) -> None:
        state = {
            "tuning": self._described,
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "epoch": self.epoch,
            "before": self.before,
        }
        save_checkpoint(state, out / STATE_FILE)
        write_page(out)


def _write_weights(
    start: LoadedModel, model: LifterModel, out: Path, recipe: TuningRecipe, windows: int, after: Errors
) -> Path:
    """The tuned weights under a name of their own, so that their embeddings are compared with no other model's."""
    numbers = (value.detach().cpu().numpy() for value in model.state_dict().values())
    name = f"{start.name}-tuned-2d-{_hash(*numbers)[:8]}"
    described = {
        "base": start.name,
        "base_sha256": start.sha256,
        "data": f"{windows} windows of 2D keypoints of the user's own clips, after: {start.metadata.get('data', '')}",
        "licence": start.metadata.get("licence", ""),
        "tuning": json.dumps(asdict(recipe)),
        "errors": json.dumps(after),
    }
    file = out / f"{name}.safetensors"
    save_safetensors(model, file, name=name, window=start.window, metadata=described)
    return file


def _hash(*arrays: npt.NDArray[Any]) -> str:
    """Of the arrays' numbers, hexadecimal."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
