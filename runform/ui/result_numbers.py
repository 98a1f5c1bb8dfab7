"""The run's numbers: metrics per side with ±, n and reference, and the checks the clip had to pass."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from runform.results import Check, GaitReport, Metric
from runform.ui import text
from runform.ui.format import (
    escape_markdown,
    format_number,
    format_plus_minus,
    format_reference,
    format_unit,
    metric_label,
)


def show_metrics(gait: GaitReport) -> None:
    """A table of every metric, and for each one that could not be measured the reason."""
    st.subheader(text.Result.METRICS, anchor=False)
    missing = [metric for metric in gait.metrics.values() if math.isnan(metric.value)]
    if len(missing) < len(gait.metrics):
        st.table(make_metric_table(gait.metrics.values()), border="horizontal")
    if missing:
        st.info(escape_markdown(explain_missing(missing, gait.checks)), icon=":material/help:")
    if len(missing) == len(gait.metrics):
        return
    st.caption(text.Metrics.LEGEND)
    with st.expander(text.Metrics.ABOUT, icon=":material/menu_book:"):
        _show_meanings(gait)


def make_metric_table(metrics: Iterable[Metric]) -> pd.DataFrame:
    """One row per metric, indexed by its label and unit, every cell as a coach reads it."""
    words = text.Metrics
    rows = {
        label_with_unit(metric): {
            words.COLUMN_VALUE: _format_both(metric),
            words.COLUMN_LEFT: _format_side(metric, metric.left),
            words.COLUMN_RIGHT: _format_side(metric, metric.right),
            words.COLUMN_N: str(metric.n),
            words.COLUMN_REFERENCE: _describe_reference(metric),
        }
        for metric in metrics
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(words.COLUMN_METRIC)


def label_with_unit(metric: Metric) -> str:
    """What a metric is called, with the unit its numbers are shown in."""
    unit = format_unit(metric.unit).strip()
    return f"{metric_label(metric.name)} ({unit})" if unit else metric_label(metric.name)


def _format_both(metric: Metric) -> str:
    """Both sides' mean with its half-width."""
    if math.isnan(metric.value):
        return text.Common.NOT_MEASURED
    return f"{format_number(metric.value, metric.unit)} {format_plus_minus(metric.plus_minus, metric.unit)}".strip()


def _format_side(metric: Metric, value: float) -> str:
    """One side's mean; a dash where the metric has no sides or that side was not seen."""
    return text.Common.NONE if math.isnan(value) else format_number(value, metric.unit)


def _describe_reference(metric: Metric) -> str:
    """The range, with a mark where it is only a convention."""
    if metric.reference is None:
        return text.Common.NONE
    mark = text.Metrics.CONVENTION_MARK if metric.reference.status == "convention" else ""
    return f"{format_reference(metric.reference, metric.unit)}{mark}"


def explain_missing(missing: Sequence[Metric], checks: Iterable[Check]) -> str:
    """Why metrics are missing: the first check that refuses, else the first that warns, else no whole step."""
    words = text.Metrics
    names = ", ".join(metric_label(metric.name).lower() for metric in missing)
    by_severity = [check.message for status in ("refuse", "warn") for check in checks if check.status == status]
    return words.MISSING.format(metrics=names, reason=by_severity[0] if by_severity else words.WHY_NO_STEPS)


def _show_meanings(gait: GaitReport) -> None:
    """What each metric means, and who says so of every reference range."""
    for metric in gait.metrics.values():
        meaning = text.Metrics.MEANING.get(metric.name, "")
        line = f"**{metric_label(metric.name)}** {meaning}"
        if metric.reference is not None:
            line += f" *{text.Metrics.REFERENCE_FROM.format(source=escape_markdown(metric.reference.source))}*"
        st.markdown(line)


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
