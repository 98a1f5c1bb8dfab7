"""The contender: a small temporal network over one leg's signals."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from runform.training.contact_learning.signals import CHANNELS


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of a `ContactNetwork`.

    Attributes:
        width: Channels within.
        kernel: Samples that each convolution reads.
        dilations: Of the residual convolutions, in order.
    """

    width: int = 32
    kernel: int = 5
    dilations: tuple[int, ...] = (1, 2, 4, 4)

    @property
    def reach(self) -> int:
        """Samples on either side that one answer depends on."""
        return (self.kernel // 2) * (1 + sum(self.dilations))


class ContactNetwork(nn.Module):
    """Convolutions over time, each added to what went before; one logit of "on the ground" for every sample.

    Args:
        config: Its sizes. The default reads 0.4 s around each sample of a 120 Hz grid.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.first = nn.Conv1d(CHANNELS, config.width, config.kernel)
        self.blocks = nn.ModuleList(
            nn.Conv1d(config.width, config.width, config.kernel, dilation=dilation) for dilation in config.dilations
        )
        self.last = nn.Conv1d(config.width, 1, 1)

    def forward(self, signals: Tensor) -> Tensor:
        """(B, T, 25) signals of one leg each -> (B, T) logits; beyond its ends a clip is taken to stand still."""
        padded = functional.pad(signals.transpose(1, 2), (self.config.reach, self.config.reach), mode="replicate")
        hidden = functional.relu(self.first(padded))
        for block in self.blocks:
            new = functional.relu(block(hidden))
            cut = (hidden.shape[2] - new.shape[2]) // 2
            hidden = hidden[:, :, cut : hidden.shape[2] - cut] + new
        return torch.squeeze(self.last(hidden), dim=1)
