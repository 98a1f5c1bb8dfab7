"""Form map: every stored run as a point, alike forms close together."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, form_map_view, guard, router, text

guard.require_router()
words = text.FormMap
st.title(words.TITLE, anchor=False)
st.markdown(words.LEAD)
components.show_flashes()

with guard.shown_errors():
    runs = form_map_view.find_runs()
    if runs.missing:
        title = words.EMPTY_TITLE_ONE if runs.missing == 1 else words.EMPTY_TITLE.format(missing=runs.missing)
        components.empty_state(
            title, form_map_view.describe_empty(runs), button=text.Common.GO_ANALYSE, page=router.ANALYSE
        )
        form_map_view.show_left_out(runs)
    else:
        colour = st.segmented_control(
            words.COLOUR, list(words.COLOURS), default="label", required=True, format_func=words.COLOURS.__getitem__
        )
        form_map_view.show_map(runs, colour)
