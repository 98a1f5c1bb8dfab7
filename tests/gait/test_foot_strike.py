"""The foot at landing, of feet whose angle is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import detect_contacts
from runform.gait.foot_strike import classify_foot_strike
from runform.sequences import ContactGeometry, KeypointSequence
from runform.skeletons import BLAZEPOSE_33, COCO_17
from tests.fixtures.motions import make_known_run


def _read(keypoints: KeypointSequence, direction: int = -1) -> tuple[ContactGeometry, ...]:
    detection = detect_contacts(keypoints, direction)
    assert detection is not None
    return compute_contact_geometry(keypoints, detection.contacts, detection.phase, direction)


@pytest.mark.parametrize("strike_deg", [0.0, 10.0, 25.0])
@pytest.mark.parametrize(("fps", "direction"), [(30.0, -1), (60.0, 1), (240.0, -1)])
def test_the_foot_s_angle_is_read_against_the_flat_foot(strike_deg: float, fps: float, direction: int) -> None:
    run = make_known_run(foot_strike_deg=strike_deg, fps=fps, noise_px=1.0, direction=direction)
    angles = [geometry.foot_angle_deg for geometry in _read(run.keypoints, direction)]

    assert np.mean(angles) == pytest.approx(strike_deg, abs=4.0)


def test_keypoints_off_the_sole_do_not_matter() -> None:
    keypoints = make_known_run(foot_strike_deg=20.0, fps=60.0, noise_px=1.0).keypoints
    xy = keypoints.xy_px.copy()
    xy[:, BLAZEPOSE_33.index["left_heel"], 1] -= 25.0
    moved = _read(dataclasses.replace(keypoints, xy_px=xy))
    before = _read(keypoints)
    left = [
        np.mean([geometry.foot_angle_deg for geometry in read if geometry.side == "left"]) for read in (before, moved)
    ]

    assert left[1] == pytest.approx(left[0], abs=3.0)


@pytest.mark.parametrize(
    ("angle", "expected"),
    [(30.0, "rearfoot"), (16.1, "rearfoot"), (8.0, "unclear"), (-0.1, "not_rearfoot"), (-20.0, "not_rearfoot")],
)
def test_what_lies_near_the_border_is_not_told(angle: float, expected: str) -> None:
    assert classify_foot_strike(angle) == expected


def test_an_unknown_angle_is_unclear() -> None:
    assert classify_foot_strike(float("nan")) == "unclear"


def test_clear_landings_are_told() -> None:
    for strike_deg, expected in ((28.0, "rearfoot"), (-8.0, "not_rearfoot")):
        read = _read(make_known_run(foot_strike_deg=strike_deg).keypoints)

        assert np.mean([geometry.foot_strike == expected for geometry in read]) > 0.8


def test_a_skeleton_without_feet_has_no_foot_angle() -> None:
    keypoints = make_known_run().keypoints
    order = [BLAZEPOSE_33.index[name] for name in COCO_17.keypoints]
    bare = dataclasses.replace(
        keypoints,
        xy_px=keypoints.xy_px[:, order],
        confidence=keypoints.confidence[:, order],
        skeleton=COCO_17.name,
    )
    read = _read(bare)

    assert read
    assert all(np.isnan(geometry.foot_angle_deg) and geometry.foot_strike == "unclear" for geometry in read)
    assert all(np.isfinite(geometry.shank_angle_deg) for geometry in read)
