from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from runform.errors import ShapeError
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.skeletons import HUMAN36M_FEET_21
from tests.lifting.waking import wake_head

SMALL = TCNConfig(channels=16)
SHORT = TCNConfig(channels=48, filter_widths=(3, 3), dropout=0.0, max_frames=40)


def _make_lifter(config: TCNConfig = SMALL) -> TemporalLifter:
    torch.manual_seed(0)
    return wake_head(TemporalLifter(config)).eval()


def _make_windows(frames: int, batch: int = 1) -> Tensor:
    return torch.rand(batch, frames, 21, 3, generator=torch.Generator().manual_seed(1)) * 2 - 1


def _changes_with(model: TemporalLifter, window: Tensor, frame: int) -> Tensor:
    """(T,) by how much each frame's answer moves when one frame of the input does."""
    changed = window.clone()
    changed[:, frame] += 1
    with torch.no_grad():
        difference: Tensor = model(changed) - model(window)
    return difference.abs().amax(dim=(0, 2, 3))


def test_joints_are_those_of_the_skeleton_with_feet() -> None:
    assert len(HUMAN36M_FEET_21) == TCNConfig().joints
    assert TCNConfig().receptive_field == TCNConfig().max_frames == 243


@pytest.mark.parametrize("offset", [-1, 1])
def test_an_answer_hangs_on_121_frames_either_side_and_no_more(offset: int) -> None:
    model, window, middle = _make_lifter(TCNConfig(channels=16, max_frames=300)), _make_windows(300), 150
    reached = [bool(_changes_with(model, window, middle + offset * away)[middle] > 0) for away in (1, 121, 122)]
    assert reached == [True, True, False]


def test_the_ends_are_held_still_outside_the_window() -> None:
    model = _make_lifter(TCNConfig(channels=16, max_frames=400))
    window = _make_windows(50)
    held = torch.cat((window[:, :1].expand(-1, 121, -1, -1), window, window[:, -1:].expand(-1, 121, -1, -1)), dim=1)
    with torch.no_grad():
        assert torch.allclose(model(window), model(held)[:, 121:171], atol=1e-6)


@pytest.mark.parametrize("frames", [1, 2, 30, 243])
def test_every_frame_gets_an_answer_from_the_root(frames: int) -> None:
    with torch.no_grad():
        joints = _make_lifter()(_make_windows(frames, batch=2))
    assert joints.shape == (2, frames, 21, 3)
    assert torch.isfinite(joints).all()
    assert (joints[:, :, 0] == 0).all()
    # Random weights on random frames: no two joints and no two frames alike.
    assert (joints[:, :, 1:].abs().amax(dim=(1, 3)) > 0).all()
    assert (joints.diff(dim=1).abs().amax(dim=(2, 3)) > 0).all()


def test_a_window_is_lifted_alike_beside_any_other() -> None:
    """A norm over the batch would make it hang on its neighbours."""
    model = _make_lifter(TCNConfig(channels=16, dropout=0.0)).train()
    windows = _make_windows(20, batch=2)
    assert torch.allclose(model(windows)[:1], model(windows[:1]), atol=1e-6)


def test_a_mean_of_weights_leaves_nothing_behind() -> None:
    assert not list(_make_lifter().buffers())


def test_gradient_reaches_every_weight_in_bfloat16() -> None:
    model = _make_lifter().train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        joints = model(_make_windows(30, batch=2))
    joints.float().square().mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().max() > 0, name


def test_bfloat16_answers_like_float32() -> None:
    model, windows = _make_lifter(), _make_windows(30)
    with torch.no_grad():
        exact = model(windows)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            quick = model(windows)
    assert (quick - exact).abs().max() < 0.03 * exact.abs().max()


def _make_swing(batch: int, frames: int) -> tuple[Tensor, Tensor]:
    """Joints that swing about the root in depth, each in its own phase: windows of 2D joints and where they are.

    Depth is the swing a quarter of a period later, so that a frame alone does not tell it: its neighbours do.
    """
    rng = np.random.default_rng(2)
    phase = rng.uniform(0, 2 * np.pi, (batch, 1, 1)) + np.linspace(0, 2 * np.pi, 21)
    angle = phase + 2 * np.pi * np.arange(frames)[:, None] / 12  # (B, T, J)
    radius = np.linspace(0, 0.8, 21)
    x, z, y = radius * np.cos(angle), radius * np.sin(angle), np.broadcast_to(radius, angle.shape)
    inputs = np.stack((x, y, np.ones_like(x)), axis=-1)
    return torch.from_numpy(inputs).float(), torch.from_numpy(np.stack((x, y, z), axis=-1)).float()


def test_learns_a_motion_whose_depth_shows_in_time_only() -> None:
    torch.manual_seed(0)
    model = TemporalLifter(SHORT)
    inputs, targets = _make_swing(batch=8, frames=24)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, total_iters=150)
    for _ in range(150):
        error = torch.linalg.vector_norm(model(inputs) - targets, dim=-1).mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        slower.step()
    flat = torch.linalg.vector_norm(targets[..., 2:], dim=-1).mean()
    assert error.item() < 0.1 * flat.item()


@pytest.mark.parametrize("shape", [(30, 21, 3), (1, 30, 17, 3), (1, 30, 21, 2), (1, 0, 21, 3), (1, 244, 21, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    expected = r"must have shape \(any, 1 to 243, 21, 3\), and has \(" + ", ".join(map(str, shape))
    with pytest.raises(ShapeError, match=expected):
        _make_lifter()(torch.zeros(shape))


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"channels": 0}, "channels must be at least 1, and is 0"),
        ({"filter_widths": (3, 2)}, r"filter_widths must be odd.*\(3, 2\)"),
        ({"filter_widths": ()}, "filter_widths"),
        ({"dropout": 1.0}, "dropout must lie in .*1.0"),
    ],
)
def test_impossible_sizes_are_refused(sizes: dict[str, object], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        TCNConfig(**sizes)  # type: ignore[arg-type]
