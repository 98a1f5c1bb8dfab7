"""Pro match: which pro's form is closest to a run's."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, guard, pro_detail, pro_view, router, run_access, text

guard.require_router()
words = text.ProMatch
st.title(words.TITLE, anchor=False)
st.markdown(words.LEAD)

with guard.shown_errors():
    runs = run_access.stored_runs()
    if not runs:
        components.empty_state(words.NO_RUN_TITLE, words.NO_RUN, button=text.Common.GO_ANALYSE, page=router.ANALYSE)
    elif not pro_view.has_pros():
        components.empty_state(words.NO_PRO_TITLE, words.NO_PRO, button=words.GO_PROS, page=router.PRO_DATABASE)
    else:
        run = run_access.load(run_access.pick_run(runs).id)
        likeness = pro_view.pick_likeness(run.analysis)
        order = st.segmented_control(
            words.ORDER, list(words.ORDERS), default="similarity", required=True, format_func=words.ORDERS.__getitem__
        )
        chosen = pro_view.show_ranking(run.analysis, likeness, order)
        if chosen is not None:
            pro_detail.show_detail(run, chosen)
