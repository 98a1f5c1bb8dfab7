"""The runs chosen on the form map: one is shown, two are compared, more are listed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from runform.form.form_map import FormMap
from runform.form.pair_likeness import PairLikeness, compute_pair_likeness
from runform.gait.change import MetricChange, find_shared_rate
from runform.results import GaitReport
from runform.store.map_rows import MapRow
from runform.store.runs import StoredRun
from runform.ui import components, contact_pictures, result_evidence, router, run_access, text
from runform.ui.format import (
    escape_markdown,
    format_moment,
    format_quantity,
    format_with_error,
    label_with_unit,
    local_time,
)
from runform.ui.result_change import READING_BADGES, compare_metrics, format_change


def show_selection(form_map: FormMap, rows: Sequence[MapRow], chosen: Sequence[str]) -> None:
    """What is to be seen of the chosen runs.

    Args:
        form_map: The map.
        rows: Its runs, in its order.
        chosen: Ids of runs on it.
    """
    words = text.MapSelection
    if not chosen:
        st.caption(words.NOTHING)
    elif len(chosen) == 1:
        show_run(chosen[0])
    elif len(chosen) == 2:
        show_pair(form_map, chosen[0], chosen[1])
    else:
        show_list([row for row in rows if row.id in set(chosen)])


def show_run(run_id: str) -> None:
    """One run: who, when, what was found, its landings, and what can be done with it."""
    with st.container(border=True, key=f"map_run_{run_id}"):
        run = run_access.load(run_id)
        summary, words = run.summary, text.MapSelection
        st.markdown(f"**{escape_markdown(run_access.label_run(summary))}**")
        with st.container(horizontal=True, vertical_alignment="center"):
            components.verdict_badge(summary.verdict)
            st.caption(words.VIEW.format(view=text.Common.VIEWS[summary.view]), width="content")
            cadence = format_quantity(summary.cadence, "steps/min")
            st.caption(f"{text.Metrics.LABELS['cadence']}: {cadence}", width="content")
        contact_pictures.show_pictures(run)
        _show_label(run)
        if st.button(text.Common.OPEN_RESULT, key=f"map_open_{run_id}", icon=":material/monitoring:"):
            router.open_run(run_id)


def _show_label(run: StoredRun) -> None:
    """The coach's label, to be changed here; the map takes its new colour."""
    result_evidence.show_label(run.summary)
    key, label = f"map_label_of_{run.summary.id}", run.summary.label
    changed = st.session_state.get(key, label) != label
    st.session_state[key] = label
    if changed:
        st.rerun()  # the whole page: this part alone is drawn again otherwise


def show_pair(form_map: FormMap, first_id: str, second_id: str) -> None:
    """Two runs side by side, how alike their forms are, and which metrics differ by more than their error."""
    words = text.MapSelection
    for run_id, column in zip((first_id, second_id), st.columns(2, gap="medium"), strict=True):
        with column:
            show_run(run_id)
    likeness = compute_pair_likeness(form_map.likeness, form_map.ids.index(first_id), form_map.ids.index(second_id))
    st.metric(words.LIKENESS, describe_cosine(likeness), border=True)
    st.caption(describe_likeness(likeness))
    first, second = (run_access.load(run_id) for run_id in (first_id, second_id))
    same = first.summary.athlete_id == second.summary.athlete_id
    shared_rate = find_shared_rate(first.analysis, second.analysis) if same else None
    changes = compare_metrics(first.analysis.gait, second.analysis.gait, shared_rate)
    if not changes:
        st.caption(words.NOTHING_SHARED)
        return
    names = [_name(run) for run in (first, second)]
    table = make_pair_table(first.analysis.gait, second.analysis.gait, changes, names)
    st.table(table, border="horizontal", hide_index=True)
    st.caption(words.SHARED if shared_rate is not None else words.UNSHARED)


def _name(run: StoredRun) -> str:
    """Athlete and date, as the head of a column."""
    return f"{escape_markdown(run.summary.athlete_name)}, {format_moment(run.summary.created_at)}"


def describe_cosine(likeness: PairLikeness) -> str:
    """The cosine, or that there is none."""
    return text.Common.NOT_MEASURED if math.isnan(likeness.cosine) else f"{likeness.cosine:.2f}"


def describe_likeness(likeness: PairLikeness) -> str:
    """How much a cosine is among those of all pairs."""
    words = text.MapSelection
    if math.isnan(likeness.cosine):
        return words.LIKENESS_NONE
    if math.isnan(likeness.percentile):
        return words.LIKENESS_FEW
    return words.LIKENESS_AMONG.format(percentile=f"{likeness.percentile:.0f}", pairs=likeness.pairs)


def make_pair_table(
    first: GaitReport, second: GaitReport, changes: dict[str, MetricChange], names: Sequence[str]
) -> pd.DataFrame:
    """One row per metric: both values with their ±, and the difference with its own; cells are Markdown.

    Args:
        first: The one run's report.
        second: The other's.
        changes: Second minus first, by metric.
        names: Of the two runs; made different where they are the same.
    """
    words = text.MapSelection
    heads = [names[0], names[1] if names[1] != names[0] else text.Common.SAME_LABEL.format(label=names[1], times=2)]
    rows = []
    for name, change in changes.items():
        colour, icon = READING_BADGES[change.exceeds]
        badge = f":{colour}-badge[{icon} {words.READINGS[change.exceeds]}]"
        pair = [report.metrics[name] for report in (first, second)]
        values = [format_with_error(metric.value, metric.plus_minus, metric.unit) for metric in pair]
        rows.append(
            {
                words.COLUMN_METRIC: f"{label_with_unit(name, pair[0].unit)} {badge}",
                heads[0]: values[0],
                heads[1]: values[1],
                words.COLUMN_DIFFERENCE: format_change(change, pair[0].unit),
            }
        )
    return pd.DataFrame(rows)


def show_list(rows: Sequence[MapRow]) -> None:
    """Many runs as a table; the one that is ticked is shown beneath it."""
    words = text.MapSelection
    st.caption(words.MANY.format(n=len(rows)))
    event = st.dataframe(
        make_list_table(rows),
        key=f"map_list_{hash(tuple(row.id for row in rows))}",  # a tick belongs to one list
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={words.COLUMN_SPEED: st.column_config.NumberColumn(format="%.1f")},
    )
    for place in event["selection"]["rows"]:
        show_run(rows[place].id)


def make_list_table(rows: Sequence[MapRow]) -> pd.DataFrame:
    """One row per run, in the order given."""
    words = text.MapSelection
    return pd.DataFrame(
        {
            words.COLUMN_ATHLETE: [row.athlete_name for row in rows],
            words.COLUMN_DATE: [local_time(row.created_at) for row in rows],
            words.COLUMN_CLIP: [row.clip_name for row in rows],
            words.COLUMN_VIEW: [text.Common.VIEWS[row.view] for row in rows],
            words.COLUMN_VERDICT: [text.Verdicts.SHORT[row.verdict] for row in rows],
            words.COLUMN_LABEL: [text.Result.LABELS[row.label or "none"] for row in rows],
            words.COLUMN_SPEED: [row.speed for row in rows],
        }
    )
