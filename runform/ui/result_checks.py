"""The conditions that the clip had to meet: what refuses, what warns, what passed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from runform.results import Check
from runform.ui import text
from runform.ui.format import escape_markdown


def show_refusals(checks: Iterable[Check]) -> None:
    """Why there is no verdict and what to do about it, in red."""
    for check in checks:
        if check.status == "refuse":
            message, remedy = escape_markdown(check.message), escape_markdown(check.remedy)
            st.error(remedy or message, title=message if remedy else None, icon=":material/block:")


def show_checks(checks: Iterable[Check]) -> None:
    """Warnings in orange, each with its remedy; the passed checks folded away."""
    checks = tuple(checks)
    words = text.Checks
    st.subheader(words.TITLE, anchor=False)
    for check in checks:
        if check.status == "warn":
            message, remedy = escape_markdown(check.message), escape_markdown(check.remedy)
            st.warning(remedy or message, title=message if remedy else None, icon=":material/warning:")
    passed = [check for check in checks if check.status == "ok"]
    if passed:
        label = (words.ALL_OK if len(passed) == len(checks) else words.SOME_OK).format(n=len(passed))
        with st.expander(label, icon=":material/check_circle:"):
            for check in passed:
                st.markdown(f"- {escape_markdown(check.message)}")
