"""Athletes: who runs, and how their numbers went over time."""

from __future__ import annotations

import streamlit as st

from runform.ui import athlete_view, components, guard, router, text

guard.require_router()
words = text.Athletes
st.title(words.TITLE, anchor=False)
components.show_flashes()

with guard.shown_errors():
    athletes = athlete_view.stored_athletes()
    if athletes:
        athlete = athlete_view.pick_athlete(athletes)
        athlete_view.show_history(athlete)
        athlete_view.show_edit(athlete)
    else:
        components.empty_state(words.EMPTY_TITLE, words.EMPTY, button=text.Common.GO_ANALYSE, page=router.ANALYSE)
    athlete_view.show_add()
