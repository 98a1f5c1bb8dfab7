from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from runform.errors import InputError, ShapeError, WeightsError
from runform.lifting import feet
from runform.lifting.checkpoints import LoadedModel, save_safetensors
from runform.lifting.dstformer import DSTFormer
from runform.lifting.feet import FOOT_LIFTER, FOOT_LIFTER_FILE, FootLifter, open_foot_lifter, put_on_feet
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.progress import Progress
from runform.sequences import FloatArray, JointSequence
from runform.settings import Settings
from runform.skeletons import (
    BLAZEPOSE_33,
    COCO_17,
    HALPE_26,
    HUMAN36M_17,
    HUMAN36M_FEET_21,
    Skeleton,
    to_human36m,
    to_human36m_feet,
)
from tests.lifting.waking import wake_head

SMALL = TCNConfig(channels=16, max_frames=40)
TIME_S = np.arange(75) / 30
SURE = np.full((75, 21), 0.8)


class FlatLifter(TemporalLifter):
    """Gives back what it sees, with no depth: its right answer is known."""

    def forward(self, x: Tensor) -> Tensor:
        flat = torch.cat((x[..., :2], torch.zeros_like(x[..., :1])), dim=-1)
        return flat - flat[:, :, :1]


def _make_foot_lifter(kind: type[TemporalLifter] = TemporalLifter, window: int = 20) -> FootLifter:
    torch.manual_seed(0)
    return FootLifter(LoadedModel(wake_head(kind(SMALL)).eval(), "small feet", "1" * 64, window, {}))


@pytest.fixture
def with_feet_px(joints_px: FloatArray) -> FloatArray:
    """(75, 21, 2) joints and feet that move, px."""
    rng = np.random.default_rng(3)
    offset = rng.uniform(-40, 40, (4, 2))
    return np.concatenate((joints_px, joints_px[:, [6, 3, 6, 3]] + offset), axis=1)


def test_what_is_seen_comes_back_in_the_median_boxs_unit(with_feet_px: FloatArray) -> None:
    """Windows of different boxes, overlapping, blend into one clip's picture of the runner."""
    lifted = _make_foot_lifter(FlatLifter).lift(with_feet_px, SURE, TIME_S)
    seen = with_feet_px - with_feet_px[:, :1]
    assert lifted.feet is not None
    whole = np.concatenate((lifted.xyz, lifted.feet), axis=1)
    unit = np.linalg.norm(seen) / np.linalg.norm(whole[..., :2])
    np.testing.assert_allclose(whole[..., :2] * unit, seen, atol=0.01)
    assert not whole[..., 2].any()
    # The box holds the whole runner, who is nowhere more than its side away from the root.
    assert 0.5 * np.ptp(with_feet_px[:20].reshape(-1, 2), axis=0).max() == pytest.approx(unit, rel=0.3)


@pytest.mark.parametrize("frames", [1, 2, 19, 20, 21, 75])
def test_clips_of_any_length_get_joints_and_feet(with_feet_px: FloatArray, frames: int) -> None:
    lifted = _make_foot_lifter().lift(with_feet_px[:frames], SURE[:frames], TIME_S[:frames])
    assert lifted.xyz.shape == (frames, 17, 3)
    assert lifted.feet is not None
    assert lifted.feet.shape == (frames, 4, 3)
    assert np.isfinite(lifted.xyz).all()
    assert np.isfinite(lifted.feet).all()
    np.testing.assert_allclose(lifted.xyz[:, 0], 0, atol=1e-6)


def test_place_size_and_travel_in_the_picture_do_not_matter(with_feet_px: FloatArray) -> None:
    lifter = _make_foot_lifter(window=40)
    still = lifter.lift(with_feet_px, SURE, TIME_S)
    travel = np.array([340.0, -90.0]) + 30 * np.arange(75)[:, None, None] * np.array([1.0, 0.1])
    moved = lifter.lift(2.5 * with_feet_px + travel, SURE, TIME_S)
    np.testing.assert_allclose(moved.xyz, still.xyz, atol=1e-3)
    assert still.feet is not None
    assert moved.feet is not None
    np.testing.assert_allclose(moved.feet, still.feet, atol=1e-3)


