"""A run beside a pro in words: sides by their right names, and differences only where they exceed the error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.form.measure import BODY_PARTS
from runform.gait.cycle_difference import COMPARED, MOMENTS, MomentDifference
from runform.results import Analysis
from runform.sequences import EMBEDDING_DIM, PHASES, PhaseForms, Side, View
from runform.ui import text
from runform.ui.pro_detail import describe_largest, find_near_side, label_angle, name_parts
from tests.fixtures.analyses import make_analysis


def seen_from(view: View, *, mirrored: bool | None = None) -> Analysis:
    analysis = make_analysis()
    phases = None
    if mirrored is not None:
        vectors = np.zeros((PHASES, EMBEDDING_DIM), dtype=np.float16)
        phases = PhaseForms(vectors, np.full(PHASES, 1 / PHASES), mirrored)
    return replace(analysis, gait=replace(analysis.gait, view=view), phases=phases)


@pytest.mark.parametrize(
    ("view", "mirrored", "near"),
    [
        ("left", None, "left"),
        ("right", None, "right"),
        ("front", None, None),
        ("left", True, "left"),
        ("front", True, "left"),
        ("front", False, "right"),
    ],
)
def test_the_near_side_is_told_by_the_form_and_else_by_the_view(
    view: View, mirrored: bool | None, near: Side | None
) -> None:
    assert find_near_side(seen_from(view, mirrored=mirrored)) == near


@pytest.mark.parametrize(
    ("view", "mirrored", "pro_view", "near_arm", "far_lower_leg"),
    [
        ("left", True, "left", "Near arm (left)", "Far lower leg (right)"),
        ("right", False, "right", "Near arm (right)", "Far lower leg (left)"),
        ("left", None, "right", "Near arm", "Far lower leg"),
        ("front", False, "left", "Right arm", "Left lower leg"),
        ("front", None, "front", "One arm", "Other lower leg"),
    ],
)
def test_parts_are_named_for_what_is_known_of_both(
    view: View, mirrored: bool | None, pro_view: View, near_arm: str, far_lower_leg: str
) -> None:
    names = name_parts(seen_from(view, mirrored=mirrored), pro_view)

    assert set(names) == set(BODY_PARTS)
    assert len(set(names.values())) == len(names)
    assert (names["near_arm"], names["far_lower_leg"]) == (near_arm, far_lower_leg)


def test_a_difference_is_said_as_a_coach_says_it() -> None:
    moments = (
        MomentDifference("knee_flexion", "left", "landing", -21.6, 18.4),
        MomentDifference("trunk_lean", None, "mid_stance", 7.2, 5.9),
    )

    assert describe_largest(moments) == [
        "- Your left knee is 22° straighter at landing (± 18°).",
        "- Your trunk leans 7° further forward in mid-stance (± 6°).",
    ]


def test_every_angle_moment_and_side_has_words() -> None:
    sides: tuple[Side | None, ...] = (None, "left", "right")
    moments = [
        MomentDifference(quantity.name, side, moment, difference, 1.0)
        for quantity in COMPARED
        for side in sides
        for moment in MOMENTS
        for difference in (-9.0, 9.0)
    ]
    said = describe_largest(moments)

    assert len(set(said)) == len(moments)
    assert {label_angle(quantity.name) for quantity in COMPARED} >= {text.Cycle.LABELS["knee_flexion"], "Upper arm"}
