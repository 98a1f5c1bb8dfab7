"""What moved the verdict, in a coach's words: each foot's landings beside the limits, and what moved the model."""

from __future__ import annotations

import streamlit as st

from runform.form.landing_report import FootLandings, report_feet
from runform.form.overstride import read_limits
from runform.form.overstride_why import Explanation, Influence, explain
from runform.results import Analysis, OverstrideVerdict
from runform.ui import services, text
from runform.ui.format import escape_markdown, format_number, format_unit

MOST_INFLUENCES = 3


def show_why(analysis: Analysis, verdict: OverstrideVerdict) -> None:
    """Sentences made of this run's numbers; nothing for a run without a verdict."""
    if verdict.verdict == "refused":
        return
    words = text.Why
    st.markdown(f"**{words.TITLE}**")
    limits = read_limits(verdict.geometry)
    lines = [describe_foot(foot, verdict) for foot in report_feet(analysis.gait.geometry, limits)]
    explanation = explain_now(analysis)
    if explanation is not None:
        lines += describe_explanation(explanation)
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
    if explanation is not None:
        st.caption(words.NOTE)


def explain_now(analysis: Analysis) -> Explanation | None:
    """What moved the model in use; None for a run without a form or a model that cannot tell."""
    embedding = analysis.embedding
    model = None if embedding is None else services.comparison().find_model(embedding.model_sha256)
    return None if model is None or embedding is None else explain(model, embedding, analysis.phases)


def describe_foot(foot: FootLandings, verdict: OverstrideVerdict) -> str:
    """One foot's usual landing, each measure beside its limit, and how many landings lie beyond."""
    words = text.Why
    limits = read_limits(verdict.geometry)
    measures = []
    for name, limit in limits.items():
        beyond = words.BEYOND if name in foot.crossed else words.WITHIN
        measures.append(
            words.MEASURE[name].format(
                value=format_number(foot.medians[name], limit.unit),
                unit=format_unit(limit.unit),
                limit=format_number(limit.value, limit.unit),
                beyond=beyond,
            )
        )
    return words.FOOT.format(foot=words.FEET[foot.side], measures="; ".join(measures), beyond=foot.beyond, n=foot.n)


def describe_explanation(explanation: Explanation) -> list[str]:
    """What moved the model toward its opinion, the most telling first."""
    words = text.Why
    toward = words.TOWARD[explanation.margin > explanation.reference_margin]
    telling = explanation.list_telling(MOST_INFLUENCES)
    return [_describe_influence(influence, toward, explanation) for influence in telling]


def _describe_influence(influence: Influence, toward: str, explanation: Explanation) -> str:
    words = text.Why
    now = influence.verdict_without
    return words.INFLUENCE.format(
        part=words.PARTS[influence.part],
        span=words.SPANS[influence.span],
        toward=toward,
        by=f"{abs(influence.margin):.2f}",
        margin=f"{explanation.margin:+.2f}",
        without=text.Verdicts.SHORT[now],
    )
