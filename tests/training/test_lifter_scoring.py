"""Scores of joints with known errors, their way back into the picture, and means in which people count alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17
from runform.training.lifter_methods import FLAT, bridge_gaps, lift_flat
from runform.training.lifter_observation import Observation, observe
from runform.training.lifter_reprojection import reproject
from runform.training.lifter_scoring import Outcome, average, score
from runform.training.lifter_views import FilmedRunner, Surface
from tests.fixtures.filmed_runners import film_known_run, get_truth

EXACT = (
    "mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "velocity_m_s", "feet_mm", "knee_deg", "hip_rms_deg", "shank_deg",
    "trunk_deg", "picture_mm", "picture_velocity_m_s", "picture_acceleration_m_s2",
)  # fmt: skip


def _see(view: FilmedRunner) -> Observation:
    clean = view.camera.project(view.joints_m)
    return Observation("perfect", clean, np.ones(clean.shape[:2]))


@pytest.mark.parametrize("surface", ["treadmill", "passing", "followed"])
def test_the_truth_in_any_unit_has_no_error(surface: Surface) -> None:
    view = film_known_run("oblique", surface)
    outcome = score("right", 0.37 * get_truth(view), _see(view), view)

    for name in EXACT:
        assert outcome.values[name] == pytest.approx(0, abs=1e-4), name
    assert (outcome.method, outcome.person, outcome.surface) == ("right", "known", surface)
    assert outcome.frames == len(view.time_s)


def test_one_joint_that_is_off_is_told_in_millimetres() -> None:
    view = film_known_run()
    joints = get_truth(view)
    joints[:, HUMAN36M_17.index["spine"], 2] += 0.034 * view.px_per_metre  # across it: no size makes up for it
    joints[:, 17:, 1] += 0.005 * view.px_per_metre[:, None]

    values = score("off", joints, _see(view), view).values

    assert values["mpjpe_mm"] == pytest.approx(34 / 17, rel=0.1)
    assert values["feet_mm"] == pytest.approx(5, rel=0.1)
    assert values["velocity_m_s"] < 0.02
    assert values["knee_deg"] == pytest.approx(0, abs=1e-6)


def test_joints_without_feet_have_no_foot_error() -> None:
    view = film_known_run()
    values = score("no feet", get_truth(view)[:, :17], _see(view), view).values
    assert math.isnan(values["feet_mm"])
    assert values["mpjpe_mm"] == pytest.approx(0, abs=1e-6)


def test_frames_that_were_not_lifted_are_left_out() -> None:
    view = film_known_run(surface="followed")
    joints = get_truth(view)
    joints[5:9] = np.nan

    outcome = score("holes", joints, _see(view), view)

    assert outcome.frames == len(view.time_s) - 4
    for name in EXACT:
        assert outcome.values[name] == pytest.approx(0, abs=1e-4), name


def test_the_flat_baseline_sees_the_pictures_plane_and_no_depth() -> None:
    view = film_known_run()
    seen = _see(view)
    flat = lift_flat(seen, view.time_s)
    values = score(FLAT, flat, seen, view).values

    assert not flat[..., 2].any()
    assert values["mpjpe_mm"] > 60
    assert values["picture_mm"] == pytest.approx(0, abs=1e-9)
    # A camera 15 degrees off square at most turns a side view's angles little.
    assert values["knee_deg"] < 4


def test_the_flat_baseline_has_no_angles_from_the_front() -> None:
    view = film_known_run("front")
    values = score(FLAT, lift_flat(_see(view), view.time_s), _see(view), view).values
    assert math.isnan(values["knee_deg"])
    assert math.isfinite(values["mpjpe_mm"])


def test_lost_joints_are_bridged_in_time() -> None:
    time_s = np.arange(5) / 30
    xy = np.repeat(np.arange(5.0)[:, None, None] * [1.0, -2.0], 2, axis=1)
    lost = xy.copy()
    lost[1:3, 0] = np.nan
    lost[:, 1] = np.nan
    assert bridge_gaps(lost, time_s)[:, 0] == pytest.approx(xy[:, 0])
    assert not bridge_gaps(lost, time_s)[:, 1].any()


def test_the_right_joints_take_the_noise_out_of_the_picture() -> None:
    view = film_known_run()
    seen = observe(view, np.random.default_rng(0))["detector"]

    lifted = score("right", get_truth(view), seen, view).values
    given = score(FLAT, lift_flat(seen, view.time_s), seen, view).values

    assert lifted["picture_mm"] < 0.4 * given["picture_mm"]
    assert lifted["picture_velocity_m_s"] < 0.5 * given["picture_velocity_m_s"]
    assert lifted["picture_trunk_percent"] == pytest.approx(lifted["picture_mm"] / 5.0, rel=0.15)


def test_size_and_place_in_the_picture_come_from_the_2d_joints() -> None:
    view = film_known_run("oblique", "passing")
    clean = view.camera.project(view.joints_m)
    moved = 640 + 1.1 * (clean - 640) + np.array([7.0, -3.0])
    back = reproject(0.01 * get_truth(view), view, moved)
    assert _compute_mean(back - moved) == pytest.approx(0, abs=1.5)
    assert np.linalg.norm(back - clean, axis=2).mean() > 5


def _compute_mean(apart: FloatArray) -> float:
    return float(np.abs(np.median(apart, axis=1)).max())


def _make(person: str, frames: int, error: float, rms: float = 0.0) -> Outcome:
    values = {"mpjpe_mm": error, "knee_rms_deg": rms, "feet_mm": float("nan")}
    return Outcome("a", "cleaned", person, person, "side", "treadmill", frames, values)


def test_people_count_alike_and_clips_by_their_frames() -> None:
    outcomes = [_make("long", 300, 10.0), _make("long", 100, 50.0), _make("short", 20, 60.0)]
    assert average(outcomes, ["mpjpe_mm", "feet_mm"]) == {"mpjpe_mm": pytest.approx(40.0), "feet_mm": None}


def test_root_mean_squares_are_averaged_by_their_squares() -> None:
    found = average([_make("a", 10, 0.0, 3.0), _make("b", 10, 0.0, 4.0)], ["knee_rms_deg"])
    assert found["knee_rms_deg"] == pytest.approx(math.sqrt(12.5))
