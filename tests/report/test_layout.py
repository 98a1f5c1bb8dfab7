from __future__ import annotations

import math
from collections.abc import Callable

import plotly.graph_objects as go
import pytest

from runform.report import figures
from runform.report.layout import CLEAR, to_json_number
from runform.results import ProMatch
from runform.standing import stand_runner
from tests.fixtures.analyses import make_analysis


def draw_skeleton() -> go.Figure:
    analysis = make_analysis()
    runner = stand_runner(analysis)
    assert runner is not None
    return figures.skeleton_3d(runner, analysis.gait.contacts)


DRAWN: dict[str, Callable[[], go.Figure]] = {
    "skeleton_3d": draw_skeleton,
    "contact_timeline": lambda: figures.contact_timeline(make_analysis().gait.contacts),
    "overstride_evidence": lambda: figures.overstride_evidence(
        make_analysis().gait.geometry, make_analysis().overstride.geometry.thresholds
    ),
    "similarity_bars": lambda: figures.similarity_bars([ProMatch("1", "Ada", 0.9, 80.0, centred=True)]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_take_their_ground_and_text_colour_from_the_page(name: str) -> None:
    layout = DRAWN[name]().layout
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == (CLEAR, CLEAR)
    assert layout.font.color is None
    assert layout.width is None
    assert layout.margin.l + layout.margin.r <= 20


def test_numbers_that_json_does_not_know_become_none() -> None:
    assert [to_json_number(value) for value in (1.5, math.nan, math.inf)] == [1.5, None, None]
