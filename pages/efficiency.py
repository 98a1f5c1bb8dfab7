"""Likeness to an athlete: how like one athlete's strides a run's are, and whether a condition changes that."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, efficiency_conditions, efficiency_view, guard, router, text

guard.require_router()
words = text.Efficiency
st.title(words.TITLE, anchor=False)
st.markdown(words.LEAD)
components.show_flashes()

with guard.shown_errors():
    runs = efficiency_view.side_runs()
    if not runs:
        components.empty_state(words.NO_RUN_TITLE, words.NO_RUN, button=text.Common.GO_ANALYSE, page=router.ANALYSE)
    else:
        reference = efficiency_view.pick_reference(runs)
        model = efficiency_view.show_learning(reference)
        if model is not None:
            view = st.segmented_control(words.VIEW, words.VIEWS, default=words.VIEWS[0], required=True)
            if view == words.VIEWS[0]:
                efficiency_view.show_run(model, reference, runs)
            else:
                efficiency_conditions.show_conditions(model, reference, runs)
