"""The times of lifting: every engine is asked, in turns, for the clip that the goal names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.bench_lifting import CLIP_RATE, CLIP_S, TOTAL, compare_lifting, fill_clip
from runform.lifting import body, lifter
from runform.lifting.checkpoints import save_safetensors
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.openvino_files import choose_precision
from runform.sequences import KeypointSequence
from runform.settings import Settings
from tests.pose.synthetic import make_runner, make_sequence, make_times


def make_keypoints(frames: int) -> KeypointSequence:
    return make_sequence(make_runner(make_times(frames)), make_times(frames))


def test_a_short_run_is_played_to_and_fro() -> None:
    clip = fill_clip(make_keypoints(5))
    assert len(clip) == int(CLIP_S * CLIP_RATE)
    assert clip.time_s[-1] == pytest.approx(CLIP_S - 1 / CLIP_RATE)
    np.testing.assert_array_equal(clip.xy_px[:10], make_keypoints(5).xy_px[[0, 1, 2, 3, 4, 3, 2, 1, 0, 1]])


def test_a_long_run_is_cut_and_a_single_frame_stands() -> None:
    long = make_keypoints(500)
    np.testing.assert_array_equal(fill_clip(long).xy_px, long.xy_px[:360])
    assert len(fill_clip(make_keypoints(1))) == 360


def test_every_engine_is_timed_and_one_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    small = DSTFormer(DSTFormerConfig(dim_feat=16, depth=1, heads=2))
    save_safetensors(small, tmp_path / lifter.SHIPPED_FILE, name="small", window=81)
    monkeypatch.setattr(body, "open_foot_lifter", lambda settings: None)
    times = compare_lifting(make_keypoints(40), Settings(models_dir=tmp_path, device="cpu"), repeats=1)
    engines = [time.what for time in times if time.engine]
    halves = [name for name in engines if "bf16" in name]
    assert [name for name in engines if name not in halves] == [
        "torch fp32 on cpu",
        "ONNX Runtime fp32",
        "OpenVINO f32",
    ]
    # Where the processor has no instructions for it, bfloat16 takes minutes and is not tried.
    assert len(halves) == (2 if choose_precision() == "bf16" else 0)
    assert sum(time.used for time in times) == 1
    assert next(time for time in times if time.used).engine
    assert [time.what for time in times if not time.engine] == ["- the feet", "- upright on the ground", TOTAL]
    assert all(time.ms_per_frame >= 0 for time in times)
    total = times[-1].ms_per_frame
    assert total > sum(time.ms_per_frame for time in times[-3:-1])
