"""RunForm's app: the router. Run with `streamlit run app.py`, or `make run`."""

from __future__ import annotations

import streamlit as st

from runform.ui import guard, router

page = router.build_navigation()
guard.mark_routed()
st.logo(str(router.LOGO), size="large", icon_image=str(router.ICON))
st.html(router.STYLE)
page.run()
