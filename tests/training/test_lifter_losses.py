from __future__ import annotations

import pytest
import torch

from runform.training.lifter_losses import (
    compute_loss_parts,
    compute_position_loss,
    compute_reprojection_distance,
    compute_reprojection_loss,
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
    parts = compute_loss_parts(target.flip(0), target)
    assert parts.position.item() == compute_position_loss(target.flip(0), target).item()
    assert parts.scaled.item() == compute_scaled_position_loss(target.flip(0), target).item()
    assert parts.velocity.item() == compute_velocity_loss(target.flip(0), target).item()
    expected = parts.position.item() + 0.5 * parts.scaled.item() + 20 * parts.velocity.item()
    assert parts.weigh(0.5, 20.0).item() == pytest.approx(expected, rel=1e-6)


@pytest.fixture
def detected(target: torch.Tensor) -> torch.Tensor:
    """The lifted joints as a detector sees them, the body somewhere in the picture, half of the joints surer."""
    moved = target[..., :2] + torch.linspace(-1, 1, 6)[:, None, None]
    sure = torch.where(torch.arange(17) % 2 == 0, 0.8, 0.4).expand(2, 6, 17)
    return torch.cat((moved, sure[..., None]), dim=-1)


def test_the_bodys_place_in_the_picture_and_depth_cost_nothing(target: torch.Tensor, detected: torch.Tensor) -> None:
    deeper = target * torch.tensor([1.0, 1.0, 7.0])
    assert compute_reprojection_distance(deeper, detected).max().item() == pytest.approx(0.0, abs=1e-6)


def test_a_joint_elsewhere_costs_its_distance_by_confidence(target: torch.Tensor, detected: torch.Tensor) -> None:
    detected[0, 0, 4, 0] += 0.5
    distance = compute_reprojection_distance(target, detected)
    # Place gives way by the joint's share of the frame's confidence: 0.8 of 9 x 0.8 + 8 x 0.4.
    share = 0.8 / 10.4
    assert distance[0, 0, 4].item() == pytest.approx(0.5 * (1 - share), abs=1e-5)
    assert distance[0, 0, 5].item() == pytest.approx(0.5 * share, abs=1e-5)
    assert distance[1].max().item() == pytest.approx(0.0, abs=1e-6)
    expected = (0.8 * 0.5 * (1 - share) + (10.4 - 0.8) * 0.5 * share) / 2
    assert compute_reprojection_loss(target, detected).item() == pytest.approx(expected, abs=1e-4)


def test_a_joint_that_was_not_found_costs_and_teaches_nothing(target: torch.Tensor, detected: torch.Tensor) -> None:
    detected[:, :, 3] = 0.0
    detected[1, 2] = 0.0  # nor a frame
    lifted = target.clone().requires_grad_()
    loss = compute_reprojection_loss(lifted + 0.1 * torch.arange(17.0)[:, None], detected)
    loss.backward()  # type: ignore[no-untyped-call]
    assert lifted.grad is not None
    assert torch.isfinite(lifted.grad).all()
    assert not lifted.grad[:, :, 3].any()
    assert not lifted.grad[1, 2].any()
    assert not lifted.grad[..., 2].any(), "depth is not seen"
    assert lifted.grad[..., :2].abs().sum() > 0