def test_a_mirrored_clip_gets_the_mirrored_joints_and_feet(with_feet_px: FloatArray) -> None:
    lifter = _make_foot_lifter()
    order = HUMAN36M_FEET_21.mirror_order
    plain = lifter.lift(with_feet_px, SURE, TIME_S)
    mirrored = lifter.lift(with_feet_px[:, order] * np.array([-1.0, 1.0]), SURE, TIME_S)
    assert plain.feet is not None
    assert mirrored.feet is not None
    wanted = np.concatenate((plain.xyz, plain.feet), axis=1)[:, order] * np.array([-1.0, 1.0, 1.0])
    np.testing.assert_allclose(np.concatenate((mirrored.xyz, mirrored.feet), axis=1), wanted, atol=1e-4)
    alone = lifter.lift(with_feet_px, SURE, TIME_S, mirror=False)
    assert np.abs(alone.xyz - plain.xyz).max() > 1e-3


def test_slow_motion_footage_is_lifted_at_thirty_frames_per_second(with_feet_px: FloatArray) -> None:
    fast_s = np.arange(8 * 74 + 1) / 240
    columns = with_feet_px.reshape(75, -1).T
    fast_px = np.stack([CubicSpline(TIME_S, column)(fast_s) for column in columns], axis=1).reshape(-1, 21, 2)
    lifter = _make_foot_lifter()
    fast = lifter.lift(fast_px, np.full((len(fast_s), 21), 0.8), fast_s)
    plain = lifter.lift(with_feet_px, SURE, TIME_S)
    assert fast.feet is not None
    assert plain.feet is not None
    # Frames of the fast clip are averaged, which rounds off a little of the motion.
    np.testing.assert_allclose(fast.feet[::8], plain.feet, atol=0.01)


def test_frames_far_from_the_runner_have_no_feet(with_feet_px: FloatArray) -> None:
    with_feet_px[30:] = np.nan
    lifted = _make_foot_lifter().lift(with_feet_px, SURE, TIME_S)
    assert lifted.feet is not None
    assert np.isfinite(lifted.feet[:30]).all()
    assert np.isnan(lifted.feet[60:]).all()


def test_feet_that_were_never_seen_are_not_made_up(with_feet_px: FloatArray) -> None:
    with_feet_px[:, 17:] = np.nan
    lifted = _make_foot_lifter().lift(with_feet_px, SURE, TIME_S)
    assert lifted.feet is None
    assert np.isfinite(lifted.xyz).all()


def test_input_that_does_not_fit_is_refused(with_feet_px: FloatArray) -> None:
    lifter = _make_foot_lifter()
    with pytest.raises(ShapeError, match=r"xy_px must have shape \(75, 21, 2\), and has \(75, 17, 2\)"):
        lifter.lift(with_feet_px[:, :17], SURE, TIME_S)
    with pytest.raises(ShapeError, match=r"confidence must have shape \(75, 21\)"):
        lifter.lift(with_feet_px, SURE[:, :17], TIME_S)
    with pytest.raises(InputError, match="none was found") as caught:
        lifter.lift(with_feet_px, np.zeros((75, 21)), TIME_S)
    assert caught.value.remedy


def test_progress_reaches_the_end(with_feet_px: FloatArray) -> None:
    told: list[float] = []
    progress = Progress(lambda stage, fraction: told.append(fraction))
    progress.enter("Lifting", 0.0, 1.0)
    _make_foot_lifter().lift(
        np.tile(with_feet_px, (4, 1, 1)), np.tile(SURE, (4, 1)), np.arange(300) / 30, progress=progress
    )
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == 1.0


def test_a_dstformer_lifts_no_feet(small_model: DSTFormer) -> None:
    with pytest.raises(WeightsError, match="DSTFormer"):
        FootLifter(LoadedModel(small_model, "small", "0" * 64, 20, {}))


def _make_joints(rng: np.random.Generator, *, feet: bool = False) -> JointSequence:
    xyz = rng.normal(0, 1, (30, 17, 3))
    return JointSequence(np.arange(30) / 30, xyz, "m", rng.normal(0, 1, (30, 4, 3)) if feet else None)


def test_feet_go_to_the_ankles_of_their_side_at_the_legs_size() -> None:
    """The other lifter sees the same runner half as large and somewhere else: its feet come out as if it did not."""
    joints = _make_joints(np.random.default_rng(5))
    from_ankle = np.random.default_rng(6).normal(0, 0.2, (30, 4, 3))
    feet_at = joints.xyz[:, [HUMAN36M_17.index[f"{s}_ankle"] for s in ("left", "right", "left", "right")]] + from_ankle
    shift = np.array([0.3, -0.2, 1.0])
    other = JointSequence(joints.time_s, 0.5 * joints.xyz + shift, feet=0.5 * feet_at + shift)
    put = put_on_feet(joints, other)
    assert put.feet is not None
    np.testing.assert_allclose(put.feet, feet_at, atol=1e-12)
    np.testing.assert_array_equal(put.xyz, joints.xyz)
    assert put.unit == "m"


