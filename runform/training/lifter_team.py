"""Training on one device or several: the processes that torchrun starts, and what they must agree on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Team:
    """This process among those that train together.

    Attributes:
        rank: Its number, from 0.
        size: How many there are.
        device: Its own torch device.
    """

    rank: int = 0
    size: int = 1
    device: str = "cpu"

    @property
    def first(self) -> bool:
        """Is it the one that evaluates, writes and speaks?"""
        return self.rank == 0

    def agree(self, values: Sequence[float]) -> list[float]:
        """The first process's values, in every process."""
        if self.size == 1:
            return list(values)
        shared = torch.tensor(values, dtype=torch.float64)
        distributed.broadcast(shared, src=0)
        return [float(value) for value in shared]

    def share(self, model: nn.Module) -> nn.Module:
        """The model, its gradients averaged over all processes."""
        if self.size == 1:
            return model
        return DistributedDataParallel(model, device_ids=[self.device] if self.device != "cpu" else None)


@contextmanager
def join_team(device: str) -> Iterator[Team]:
    """Meet the other processes that torchrun started; a process on its own is a team of one.

    Args:
        device: "cpu", or "cuda" for one GPU per process.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(device=device)
        return
    if device == "cuda":
        device = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(device)
    # What the processes agree on travels between CPUs, so that no GPU waits for it.
    distributed.init_process_group("gloo" if device == "cpu" else "cpu:gloo,cuda:nccl")
    try:
        yield Team(distributed.get_rank(), size, device)
    finally:
        distributed.destroy_process_group()
