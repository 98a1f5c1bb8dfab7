"""Athletes: choosing, history, editing, adding, deleting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from runform.errors import RunFormError
from runform.gait.references import find_reference
from runform.report.figures import metric_history
from runform.store.athletes import (
    Athlete,
    add_athlete,
    delete_athlete,
    list_athletes,
    rename_athlete,
    set_height,
)
from runform.store.runs import MetricPoint, RunSummary, load_metric_history
from runform.ui import components, router, run_access, services, text
from runform.ui.format import SHOWN, escape_markdown, format_number, format_unit, local_time, metric_label


def stored_athletes() -> tuple[Athlete, ...]:
    """All athletes, by name."""
    return list_athletes(services.database())


def pick_athlete(athletes: Sequence[Athlete]) -> Athlete:
    """A selectbox over `athletes` (not empty), each with how many runs they have."""
    counts = pd.Series([run.athlete_id for run in run_access.stored_runs()], dtype=object).value_counts()
    by_id = {athlete.id: athlete for athlete in athletes}

    def label(athlete_id: str) -> str:
        n = int(counts.get(athlete_id, 0))
        template = text.Athletes.COUNT_ONE if n == 1 else text.Athletes.COUNT
        return template.format(name=by_id[athlete_id].name, n=n)

    return by_id[st.selectbox(text.Athletes.CHOOSE, list(by_id), format_func=label, key="athlete_choice")]


def show_history(athlete: Athlete) -> None:
    """One metric over time, and every run; a ticked run is opened."""
    words = text.Athletes
    runs = run_access.stored_runs(athlete.id)
    st.subheader(words.HISTORY, anchor=False)
    if not runs:
        st.markdown(words.NO_RUNS.format(name=escape_markdown(athlete.name)))
        return
    points = load_metric_history(services.database(), athlete.id)
    names = [name for name in text.Metrics.LABELS if any(p.name == name and math.isfinite(p.value) for p in points)]
    if names:
        name = st.selectbox(words.METRIC, names, format_func=metric_label, key="history_metric")
        figure = draw_history([point for point in points if point.name == name])
        st.plotly_chart(figure, key="history_plot", config=components.PLOTLY_CONFIG)
    chosen = st.dataframe(
        make_history(runs),
        hide_index=True,
        key="athlete_runs",
        on_select="rerun",
        selection_mode="single-row",
        column_config={words.COLUMN_DATE: st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
    )
    st.caption(words.OPEN)
    if rows := chosen["selection"]["rows"]:
        router.open_run(runs[rows[0]].id)


def draw_history(points: Sequence[MetricPoint]) -> go.Figure:
    """One metric's points (at least one) in the unit a coach reads, with the range it is read against."""
    first = points[0]
    reference = find_reference(first.name, first.unit)
    factor, _ = SHOWN.get(first.unit, (1.0, first.unit))
    if reference is not None:
        reference = replace(reference, low=reference.low * factor, high=reference.high * factor)
    return metric_history(
        [local_time(point.created_at) for point in points],
        [point.value * factor for point in points],
        [point.plus_minus * factor for point in points],
        [point.run_id for point in points],
        name=metric_label(first.name),
        unit=format_unit(first.unit).strip(),
        reference=reference,
    )


def make_history(runs: Sequence[RunSummary]) -> pd.DataFrame:
    """One row per run in the order given."""
    words = text.Athletes
    rows = [
        {
            words.COLUMN_DATE: local_time(run.created_at),
            words.COLUMN_CLIP: run.clip_name,
            words.COLUMN_CADENCE: format_number(run.cadence, "steps/min"),
            words.COLUMN_VERDICT: text.Verdicts.NAMES[run.verdict],
            words.COLUMN_LABEL: text.Verdicts.SHORT[run.label] if run.label else "",
            words.COLUMN_VIEW: text.Common.VIEWS[run.view],
        }
        for run in runs
    ]
    return pd.DataFrame(rows)


def show_edit(athlete: Athlete) -> None:
    """Name and height, and deleting."""
    words = text.Athletes
    with st.expander(words.EDIT, icon=":material/edit:"):
        with st.form(f"edit_{athlete.id}", border=False):
            name = st.text_input(words.NAME, athlete.name, max_chars=100)
            height = _height_input(athlete.height_cm, key=f"height_{athlete.id}")
            saved = st.form_submit_button(text.Common.SAVE, type="primary", icon=":material/save:")
        if saved:
            rename_athlete(services.database(), athlete.id, name)
            set_height(services.database(), athlete.id, height)
            components.flash(words.SAVED)
            st.rerun()
        count = len(run_access.stored_runs(athlete.id))
        components.confirmed_delete(
            words.DELETE,
            words.DELETE_QUESTION.format(name=escape_markdown(athlete.name), n=count),
            key="delete_athlete",
            delete=lambda: _delete(athlete),
        )


def _delete(athlete: Athlete) -> None:
    delete_athlete(services.database(), athlete.id)
    components.flash(text.Athletes.DELETED.format(name=athlete.name))


def show_add() -> None:
    """A form for a new athlete."""
    words = text.Athletes
    with st.expander(words.ADD, icon=":material/person_add:"):
        with st.form("add_athlete", clear_on_submit=True, border=False):
            name = st.text_input(words.NAME, max_chars=100)
            height = _height_input(None, key="new_height")
            added = st.form_submit_button(words.ADD, type="primary", icon=":material/add:")
        if not added:
            return
        try:
            athlete = add_athlete(services.database(), name, height)
        except RunFormError as error:
            components.show_error(error)
        else:
            components.flash(words.ADDED.format(name=athlete.name))
            st.rerun()


def _height_input(value: float | None, *, key: str) -> float | None:
    height: float | None = st.number_input(
        text.Athletes.HEIGHT, 80.0, 250.0, value, 1.0, "%.0f", key=key, placeholder=text.Analyse.OPTIONAL, width=260
    )
    return height
