"""What the viewer of two strides is given to draw."""

from __future__ import annotations

import json

import numpy as np
import pytest

from runform.report.stride_poses import StridePoses
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, Skeleton
from runform.ui.phase_viewer import describe_runners

RNG = np.random.default_rng(0)


def make_poses(skeleton: Skeleton, stride_s: float = 0.7) -> StridePoses:
    return StridePoses(RNG.uniform(-1, 1, (50, len(skeleton), 3)), skeleton, stride_s, 4)


def test_both_are_described_as_json_to_a_thousandth_of_a_leg() -> None:
    ours, theirs = make_poses(HUMAN36M_FEET_21), make_poses(HUMAN36M_17, 0.8)
    data = json.loads(json.dumps(describe_runners([("Ann", ours), ("Ada <b>", theirs)]), allow_nan=False))

    assert [runner["name"] for runner in data["runners"]] == ["Ann", "Ada <b>"]
    assert data["cycle_ms"] == pytest.approx(1400)
    np.testing.assert_allclose(data["runners"][0]["poses"], ours.xyz, atol=6e-4)
    assert len(data["runners"][1]["poses"][0]) == 17
    assert all(max(bone["ends"]) < 17 for bone in data["runners"][1]["bones"])
    assert {bone["part"] for bone in data["runners"][0]["bones"]} == set(data["colours"])
    assert len(json.dumps(data)) < 120_000


def test_a_joint_that_is_not_known_is_null() -> None:
    poses = make_poses(HUMAN36M_17)
    poses.xyz[3, 5, 0] = np.nan
    data = describe_runners([("Ann", poses), ("Ada", make_poses(HUMAN36M_17))])

    assert data["runners"][0]["poses"][3][5] is None
    assert data["runners"][0]["poses"][3][4] is not None
    assert np.isfinite([data["tall"], data["wide"]]).all()
