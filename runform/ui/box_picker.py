"""Drawing a box around the runner: on a picture of the clip, or by four numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from runform.people_search import PeopleFound
from runform.report.figures import box_figure
from runform.sequences import Box
from runform.ui import components, text
from runform.ui.people_search_task import RunnerPick

_TALLEST_PX = 440
_COLUMN_PX = 440  # about as wide as the form's column on a laptop
_SIDES = ("left", "top", "width", "height")
_ROUND = "box_round"
_CHART = "box_chart"


def show_box_picker(found: PeopleFound) -> RunnerPick:
    """The picture at a chosen moment, the box on it, and its numbers; both ways to draw show the same box."""
    words = text.People
    stills = found.stills
    at = st.select_slider(
        words.MOMENT,
        range(len(stills)),
        value=len(stills) // 2,
        format_func=lambda place: words.SECONDS.format(seconds=stills[place].time_s),
        key="box_moment",
    )
    width, height = found.clip.width, found.clip.height
    # A new number is a new chart: what was drawn by hand goes, and the box by its numbers stays.
    chart = f"{_CHART}_{st.session_state.setdefault(_ROUND, 0)}"
    st.plotly_chart(
        box_figure(
            stills[at].rgb,
            width,
            height,
            read_box(st.session_state),
            tallest=min(_TALLEST_PX, round(_COLUMN_PX * height / width)),
        ),
        key=chart,
        on_select=partial(_take_over, chart, width, height),
        selection_mode="box",
        config=components.PLOTLY_CONFIG,
        theme=None,
    )
    st.caption(words.DRAW)
    limits = (width - 1, height - 1, width, height)
    with st.container(horizontal=True, key="box_numbers"):
        for side, label, limit in zip(_SIDES, words.BOX_SIDES, limits, strict=True):
            least = 1 if side in ("width", "height") else 0
            st.number_input(label, least, limit, None, 5, key=f"box_{side}", width=150)
    box = read_box(st.session_state)
    st.caption(words.NO_BOX if box is None else words.BOX.format(seconds=stills[at].time_s))
    return RunnerPick(box=box, box_s=stills[at].time_s if box else 0.0)


def read_box(state: Mapping[Any, Any]) -> Box | None:
    """The box that the four numbers give, px; None while one is missing."""
    numbers = [state.get(f"box_{side}") for side in _SIDES]
    if any(number is None for number in numbers):
        return None
    left, top, width, height = (float(number) for number in numbers if number is not None)
    return left, top, width, height


def round_box(x: Sequence[float], y: Sequence[float], width: int, height: int) -> tuple[int, int, int, int] | None:
    """A box drawn from one corner to any other as whole px within the picture; None for a mere click.

    Args:
        x: Of the two corners, px, in any order.
        y: Likewise.
        width: Of the picture, px.
        height: Of the picture, px.
    """
    left, right = (round(min(max(edge, 0.0), width)) for edge in (min(x), max(x)))
    top, bottom = (round(min(max(edge, 0.0), height)) for edge in (min(y), max(y)))
    if right - left < 2 or bottom - top < 2:
        return None
    return left, top, right - left, bottom - top


def _take_over(chart: str, width: int, height: int) -> None:
    """Put a box that was drawn by hand into the numbers."""
    drawn = st.session_state[chart]["selection"]["box"]
    if not drawn:
        return
    box = round_box(drawn[-1]["x"], drawn[-1]["y"], width, height)
    if box is not None:
        for side, number in zip(_SIDES, box, strict=True):
            st.session_state[f"box_{side}"] = number
        st.session_state[_ROUND] += 1
