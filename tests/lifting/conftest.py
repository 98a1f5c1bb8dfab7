"""A lifter small enough for tests, with random weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.lifter import Lifter
from runform.sequences import FloatArray

SMALL = DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=40)


@pytest.fixture
def small_model() -> DSTFormer:
    torch.manual_seed(0)
    model = DSTFormer(SMALL).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)
    return model


@pytest.fixture
def small_lifter(small_model: DSTFormer) -> Lifter:
    return Lifter(LoadedModel(small_model, "small", "0" * 64, 20, {}))


@pytest.fixture
def joints_px() -> FloatArray:
    """(75, 17, 2) joints that move, px."""
    rng = np.random.default_rng(1)
    steps = rng.normal(0, 3, (75, 17, 2))
    return np.asarray(rng.uniform(200, 500, (1, 17, 2)) + np.cumsum(steps, axis=0))
