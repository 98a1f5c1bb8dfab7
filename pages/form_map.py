"""Form map: every stored run as a point, alike forms close together."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, form_map_view, guard, router, text

guard.require_router()
words = text.FormMap
st.title(words.TITLE, anchor=False)
st.markdown(words.LEAD)

with guard.shown_errors():
    table = form_map_view.current_embeddings()
    missing = form_map_view.count_missing(table)
    if table is None or missing:
        title = words.EMPTY_TITLE_ONE if missing == 1 else words.EMPTY_TITLE.format(missing=missing)
        components.empty_state(
            title, form_map_view.describe_empty(table), button=text.Common.GO_ANALYSE, page=router.ANALYSE
        )
    else:
        colour = st.segmented_control(
            words.COLOUR, list(words.COLOURS), default="label", required=True, format_func=words.COLOURS.__getitem__
        )
        form_map_view.show_map(table, colour)
