"""Labels: raters say of each run whether it overstrides, and see how far they agree."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, guard, label_agreement, label_view, learning_view, router, text
from runform.ui.rater import ask_rater

guard.require_router()
words = text.Labels
st.title(words.TITLE, anchor=False)
components.show_flashes()

with guard.shown_errors():
    runs = label_view.labelable_runs()
    if not runs:
        components.empty_state(words.EMPTY_TITLE, words.EMPTY, button=text.Common.GO_ANALYSE, page=router.ANALYSE)
        st.stop()
    rater = ask_rater(label_view.forget_rater)
    if rater is not None:
        label_view.show_labelling(runs, rater)
    label_agreement.show_agreement(runs, rater)
    label_agreement.show_files()
    learning_view.show_learning()
