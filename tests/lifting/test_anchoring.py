"""Lifted joints brought nearer to the picture, on a runner whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.lifting.anchoring import FOCAL_OF_LONGER_SIDE, anchor_to_picture
from runform.sequences import FloatArray, JointSequence
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21

FRAMES, PX_PER_UNIT = 12, 150.0
_BODY = len(HUMAN36M_17)


@pytest.fixture
def truth() -> FloatArray:
    """(T, 21, 3) joints from the root, in units."""
    rng = np.random.default_rng(0)
    joints = rng.normal(0, 0.5, (1, len(HUMAN36M_FEET_21), 3)) + rng.normal(0, 0.05, (FRAMES, 21, 3))
    return np.asarray(joints - joints[:, :1])


@pytest.fixture
def xy_px(truth: FloatArray) -> FloatArray:
    """(T, 21, 2) the truth in the picture, whose root moves across it."""
    way = 40.0 * np.arange(FRAMES)[:, None, None] * np.array([1.0, 0.1])
    return np.asarray(PX_PER_UNIT * truth[..., :2] + 300.0 + way)


@pytest.fixture
def sure() -> FloatArray:
    return np.ones((FRAMES, len(HUMAN36M_FEET_21)))


def _to_joints(xyz: FloatArray) -> JointSequence:
    return JointSequence(np.arange(FRAMES) / 30, xyz[:, :_BODY], feet=xyz[:, _BODY:])


def _to_xyz(joints: JointSequence) -> FloatArray:
    assert joints.feet is not None
    return np.concatenate([joints.xyz, joints.feet], axis=1)


def test_joints_that_lie_on_the_picture_stay(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    for share in (0.0, 0.5, 1.0):
        anchored = _to_xyz(anchor_to_picture(_to_joints(truth), xy_px, sure, None, share))
        np.testing.assert_allclose(anchored, truth, atol=1e-9)


def test_half_of_what_a_joint_is_off_is_taken_back_and_depth_stays(
    truth: FloatArray, xy_px: FloatArray, sure: FloatArray
) -> None:
    at = HUMAN36M_FEET_21.index["left_toe"]
    wrong = truth.copy()
    wrong[:, at] += (0.0, 0.1, 0.2)
    anchored = _to_xyz(anchor_to_picture(_to_joints(wrong), xy_px, sure, None, 0.5))
    off = anchored - truth
    assert off[:, at, 1] == pytest.approx(np.full(FRAMES, 0.05), abs=0.01)
    assert off[:, at, 2] == pytest.approx(np.full(FRAMES, 0.2))
    np.testing.assert_array_equal(anchored[..., 2], wrong[..., 2])


def test_whoever_is_not_seen_stays_as_lifted(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    at = HUMAN36M_FEET_21.index["right_wrist"]
    wrong = truth.copy()
    wrong[:, at, 0] += 0.1
    sure[:, at] = 0.0
    xy_px[4, at] = np.nan
    anchored = _to_xyz(anchor_to_picture(_to_joints(wrong), xy_px, sure, None, 1.0))
    np.testing.assert_allclose(anchored, wrong, atol=1e-9)


def test_frames_that_were_not_lifted_or_seen_are_left(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    lifted = truth.copy()
    lifted[3] = np.nan
    sure[7], xy_px[7] = 0.0, np.nan
    anchored = _to_xyz(anchor_to_picture(_to_joints(lifted), xy_px, sure, None, 0.5))
    assert np.isnan(anchored[3]).all()
    np.testing.assert_allclose(np.delete(anchored, 3, axis=0), np.delete(truth, 3, axis=0), atol=1e-9)


@pytest.mark.parametrize("focal_of_assumed", [0.6, 1.0, 1.8])
def test_perspective_is_taken_back_as_far_as_the_focal_length_is_known(
    truth: FloatArray, sure: FloatArray, focal_of_assumed: float
) -> None:
    size_px = (1280, 720)
    focal, distance = focal_of_assumed * FOCAL_OF_LONGER_SIDE * 1280, 6.0 * focal_of_assumed
    at = truth + np.array([0.8, 0.1, distance])  # beside the picture's middle
    seen = focal * at[..., :2] / at[..., 2:] + np.array(size_px) / 2

    off = {
        name: np.abs(_to_xyz(anchor_to_picture(_to_joints(truth), seen, sure, known, 1.0)) - truth).mean()
        for name, known in (("with", size_px), ("without", None))
    }

    if focal_of_assumed == 1.0:
        assert off["with"] == pytest.approx(0, abs=1e-4)
    assert off["with"] < 0.9 * off["without"]


def test_independent_noise_gets_less(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    rng = np.random.default_rng(1)
    lifted = truth + rng.normal(0, 0.04, truth.shape)
    lifted -= lifted[:, :1]
    noisy = xy_px + PX_PER_UNIT * rng.normal(0, 0.04, xy_px.shape)
    before, after, flat = (
        np.linalg.norm((_centred(joints) - _centred(truth))[..., :2], axis=-1).mean()
        for joints in (
            lifted,
            _to_xyz(anchor_to_picture(_to_joints(lifted), noisy, sure, None)),
            _to_xyz(anchor_to_picture(_to_joints(lifted), noisy, sure, None, 1.0)),
        )
    )
    assert after == pytest.approx(before / np.sqrt(2), rel=0.1)
    assert after == pytest.approx(flat / np.sqrt(2), rel=0.1)


def test_joints_without_feet_stay_without(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    xy_px[:, _BODY:] = np.nan
    anchored = anchor_to_picture(replace(_to_joints(truth), feet=None), xy_px, sure, None)
    assert anchored.feet is None
    np.testing.assert_allclose(anchored.xyz, truth[:, :_BODY], atol=1e-9)


def test_nothing_seen_leaves_everything(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    joints = _to_joints(truth)
    assert anchor_to_picture(joints, xy_px, 0 * sure, None) is joints


def test_arrays_that_do_not_fit_are_refused(truth: FloatArray, xy_px: FloatArray, sure: FloatArray) -> None:
    with pytest.raises(ShapeError, match="xy_px"):
        anchor_to_picture(_to_joints(truth), xy_px[:, :_BODY], sure, None)


def _centred(joints: FloatArray) -> FloatArray:
    return np.asarray(joints - joints.mean(axis=1, keepdims=True))
