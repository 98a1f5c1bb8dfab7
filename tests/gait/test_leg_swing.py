"""How far the legs swing, of motions that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.leg_swing import compute_leg_swing
from tests.fixtures.motions import LEG_PX, make_known_run


def test_the_swing_of_a_sinusoid_is_its_amplitude() -> None:
    k = make_known_run(fps=60).keypoints
    xy = np.repeat(k.xy_px[:1], len(k), axis=0)
    swing = 0.3 * LEG_PX * np.sin(2 * np.pi * 1.4 * k.time_s)
    for part in ("ankle", "heel"):
        left, right = k.layout.index[f"left_{part}"], k.layout.index[f"right_{part}"]
        xy[:, left, 0], xy[:, right, 0] = 360 + swing, 360 - swing
    # The knees stay, so the leg's length in the picture differs a little from the figure's.
    assert compute_leg_swing(dataclasses.replace(k, xy_px=xy)) == pytest.approx(0.6, rel=0.15)


@pytest.mark.parametrize("slower", [1.0, 8.0])
def test_a_run_has_its_swing_by_any_clock(slower: float) -> None:
    k = make_known_run(noise_px=1.0).keypoints

    assert 0.5 < compute_leg_swing(dataclasses.replace(k, time_s=k.time_s * slower)) < 1.0


def test_nobody_has_no_swing() -> None:
    k = make_known_run(seconds=1).keypoints

    assert np.isnan(compute_leg_swing(dataclasses.replace(k, xy_px=np.full_like(k.xy_px, np.nan))))
