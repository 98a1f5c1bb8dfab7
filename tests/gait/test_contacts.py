"""Contacts of motions whose contacts are known."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Literal

import numpy as np
import pytest

from runform.gait.contacts import detect_contacts
from runform.sequences import FloatArray
from runform.skeletons import COCO_17
from tests.fixtures.motions import KnownRun, make_known_run


def _errors(run: KnownRun, event: Literal["initial_contact", "toe_off"]) -> FloatArray:
    """Found minus true time (N,) in seconds of each event found."""
    detection = detect_contacts(run.keypoints, -1)
    assert detection is not None
    errors = []
    for contact in detection.contacts:
        truth = [ic if event == "initial_contact" else to for side, ic, to in run.contacts if side == contact.side]
        found = contact.initial_contact_s if event == "initial_contact" else contact.toe_off_s
        if np.isfinite(found):
            errors.append(min((found - true for true in truth), key=abs))
    return np.array(errors)


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
@pytest.mark.parametrize("cadence", [151.0, 168.0, 190.0])
def test_finds_every_contact_below_the_frame(fps: float, cadence: float) -> None:
    run = make_known_run(cadence=cadence, fps=fps, noise_px=2.0)

    errors = _errors(run, "initial_contact")

    assert abs(len(errors) - len(run.contacts)) <= 2  # the clip's first and last may lie at its edge
    assert np.mean(np.abs(errors) < 0.025) > 0.9
    assert np.std(errors) < 0.010


def test_toe_off_is_within_the_stated_error() -> None:
    run = make_known_run(noise_px=2.0)

    assert np.abs(np.mean(_errors(run, "toe_off"))) < 0.030


def test_contacts_alternate_and_toe_off_follows() -> None:
    detection = detect_contacts(make_known_run(noise_px=3.0).keypoints, -1)

    assert detection is not None
    sides = [contact.side for contact in detection.contacts]
    assert all(a != b for a, b in itertools.pairwise(sides))
    assert all(c.toe_off_s > c.initial_contact_s for c in detection.contacts if np.isfinite(c.toe_off_s))


def test_stance_speed_and_duty_factor_are_the_motion_s() -> None:
    detection = detect_contacts(make_known_run(stance_speed=2.6, duty_factor=0.38, fps=60).keypoints, -1)

    assert detection is not None
    assert detection.stance_speed == pytest.approx(2.6, rel=0.06)
    assert detection.duty_factor == pytest.approx(0.38, abs=0.05)


def test_a_runner_who_crosses_the_picture_is_read_the_same() -> None:
    still = detect_contacts(make_known_run().keypoints, -1)
    passing = detect_contacts(make_known_run(travel_px_per_s=500.0).keypoints, -1)

    assert still is not None
    assert passing is not None
    np.testing.assert_allclose(
        [c.initial_contact_s for c in still.contacts], [c.initial_contact_s for c in passing.contacts], atol=1e-6
    )


def test_swapped_legs_in_a_tenth_of_the_frames_do_not_move_the_contacts() -> None:
    run = make_known_run(noise_px=2.0)
    xy = run.keypoints.xy_px.copy()
    swapped = np.random.default_rng(1).random(len(xy)) < 0.1
    xy[swapped] = xy[swapped][:, run.keypoints.layout.mirror_order]
    spoilt = dataclasses.replace(run, keypoints=dataclasses.replace(run.keypoints, xy_px=xy))

    assert np.mean(np.abs(_errors(spoilt, "initial_contact")) < 0.030) > 0.9


def test_contacts_are_left_out_where_the_runner_is_lost() -> None:
    run = make_known_run()
    xy = run.keypoints.xy_px.copy()
    lost = (run.keypoints.time_s > 3) & (run.keypoints.time_s < 5)
    xy[lost] = np.nan
    k = run.keypoints
    confidence = np.where(lost[:, None], 0.0, k.confidence)
    detection = detect_contacts(dataclasses.replace(k, xy_px=xy, confidence=confidence), -1)

    assert detection is not None
    assert not [c for c in detection.contacts if 3.1 < c.initial_contact_s < 4.9]
    assert len([c for c in detection.contacts if c.initial_contact_s < 2.9]) >= 7


def test_stated_uncertainty_grows_with_noise() -> None:
    quiet = detect_contacts(make_known_run(noise_px=1.0).keypoints, -1)
    loud = detect_contacts(make_known_run(noise_px=15.0).keypoints, -1)

    assert quiet is not None
    assert loud is not None
    assert loud.contacts[3].plus_minus_s > quiet.contacts[3].plus_minus_s


def test_a_figure_that_stands_gives_no_rhythm() -> None:
    run = make_known_run(noise_px=0.5)
    k = run.keypoints
    still = np.repeat(k.xy_px[:1], len(k), axis=0) + np.random.default_rng(0).normal(0, 0.5, k.xy_px.shape)
    detection = detect_contacts(dataclasses.replace(k, xy_px=still), -1)

    assert detection is None or detection.swing_amplitude < 0.02


def test_a_skeleton_without_feet_is_read_by_ankle_and_knee() -> None:
    run = make_known_run(fps=60, noise_px=1.0)
    k = run.keypoints
    known = [k.layout.index[name] for name in COCO_17.keypoints]
    bare = dataclasses.replace(k, xy_px=k.xy_px[:, known], confidence=k.confidence[:, known], skeleton=COCO_17.name)
    spoilt = dataclasses.replace(run, keypoints=bare)

    assert np.median(np.abs(_errors(spoilt, "initial_contact"))) < 0.03
    assert np.median(np.abs(_errors(spoilt, "toe_off"))) < 0.05