def test_what_was_not_lifted_has_no_feet() -> None:
    rng = np.random.default_rng(7)
    joints, other = _make_joints(rng), _make_joints(rng, feet=True)
    joints.xyz[4] = np.nan
    other.xyz[9, HUMAN36M_17.index["left_ankle"]] = np.nan
    put = put_on_feet(joints, other).feet
    assert put is not None
    missing = np.isnan(put).any(axis=-1)
    assert missing[4].all()
    assert missing[9].tolist() == [True, False, True, False]
    assert missing.sum() == 6
    assert put_on_feet(joints, _make_joints(rng)).feet is None
    nowhere = JointSequence(joints.time_s, np.full_like(joints.xyz, np.nan), feet=other.feet)
    assert put_on_feet(joints, nowhere).feet is None


def test_feet_of_another_clip_are_refused() -> None:
    joints = _make_joints(np.random.default_rng(8), feet=True)
    with pytest.raises(ShapeError, match=r"\(30, 17, 3\), and has \(29, 17, 3\)"):
        put_on_feet(joints, JointSequence(joints.time_s[:-1], joints.xyz[:-1]))


@pytest.mark.parametrize("skeleton", [HALPE_26, BLAZEPOSE_33], ids=lambda s: s.name)
def test_heels_and_toes_are_the_detectors(skeleton: Skeleton) -> None:
    rng = np.random.default_rng(9)
    xy, confidence = rng.normal(size=(3, len(skeleton), 2)), rng.random((3, len(skeleton)))
    joints, joint_confidence = to_human36m_feet(xy, confidence, skeleton)
    body, body_confidence = to_human36m(xy, confidence, skeleton)
    np.testing.assert_array_equal(joints[:, :17], body)
    np.testing.assert_array_equal(joint_confidence[:, :17], body_confidence)
    for name in ("left_heel", "right_heel", "left_toe", "right_toe"):
        ours, theirs = HUMAN36M_FEET_21.index[name], skeleton.index[name]
        np.testing.assert_array_equal(joints[:, ours], xy[:, theirs])
        np.testing.assert_array_equal(joint_confidence[:, ours], confidence[:, theirs])


def test_a_skeleton_without_feet_has_them_missing() -> None:
    joints, confidence = to_human36m_feet(np.ones((2, 17, 2)), np.ones((2, 17)), COCO_17)
    assert joints.shape == (2, 21, 2)
    assert np.isnan(joints[:, 17:]).all()
    assert not confidence[:, 17:].any()
    assert np.isfinite(joints[:, :17]).all()


@pytest.fixture
def no_own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, with RunForm's own out of the way."""
    monkeypatch.setattr(feet, "PROJECT_ROOT", tmp_path / "elsewhere")
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_absent_weights_leave_the_feet_out_and_say_so(no_own_models: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert open_foot_lifter(Settings(models_dir=no_own_models, device="cpu")) is None
    assert [FOOT_LIFTER_FILE in record.message for record in caplog.records] == [True]


def test_absent_weights_that_were_chosen_are_an_error(no_own_models: Path) -> None:
    settings = Settings(models_dir=no_own_models, device="cpu").model_copy(update={"lifter": FOOT_LIFTER})
    with pytest.raises(WeightsError, match=FOOT_LIFTER_FILE) as caught:
        open_foot_lifter(settings)
    assert caught.value.remedy


@pytest.mark.parametrize("where", ["models", "elsewhere/models"])
def test_weights_are_found_in_the_users_folder_or_runforms_own(no_own_models: Path, where: str) -> None:
    file = no_own_models.parent / where / FOOT_LIFTER_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    save_safetensors(TemporalLifter(SMALL), file, name=FOOT_LIFTER, window=33)
    lifter = open_foot_lifter(Settings(models_dir=no_own_models, device="cpu"))
    assert lifter is not None
    assert (lifter.name, lifter.window, len(lifter.sha256)) == (FOOT_LIFTER, 33, 64)


def test_damaged_weights_are_told(no_own_models: Path) -> None:
    (no_own_models / FOOT_LIFTER_FILE).write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="damaged"):
        open_foot_lifter(Settings(models_dir=no_own_models, device="cpu"))
