"""The held-out windows by which a training chooses its weights, and a lifter's error on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runform.errors import InputError
from runform.skeletons import Skeleton
from runform.training.cleaned_clips import CleanedSampler
from runform.training.cmu_motion import Motion
from runform.training.lifter_data import ACTION_SHARE, LifterBatch, WindowSampler

Predict = Callable[[npt.NDArray[np.float32]], Tensor]
"""(B, T, J, 3) windows -> (B, T, J, 3) joints."""

_GROUPS = {"virtual_running": "virtual runners", "running": "captured runs"}
_REST = "other motion"
_CLEANED = "cleaned clips"
_WINDOWS_AT_ONCE = 16


@dataclass(frozen=True)
class HeldOutError:
    """How far a lifter is off on held-out windows, metric scale given.

    Attributes:
        mean_mm: Mean over joints, frames and windows, mm at the root's depth.
        by_group_mm: The same over the windows of each group.
    """

    mean_mm: float
    by_group_mm: dict[str, float]


class HeldOutWindows:
    """Windows drawn once; the same for the same motions.

    Args:
        motions: None of which is trained on.
        skeleton: What the model reads and gives.
        windows: How many, shared among the groups as training shares its windows.
        frames: Per window.
        cleaned: Cleaned clips that are not trained on, of the same skeleton; as many more windows come from them as
            `cleaned_share` asks for.
        cleaned_share: Of all windows.

    Raises:
        InputError: There is no motion.
    """

    def __init__(
        self,
        motions: Sequence[Motion],
        skeleton: Skeleton,
        windows: int,
        frames: int,
        cleaned: CleanedSampler | None = None,
        cleaned_share: float = 0.0,
    ) -> None:
        if not motions:
            raise InputError("There is no motion to choose weights by.", "Give the folder that holds cmu.npz.")
        grouped: dict[str, list[Motion]] = {}
        for motion in motions:
            grouped.setdefault(_GROUPS.get(motion.action, _REST), []).append(motion)
        share = {name: sum(ACTION_SHARE[a] for a in {m.action for m in own}) for name, own in grouped.items()}
        total = sum(share.values())
        self._batches: dict[str, LifterBatch] = {}
        for number, (name, own) in enumerate(sorted(grouped.items())):
            count = max(1, round(windows * share[name] / total))
            sampler = WindowSampler(own, vary=False, skeleton=skeleton)
            self._batches[name] = sampler.draw(np.random.default_rng([0, number]), count, frames)
        if cleaned is not None and cleaned_share > 0:
            more = max(1, round(windows * cleaned_share / (1 - cleaned_share)))
            self._batches[_CLEANED] = cleaned.draw(np.random.default_rng([0, len(grouped)]), more, frames)

    @torch.no_grad()
    def measure(self, predict: Predict) -> HeldOutError:
        """The error of what a model in evaluation mode predicts."""
        found = {name: _measure(predict, batch) for name, batch in self._batches.items()}
        everything = np.concatenate(list(found.values()))
        return HeldOutError(float(everything.mean()), {name: float(own.mean()) for name, own in found.items()})


def _measure(predict: Predict, batch: LifterBatch) -> npt.NDArray[np.float64]:
    """(B,) mean error of each window, mm."""
    errors = []
    for first in range(0, len(batch.inputs), _WINDOWS_AT_ONCE):
        part = slice(first, first + _WINDOWS_AT_ONCE)
        predicted = predict(batch.inputs[part]).cpu().numpy()
        centred = predicted - predicted[:, :, :1]
        distance = np.linalg.norm(centred - batch.targets[part], axis=-1)  # (B, T, J) normalised pixels
        errors.append(1000.0 * (distance * batch.metres[part][..., None]).mean(axis=(1, 2)))
    return np.concatenate(errors)
