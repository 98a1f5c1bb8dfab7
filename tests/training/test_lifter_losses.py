from __future__ import annotations

import pytest
import torch

from runform.training.lifter_losses import (
    compute_lifter_loss,
    compute_position_loss,
    compute_scaled_position_loss,
    compute_velocity_loss,
)


@pytest.fixture
def target() -> torch.Tensor:
    return torch.randn(2, 6, 17, 3, generator=torch.Generator().manual_seed(0))


def test_a_shift_costs_its_length(target: torch.Tensor) -> None:
    shifted = target + torch.tensor([0.3, 0.0, 0.4])
    assert compute_position_loss(shifted, target).item() == pytest.approx(0.5, abs=1e-6)
    assert compute_velocity_loss(shifted, target).item() == pytest.approx(0.0, abs=1e-6)


def test_a_scale_per_frame_costs_nothing_when_scaled(target: torch.Tensor) -> None:
    scaled = target * torch.linspace(0.5, 2.0, 6)[:, None, None]
    assert compute_scaled_position_loss(scaled, target).item() == pytest.approx(0.0, abs=1e-5)
    assert compute_position_loss(scaled, target).item() > 0.1


def test_a_steady_drift_costs_its_step(target: torch.Tensor) -> None:
    drifting = target + torch.arange(6.0)[:, None, None] * torch.tensor([0.0, 0.1, 0.0])
    assert compute_velocity_loss(drifting, target).item() == pytest.approx(0.1, abs=1e-6)


def test_the_loss_sums_its_parts_by_weight(target: torch.Tensor) -> None:
    other = target.flip(0)
    parts = [f(other, target).item() for f in (compute_position_loss, compute_scaled_position_loss)]
    velocity = compute_velocity_loss(other, target).item()
    expected = parts[0] + 0.5 * parts[1] + 20 * velocity
    assert compute_lifter_loss(other, target, 20.0).item() == pytest.approx(expected, rel=1e-6)
