"""Steadiness of joints whose unsteadiness is known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import SIDES, Contact, FloatArray
from runform.skeletons import HUMAN36M_17
from runform.training.lifter_steadiness import (
    BONES,
    compute_contact_drift,
    compute_contact_spread,
    compute_leg_asymmetry,
    compute_length_variation,
    place_in_picture,
)

TIME_S = np.arange(90) / 30
AT = HUMAN36M_17.index
STANCE_S, STEP_S = 0.3, 0.36
BELT = np.array([-2.0, 0.1, 0.3])
"""Leg lengths per second."""


@pytest.fixture
def contacts() -> list[Contact]:
    starts = [0.05 + STEP_S * i for i in range(8)]
    return [Contact(SIDES[i % 2], at, at + STANCE_S, 0.01) for i, at in enumerate(starts)]


@pytest.fixture
def runner(contacts: list[Contact]) -> FloatArray:
    """(T, 17, 3) one whose ankles go with the belt in every contact; legs are 1 long in all but the contacts."""
    joints = np.zeros((len(TIME_S), len(HUMAN36M_17), 3))
    for side, depth in (("left", 0.1), ("right", -0.1)):
        for part, height in (
            ("hip", 0.0),
            ("knee", 0.5),
            ("ankle", 1.0),
            ("shoulder", -0.6),
            ("elbow", -0.3),
            ("wrist", 0.0),
        ):
            joints[:, AT[f"{side}_{part}"]] = (0.0, height, depth)
    for contact in contacts:
        since = TIME_S - contact.initial_contact_s
        inside = (since >= 0) & (since <= STANCE_S)
        place = joints[0, AT[f"{contact.side}_ankle"]] + (since[inside, None] - STANCE_S / 2) * BELT
        joints[inside, AT[f"{contact.side}_ankle"]] = place
    return joints


def test_bones_that_keep_their_length_do_not_vary(runner: FloatArray) -> None:
    turning = runner.copy()
    swing = np.sin(2 * np.pi * TIME_S)
    turning[:, AT["left_wrist"]] = turning[:, AT["left_elbow"]] + 0.3 * np.stack(
        [swing, np.sqrt(1 - swing**2), np.zeros(len(swing))], axis=1
    )
    assert compute_length_variation(turning, "forearm") == pytest.approx(0, abs=1e-12)
    assert BONES.keys() == {"thigh", "shank", "upper_arm", "forearm"}


def test_a_bone_that_breathes_varies_by_as_much(runner: FloatArray) -> None:
    breathing = runner.copy()
    length = 0.5 * (1 + 0.1 * np.sqrt(2) * np.sin(2 * np.pi * TIME_S))
    breathing[:, AT["left_knee"], 1] = length
    breathing[10] = np.nan
    assert compute_length_variation(breathing, "thigh") == pytest.approx(0.05, rel=0.02)


def test_legs_of_two_lengths_are_not_alike(runner: FloatArray) -> None:
    uneven = runner.copy()
    uneven[:, AT["left_ankle"]] = (0.0, 1.1, 0.1)
    uneven[:, AT["right_ankle"]] = (0.0, 1.0, -0.1)
    assert compute_leg_asymmetry(uneven) == pytest.approx(0.1 / 1.05)


def test_the_way_through_the_picture_is_put_back(runner: FloatArray) -> None:
    root = 200 + 50 * np.stack([TIME_S, np.sin(9 * TIME_S)], axis=1)
    xy_px = root[:, None] + 80.0 * runner[..., :2]
    xy_px[3] = np.nan
    placed = place_in_picture(runner, xy_px)
    assert np.isnan(placed[3, :, :2]).all()
    assert np.delete(placed[..., :2] * 80.0, 3, axis=0) == pytest.approx(np.delete(xy_px, 3, axis=0))
    assert placed[..., 2] == pytest.approx(runner[..., 2])


def test_feet_that_go_with_the_belt_neither_drift_nor_spread(runner: FloatArray, contacts: list[Contact]) -> None:
    assert compute_contact_drift(runner, TIME_S, contacts) == pytest.approx(0, abs=1e-9)
    # Frames fall at other moments of each contact, and the belt moves between them.
    assert compute_contact_spread(runner, TIME_S, contacts)[2] < 0.01


def test_an_ankle_that_shakes_in_depth_is_told_in_leg_lengths(runner: FloatArray, contacts: list[Contact]) -> None:
    shaking = runner.copy()
    shaking[:, AT["left_ankle"], 2] += 0.05 * np.where(np.arange(len(TIME_S)) % 2, 1.0, -1.0)
    drift = compute_contact_drift(shaking, TIME_S, contacts)
    assert drift[:2] == pytest.approx(0, abs=1e-9)
    assert 0.02 < drift[2] < 0.05


def test_a_foot_that_stands_elsewhere_each_time_spreads(runner: FloatArray, contacts: list[Contact]) -> None:
    moved = runner.copy()
    for i, contact in enumerate(contacts):
        inside = (contact.initial_contact_s <= TIME_S) & (contact.toe_off_s >= TIME_S)
        moved[inside, AT[f"{contact.side}_ankle"], 1] += 0.04 * (1 if i // 2 % 2 else -1)
    assert compute_contact_drift(moved, TIME_S, contacts) == pytest.approx(0, abs=1e-9)
    assert compute_contact_spread(moved, TIME_S, contacts)[1] == pytest.approx(0.04, rel=0.1)


def test_without_contacts_nothing_is_said(runner: FloatArray, contacts: list[Contact]) -> None:
    unfinished = [Contact(c.side, c.initial_contact_s, float("nan"), 0.01) for c in contacts]
    for few in ([], unfinished, contacts[:1]):
        assert np.isnan(compute_contact_drift(runner, TIME_S, few)).all()
        assert np.isnan(compute_contact_spread(runner, TIME_S, few)).all()
