"""The camera's side and angle, of captured runners before virtual cameras and of real clips."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from runform.gait.body_frame import compute_leg_length, compute_trunk_length
from runform.gait.view import compute_body_size, compute_signed_width, estimate_view
from runform.sequences import KeypointSequence, View
from runform.training.runner_motions import RunnerMotion, read_runner_motions
from runform.training.view_evaluation import Filmed, film
from tests.fixtures.motions import make_known_run

_NAMES = ("train_running_running_1", "hamner04 run300", "train_walking_walking_3")


@pytest.fixture(scope="module")
def motions(mocap_dir: Path) -> tuple[RunnerMotion, ...]:
    return read_runner_motions(mocap_dir, _NAMES)


def _film(motion: RunnerMotion, azimuth_deg: float, seed: int = 0) -> Filmed:
    rng = np.random.default_rng([seed, int(azimuth_deg) + 180])
    height, distance = rng.uniform(0.5, 2.0), rng.uniform(3.0, 8.0)
    return film(motion, rng, azimuth_deg=azimuth_deg, height_m=height, distance_m=distance)


@pytest.mark.parametrize(
    ("azimuth_deg", "view"),
    [(90, "right"), (-90, "left"), (0, "front"), (-180, "back"), (60, "right"), (120, "right"), (-60, "left"),
     (-120, "left"), (25, "front"), (-25, "front"), (155, "back"), (-155, "back")],
)  # fmt: skip
def test_the_five_labels_all_around(motions: tuple[RunnerMotion, ...], azimuth_deg: float, view: View) -> None:
    for motion in motions:
        assert estimate_view(_film(motion, azimuth_deg).keypoints).view == view, motion.name


def test_the_angle_lies_within_its_half_width(motions: tuple[RunnerMotion, ...]) -> None:
    seen = [
        (filmed, estimate_view(filmed.keypoints))
        for motion in motions
        for azimuth in np.arange(-180.0, 180.0, 30.0)
        for filmed in [_film(motion, azimuth, seed=1)]
    ]
    errors = np.array([estimate.oblique_deg - filmed.oblique_deg for filmed, estimate in seen])
    stated = np.array([estimate.plus_minus_deg for _, estimate in seen])

    assert np.mean(np.abs(errors) <= stated) >= 0.95
    assert np.mean(np.abs(errors)) < 7
    assert np.median(stated) < 16  # a half-width so wide that it always holds says nothing


def test_the_angle_grows_as_the_camera_moves_round(motions: tuple[RunnerMotion, ...]) -> None:
    told = [estimate_view(_film(motions[1], azimuth).keypoints).oblique_deg for azimuth in (90, 110, 130, 150, 170)]

    assert np.all(np.diff(told) > 8)


def test_a_mirrored_picture_shows_the_other_side(motions: tuple[RunnerMotion, ...]) -> None:
    keypoints = _film(motions[1], 110).keypoints
    mirrored = keypoints.xy_px[:, keypoints.layout.mirror_order] * [-1, 1]
    confidence = keypoints.confidence[:, keypoints.layout.mirror_order]
    other = estimate_view(dataclasses.replace(keypoints, xy_px=mirrored, confidence=confidence))
    one = estimate_view(keypoints)

    assert (one.view, one.facing) == ("right", "right")
    assert (other.view, other.facing) == ("left", "left")
    assert other.oblique_deg == pytest.approx(one.oblique_deg, abs=0.5)


def test_swapped_legs_in_a_tenth_of_the_frames_do_not_turn_the_runner(motions: tuple[RunnerMotion, ...]) -> None:
    keypoints = _film(motions[1], 75).keypoints
    xy = keypoints.xy_px.copy()
    swapped = np.random.default_rng(2).random(len(xy)) < 0.1
    xy[swapped] = xy[swapped][:, keypoints.layout.mirror_order]
    spoilt = estimate_view(dataclasses.replace(keypoints, xy_px=xy))

    assert spoilt.view == "right"
    assert spoilt.oblique_deg == pytest.approx(estimate_view(keypoints).oblique_deg, abs=5)


def test_an_unseen_face_decides_where_hips_and_shoulders_do_not_agree() -> None:
    k = make_known_run().keypoints
    xy = k.xy_px.copy()
    for side in ("left", "right"):  # no foot points anywhere and no leg swings: seen along the way
        for part in ("toe", "heel", "ankle"):
            xy[:, k.layout.index[f"{side}_{part}"], 0] = xy[:, k.layout.index["left_hip"], 0]
    doubtful = _widen(dataclasses.replace(k, xy_px=xy), hip=40, shoulder=-45)
    confidence = k.confidence.copy()
    for name in ("nose", "left_eye", "right_eye"):
        confidence[:, k.layout.index[name]] = 0.3

    assert estimate_view(doubtful).view == "unclear"
    assert estimate_view(dataclasses.replace(doubtful, confidence=confidence)).view == "back"


def test_hips_and_shoulders_tell_front_from_back() -> None:
    k = make_known_run().keypoints
    xy = k.xy_px.copy()
    for side in ("left", "right"):
        for part in ("toe", "heel", "ankle"):
            xy[:, k.layout.index[f"{side}_{part}"], 0] = xy[:, k.layout.index["left_hip"], 0]
    along = dataclasses.replace(k, xy_px=xy)

    assert estimate_view(_widen(along, hip=35, shoulder=65)).view == "front"
    assert estimate_view(_widen(along, hip=-35, shoulder=-65)).view == "back"


def test_nobody_is_seen_from_no_side() -> None:
    k = make_known_run(seconds=2).keypoints
    empty = dataclasses.replace(k, xy_px=np.full_like(k.xy_px, np.nan), confidence=np.zeros_like(k.confidence))
    estimate = estimate_view(empty)

    assert (estimate.view, estimate.facing) == ("unclear", "unclear")
    assert np.isnan(estimate.oblique_deg)
    assert np.isnan(estimate.plus_minus_deg)


def test_width_is_signed_and_over_body_size() -> None:
    keypoints = _widen(make_known_run().keypoints, hip=30, shoulder=0)
    size = compute_body_size(keypoints)
    whole = compute_leg_length(keypoints) + compute_trunk_length(keypoints)

    assert np.median(size) == pytest.approx(whole)
    assert compute_signed_width(keypoints, "hip", size) == pytest.approx(60 / whole, rel=0.01)
    assert compute_signed_width(_widen(keypoints, hip=-60, shoulder=0), "hip", size) < 0


def test_body_size_follows_a_runner_who_comes_nearer() -> None:
    k = make_known_run().keypoints
    growth = np.linspace(1.0, 2.0, len(k))[:, None, None]
    size = compute_body_size(dataclasses.replace(k, xy_px=k.xy_px * growth))

    assert size[-15] / size[15] == pytest.approx(growth[-15, 0, 0] / growth[15, 0, 0], rel=0.05)


def _widen(keypoints: KeypointSequence, *, hip: float, shoulder: float) -> KeypointSequence:
    """The left hip and shoulder moved by so many px to the picture's right, the right ones to its left."""
    xy = keypoints.xy_px.copy()
    for part, shift in (("hip", hip), ("shoulder", shoulder)):
        xy[:, keypoints.layout.index[f"left_{part}"], 0] += shift
        xy[:, keypoints.layout.index[f"right_{part}"], 0] -= shift
    return dataclasses.replace(keypoints, xy_px=xy)
