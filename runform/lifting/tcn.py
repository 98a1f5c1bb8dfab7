"""The temporal convolutional lifter of VideoPose3D, by Pavllo and others (CVPR 2019), with the feet.

RunningPose lifts with it. It sees each joint over four seconds and answers for the frame in the middle; here a window's
ends are repeated outward, so that every frame of the window is a middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from runform.errors import ShapeError


@dataclass(frozen=True)
class TCNConfig:
    """Sizes of a temporal convolutional lifter.

    Attributes:
        joints: J, joints per frame: HUMAN36M_FEET_21.
        dim_in: Numbers per joint going in: x, y, confidence.
        dim_out: Numbers per joint coming out: x, y, z.
        channels: C, width of the stream.
        filter_widths: Frames that each convolution reads, odd; each is dilated by the product of those before it, so
            that their product is the number of frames that an answer depends on.
        dropout: Share of the activations left out in training.
        max_frames: Longest window.
    """

    joints: int = 21
    dim_in: int = 3
    dim_out: int = 3
    channels: int = 512
    filter_widths: tuple[int, ...] = (3, 3, 3, 3, 3)
    dropout: float = 0.0
    max_frames: int = 243

    def __post_init__(self) -> None:
        # JSON has no tuples, and a config read from a file equals the one it was written from.
        object.__setattr__(self, "filter_widths", tuple(self.filter_widths))
        for name in ("joints", "dim_in", "dim_out", "channels", "max_frames"):
            if (value := getattr(self, name)) < 1:
                raise ShapeError(f"{name} must be at least 1, and is {value}.")
        if not self.filter_widths or any(width < 1 or width % 2 == 0 for width in self.filter_widths):
            raise ShapeError(f"filter_widths must be odd numbers, at least one, and are {self.filter_widths}.")
        if not 0 <= self.dropout < 1:
            raise ShapeError(f"dropout must lie in [0, 1), and is {self.dropout}.")

    @property
    def receptive_field(self) -> int:
        """Frames that an answer depends on."""
        return math.prod(self.filter_widths)


class DilatedConvolution(nn.Module):
    """A convolution over time without padding: (B, T, C) -> (B, T - dilation * (width - 1), D).

    The weights are one matrix over the frames side by side. On a CPU one large matrix product is quicker than a
    convolution, and Muon takes the weights like those of any linear layer.
    """

    def __init__(self, dim_in: int, dim_out: int, width: int, dilation: int) -> None:
        super().__init__()
        self.width = width
        self.dilation = dilation
        self.mix = nn.Linear(width * dim_in, dim_out)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve; `x` is (B, T, C)."""
        frames = x.shape[1] - self.dilation * (self.width - 1)
        at = [x[:, k * self.dilation : k * self.dilation + frames] for k in range(self.width)]
        result: Tensor = self.mix(torch.cat(at, dim=-1))
        return result


class ResidualBlock(nn.Module):
    """A dilated convolution and one over a single frame, added to the middle of what came in."""

    def __init__(self, channels: int, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.reach = dilation * (width // 2)
        self.norm = nn.LayerNorm(channels)
        self.convolution = DilatedConvolution(channels, channels, width, dilation)
        self.dropout = nn.Dropout(dropout)
        self.mix = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) -> (B, T - 2 * reach, C)."""
        middle = x[:, self.reach : x.shape[1] - self.reach]
        branch = self.dropout(functional.gelu(self.convolution(self.norm(x))))
        summed: Tensor = middle + self.mix(branch)
        return summed


class TemporalLifter(nn.Module):
    """2D joints of a window -> 3D joints of every frame of it.

    Blocks differ from VideoPose3D's so that a short training suffices: each normalises what it reads, over the channels
    of each frame (Ba and others, 2016) and not over the batch, so there are no running statistics, which a running mean
    of the weights would leave behind; nothing is dropped, for no batch of virtual views comes twice; and the answer is
    laid on top of the 2D joints themselves, which VideoPose3D has to carry through its layers.
    """

    def __init__(self, config: TCNConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or TCNConfig()
        first, *later = config.filter_widths
        self.expand = DilatedConvolution(config.joints * config.dim_in, config.channels, first, 1)
        dilations = [math.prod(config.filter_widths[: i + 1]) for i in range(len(later))]
        # The trainer gives the weight matrices of whatever is named blocks_ to Muon, the rest to AdamW.
        self.blocks_time = nn.ModuleList(
            ResidualBlock(config.channels, width, dilation, config.dropout)
            for width, dilation in zip(later, dilations, strict=True)
        )
        self.norm = nn.LayerNorm(config.channels)
        self.head = nn.Linear(config.channels, config.joints * config.dim_out)
        # At the start the answer is the flat 2D joints.
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Lift windows.

        Args:
            x: (B, T, J, 3) x and y in [-1, 1] by a square box over the window, y down, and confidence; joints as in
                HUMAN36M_FEET_21, zeros where not found.

        Returns:
            (B, T, J, 3) joints from the root, the first joint: x right, y down, z away from the camera, in half sides
            of the box. Beyond either end the window is taken to hold still.

        Raises:
            ShapeError: Not such an array, empty, or longer than `max_frames`.
        """
        config = self.config
        fits = x.ndim == 4 and x.shape[2:] == (config.joints, config.dim_in) and 1 <= x.shape[1] <= config.max_frames
        if not fits:
            raise ShapeError(
                f"A window must have shape (any, 1 to {config.max_frames}, {config.joints}, {config.dim_in}), "
                f"and has {tuple(x.shape)}."
            )
        batch, frames = x.shape[:2]
        reach = config.receptive_field // 2
        # Clamped positions repeat the first and the last frame.
        at = torch.arange(-reach, frames + reach, device=x.device).clamp(0, frames - 1)
        features = self.expand(x.flatten(2)[:, at])  # (B, T + 2 * reach - 2, C)
        for block in self.blocks_time:
            features = block(features)
        joints = self.head(self.norm(features)).view(batch, frames, config.joints, config.dim_out)
        joints = joints + _lay_flat(x, config.dim_out)
        rooted: Tensor = joints - joints[:, :, :1]
        return rooted


def _lay_flat(x: Tensor, dim_out: int) -> Tensor:
    """(B, T, J, 3) x and y as seen from the root and no depth; zeros for joints that are not found.

    What is seen need not find its way through the layers: they learn the depth, and what to mend.
    """
    found = (x[..., 2:] > 0) & (x[:, :, :1, 2:] > 0)  # (B, T, J, 1)
    seen = torch.where(found, x[..., :2] - x[:, :, :1, :2], 0.0)
    return functional.pad(seen, (0, dim_out - 2))
