"""A standing shoe: which part of its sole bears, and where that puts the ankle."""

from __future__ import annotations

import numpy as np
import pytest

from runform.training.virtual_running.stance import FLAT_FROM, FLAT_UNTIL, SETTLES_WITHIN, Foot


def make_shoe(strike_deg: float, standing_deg: float = 0.0) -> Foot:
    """A shoe of common size that does not give way."""
    return Foot(0.08, 0.05, 0.13, 0.08, strike_deg, standing_deg, -50.0, (1.0, 0.0), (0.0, 0.0))


def test_a_flat_foot_has_its_ankle_above_its_place_on_the_belt() -> None:
    over = make_shoe(15.0).stand(np.array([FLAT_FROM, 0.35, FLAT_UNTIL]))

    np.testing.assert_allclose(over, [[0.0, 0.08]] * 3, atol=1e-12)


@pytest.mark.parametrize(("strike_deg", "bears"), [(15.0, "heel"), (-10.0, "ball")])
def test_what_bears_at_initial_contact(strike_deg: float, bears: str) -> None:
    foot, at = make_shoe(strike_deg, standing_deg=min(0.0, strike_deg / 2)), np.zeros(1)
    ankle = foot.stand(at)[0]
    heights = {part: ankle[1] + flat[0, 1] for part, flat in foot.sole(foot.pitch(at), foot.toe_pitch(at)).items()}

    assert heights[bears] == pytest.approx(0.0, abs=1e-12)
    assert min(heights.values()) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("strike_deg", [20.0, 0.0, -12.0])
def test_the_sole_lies_on_the_belt_all_stance_long(strike_deg: float) -> None:
    foot, part = make_shoe(strike_deg, standing_deg=min(0.0, strike_deg / 2)), np.linspace(0, 1, 201)
    ankle, sole = foot.stand(part), foot.sole(foot.pitch(part), foot.toe_pitch(part))
    lowest = np.min([ankle[:, 1] + flat[:, 1] for flat in sole.values()], axis=0)
    tip = ankle[:, 0] + sole["tip"][:, 0]

    np.testing.assert_allclose(lowest, 0.0, atol=1e-12)
    # From flat on, the tip is where it was put down.
    np.testing.assert_allclose(tip[part >= FLAT_FROM], 0.13 + 0.08, atol=1e-12)


def test_the_ankle_settles_in_the_shoe_and_returns_before_the_next_landing() -> None:
    foot = Foot(0.08, 0.05, 0.13, 0.08, 10.0, 0.0, -50.0, (1.0, 0.0), (-0.015, 0.008))
    part = np.array([0.0, SETTLES_WITHIN, 1.0, 1.5, 2.0])
    u = np.array([0.0, 0.0, 0.0, 0.5, 1.0])

    share = np.array([1.0, 0.0, 0.0, 0.0, 1.0])
    np.testing.assert_allclose(foot.settle(part, u), np.outer(share, [-0.015, 0.008]), atol=1e-12)
