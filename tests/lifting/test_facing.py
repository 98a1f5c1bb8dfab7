from __future__ import annotations

import numpy as np
import pytest

from runform.lifting.facing import compute_facing, mirror_joints
from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17

INDEX = HUMAN36M_17.index


def make_runner(nose_ahead: float, knees_ahead: float, frames: int = 60) -> FloatArray:
    """(T, 17, 2) px, y down: a trunk of 50 px, legs of 80 that swing; x is how far nose and knees are to the right."""
    xy = np.zeros((frames, 17, 2))
    swing = 40 * np.sin(np.linspace(0, 12, frames))
    xy[:, INDEX["thorax"]] = [0, -50]
    xy[:, INDEX["nose"]] = [nose_ahead, -60]
    for side, sign in (("left", 1), ("right", -1)):
        leg = np.stack([sign * swing, np.sqrt(80**2 - swing**2)], axis=1)
        ahead = np.stack([leg[:, 1], -leg[:, 0]], axis=1) / 80
        xy[:, INDEX[f"{side}_ankle"]] = leg
        xy[:, INDEX[f"{side}_knee"]] = leg / 2 + knees_ahead * ahead
    return xy + 300.0


def test_nose_and_knees_say_where_a_runner_faces() -> None:
    sure = np.full((60, 17), 0.9)
    assert compute_facing(make_runner(10, 8), sure) == pytest.approx((10 / 50 + 2 * 8 / 80) / 3)
    assert compute_facing(make_runner(-10, -8), sure) == pytest.approx(-(10 / 50 + 2 * 8 / 80) / 3)


def test_the_mirror_image_faces_the_other_way() -> None:
    rng = np.random.default_rng(0)
    xy, confidence = rng.uniform(0, 500, (30, 17, 2)), rng.uniform(0, 1, (30, 17))
    mirrored = xy[:, HUMAN36M_17.mirror_order] * np.array([-1, 1])
    facing = compute_facing(xy, confidence)
    assert facing != 0
    assert compute_facing(mirrored, confidence[:, HUMAN36M_17.mirror_order]) == pytest.approx(-facing)


def test_what_was_seen_surely_decides() -> None:
    xy = make_runner(-10, 8)
    confidence = np.full((60, 17), 0.9)
    confidence[:, INDEX["nose"]] = 0.05
    assert compute_facing(xy, confidence) > 0
    confidence[:] = 0.05
    confidence[:, [INDEX[name] for name in ("nose", "thorax", "root")]] = 0.9
    assert compute_facing(xy, confidence) < 0


def test_one_wild_frame_does_not_turn_a_runner() -> None:
    xy = make_runner(10, 8)
    xy[5, INDEX["nose"], 0] -= 5000
    assert compute_facing(xy, np.full((60, 17), 0.9)) > 0


def test_where_nothing_was_seen_there_is_no_facing() -> None:
    assert compute_facing(np.full((10, 17, 2), np.nan), np.zeros((10, 17))) == 0
    assert compute_facing(make_runner(10, 8), np.zeros((60, 17))) == 0


def test_a_mirror_twice_is_none() -> None:
    joints = np.random.default_rng(1).normal(size=(2, 5, 17, 3)).astype(np.float32)
    mirrored = mirror_joints(joints)
    np.testing.assert_array_equal(mirrored[..., INDEX["left_knee"], 0], -joints[..., INDEX["right_knee"], 0])
    np.testing.assert_array_equal(mirrored[..., INDEX["left_knee"], 1:], joints[..., INDEX["right_knee"], 1:])
    np.testing.assert_array_equal(mirror_joints(mirrored), joints)
