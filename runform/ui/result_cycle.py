"""The gait cycle: one quantity from one foot's initial contact to the same foot's next."""

from __future__ import annotations

import streamlit as st

from runform.report.figures import cycle_figure
from runform.results import GaitReport
from runform.sequences import Side, View
from runform.ui import components, text
from runform.ui.format import format_unit, to_shown

_FAR_SIDES: dict[View, Side] = {"left": "right", "right": "left"}
_OF_ONE_LEG = ("knee_flexion", "hip_angle", "shank_angle", "ankle_angle")


def show_cycle(gait: GaitReport) -> None:
    """The curves of the chosen quantity; nothing without contacts, and a word on why where contacts gave no curve."""
    if not gait.contacts:
        return
    words = text.Cycle
    st.subheader(words.TITLE, anchor=False)
    names = list(dict.fromkeys(curve.name for curve in gait.cycles))
    if not names:
        st.info(words.NONE, icon=":material/help:")
        return
    name = st.selectbox(words.QUANTITY, names, format_func=quantity_label, key="cycle_quantity")
    curves = [curve for curve in gait.cycles if curve.name == name]
    factor, decimals = to_shown(curves[0].unit)
    figure = cycle_figure(
        curves,
        name=words.AXES.get(name, quantity_label(name)),
        unit=format_unit(curves[0].unit).strip(),
        factor=factor,
        decimals=decimals,
    )
    st.plotly_chart(figure, key="cycle_figure", config=components.PLOTLY_CONFIG)
    st.caption(" ".join(filter(None, (words.MEANING.get(name, ""), words.NOTE, warn_of_far_leg(name, gait.view)))))


def warn_of_far_leg(name: str, view: View) -> str:
    """A word of care on the leg away from the camera, for a quantity of the leg; "" where no leg is the far one."""
    if name not in _OF_ONE_LEG or view not in _FAR_SIDES:
        return ""
    return text.Cycle.FAR_LEG.format(side=_FAR_SIDES[view])


def quantity_label(name: str) -> str:
    """What a quantity is called; one without a name in the catalogue is shown by its key."""
    return text.Cycle.LABELS.get(name, name.replace("_", " ").capitalize())
