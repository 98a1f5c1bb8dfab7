"""What the verdict stands on, the coach's own label, and the pros this run resembles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from runform.report.figures import overstride_evidence
from runform.results import Analysis, OverstrideVerdict, ProMatch
from runform.sequences import ContactGeometry
from runform.store.labels import RaterLabel
from runform.store.names import name_key
from runform.store.runs import RunSummary
from runform.ui import components, judgement, router, run_access, text
from runform.ui.format import escape_markdown, format_number, format_unit
from runform.ui.label_view import show_who_said_what
from runform.ui.rater import rater_or_default

TOP_PROS = 3


def show_evidence(verdict: OverstrideVerdict, geometry_at_contacts: Sequence[ContactGeometry]) -> None:
    """The two opinions side by side, each contact beside the thresholds, and the model's measured quality."""
    words = text.Result
    st.subheader(words.EVIDENCE, anchor=False)
    geometry, svm = st.columns(2, gap="medium", border=True)
    with geometry:
        st.markdown(f"**{words.GEOMETRY}**")
        components.verdict_badge(verdict.geometry.verdict)
        st.markdown(escape_markdown(verdict.geometry.reason))
        if verdict.geometry.thresholds:
            with st.expander(words.THRESHOLD_TITLE):
                for threshold in verdict.geometry.thresholds.values():
                    st.markdown(f"- {escape_markdown(describe_threshold(threshold))}")
    with svm:
        st.markdown(f"**{words.SVM}**")
        components.verdict_badge(verdict.svm.verdict)
        st.markdown(escape_markdown(verdict.svm.reason))
        if verdict.svm.cross_validation:
            with st.expander(words.CROSS_VALIDATION):
                st.markdown(describe_cross_validation(verdict.svm.cross_validation))
    if geometry_at_contacts:
        with st.expander(words.EVERY_CONTACT, icon=":material/scatter_plot:"):
            figure = overstride_evidence(geometry_at_contacts, verdict.geometry.thresholds)
            st.plotly_chart(figure, key="overstride_evidence", config=components.PLOTLY_CONFIG)


def describe_threshold(threshold: dict[str, Any]) -> str:
    """One threshold with its status: a convention is never passed off as published."""
    return text.Result.THRESHOLD.format(
        meaning=threshold.get("meaning", ""),
        beyond=text.Result.BEYOND.get(threshold.get("beyond", ""), ""),
        value=format_number(threshold["value"], threshold["unit"]),
        unit=format_unit(threshold["unit"]),
        status=threshold["status"],
        source=threshold["source"],
    ).strip()


def describe_cross_validation(figures: dict[str, Any]) -> str:
    """Measured quality as a list; figures without a name in the catalogue are shown by their key."""
    names = text.Result.CROSS_VALIDATION_FIGURES
    lines = []
    for key, value in figures.items():
        shown = f"{value:.2f}" if isinstance(value, float) else str(value)
        lines.append(f"- {names.get(key, key.replace('_', ' '))}: {shown}")
    return "\n".join(lines)


# Button -> label; one button is always pressed.
_LABEL_OF: dict[str, RaterLabel | None] = {
    "overstride": "overstride",
    "optimal": "optimal",
    "unsure": "unsure",
    "none": None,
}


def show_label(summary: RunSummary) -> None:
    """Buttons of which one is pressed: what this rater says of this run; beneath, what others say.

    Nothing where there is nothing to learn.
    """
    if summary.model_sha256 is None:
        return
    words = text.Result
    rater = rater_or_default()
    said = run_access.labels_of(summary.id)
    own = next((label for label in said if name_key(label.rater) == name_key(rater)), None)
    key = f"label_{summary.id}"

    def keep() -> None:
        components.attempt(run_access.change_label, summary.id, _LABEL_OF[st.session_state[key]], rater)

    st.segmented_control(
        f"{words.LABEL} ({words.LABEL_AS.format(rater=escape_markdown(rater))})",
        list(_LABEL_OF),
        default=own.label if own is not None else "none",
        required=True,
        format_func=words.LABELS.__getitem__,
        key=key,
        help=words.LABEL_HELP,
        on_change=keep,
    )
    if len(said) > (own is not None):
        st.markdown(f"**{words.LABEL_RATERS}**")
        show_who_said_what(said)
    if st.button(words.LABEL_MORE, key=f"go_labels_{summary.id}", icon=":material/label:", type="tertiary"):
        st.switch_page(router.LABELS, query_params={"run": summary.id})


def show_pros(analysis: Analysis) -> None:
    """The most similar of today's pros, and the way to all of them."""
    words = text.Result
    st.subheader(words.PROS, anchor=False)
    if analysis.embedding is None:
        st.markdown(words.NO_FORM)
        return
    matches = judgement.rank_now(analysis)
    if not matches:
        st.markdown(words.NO_PROS)
        if st.button(words.ADD_PRO, key="go_add_pro", icon=":material/add:"):
            st.switch_page(router.PRO_DATABASE)
        return
    for place, match in enumerate(matches[:TOP_PROS], start=1):
        st.markdown(f"{place}. **{escape_markdown(match.name)}** · {describe_match(match)}")
    if st.button(words.ALL_PROS, key="go_pro_match", icon=":material/compare:"):
        st.switch_page(router.PRO_MATCH)


def describe_match(match: ProMatch) -> str:
    """Similarity, and the percentile where there are enough runs to give one."""
    words = text.Result
    line = words.PRO_SIMILARITY.format(similarity=f"{match.similarity:.2f}")
    if math.isnan(match.percentile):
        return line
    return f"{line}, {words.PRO_PERCENTILE.format(percentile=f'{match.percentile:.0f}')}"
