"""Pro database: the runners to compare with."""

from __future__ import annotations

import streamlit as st

from runform.ui import components, guard, pro_editor, queue, text

guard.require_router()
words = text.ProDatabase
st.title(words.TITLE, anchor=False)
st.markdown(words.LEAD)
components.show_flashes()

with guard.shown_errors():
    pros = pro_editor.stored_pros()
    if pros:
        pro_editor.show_table(pros)
        pro_editor.show_delete(pros)
    else:
        st.info(words.EMPTY, title=words.EMPTY_TITLE, icon=":material/folder_special:")
    st.subheader(words.ADD, anchor=False)
    from_clip, from_run = st.tabs([words.FROM_CLIP, words.FROM_RUN])
    with from_clip:
        pro_editor.show_add_from_clip()
    with from_run:
        pro_editor.show_add_from_run()
    queue.show_queue(purpose="pro")
