"""One mean stride of a runner in 3D, so that two runners can be laid side by side in phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runform.report.standing import StandingRunner, compute_leg_length
from runform.sequences import FloatArray, require_shape
from runform.skeletons import Skeleton

POINTS = 50
"""Poses of a stride, one for each 2 % of it."""
_TURNED = np.array([-1.0, 1.0, -1.0])  # half a turn about the vertical


@dataclass(frozen=True)
class StridePoses:
    """A runner's mean stride, running to the right.

    Attributes:
        xyz: (P, J, 3) leg lengths: x forward, y up from the ground, z to the runner's right; the root's x and z are 0.
            P even steps from one initial contact of the left foot to just before the next. NaN where not known.
        skeleton: Human3.6M-17, or the same with feet.
        stride_s: How long a stride takes, seconds.
        n: Strides in the mean.
    """

    xyz: FloatArray
    skeleton: Skeleton
    stride_s: float
    n: int

    def __post_init__(self) -> None:
        require_shape("xyz", self.xyz, (None, len(self.skeleton), 3))


def compute_stride_poses(
    runner: StandingRunner, strides: Sequence[tuple[float, float]], *, runs_left: bool, points: int = POINTS
) -> StridePoses | None:
    """The mean of a runner's strides, joint by joint.

    Args:
        runner: Upright, in any unit.
        strides: Start and end of strides of the left foot, seconds of real time.
        runs_left: Whether the runner runs to the picture's left, and is to be turned round.
        points: How many poses.

    Returns:
        None where no stride lies within the runner's time, or no leg is known.
    """
    inside = [stride for stride in strides if runner.time_s[0] <= stride[0] and stride[1] <= runner.time_s[-1]]
    leg = compute_leg_length(runner.xyz)
    if not inside or not leg > 0:
        return None
    share = np.arange(points) / points
    flat = runner.xyz.reshape(len(runner.time_s), -1)  # (T, 3 J)
    poses = np.full((points, flat.shape[1]), np.nan)
    at_s = np.concatenate([start + share * (end - start) for start, end in inside])
    for column in range(flat.shape[1]):
        known = np.isfinite(flat[:, column])
        if known.any():
            values = np.interp(at_s, runner.time_s[known], flat[known, column])
            poses[:, column] = values.reshape(len(inside), points).mean(axis=0)
    xyz = poses.reshape(points, -1, 3) / leg
    stride_s = float(np.mean([end - start for start, end in inside]))
    return StridePoses(xyz * _TURNED if runs_left else xyz, runner.skeleton, stride_s, len(inside))
