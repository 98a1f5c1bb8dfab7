from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.lifting.upright import estimate_upright
from runform.lifting.world import WorldJoints, compute_root_heights, compute_sole_heights, stand_up
from runform.sequences import Contact, FloatArray, JointSequence
from tests.lifting.striding import (
    ANKLE_M,
    BONE_M,
    FLIGHT_S,
    INDEX,
    STANCE_S,
    STRIDE_S,
    compute_height,
    make_contacts,
    make_strides,
    to_camera,
)

TIME_S = np.arange(180) / 60
SURE = np.full((180, 17), 0.9)
CONTACTS = make_contacts(TIME_S[-1])
HEIGHT_CM = 100 * 2 * BONE_M / 0.491


def lift(scale: float = 1.0, feet: bool = True, **tilt: float) -> JointSequence:
    camera = scale * to_camera(make_strides(TIME_S), **tilt)
    return JointSequence(TIME_S, camera[:, :17], feet=camera[:, 17:] if feet else None)


def all_joints(world: WorldJoints | None) -> FloatArray:
    assert world is not None
    assert world.feet is not None
    return np.concatenate([world.xyz, world.feet], axis=1)


def test_a_runner_stands_in_metres_as_the_truth_does() -> None:
    world = stand_up(lift(scale=0.7), SURE, CONTACTS, height_cm=HEIGHT_CM)
    assert world is not None
    assert world.unit == "m"
    truth = make_strides(TIME_S)
    turned = np.abs(all_joints(world) - truth)
    # What the camera's roll is out by, about 0.5 degrees, moves the head by a centimetre.
    assert turned.max() < 0.025
    np.testing.assert_allclose(world.xyz[:, 0, 1], compute_height(TIME_S), atol=0.01)
    np.testing.assert_array_equal(world.xyz[:, 0, [0, 2]], 0)


def test_without_a_height_the_unit_is_the_leg() -> None:
    in_legs = stand_up(lift(scale=0.7), SURE, CONTACTS)
    in_metres = stand_up(lift(scale=0.7), SURE, CONTACTS, height_cm=HEIGHT_CM)
    assert in_legs is not None
    assert in_metres is not None
    assert in_legs.unit == "leg lengths"
    np.testing.assert_allclose(in_legs.xyz * 2 * BONE_M, in_metres.xyz, atol=0.005)


def test_a_tilted_camera_still_sees_an_upright_runner() -> None:
    level = stand_up(lift(), SURE, CONTACTS, height_cm=HEIGHT_CM)
    tilted = stand_up(lift(roll_deg=4, pitch_deg=8), SURE, CONTACTS, height_cm=HEIGHT_CM)
    assert level is not None
    assert tilted is not None
    assert tilted.frame.pitch_deg == pytest.approx(8, abs=2.5)
    assert np.abs(tilted.xyz - level.xyz).max() < 0.06
    back = (tilted.xyz - tilted.xyz[:, :1]) @ tilted.frame.rotation
    assert np.abs(back - lift(roll_deg=4, pitch_deg=8).xyz).max() < 0.03


@pytest.mark.parametrize("feet", [True, False])
def test_a_standing_foot_is_on_the_ground_and_none_below_it(feet: bool) -> None:
    world = stand_up(lift(feet=feet), SURE, CONTACTS, height_cm=HEIGHT_CM)
    assert world is not None
    soles = compute_sole_heights(world.xyz if not feet else all_joints(world), 2 * BONE_M)
    assert soles.min() > -1e-9
    for contact in CONTACTS[:-1]:
        since = TIME_S - contact.initial_contact_s
        on = (since >= 0) & (since <= 0.6 * STANCE_S)
        assert np.abs(soles[on, 0 if contact.side == "left" else 1]).max() < 0.01
    flying = np.abs(np.mod(TIME_S, STRIDE_S / 2) - STANCE_S - FLIGHT_S / 2) < 0.2 * FLIGHT_S
    assert soles[flying].min() > 0.01


def test_a_flight_rises_as_anything_thrown() -> None:
    level = make_strides(TIME_S)
    level = level - level[:, :1]
    heights = compute_root_heights(level, TIME_S, CONTACTS, 2 * BONE_M, 1.0)
    # Contacts fall between frames: the flight seems up to two frames longer.
    np.testing.assert_allclose(heights, compute_height(TIME_S), atol=0.012)
    doubled = compute_root_heights(2 * level, TIME_S, CONTACTS, 4 * BONE_M, 0.5)
    np.testing.assert_allclose(doubled, 2 * heights, atol=1e-9)


def test_without_contacts_the_lower_foot_stands() -> None:
    level = make_strides(TIME_S)
    level = level - level[:, :1]
    heights = compute_root_heights(level, TIME_S, (), 2 * BONE_M, 1.0)
    np.testing.assert_allclose((level[:, 17:, 1] + heights[:, None]).min(axis=1), 0.0, atol=1e-9)


def test_a_contact_without_toe_off_counts_where_it_begins() -> None:
    level = make_strides(TIME_S)
    level = level - level[:, :1]
    open_end = (*CONTACTS[:2], Contact("left", STRIDE_S, float("nan"), 0.01))
    heights = compute_root_heights(level, TIME_S, open_end, 2 * BONE_M, 1.0)
    np.testing.assert_allclose(heights[TIME_S < STRIDE_S], compute_height(TIME_S)[TIME_S < STRIDE_S], atol=0.015)


def test_the_ankle_tells_where_the_sole_is_when_the_foot_is_not_known() -> None:
    level = make_strides(TIME_S)
    soles = compute_sole_heights(level[:, :17], 2 * BONE_M)
    np.testing.assert_allclose(soles[:, 0], level[:, INDEX["left_ankle"], 1] - 0.9 * 0.039 / 0.491)
    level[:, INDEX["left_heel"]] = np.nan
    np.testing.assert_allclose(compute_sole_heights(level, 2 * BONE_M)[:, 0], soles[:, 0])
    assert abs(ANKLE_M - 0.9 * 0.039 / 0.491) < 0.002


def test_frames_without_a_runner_have_none() -> None:
    joints = lift()
    joints.xyz[60:70] = np.nan
    world = stand_up(joints, SURE, CONTACTS)
    assert world is not None
    assert np.isnan(world.xyz[60:70]).all()
    assert np.isfinite(world.xyz[:60]).all()
    nobody = JointSequence(TIME_S, np.full((180, 17, 3), np.nan))
    assert stand_up(nobody, SURE) is None


def test_a_clip_too_short_to_tell_is_taken_as_level() -> None:
    joints = lift(roll_deg=5)
    short = JointSequence(TIME_S[:30], joints.xyz[:30])
    world = stand_up(short, SURE[:30])
    assert world is not None
    assert "strides" in world.frame.reason
    np.testing.assert_array_equal(world.frame.rotation, estimate_upright(short.xyz, short.time_s, SURE[:30]).rotation)


def test_arrays_must_fit() -> None:
    with pytest.raises(ShapeError, match="confidence"):
        stand_up(lift(), SURE[:-1])
