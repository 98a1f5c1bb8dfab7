"""DSTFormer, the two-stream spatial and temporal transformer of MotionBERT, by Zhu and others (ICCV 2023).

Module names follow the public checkpoints, so that their state dicts load as they are.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from runform.errors import ShapeError


@dataclass(frozen=True)
class DSTFormerConfig:
    """Sizes of a DSTFormer; the defaults are MotionBERT-Lite's.

    Attributes:
        joints: J, joints per frame.
        dim_in: Numbers per joint going in: x, y, confidence.
        dim_out: Numbers per joint coming out: x, y, z.
        dim_feat: C, width of the streams.
        dim_rep: R, width of the motion representation.
        depth: Pairs of blocks.
        heads: Attention heads, a divisor of `dim_feat`.
        mlp_ratio: Width of the MLPs' hidden layer over `dim_feat`.
        max_frames: Longest window, the length of the temporal embedding.
    """

    joints: int = 17
    dim_in: int = 3
    dim_out: int = 3
    dim_feat: int = 256
    dim_rep: int = 512
    depth: int = 5
    heads: int = 8
    mlp_ratio: int = 4
    max_frames: int = 243

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 1:
                raise ShapeError(f"{name} must be at least 1, and is {value}.")
        if self.dim_feat % self.heads:
            raise ShapeError(f"heads ({self.heads}) must divide dim_feat ({self.dim_feat}).")


LITE = DSTFormerConfig()
"""MotionBERT-Lite: 16,001,549 parameters."""


class Attention(nn.Module):
    """Multi-head self-attention over the joints of a frame or over the frames of a joint."""

    def __init__(self, dim: int, heads: int, over: Literal["joints", "frames"]) -> None:
        super().__init__()
        self.heads = heads
        self.over = over
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Attend; `x` and the result are (B, T, J, C)."""
        if self.over == "frames":
            x = x.transpose(1, 2)  # (B, J, T, C)
        batch, outer, length, dim = x.shape
        part = dim // self.heads
        qkv = self.qkv(x).view(batch * outer, length, 3, self.heads, part).permute(2, 0, 3, 1, 4)
        query, key, value = qkv.reshape(3, -1, length, part).unbind(0)  # each (B * outer * H, length, C / H)
        # Plain matrix products: on a CPU the fused attention's backward pass takes half of a training step here.
        weights = torch.bmm(query * part**-0.5, key.transpose(1, 2)).softmax(dim=-1)
        attended = torch.bmm(weights, value).view(batch, outer, self.heads, length, part)
        result: Tensor = self.proj(attended.transpose(2, 3).reshape(batch, outer, length, dim))
        return result.transpose(1, 2) if self.over == "frames" else result


class Mlp(nn.Module):
    """Two linear layers with a GELU between."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(..., C) -> (..., C)."""
        result: Tensor = self.fc2(functional.gelu(self.fc1(x)))
        return result


class Block(nn.Module):
    """One stream's step: space then time, or time then space, each attention followed by its MLP."""

    def __init__(self, config: DSTFormerConfig, *, space_first: bool) -> None:
        super().__init__()
        dim, hidden = config.dim_feat, config.dim_feat * config.mlp_ratio
        self.space_first = space_first
        self.norm1_s = nn.LayerNorm(dim, eps=1e-6)
        self.norm1_t = nn.LayerNorm(dim, eps=1e-6)
        self.attn_s = Attention(dim, config.heads, "joints")
        self.attn_t = Attention(dim, config.heads, "frames")
        self.norm2_s = nn.LayerNorm(dim, eps=1e-6)
        self.norm2_t = nn.LayerNorm(dim, eps=1e-6)
        self.mlp_s = Mlp(dim, hidden)
        self.mlp_t = Mlp(dim, hidden)

    def _mix_space(self, x: Tensor) -> Tensor:
        x = x + self.attn_s(self.norm1_s(x))
        mixed: Tensor = x + self.mlp_s(self.norm2_s(x))
        return mixed

    def _mix_time(self, x: Tensor) -> Tensor:
        x = x + self.attn_t(self.norm1_t(x))
        mixed: Tensor = x + self.mlp_t(self.norm2_t(x))
        return mixed

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, J, C) -> (B, T, J, C)."""
        if self.space_first:
            return self._mix_time(self._mix_space(x))
        return self._mix_space(self._mix_time(x))


class DSTFormer(nn.Module):
    """2D joints of a window -> motion representation and 3D joints.

    Each pair of blocks runs both streams on the same input; a learned softmax of two weights per joint and frame
    fuses them.
    """

    def __init__(self, config: DSTFormerConfig = LITE) -> None:
        super().__init__()
        self.config = config
        dim = config.dim_feat
        self.joints_embed = nn.Linear(config.dim_in, dim)
        self.pos_embed = nn.Parameter(torch.zeros(1, config.joints, dim))
        self.temp_embed = nn.Parameter(torch.zeros(1, config.max_frames, 1, dim))
        self.blocks_st = nn.ModuleList(Block(config, space_first=True) for _ in range(config.depth))
        self.blocks_ts = nn.ModuleList(Block(config, space_first=False) for _ in range(config.depth))
        self.ts_attn = nn.ModuleList(nn.Linear(2 * dim, 2) for _ in range(config.depth))
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pre_logits = nn.Sequential(OrderedDict(fc=nn.Linear(dim, config.dim_rep), act=nn.Tanh()))
        self.head = nn.Linear(config.dim_rep, config.dim_out)
        self._initialise()

    def _initialise(self) -> None:
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.trunc_normal_(self.temp_embed, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        for fusion in self.ts_attn:
            assert isinstance(fusion, nn.Linear)
            # Equal weights at the start: both streams count the same.
            nn.init.zeros_(fusion.weight)
            nn.init.constant_(fusion.bias, 0.5)

    def represent(self, x: Tensor) -> Tensor:
        """The motion representation.

        Args:
            x: (B, T, J, 3) x and y in [-1, 1] by a square box over the window, y down, and confidence.

        Returns:
            (B, T, J, R) in (-1, 1).

        Raises:
            ShapeError: Not such an array, or longer than the temporal embedding.
        """
        config = self.config
        if x.ndim != 4 or x.shape[2:] != (config.joints, config.dim_in) or x.shape[1] > config.max_frames:
            raise ShapeError(
                f"A window must have shape (any, at most {config.max_frames}, {config.joints}, {config.dim_in}), "
                f"and has {tuple(x.shape)}."
            )
        features = self.joints_embed(x) + self.pos_embed + self.temp_embed[:, : x.shape[1]]  # (B, T, J, C)
        for block_st, block_ts, fusion in zip(self.blocks_st, self.blocks_ts, self.ts_attn, strict=True):
            stream_st, stream_ts = block_st(features), block_ts(features)
            share = fusion(torch.cat((stream_st, stream_ts), dim=-1)).softmax(dim=-1)  # (B, T, J, 2)
            features = stream_st * share[..., :1] + stream_ts * share[..., 1:]
        representation: Tensor = self.pre_logits(self.norm(features))  # (B, T, J, R)
        return representation

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, J, 3) as for `represent` -> (B, T, J, 3) joints in normalised pixels, z away from the camera."""
        joints: Tensor = self.head(self.represent(x))
        return joints
