"""The table of real clips: its figures on known joints, and that a real clip fills it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.lifting.lifter import open_lifter
from runform.sequences import Contact
from runform.settings import Settings
from runform.training.lifter_clip_evaluation import WORLD_LANDMARKS, describe_steadiness, evaluate_clips
from runform.training.lifter_methods import ALONE, FLAT
from tests.fixtures.filmed_runners import film_known_run, get_truth


def test_true_joints_have_steady_bones_and_standing_feet() -> None:
    # The made-up runner's ankles stand from 0.1 s on, left and right by turns.
    view = film_known_run(seconds=2.4)
    joints, xy_px = get_truth(view)[:, :17], view.camera.project(view.joints_m)[:, :17]

    row = describe_steadiness(joints, xy_px, view.time_s, [])

    assert row["frames"] == len(view.time_s)
    assert row["upper_arm_variation_percent"] == pytest.approx(0, abs=1e-6)
    assert row["leg_asymmetry_percent"] < 2
    assert row["contacts"] == 0
    assert row["contact_drift_depth_percent"] is None


def test_contacts_of_true_joints_do_not_drift_in_depth() -> None:
    view = film_known_run(seconds=2.4)
    joints, xy_px = get_truth(view)[:, :17], view.camera.project(view.joints_m)[:, :17]
    contacts = [Contact("left", at, at + 0.2, 0.01) for at in (0.2, 0.92, 1.64)]
    shaking = joints.copy()
    rng = np.random.default_rng(0)
    shaking[..., 2] += 0.05 * view.px_per_metre[:, None] * rng.standard_normal(joints.shape[:2])

    steady, unsteady = (describe_steadiness(j, xy_px, view.time_s, contacts) for j in (joints, shaking))

    assert unsteady["contact_drift_depth_percent"] > 2 * steady["contact_drift_depth_percent"]
    assert unsteady["contact_drift_depth_percent"] > 3


def test_a_folder_without_the_clips_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="treadmill_side_portrait"):
        evaluate_clips(tmp_path, [], Settings(_env_file=None))


@pytest.mark.slow
def test_a_real_clip_fills_the_table(clips_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "sprint_across_frame.mp4").symlink_to(clips_dir / "sprint_across_frame.mp4")
    settings = Settings(_env_file=None, backend="blazepose", device="cpu", data_dir=tmp_path)
    lifter = open_lifter(settings)

    rows = evaluate_clips(tmp_path, [lifter], settings)

    assert [row["method"] for row in rows] == [lifter.name, lifter.name + ALONE, FLAT, WORLD_LANDMARKS]
    for row in rows:
        assert row["clip"] == "sprint_across_frame.mp4"
        assert row["frames"] > 20
        assert 0 < row["shank_variation_percent"] < 100
    json.dumps(rows, allow_nan=False)
