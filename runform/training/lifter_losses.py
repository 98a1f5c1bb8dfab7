"""Losses of the lifter, on joints in normalised pixels."""

from __future__ import annotations

import torch
from torch import Tensor


def compute_position_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean distance between joints; (B, T, J, 3) each."""
    distance: Tensor = torch.linalg.vector_norm(predicted - target, dim=-1)  # (B, T, J)
    return distance.mean()


def compute_scaled_position_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean distance after each frame's best scale (N-MPJPE of Rhodin and others, CVPR 2018); (B, T, J, 3) each."""
    power = predicted.square().sum(dim=(-1, -2), keepdim=True)
    scale = (predicted * target).sum(dim=(-1, -2), keepdim=True) / power.clamp_min(1e-6)
    return compute_position_loss(scale * predicted, target)


def compute_velocity_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean distance between the joints' steps from frame to frame; (B, T, J, 3) each."""
    return compute_position_loss(predicted.diff(dim=1), target.diff(dim=1))


def compute_lifter_loss(predicted: Tensor, target: Tensor, velocity_weight: float) -> Tensor:
    """MotionBERT's 3D loss: position, half of scaled position, and velocity by its weight (20 in MotionBERT)."""
    return (
        compute_position_loss(predicted, target)
        + 0.5 * compute_scaled_position_loss(predicted, target)
        + velocity_weight * compute_velocity_loss(predicted, target)
    )
