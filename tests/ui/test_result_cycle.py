from __future__ import annotations

import pytest

from runform.gait.cycle import QUANTITIES
from runform.sequences import View
from runform.ui import text
from runform.ui.result_cycle import quantity_label, warn_of_far_leg


def test_every_quantity_has_a_name_and_a_meaning() -> None:
    names = {quantity.name for quantity in QUANTITIES}

    assert names == text.Cycle.LABELS.keys() == text.Cycle.MEANING.keys()
    assert quantity_label("a_new_angle") == "A new angle"


@pytest.mark.parametrize(("view", "far"), [("left", "right"), ("right", "left")])
def test_the_far_leg_is_the_one_away_from_the_camera(view: View, far: str) -> None:
    assert f"The {far} leg is the far one" in warn_of_far_leg("knee_flexion", view)
    assert warn_of_far_leg("trunk_lean", view) == ""


def test_from_the_front_no_leg_is_the_far_one() -> None:
    assert warn_of_far_leg("knee_flexion", "front") == ""
