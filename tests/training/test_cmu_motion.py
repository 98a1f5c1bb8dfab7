from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.sequences import SIDES
from runform.skeletons import HUMAN36M_FEET_21
from runform.training.cmu_motion import Motion, read_cmu_motions

AT = HUMAN36M_FEET_21.index


@pytest.fixture(scope="module")
def motions(mocap_dir: Path) -> tuple[Motion, ...]:
    return read_cmu_motions(mocap_dir)


def _running(motions: tuple[Motion, ...]) -> Motion:
    return next(motion for motion in motions if motion.name == "test_running_running_1")


def test_reads_every_sequence_at_its_rate(motions: tuple[Motion, ...]) -> None:
    assert len(motions) == 157
    assert sum(len(motion.joints) for motion in motions) == 94_338
    assert {motion.frame_rate for motion in motions if motion.name.startswith("iclone")} == {60.0}
    assert {motion.frame_rate for motion in motions if not motion.name.startswith("iclone")} == {120.0}


def test_both_sides_of_the_split_hold_running_and_both_bodies(motions: tuple[Motion, ...]) -> None:
    for held_out in (True, False):
        part = [motion for motion in motions if motion.held_out is held_out]
        assert any(motion.action == "running" for motion in part)
        assert any(motion.action == "iclone" for motion in part)
    assert _running(motions).held_out


def test_the_archives_two_bodies_are_two_subjects(motions: tuple[Motion, ...]) -> None:
    assert {motion.subject for motion in motions if motion.action == "iclone"} == {"cmu iclone"}
    assert {motion.subject for motion in motions if motion.action != "iclone"} == {"cmu"}


def test_a_runner_is_upright_with_left_on_the_left(motions: tuple[Motion, ...]) -> None:
    joints = _running(motions).joints
    heights = joints[..., 1].mean(axis=0)
    order = ["left_ankle", "left_knee", "root", "spine", "thorax", "nose", "head"]
    assert np.all(np.diff([heights[AT[name]] for name in order]) > 0)
    travel = joints[-1, 0] - joints[0, 0]
    left = (joints[:, AT["left_hip"]] - joints[:, AT["right_hip"]]).mean(axis=0)
    assert np.cross(travel, left)[1] > 0, "with y up, left lies anticlockwise of the way the runner goes"
    ahead = (joints[:, AT["nose"]] - joints[:, AT["thorax"]]) @ (travel / np.linalg.norm(travel))
    assert np.all(ahead > 0), "the nose points the way the runner goes"


def test_the_centre_joints_are_the_ones_2d_keypoints_give(motions: tuple[Motion, ...]) -> None:
    joints = _running(motions).joints
    hips, shoulders = ((joints[:, AT[f"left_{n}"]] + joints[:, AT[f"right_{n}"]]) / 2 for n in ("hip", "shoulder"))
    np.testing.assert_allclose(joints[:, AT["root"]], hips, atol=1e-12)
    np.testing.assert_allclose(joints[:, AT["thorax"]], shoulders, atol=1e-12)
    np.testing.assert_allclose(joints[:, AT["spine"]], (hips + shoulders) / 2, atol=1e-12)


@pytest.mark.parametrize("side", SIDES)
def test_a_foot_points_ahead_from_a_heel_behind_and_below_the_ankle(motions: tuple[Motion, ...], side: str) -> None:
    joints = _running(motions).joints
    heel, toe, ankle = (joints[:, AT[f"{side}_{part}"]] for part in ("heel", "toe", "ankle"))
    ahead = (joints[-1, 0] - joints[0, 0]) * np.array([1.0, 0.0, 1.0])
    assert np.median((toe - heel) @ ahead) > 0
    assert np.median((ankle - heel) @ ahead) > 0
    lowest = ankle[:, 1].argmin()
    assert ankle[lowest, 1] - heel[lowest, 1] > 0.02
    length = np.linalg.norm(toe - heel, axis=1)
    assert 0.1 < np.median(length) < 0.35


@pytest.mark.parametrize("bone", [("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist")])
@pytest.mark.parametrize("side", SIDES)
def test_bones_keep_their_length(motions: tuple[Motion, ...], side: str, bone: tuple[str, str]) -> None:
    a, b = (AT[f"{side}_{name}"] for name in bone)
    for motion in motions[::12]:
        length = np.linalg.norm(motion.joints[:, a] - motion.joints[:, b], axis=1)
        assert 0.15 < np.median(length) < 0.60
        assert np.ptp(length) < 0.01 * np.median(length), motion.name


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cmu\.npz is missing") as caught:
        read_cmu_motions(tmp_path)
    assert caught.value.remedy


def test_joints_of_another_skeleton_are_refused(motions: tuple[Motion, ...]) -> None:
    motion = _running(motions)
    with pytest.raises(ShapeError, match="joints"):
        replace(motion, joints=motion.joints[:, :17])
    with pytest.raises(ShapeError, match="crown"):
        replace(motion, crown=motion.crown[1:])
