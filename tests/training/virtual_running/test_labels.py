"""Labels are true of the motion."""

from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import SIDES
from runform.training.runner_motions import AT, BODY
from runform.training.virtual_runners import VirtualRun
from runform.training.virtual_running.labels import compute_ankle_ahead, compute_knee_flexion, measure_traits


def test_cadence_is_that_of_the_contacts(runs: tuple[VirtualRun, ...]) -> None:
    for run in runs:
        landings = np.array([contact.initial_contact_s for contact in run.contacts])
        counted = 60 * (len(landings) - 1) / (landings[-1] - landings[0])

        assert measure_traits(run).cadence == pytest.approx(counted, rel=0.03)


def test_landing_is_that_of_the_frames_around_it(runs: tuple[VirtualRun, ...]) -> None:
    for run in runs:
        traits, seconds = measure_traits(run), np.arange(len(run.motion.points)) / run.motion.frame_rate
        for side in SIDES:
            at = [c.initial_contact_s for c in run.contacts if c.side == side]
            ahead = np.interp(at, seconds, compute_ankle_ahead(run.motion.points, side)).mean()
            knee = np.interp(at, seconds, compute_knee_flexion(run.motion.points, side)).mean()

            # Between two frames the ankle turns round and the knee begins to give way.
            assert getattr(traits, side).ankle_ahead_m == pytest.approx(ahead, abs=0.03)
            assert getattr(traits, side).landing_knee_deg == pytest.approx(knee, abs=8.0)


def test_means_of_both_sides(runs: tuple[VirtualRun, ...]) -> None:
    traits = measure_traits(runs[0])

    assert traits.ankle_ahead_m == pytest.approx((traits.left.ankle_ahead_m + traits.right.ankle_ahead_m) / 2)
    assert traits.overstride == pytest.approx(traits.ankle_ahead_m / traits.leg_m)
    assert traits.landing_asymmetry_m == pytest.approx(traits.left.ankle_ahead_m - traits.right.ankle_ahead_m)
    assert traits.contact_s == pytest.approx(traits.duty_factor * 120 / traits.cadence)


def test_flexion_of_a_known_knee() -> None:
    points = np.zeros((3, len(BODY), 3))
    points[:, AT["left_hip"], 1] = 1.0
    points[:, AT["left_knee"]] = [[0.0, 0.5, 0.0], [0.0, 0.5, 0.0], [0.0, 0.5, 0.0]]
    points[:, AT["left_ankle"]] = [[0.0, 0.0, 0.0], [-0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]

    np.testing.assert_allclose(compute_knee_flexion(points, "left"), [0.0, 90.0, -90.0])


def test_an_ankle_ahead_of_the_hips() -> None:
    points = np.zeros((1, len(BODY), 3))
    points[:, AT["left_hip"], 0], points[:, AT["right_hip"], 0] = 0.1, 0.3
    points[:, AT["right_ankle"], 0] = 0.5

    np.testing.assert_allclose(compute_ankle_ahead(points, "right"), 0.3)
