"""This run beside an earlier one of the same athlete: which changes are larger than their error."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from runform.errors import RunFormError
from runform.gait.change import MetricChange, compute_change, find_shared_rate
from runform.results import Analysis, GaitReport, Metric
from runform.store.runs import RunSummary
from runform.ui import components, run_access, text
from runform.ui.components import BadgeColour
from runform.ui.format import (
    escape_markdown,
    format_moment,
    format_number,
    format_plus_minus,
    format_with_error,
    label_with_unit,
    metric_label,
)

READING_BADGES: dict[bool | None, tuple[BadgeColour, str]] = {
    True: ("blue", ":material/change_history:"),
    False: ("gray", ":material/drag_handle:"),
    None: ("gray", ":material/question_mark:"),
}
"""Neither good nor bad: a change is only large or not."""


def show_change(summary: RunSummary, analysis: Analysis) -> None:
    """What changed since the last run, or another earlier one; nothing for a run that was refused."""
    if analysis.gait.refused:
        return
    words = text.Change
    st.subheader(words.TITLE, anchor=False)
    earlier = run_access.earlier_runs(summary)
    if not earlier:
        st.caption(words.NONE.format(athlete=escape_markdown(summary.athlete_name)))
        return
    before_run = _choose(earlier)
    try:
        before = run_access.load(before_run.id).analysis
    except RunFormError as error:
        components.show_error(error)
        return
    shared_rate = find_shared_rate(before, analysis)
    changes = compare_metrics(before.gait, analysis.gait, shared_rate)
    if not changes:
        st.caption(words.NOTHING_SHARED)
        return
    st.markdown(summarise(changes))
    larger = {name: change for name, change in changes.items() if change.exceeds}
    if larger:
        st.table(make_change_table(before.gait, analysis.gait, larger), border="horizontal", hide_index=True)
    with st.expander(words.EVERY, icon=":material/compare_arrows:"):
        st.table(make_change_table(before.gait, analysis.gait, changes), border="horizontal", hide_index=True)
    notes = [words.SHARED if shared_rate is not None else words.UNSHARED, words.BY_CHANCE]
    st.caption(" ".join([compare_speeds(before.gait, analysis.gait), *notes]))


def _choose(earlier: tuple[RunSummary, ...]) -> RunSummary:
    """The latest earlier run, said in words, or a choice where there are several."""
    words = text.Change
    by_id = {run.id: run for run in earlier}
    if len(by_id) > 1:
        # A key of its own for each list, so that a choice made beside another run does not linger.
        chosen = st.selectbox(
            words.CHOOSE,
            list(by_id),
            format_func=run_access.label_runs(earlier).__getitem__,
            key=f"change_{earlier[0].id}",
        )
        return by_id[chosen]
    only = earlier[0]
    date, clip = format_moment(only.created_at), escape_markdown(only.clip_name)
    st.caption(words.BEFORE.format(date=escape_markdown(date), clip=clip))
    return only


def compare_metrics(before: GaitReport, now: GaitReport, shared_rate: float | None) -> dict[str, MetricChange]:
    """The change of every metric that both runs have in the same unit, in the order of the groups."""
    order = [name for names in text.Metrics.GROUPS.values() for name in names]
    changes = {
        name: compute_change(before.metrics[name], now.metrics[name], shared_rate=shared_rate)
        for name in [*order, *(name for name in now.metrics if name not in order)]
        if name in before.metrics and name in now.metrics
    }
    return {name: change for name, change in changes.items() if not math.isnan(change.difference)}


def summarise(changes: Mapping[str, MetricChange]) -> str:
    """Which metrics changed by more than the error, in one line."""
    words = text.Change
    larger = [metric_label(name).lower() for name, change in changes.items() if change.exceeds]
    return words.SOME.format(metrics=", ".join(larger)) if larger else words.NOTHING


def make_change_table(before: GaitReport, now: GaitReport, changes: Mapping[str, MetricChange]) -> pd.DataFrame:
    """One row per metric: what it was, what it is, and the change with its ±; cells are Markdown."""
    words = text.Change
    rows = []
    for name, change in changes.items():
        metric = now.metrics[name]
        colour, icon = READING_BADGES[change.exceeds]
        badge = f":{colour}-badge[{icon} {words.READINGS[change.exceeds]}]"
        rows.append(
            {
                words.COLUMN_METRIC: f"{label_with_unit(name, metric.unit)} {badge}",
                words.COLUMN_BEFORE: _format(before.metrics[name]),
                words.COLUMN_NOW: _format(metric),
                words.COLUMN_CHANGE: format_change(change, metric.unit),
            }
        )
    return pd.DataFrame(rows)


def _format(metric: Metric) -> str:
    return format_with_error(metric.value, metric.plus_minus, metric.unit)


def format_change(change: MetricChange, unit: str) -> str:
    """The difference with its sign and its ±; with one decimal more where both would else look the same."""
    more = int(format_number(abs(change.difference), unit) == format_number(change.plus_minus, unit))
    shown = format_number(change.difference, unit, more=more)
    sign = "+" if change.difference > 0 and any(digit in "123456789" for digit in shown) else ""
    return f"{sign}{shown} {format_plus_minus(change.plus_minus, unit, more=more)}".strip()


def compare_speeds(before: GaitReport, now: GaitReport) -> str:
    """A word of care on the speed: it differs by more than its error, or is not known to be the same."""
    words = text.Change
    speeds = [report.speed for report in (before, now)]
    known = [speed for speed in speeds if speed is not None and math.isfinite(speed.value)]
    if len(known) == len(speeds):
        first, second = known
        if abs(first.value - second.value) > math.hypot(first.plus_minus, second.plus_minus):
            shown = [format_number(speed.value, "m/s") for speed in known]
            return words.SPEED_DIFFERS.format(before=shown[0], now=shown[1])
    return words.SPEED_UNKNOWN
