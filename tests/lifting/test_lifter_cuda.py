"""The lifter on a GPU against the CPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from runform.lifting.lifter import open_lifter
from runform.sequences import FloatArray
from runform.settings import Settings


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use (CUDA)")
def test_a_gpu_lifts_as_the_cpu(joints_px: FloatArray) -> None:
    confidence, time_s = np.full((75, 17), 0.8), np.arange(75) / 30
    expected, found = (
        open_lifter(Settings(device=device, _env_file=None)).lift(
            joints_px, confidence, time_s, keep_representation=True
        )
        for device in ("cpu", "cuda")
    )
    np.testing.assert_allclose(found.joints.xyz, expected.joints.xyz, atol=1e-4)
    assert expected.representation is not None
    assert found.representation is not None
    np.testing.assert_allclose(found.representation, expected.representation, atol=1e-3)
