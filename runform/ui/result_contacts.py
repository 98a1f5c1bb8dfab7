"""The contacts: when each foot was on the ground, how it landed, and what had to be put right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from runform.report.figures import contact_timeline
from runform.results import Analysis, ContactRepair
from runform.sequences import SIDES, ContactGeometry
from runform.ui import components, text
from runform.ui.format import escape_markdown


def show_contacts(analysis: Analysis) -> None:
    """Timeline, foot strike and repairs."""
    words = text.Result
    contacts = analysis.gait.contacts
    st.subheader(words.CONTACTS, anchor=False)
    if not contacts:
        st.info(words.NO_CONTACTS, icon=":material/do_not_step:")
        return
    left = sum(contact.side == "left" for contact in contacts)
    st.caption(words.CONTACTS_NOTE.format(n=len(contacts), left=left, right=len(contacts) - left))
    st.plotly_chart(
        contact_timeline(contacts, end_s=float(analysis.keypoints.time_s[-1])),
        key="contact_timeline",
        config=components.PLOTLY_CONFIG,
    )
    _show_faults(analysis.gait.repairs)
    _show_foot_strike(analysis.gait.geometry)


def _show_faults(repairs: Sequence[ContactRepair]) -> None:
    """What was wrong with contacts as first found, folded away."""
    if not repairs:
        return
    words = text.Result
    label = words.FAULTS_ONE if len(repairs) == 1 else words.FAULTS.format(n=len(repairs))
    with st.expander(label, icon=":material/build_circle:"):
        st.markdown("\n".join(describe_fault(repair) for repair in repairs))


def describe_fault(repair: ContactRepair) -> str:
    """One fault as an item of a list, with a badge that says what became of it."""
    words = text.Result
    badge = f":green-badge[{words.FAULT_REPAIRED}]" if repair.repaired else f":orange-badge[{words.FAULT_REPORTED}]"
    return f"- {escape_markdown(repair.message)} {badge}"


def _show_foot_strike(geometry: Sequence[ContactGeometry]) -> None:
    """How many landings were on the rear of the foot; nothing where no foot's angle was seen."""
    words = text.Strike
    table = make_foot_strike_table(geometry)
    if table.empty:
        return
    st.markdown(f"#### {words.TITLE}")
    st.table(table, border="horizontal", hide_index=True)
    st.caption(words.NOTE)


def make_foot_strike_table(geometry: Sequence[ContactGeometry]) -> pd.DataFrame:
    """One row per foot with the landings of each class; those without a foot angle are left out."""
    words = text.Strike
    seen = [landing for landing in geometry if np.isfinite(landing.foot_angle_deg)]
    rows = []
    for side in SIDES:
        own = [landing.foot_strike for landing in seen if landing.side == side]
        if own:
            counts = {label: str(sum(strike == kind for strike in own)) for kind, label in words.CLASSES.items()}
            rows.append({words.COLUMN_FOOT: words.FEET[side], **counts})
    return pd.DataFrame(rows)
