"""An untrained TCN answers with the flat 2D joints; tests of how it reads a clip need one that does more."""

from __future__ import annotations

import torch
from torch import nn

from runform.lifting.tcn import TemporalLifter


def wake_head(model: TemporalLifter) -> TemporalLifter:
    """The model with a last layer that is not zero, the same each time."""
    nn.init.normal_(model.head.weight, std=0.1, generator=torch.Generator().manual_seed(2))
    return model
