"""Value objects refuse what does not fit, and say what was expected and what came."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import ShapeError
from runform.sequences import Contact, FormEmbedding, JointSequence, KeypointSequence


def test_keypoints_must_fit_the_skeleton() -> None:
    with pytest.raises(ShapeError, match=r"xy_px must have shape \(2, 17, 2\), and has \(2, 33, 2\)"):
        KeypointSequence(np.array([0.0, 1.0]), np.zeros((2, 33, 2)), np.zeros((2, 33)), "coco17", 640, 480)


def test_times_must_increase() -> None:
    with pytest.raises(ShapeError, match="index 2"):
        JointSequence(np.array([0.0, 0.1, 0.1]), np.zeros((3, 17, 3)))


@pytest.mark.parametrize("shape", [(3, 17, 3), (2, 4, 3), (3, 4, 2), (3, 12)])
def test_feet_must_fit_the_joints(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"feet must have shape \(3, 4, 3\), and has \(" + str(shape[0])):
        JointSequence(np.arange(3.0), np.zeros((3, 17, 3)), feet=np.zeros(shape))


def test_joints_may_come_without_feet() -> None:
    assert JointSequence(np.arange(3.0), np.zeros((3, 17, 3))).feet is None
    feet = np.ones((3, 4, 3))
    assert JointSequence(np.arange(3.0), np.zeros((3, 17, 3)), feet=feet).feet is feet


def test_confidence_is_a_probability() -> None:
    with pytest.raises(ShapeError, match="confidence"):
        KeypointSequence(np.array([0.0]), np.zeros((1, 17, 2)), np.full((1, 17), 1.2), "coco17", 640, 480)


def test_a_contact_ends_after_it_begins() -> None:
    with pytest.raises(ShapeError, match="toe_off_s"):
        Contact("left", 1.0, 0.9, 0.01)
    assert np.isnan(Contact("left", 1.0, float("nan"), 0.01).toe_off_s)


@pytest.mark.parametrize("bad", [np.zeros(8703, np.float32), np.full(8704, np.nan, np.float32)])
def test_an_embedding_is_8704_finite_numbers(bad: npt.NDArray[np.float32]) -> None:
    with pytest.raises(ShapeError, match="vector"):
        FormEmbedding(bad, "model", "0" * 64)


def test_found_needs_one_whole_keypoint() -> None:
    xy = np.full((2, 17, 2), np.nan)
    xy[1, 3] = 5.0
    sequence = KeypointSequence(np.array([0.0, 0.1]), xy, np.zeros((2, 17)), "coco17", 640, 480)

    assert sequence.found.tolist() == [False, True]
