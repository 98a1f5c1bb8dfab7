"""One metric step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from runform.report.figures import step_figure
from runform.report.step_figure import StepAxis, StepPoint
from runform.results import GaitReport, Metric
from runform.sequences import Contact
from runform.ui import components, text
from runform.ui.format import format_unit, metric_label, to_shown

LEAST_STEPS = 3
AXES: tuple[StepAxis, ...] = ("time", "number")


def show_steps(gait: GaitReport) -> None:
    """A chart of the chosen metric's steps; nothing where no metric has single steps."""
    by_name = {metric.name: metric for metric in gait.metrics.values() if len(metric.steps) >= LEAST_STEPS}
    names = [name for name in text.Metrics.LABELS if name in by_name]
    if not names:
        return
    words = text.Steps
    st.subheader(words.TITLE, anchor=False)
    default = names.index("ground_contact_time") if "ground_contact_time" in names else 0
    name = st.selectbox(words.METRIC, names, index=default, format_func=metric_label, key="step_metric")
    axis = st.segmented_control(
        words.AXIS, AXES, default="time", required=True, format_func=words.AXES.__getitem__, key="step_axis"
    )
    metric = by_name[name]
    points = make_points(metric, gait.contacts)
    factor, decimals = to_shown(metric.unit)
    reference = metric.reference
    if reference is not None:
        reference = replace(reference, low=reference.low * factor, high=reference.high * factor)
    figure = step_figure(
        points,
        axis,
        name=metric_label(name),
        unit=format_unit(metric.unit).strip(),
        decimals=decimals,
        reference=reference,
    )
    st.plotly_chart(figure, key="step_figure", config=components.PLOTLY_CONFIG)
    notes = [words.NOTE]
    notes += [words.NOTE_ERROR] if any(math.isfinite(point.plus_minus) for point in points) else []
    notes += [words.NOTE_RANGE] if reference is not None else []
    st.caption(" ".join(notes))


def make_points(metric: Metric, contacts: Sequence[Contact]) -> list[StepPoint]:
    """A metric's steps in the unit shown; those of a ground contact time with their contact's ± of both events.

    Other metrics take their events' shared error off or are not made of events, so a contact's ± is not theirs.
    """
    factor, _ = to_shown(metric.unit)
    errors: dict[tuple[str, float], float] = {}
    if metric.name == "ground_contact_time":
        errors = {(c.side, c.initial_contact_s): math.hypot(c.plus_minus_s, c.toe_off_plus_minus_s) for c in contacts}
    return [
        StepPoint(step.side, step.time_s, step.value * factor, errors.get((step.side, step.time_s), math.nan) * factor)
        for step in sorted(metric.steps, key=lambda step: step.time_s)
    ]
