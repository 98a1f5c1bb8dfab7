"""What the lifters are given: nothing wrong, a detector's noise, a poor detector's faults and what cleaning leaves."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.sequences import KeypointSequence
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_17, to_human36m
from runform.training.lifter_observation import NOISES, Noise, Observation, observe, to_observation
from runform.training.lifter_views import FilmedRunner
from tests.fixtures.filmed_runners import film_known_run


@pytest.fixture(scope="module")
def view() -> FilmedRunner:
    return film_known_run()


@pytest.fixture(scope="module")
def seen(view: FilmedRunner) -> dict[Noise, Observation]:
    return observe(view, np.random.default_rng(0))


def _compute_error_mm(seen: Observation, view: FilmedRunner) -> float:
    apart = np.linalg.norm(seen.xy_px - view.camera.project(view.joints_m), axis=2)
    return 1000 * float(np.nanmean(apart / view.px_per_metre[:, None]))


def test_perfect_joints_have_no_error(view: FilmedRunner, seen: dict[Noise, Observation]) -> None:
    assert tuple(seen) == NOISES
    assert _compute_error_mm(seen["perfect"], view) == pytest.approx(0, abs=1e-9)
    assert (seen["perfect"].confidence == 1).all()


def test_noise_is_a_detectors_and_cleaning_takes_some_away(view: FilmedRunner, seen: dict[Noise, Observation]) -> None:
    error = {noise: _compute_error_mm(of, view) for noise, of in seen.items()}
    assert 10 < error["detector"] < 60
    assert 20 < error["damaged"] < 80
    assert 10 < error["cleaned"] < 0.9 * error["damaged"]


def test_what_is_missing_has_no_confidence(seen: dict[Noise, Observation]) -> None:
    for of in seen.values():
        missing = ~np.isfinite(of.xy_px).all(axis=2)
        assert (of.confidence[missing] == 0).all()
        assert (of.confidence[~missing] > 0).all()
        assert of.confidence.max() <= 1


def test_the_same_seed_sees_the_same(view: FilmedRunner, seen: dict[Noise, Observation]) -> None:
    again, other = (observe(view, np.random.default_rng(seed)) for seed in (0, 1))
    for noise in NOISES:
        assert np.array_equal(again[noise].xy_px, seen[noise].xy_px, equal_nan=True)
    assert not np.array_equal(other["cleaned"].xy_px, seen["cleaned"].xy_px, equal_nan=True)


def test_keypoints_become_joints_as_in_an_analysis() -> None:
    rng = np.random.default_rng(0)
    xy, confidence = rng.uniform(0, 500, (5, 33, 2)), rng.uniform(0.1, 1, (5, 33))
    xy[2, BLAZEPOSE_33.index["left_heel"]] = np.nan
    keypoints = KeypointSequence(np.arange(5) / 30, xy, confidence, BLAZEPOSE_33.name, 640, 480)

    seen = to_observation("cleaned", keypoints)

    joints, sure = to_human36m(xy, confidence, BLAZEPOSE_33)
    assert seen.xy_px[:, : len(HUMAN36M_17)] == pytest.approx(joints)
    assert seen.confidence[:, : len(HUMAN36M_17)] == pytest.approx(sure)
    assert np.isnan(seen.xy_px[2, 17]).all()
    assert seen.confidence[2, 17] == 0


def test_joints_without_feet_are_refused() -> None:
    with pytest.raises(ShapeError, match="xy_px"):
        Observation("perfect", np.zeros((3, 17, 2)), np.zeros((3, 17)))
