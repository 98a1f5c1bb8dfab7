"""Markers over time: units, axes, gaps."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.training.motion_files.motion import Axis, ChannelTable, MarkerMotion, to_metres_y_up


@pytest.mark.parametrize("up", ["x", "y", "z"])
def test_the_upward_axis_becomes_y_and_the_frame_stays_right_handed(up: Axis) -> None:
    turned = to_metres_y_up(np.eye(3), "m", up)

    assert turned["xyz".index(up)] == pytest.approx([0, 1, 0])
    assert np.cross(turned[0], turned[1]) == pytest.approx(turned[2])


@pytest.mark.parametrize(("unit", "metres"), [("mm", 0.001), ("cm", 0.01), ("m", 1.0), ("Meters", 1.0)])
def test_units_become_metres(unit: str, metres: float) -> None:
    assert to_metres_y_up(np.array([[1.0, 2.0, 3.0]]), unit, "y") == pytest.approx(metres * np.array([[1, 2, 3]]))


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(InputError, match="'feet'"):
        to_metres_y_up(np.zeros((1, 3)), "feet", "y")


def test_gaps_are_bridged_by_straight_lines_and_held_at_the_ends() -> None:
    place = np.array([[np.nan] * 3, [1.0, 2.0, 3.0], [np.nan] * 3, [3.0, 2.0, 1.0], [np.nan] * 3])
    lost = np.full((5, 3), np.nan)
    motion = MarkerMotion("m", np.arange(5) / 100, {"A": place, "B": lost})

    bridged = motion.bridge_gaps()

    assert bridged.points["A"] == pytest.approx(np.array([[1, 2, 3], [1, 2, 3], [2, 2, 2], [3, 2, 1], [3, 2, 1]]))
    assert np.isnan(bridged.points["B"]).all()
    assert np.isnan(motion.points["A"][0]).all()  # the motion itself is left alone
    assert motion.frame_rate == pytest.approx(100)


def test_times_and_values_must_fit() -> None:
    with pytest.raises(ShapeError, match="increase"):
        MarkerMotion("m", np.array([0.0, 0.0]), {})
    with pytest.raises(ShapeError, match="A must have shape"):
        MarkerMotion("m", np.arange(2.0), {"A": np.zeros((3, 3))})
    with pytest.raises(ShapeError, match="force must have shape"):
        ChannelTable("m", np.arange(2.0), {"force": np.zeros(3)})
