"""Who is trained on, who chooses, who is tested: never the same people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.lifting.timebase import LIFTING_RATE
from runform.skeletons import HUMAN36M_FEET_21
from runform.training.cmu_motion import Motion
from runform.training.lifter_data import ACTION_SHARE
from runform.training.motion_world import read_choice_motions, read_test_motions, read_training_motions, to_motion
from runform.training.runner_motions import AT as BODY_AT
from tests.fixtures.force_runs import make_force_run

AT = HUMAN36M_FEET_21.index


def test_a_runner_becomes_joints_with_feet() -> None:
    run = make_force_run().motion
    motion = to_motion(run, "somebody", "running")
    assert (motion.subject, motion.action, motion.frame_rate) == ("somebody", "running", run.frame_rate)
    for name in ("left_hip", "right_knee", "left_heel", "right_toe", "left_wrist"):
        np.testing.assert_allclose(motion.joints[:, AT[name]], run.points[:, BODY_AT[name]])
    hips = (run.points[:, BODY_AT["left_hip"]] + run.points[:, BODY_AT["right_hip"]]) / 2
    np.testing.assert_allclose(motion.joints[:, AT["root"]], hips)
    np.testing.assert_allclose(motion.crown, run.points[:, BODY_AT["head_top"]])


def test_bare_legs_get_a_body() -> None:
    motion = to_motion(make_force_run(upper_body=False).motion, "legs", "running")
    assert np.isfinite(motion.joints).all()
    assert (motion.joints[:, AT["head"], 1] > motion.joints[:, AT["thorax"], 1]).all()


def test_training_takes_what_is_not_held_out_and_makes_its_runs_longer(made_up_mocap: Path) -> None:
    motions = read_training_motions(made_up_mocap, virtual=0)
    assert {motion.name for motion in motions} == {"train_walking_1", "train_walking_2", "train_running_1"}
    run = next(motion for motion in motions if motion.action == "running")
    assert len(run.joints) / run.frame_rate > 4.0
    assert np.ptp(run.joints[:, 0, 2]) < 0.2, "made longer on the spot"


def test_the_weights_are_chosen_by_what_training_does_not_see(made_up_mocap: Path) -> None:
    assert [motion.name for motion in read_choice_motions(made_up_mocap, virtual=0)] == ["test_running_1"]


def test_no_test_runner_is_an_error(made_up_mocap: Path) -> None:
    with pytest.raises(InputError):
        read_test_motions(made_up_mocap)


@pytest.fixture(scope="module")
def training(mocap_dir: Path) -> tuple[Motion, ...]:
    return read_training_motions(mocap_dir, virtual=2)


@pytest.fixture(scope="module")
def choice(mocap_dir: Path) -> tuple[Motion, ...]:
    return read_choice_motions(mocap_dir, virtual=2)


def test_the_people_of_training_choice_and_test_are_strangers(
    mocap_dir: Path, training: tuple[Motion, ...], choice: tuple[Motion, ...]
) -> None:
    test = read_test_motions(mocap_dir)
    assert {motion.subject for motion in test} == {"hamner04", "sprinter"}
    assert len(test) == 6
    for others in (training, choice):
        assert not any(word in f"{m.subject} {m.name}" for m in others for word in ("hamner", "sprinter"))
    assert not {motion.name for motion in training if motion.action != "virtual_running"} & {m.name for m in choice}
    assert sum(motion.subject == "rbds001" for motion in training) == 1
    assert {motion.action for motion in (*training, *choice)} <= ACTION_SHARE.keys()


def test_chosen_virtual_runners_are_none_of_the_trained_ones(
    training: tuple[Motion, ...], choice: tuple[Motion, ...]
) -> None:
    trained, chosen = ([m for m in motions if m.action == "virtual_running"] for motions in (training, choice))
    assert len(trained) == len(chosen) == 2
    assert not any(np.allclose(a.joints[:50], b.joints[:50]) for a in trained for b in chosen)
    assert all(len(motion.joints) / motion.frame_rate > 243 / LIFTING_RATE for motion in trained)
