"""Losses of the lifters, on joints in normalised pixels."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class LossParts(NamedTuple):
    """MotionBERT's losses in 3D, each a number.

    Attributes:
        position: Mean distance between joints.
        scaled: The same after each frame's best scale.
        velocity: Mean distance between the joints' steps from frame to frame.
    """

    position: Tensor
    scaled: Tensor
    velocity: Tensor

    def weigh(self, scaled_weight: float, velocity_weight: float) -> Tensor:
        """The sum that is minimised (0.5 and 20 in MotionBERT)."""
        return self.position + scaled_weight * self.scaled + velocity_weight * self.velocity


def compute_loss_parts(predicted: Tensor, target: Tensor) -> LossParts:
    """All parts of the loss in 3D; (B, T, J, 3) each."""
    return LossParts(
        compute_position_loss(predicted, target),
        compute_scaled_position_loss(predicted, target),
        compute_velocity_loss(predicted, target),
    )


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


def compute_reprojection_distance(predicted: Tensor, detected: Tensor) -> Tensor:
    """How far lifted joints lie from the detected ones in the picture, normalised pixels.

    The lifter's x and y are in the unit of its input, so they are the joints' orthographic projection already; what
    they lack is the body's place in the picture, for they are counted from the root. Each frame's place is the one
    that brings both nearest by confidence: taken from the detected root instead, an error of the hips would count for
    every joint.

    Args:
        predicted: (B, T, J, 2 or more) lifted joints, x right and y down first.
        detected: (B, T, J, 3) the model's input: x, y and confidence, zeros where not found.

    Returns:
        (B, T, J), 0 where the confidence is.
    """
    confidence = detected[..., 2:]  # (B, T, J, 1)
    difference = detected[..., :2] - predicted[..., :2]
    total = confidence.sum(dim=2, keepdim=True)
    place = (confidence * difference).sum(dim=2, keepdim=True) / total.clamp_min(1e-6)  # (B, T, 1, 2)
    distance = torch.linalg.vector_norm(difference - place, dim=-1)
    return torch.where(confidence[..., 0] > 0, distance, torch.zeros_like(distance))


def compute_reprojection_loss(predicted: Tensor, detected: Tensor) -> Tensor:
    """Confidence times distance in the picture, summed over a window and averaged over the windows.

    The 2D loss of MotionBERT (Zhu and others, 2023), by which LaBash and Marker (2023) tune a lifter on runners without
    3D truth. Arguments as `compute_reprojection_distance`.
    """
    distance = compute_reprojection_distance(predicted, detected)
    return (detected[..., 2] * distance).sum(dim=(1, 2)).mean()
