"""The skeleton tables are consistent, and conversion to Human3.6M does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from runform.skeletons import HALPE_26, HUMAN36M_17, HUMAN36M_SOURCES, SKELETONS, Skeleton, mirror_name, to_human36m

_SIZES = {"coco17": 17, "halpe26": 26, "blazepose33": 33, "human36m17": 17, "human36m_feet21": 21}


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=lambda s: s.name)
def test_tables_are_consistent(skeleton: Skeleton) -> None:
    assert len(skeleton) == _SIZES[skeleton.name]
    assert len(set(skeleton.keypoints)) == len(skeleton)
    assert {name for bone in skeleton.bones for name in bone} <= set(skeleton.keypoints)
    assert {mirror_name(name) for name in skeleton.keypoints} == set(skeleton.keypoints)
    np.testing.assert_array_equal(skeleton.mirror_order[skeleton.mirror_order], np.arange(len(skeleton)))


@pytest.mark.parametrize("name", HUMAN36M_SOURCES)
def test_conversion_averages_the_sources_and_takes_the_least_confidence(name: str) -> None:
    skeleton = SKELETONS[name]
    rng = np.random.default_rng(0)
    xy, confidence = rng.normal(size=(3, len(skeleton), 2)), rng.random((3, len(skeleton)))

    joints, joint_confidence = to_human36m(xy, confidence, skeleton)

    left, right = skeleton.index["left_hip"], skeleton.index["right_hip"]
    np.testing.assert_allclose(joints[:, 0], (xy[:, left] + xy[:, right]) / 2)
    np.testing.assert_allclose(joint_confidence[:, 0], np.minimum(confidence[:, left], confidence[:, right]))
    np.testing.assert_array_equal(joints[:, HUMAN36M_17.index["left_ankle"]], xy[:, skeleton.index["left_ankle"]])


def test_the_head_is_halpe_s_own_where_it_has_one() -> None:
    xy = np.zeros((1, 26, 2))
    xy[0, HALPE_26.index["head_top"]] = (3.0, 4.0)

    joints, _ = to_human36m(xy, np.ones((1, 26)), HALPE_26)

    assert tuple(joints[0, HUMAN36M_17.index["head"]]) == (3.0, 4.0)


def test_a_missing_part_makes_the_joint_missing() -> None:
    xy = np.ones((1, 26, 2))
    xy[0, HALPE_26.index["left_hip"]] = np.nan

    joints, _ = to_human36m(xy, np.ones((1, 26)), HALPE_26)

    assert np.isnan(joints[0, HUMAN36M_17.index["root"]]).all()
    assert np.isfinite(joints[0, HUMAN36M_17.index["thorax"]]).all()
