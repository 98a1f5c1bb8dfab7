"""System: models, device, database, versions."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, guard, model_view, system_view, text

guard.require_router()
st.title(text.System.TITLE, anchor=False)
components.show_flashes()

with guard.shown_errors():
    system_view.show_device()
    model_view.show_models()
    model_view.show_fetch()
    system_view.show_database()
    system_view.show_versions()
