"""Analyse: clips go in, and the queue shows how far each is."""

from __future__ import annotations

import streamlit as st

from runform.ui import analyse_form, components, guard, queue, text
from runform.ui.demo_task import demo_task

guard.require_router()
words = text.Analyse
st.title(words.HEADING, anchor=False)
st.markdown(words.LEAD)
components.show_flashes()

with guard.shown_errors():
    form, side = st.columns([5, 4], gap="large")
    with form:
        analyse_form.show_form()
    with side:
        with st.container(border=True, key="demo"):
            st.markdown(f"**{words.DEMO_LEAD}**")
            st.caption(words.DEMO_HELP)
            st.button(words.DEMO, key="try_demo", icon=":material/play_circle:", on_click=demo_task().start)
        with st.expander(words.FILMING, icon=":material/photo_camera:"):
            st.markdown(words.FILMING_BODY)
        queue.show_queue()
