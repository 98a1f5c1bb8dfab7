"""The evaluation of a camera that shakes, and the limit of gait.checks that stands on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.gait.camera import steady_keypoints
from runform.gait.checks import TOO_MUCH_SHAKE
from runform.gait.systematic import SYSTEMATIC
from runform.sequences import ANGLE_ERROR_DEG
from runform.training.shake_evaluation import evaluate_shake, shake_camera
from tests.fixtures.motions import make_known_run

_RUNS = ("train_running_running_3", "hamner04 run300")


def test_the_known_motion_takes_the_shake_out() -> None:
    still = make_known_run(fps=60).keypoints
    shaken, camera = shake_camera(still, 0.3, np.random.default_rng(0))

    assert np.abs(shaken.xy_px - still.xy_px).max() > 20
    np.testing.assert_allclose(steady_keypoints(shaken, camera).xy_px, still.xy_px, atol=1e-6)


def test_the_limit_lies_where_the_rise_and_fall_is_no_longer_as_stated(mocap_dir: Path) -> None:
    stated = SYSTEMATIC["vertical_oscillation"].relative
    found = evaluate_shake(mocap_dir, names=_RUNS, shakes=(TOO_MUCH_SHAKE, 0.7), hands=2)
    within, beyond = found["rows"]

    assert within["measured"] == pytest.approx(TOO_MUCH_SHAKE, rel=0.1)
    assert within["oscillation"] < stated < beyond["oscillation"]
    assert max(within["shank_deg"], beyond["shank_deg"]) < ANGLE_ERROR_DEG
    assert within["left_in"] > within["oscillation"]
    assert within["lost"] < 0.05
