from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.bones import compute_bone_lengths, find_parents, lay_bones
from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from tests.lifting.striding import BONE_M, INDEX, make_strides, to_camera

TIME_S = np.arange(90) / 30
SURE = np.full((90, 21), 0.9)


@pytest.fixture
def joints() -> FloatArray:
    return to_camera(make_strides(TIME_S))


def test_every_joint_but_the_root_hangs_on_one_that_comes_before() -> None:
    for skeleton in (HUMAN36M_17, HUMAN36M_FEET_21):
        parents = find_parents(skeleton)
        assert sorted(parents) == list(range(1, len(skeleton)))
        placed = {0}
        for joint, parent in parents.items():
            assert parent in placed
            placed.add(joint)


def test_lengths_of_a_body_that_keeps_them(joints: FloatArray) -> None:
    lengths = compute_bone_lengths(joints, SURE, HUMAN36M_FEET_21)
    assert lengths[0] == 0
    for name, length in (("left_knee", BONE_M), ("right_ankle", BONE_M), ("thorax", 0.25), ("left_shoulder", 0.2)):
        assert lengths[INDEX[name]] == pytest.approx(length, abs=0.01)
    np.testing.assert_allclose(lay_bones(joints, lengths, HUMAN36M_FEET_21)[:, :17], joints[:, :17], atol=0.03)


def test_noise_and_mistakes_do_not_change_a_bone(joints: FloatArray) -> None:
    rng = np.random.default_rng(0)
    noisy = joints + rng.normal(0, 0.01, joints.shape)
    noisy[10:20, INDEX["left_ankle"]] += 1.0
    confidence = SURE.copy()
    noisy[40:85, INDEX["right_knee"]] += [0, 0.3, 0]
    confidence[40:85, INDEX["right_knee"]] = 0.02
    lengths = compute_bone_lengths(noisy, confidence, HUMAN36M_FEET_21)
    assert lengths[INDEX["left_ankle"]] == pytest.approx(BONE_M, abs=0.015)
    assert lengths[INDEX["right_knee"]] == pytest.approx(BONE_M, abs=0.015)
    laid = lay_bones(noisy, lengths, HUMAN36M_FEET_21)
    shins = np.linalg.norm(laid[:, INDEX["left_ankle"]] - laid[:, INDEX["left_knee"]], axis=1)
    np.testing.assert_allclose(shins, lengths[INDEX["left_ankle"]])


def test_sides_share_their_lengths_and_each_bone_keeps_its_direction(joints: FloatArray) -> None:
    uneven = joints.copy()
    uneven[:, INDEX["left_knee"]] *= 1.2
    lengths = compute_bone_lengths(uneven, SURE, HUMAN36M_FEET_21)
    for name in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist", "heel", "toe"):
        assert lengths[INDEX[f"left_{name}"]] == lengths[INDEX[f"right_{name}"]]
    laid = lay_bones(uneven, lengths, HUMAN36M_FEET_21)
    for joint, parent in find_parents(HUMAN36M_FEET_21).items():
        before, after = (xyz[:, joint] - xyz[:, parent] for xyz in (uneven, laid))
        turned = (before * after).sum(axis=1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
        np.testing.assert_allclose(turned, 1.0)


def test_a_runner_who_comes_nearer_has_one_length_too(joints: FloatArray) -> None:
    nearer = joints * np.linspace(0.7, 1.4, 90)[:, None, None]
    lengths = compute_bone_lengths(nearer, SURE, HUMAN36M_FEET_21)
    steady = compute_bone_lengths(joints, SURE, HUMAN36M_FEET_21)
    ratio = lengths[1:] / steady[1:]
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=0.01)
    assert ratio.mean() == pytest.approx(1.05, abs=0.01)


def test_what_is_not_known_stays_so(joints: FloatArray) -> None:
    joints[30:40] = np.nan
    joints[50, INDEX["left_knee"]] = np.nan
    joints[:, INDEX["left_toe"]] = joints[:, INDEX["right_toe"]] = np.nan
    lengths = compute_bone_lengths(joints, SURE, HUMAN36M_FEET_21)
    toes = [INDEX["left_toe"], INDEX["right_toe"]]
    assert np.isnan(lengths[toes]).all()
    assert np.isfinite(np.delete(lengths, toes)).all()
    laid = lay_bones(joints, lengths, HUMAN36M_FEET_21)
    assert np.isnan(laid[30:40, 1:]).all()
    assert np.isnan(laid[50, [INDEX[f"left_{part}"] for part in ("knee", "ankle", "heel")]]).all()
    assert np.isfinite(laid[50, INDEX["right_heel"]]).all()
    assert np.isnan(compute_bone_lengths(joints, np.zeros_like(SURE), HUMAN36M_FEET_21)[1:]).all()
