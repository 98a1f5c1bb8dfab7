"""The upper body that is made up where only legs were captured."""

from __future__ import annotations

import numpy as np

from runform.training.runner_motions import AT
from runform.training.upper_body import fill_upper_body
from tests.fixtures.force_runs import make_force_run


def test_a_captured_body_is_left_alone() -> None:
    points = make_force_run().motion.points

    assert fill_upper_body(points) is points


def test_a_body_is_put_above_bare_legs() -> None:
    legs = make_force_run(upper_body=False).motion.points

    points = fill_upper_body(legs)

    assert np.isfinite(points).all()
    known = np.isfinite(legs).all(axis=(0, 2))
    assert np.array_equal(points[:, known], legs[:, known])
    place = {name: points[:, AT[name]] for name in AT}
    for name in ("left_shoulder", "right_shoulder", "neck", "nose", "head_top"):
        assert (place[name][:, 1] > place["left_hip"][:, 1] + 0.4).all()
    assert (place["nose"][:, 0] > place["neck"][:, 0]).all()
    assert (place["left_shoulder"][:, 2] < place["right_shoulder"][:, 2]).all()  # left is -z of a runner toward +x
    # Each arm swings with the leg of the other side.
    leg = place["right_knee"][:, 0] - place["right_hip"][:, 0]
    arm = place["left_elbow"][:, 0] - place["left_shoulder"][:, 0]
    assert np.corrcoef(leg, arm)[0, 1] > 0.9
