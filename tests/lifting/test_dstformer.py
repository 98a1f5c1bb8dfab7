from __future__ import annotations

import pytest
import torch

from runform.errors import ShapeError
from runform.lifting.dstformer import LITE, DSTFormer, DSTFormerConfig


def test_lite_has_the_published_number_of_parameters() -> None:
    model = DSTFormer(LITE)
    assert sum(parameter.numel() for parameter in model.parameters()) == 16_001_549


def test_state_has_the_public_checkpoints_names_and_shapes() -> None:
    state = DSTFormer(LITE).state_dict()
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    assert shapes["joints_embed.weight"] == (256, 3)
    assert shapes["pos_embed"] == (1, 17, 256)
    assert shapes["temp_embed"] == (1, 243, 1, 256)
    for stream in ("blocks_st", "blocks_ts"):
        for at in ("s", "t"):
            assert shapes[f"{stream}.4.attn_{at}.qkv.weight"] == (768, 256)
            assert shapes[f"{stream}.4.attn_{at}.qkv.bias"] == (768,)
            assert shapes[f"{stream}.4.attn_{at}.proj.weight"] == (256, 256)
            assert shapes[f"{stream}.4.mlp_{at}.fc1.weight"] == (1024, 256)
            assert shapes[f"{stream}.4.mlp_{at}.fc2.weight"] == (256, 1024)
            assert shapes[f"{stream}.4.norm1_{at}.weight"] == (256,)
            assert shapes[f"{stream}.4.norm2_{at}.bias"] == (256,)
    assert shapes["ts_attn.4.weight"] == (2, 512)
    assert shapes["norm.weight"] == (256,)
    assert shapes["pre_logits.fc.weight"] == (512, 256)
    assert shapes["head.weight"] == (3, 512)
    # 9 names outside the blocks and 2 per fusion; 24 names per block.
    assert len(shapes) == 10 + 2 * 5 + 24 * 10


def test_streams_start_with_equal_weights() -> None:
    fusion = DSTFormer(LITE).ts_attn[0]
    assert torch.equal(fusion.weight, torch.zeros_like(fusion.weight))  # type: ignore[arg-type]
    assert torch.equal(fusion.bias, torch.full((2,), 0.5))  # type: ignore[arg-type]


def test_outputs_have_their_shapes(small_model: DSTFormer) -> None:
    x = torch.randn(2, 12, 17, 3)
    representation = small_model.represent(x)
    assert representation.shape == (2, 12, 17, 24)
    assert representation.abs().max() <= 1
    assert small_model(x).shape == (2, 12, 17, 3)
    assert torch.allclose(small_model.head(representation), small_model(x))


def test_every_joint_and_frame_reaches_every_other(small_model: DSTFormer) -> None:
    x = torch.randn(1, 8, 17, 3)
    moved = x.clone()
    moved[0, 2, 5, 0] += 1.0
    change = (small_model(moved) - small_model(x)).abs().amax(dim=-1)[0]  # (T, J)
    assert (change > 0).all()


def test_windows_do_not_reach_one_another(small_model: DSTFormer) -> None:
    x = torch.randn(3, 8, 17, 3)
    assert torch.allclose(small_model(x)[1], small_model(x[1:2])[0], atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 41, 17, 3), (1, 8, 16, 3), (1, 8, 17, 2), (8, 17, 3)])
def test_other_shapes_are_refused(small_model: DSTFormer, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="window must have shape"):
        small_model(torch.zeros(shape))


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ShapeError, match="divide"):
        DSTFormerConfig(dim_feat=10, heads=4)
