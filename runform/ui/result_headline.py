"""The first glance at a run: cadence, contact time, verdict with its certainty and reason."""

from __future__ import annotations

import math

import streamlit as st

from runform.results import GaitReport, Metric, OverstrideVerdict
from runform.ui import components, text
from runform.ui.format import escape_markdown, format_plus_minus, format_quantity


def show_headline(gait: GaitReport, verdict: OverstrideVerdict) -> None:
    """Two numbers and the verdict, side by side where there is room."""
    words = text.Result
    metrics = gait.metrics
    with st.container(horizontal=True, key="headline", vertical_alignment="top"):
        with st.container(key="cadence", width=230):
            _show_metric(words.CADENCE, metrics.get("cadence"))
        with st.container(key="contact_time", width=230):
            _show_metric(words.CONTACT_TIME, metrics.get("ground_contact_time"))
        with st.container(key="verdict", border=True, width="stretch"):
            _show_verdict(verdict)


def _show_metric(label: str, metric: Metric | None) -> None:
    """One number on a card; a metric that could not be measured says so and shows no number."""
    if metric is None or math.isnan(metric.value):
        st.metric(label, text.Common.NOT_MEASURED, border=True)
        return
    plus_minus = format_plus_minus(metric.plus_minus, metric.unit)
    steps = text.Result.FROM_STEPS.format(n=metric.n)
    st.metric(
        label,
        format_quantity(metric.value, metric.unit),
        delta=f"{plus_minus} {steps}".strip(),
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=text.Metrics.MEANING.get(metric.name),
    )


def _show_verdict(verdict: OverstrideVerdict) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.Result.VERDICT, width="content")
        components.verdict_badge(verdict.verdict)
    st.markdown(f"**{escape_markdown(describe_certainty(verdict))}**")
    st.caption(escape_markdown(verdict.reason))


def describe_certainty(verdict: OverstrideVerdict) -> str:
    """How sure the verdict is, in one line of numbers, and whether its two sources agree."""
    words = text.Verdicts
    if verdict.verdict == "refused":
        return words.REFUSED_CERTAINTY
    geometry, svm = verdict.geometry, verdict.svm
    parts = []
    if math.isfinite(verdict.probability):
        parts.append(words.CERTAINTY.format(probability=100 * verdict.probability))
    if geometry.n:
        share, low, high = (100 * s for s in (geometry.share_beyond, geometry.share_low, geometry.share_high))
        parts.append(words.CERTAINTY_SHARE.format(share=share, low=low, high=high))
    for opinion, word in ((geometry, words.CERTAINTY_GEOMETRY), (svm, words.CERTAINTY_SVM)):
        if math.isfinite(opinion.probability):
            parts.append(word.format(probability=100 * opinion.probability))
    if verdict.agree is not None:
        parts.append(words.AGREE if verdict.agree else words.DISAGREE)
    return " · ".join(parts)
