"""The lifter on a GPU against single precision on the CPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from runform.lifting.engines import TOLERANCE
from runform.lifting.lifter import Lifter, load_lifting_model, open_lifter
from runform.sequences import FloatArray
from runform.settings import Settings


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use (CUDA)")
def test_a_gpu_lifts_as_the_cpu(joints_px: FloatArray) -> None:
    confidence, time_s = np.full((75, 17), 0.8), np.arange(75) / 30
    settings = Settings(device="cuda", _env_file=None)
    on_gpu = open_lifter(settings)
    assert on_gpu.engine.name == "torch fp16 on cuda"
    expected, found = (
        lifter.lift(joints_px, confidence, time_s, keep_representation=True)
        for lifter in (Lifter(load_lifting_model(settings)), on_gpu)
    )
    np.testing.assert_allclose(found.joints.xyz, expected.joints.xyz, atol=TOLERANCE)
    assert expected.representation is not None
    assert found.representation is not None
    np.testing.assert_allclose(found.representation, expected.representation, atol=TOLERANCE)
