"""The run's numbers: metrics per side with ± and n, grouped as a coach reads them, each beside its range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from runform.gait.definitions import DEFINITIONS
from runform.gait.range_reading import RangeReading, read_range
from runform.results import Check, GaitReport, Metric, Reference
from runform.sequences import Side
from runform.ui import text
from runform.ui.components import BadgeColour
from runform.ui.format import (
    escape_markdown,
    format_number,
    format_reference,
    format_unit,
    format_with_error,
    metric_label,
)

# Green and orange are said in words too; a value that cannot be told stays grey.
READING_BADGES: dict[RangeReading, tuple[BadgeColour, str]] = {
    "inside": ("green", ":material/check:"),
    "outside": ("orange", ":material/arrow_outward:"),
    "unclear": ("gray", ":material/question_mark:"),
}


def show_metrics(gait: GaitReport) -> None:
    """One table for each group of metrics, and for what is not shown the reason."""
    st.subheader(text.Result.METRICS, anchor=False)
    measured = [metric for metric in gait.metrics.values() if not math.isnan(metric.value)]
    for title, group in group_metrics(measured).items():
        st.markdown(f"#### {title}")
        st.table(make_metric_table(group), border="horizontal", hide_index=True)
    missing = [metric for metric in gait.metrics.values() if math.isnan(metric.value)]
    for line in explain_missing(missing, gait.checks, everything=not measured):
        st.info(escape_markdown(line), icon=":material/help:")
    if measured:
        st.caption(text.Metrics.LEGEND)
        with st.expander(text.Metrics.ABOUT, icon=":material/menu_book:"):
            for metric in (metric for group in group_metrics(measured).values() for metric in group):
                st.markdown(describe_metric(metric))


def group_metrics(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    """Group's title -> its metrics, both in the order of `text.Metrics.GROUPS`; what belongs to none comes last."""
    by_name = {metric.name: metric for metric in metrics}
    groups = {
        title: [by_name.pop(name) for name in names if name in by_name] for title, names in text.Metrics.GROUPS.items()
    }
    groups[text.Metrics.OTHER_GROUP] = list(by_name.values())
    return {title: group for title, group in groups.items() if group}


def make_metric_table(metrics: Sequence[Metric]) -> pd.DataFrame:
    """One row per metric, every cell as a coach reads it, in Markdown; the sides only where one metric has them."""
    words = text.Metrics
    rows = [
        {
            words.COLUMN_METRIC: " ".join(filter(None, (_bold_label(metric), describe_range(metric)))),
            words.COLUMN_VALUE: _with_count(metric.value, metric.plus_minus, metric.unit, metric.n),
            words.COLUMN_LEFT: _format_side(metric, "left"),
            words.COLUMN_RIGHT: _format_side(metric, "right"),
        }
        for metric in metrics
    ]
    table = pd.DataFrame(rows)
    if all(math.isnan(metric.left) and math.isnan(metric.right) for metric in metrics):
        table = table.drop(columns=[words.COLUMN_LEFT, words.COLUMN_RIGHT])
    return table


def _bold_label(metric: Metric) -> str:
    unit = format_unit(metric.unit).strip()
    return f"**{metric_label(metric.name)}** ({unit})" if unit else f"**{metric_label(metric.name)}**"


def _format_side(metric: Metric, side: Side) -> str:
    """One side's mean, its ± and its steps; a dash where the metric has no sides or that side was not seen."""
    value, plus_minus = {
        "left": (metric.left, metric.left_plus_minus),
        "right": (metric.right, metric.right_plus_minus),
    }[side]
    return _with_count(value, plus_minus, metric.unit, sum(step.side == side for step in metric.steps))


def _with_count(value: float, plus_minus: float, unit: str, n: int) -> str:
    """A number, its ± and, small, how many steps are behind it where that is known."""
    shown = format_with_error(value, plus_minus, unit)
    return f"{shown} :gray[:small[{text.Metrics.COUNT.format(n=n)}]]" if n and not math.isnan(value) else shown


def describe_range(metric: Metric) -> str:
    """A badge that says where the value lies in its range, and small what kind of range that is; "" without one."""
    reading, reference = read_range(metric), metric.reference
    if reading is None or reference is None:
        return ""
    words = text.Metrics
    colour, icon = READING_BADGES[reading]
    said = words.READINGS[reading].format(range=format_reference(reference, metric.unit))
    return f":{colour}-badge[{icon} {said}] :gray[:small[{describe_basis(reference)}]]"


def describe_basis(reference: Reference) -> str:
    """Published or convention, and the speeds for which the range holds where its source names some."""
    basis = text.Metrics.RANGE_BASIS[reference.status]
    if math.isnan(reference.speed_low):
        return basis
    low, high = (format_number(speed, "m/s") for speed in (reference.speed_low, reference.speed_high))
    return basis + text.Metrics.RANGE_SPEED.format(low=low, high=high)


def explain_missing(metrics: Sequence[Metric], checks: Iterable[Check], *, everything: bool = False) -> list[str]:
    """Why metrics are not shown, one line for each reason: the checks that withhold them, and what to do about it.

    Args:
        metrics: Those without a value.
        checks: The clip's checks. They also explain a metric that names none: the first that refuses, else the first
            that warns.
        everything: Whether these are all metrics there are, so that they need not be named.
    """
    by_name = {check.name: check for check in checks}
    reasons: dict[str, list[str]] = {}
    for metric in metrics:
        reasons.setdefault(_find_reason(metric, by_name), []).append(metric_label(metric.name).lower())
    words = text.Metrics
    if everything and len(reasons) == 1:
        return [words.MISSING_ALL.format(reason=next(iter(reasons)))]
    return [words.MISSING.format(metrics=", ".join(names), reason=reason) for reason, names in reasons.items()]


def _find_reason(metric: Metric, checks: Mapping[str, Check]) -> str:
    """What keeps a metric's value back, with the remedy."""
    withheld = [checks[name] for name in metric.withheld_by if name in checks]
    if not withheld:
        withheld = [check for status in ("refuse", "warn") for check in checks.values() if check.status == status][:1]
    if not withheld:
        return text.Metrics.WHY_NO_STEPS
    return " ".join(part for check in withheld for part in (check.message, check.remedy) if part)


def describe_metric(metric: Metric) -> str:
    """What a metric means; under it, small, how it is measured by whose definition, and who says so of its range."""
    words = text.Metrics
    lines = [f"**{metric_label(metric.name)}** {words.MEANING.get(metric.name, '')}".rstrip()]
    definition = DEFINITIONS.get(metric.name)
    if definition is not None:
        said = words.DEFINITION.format(definition=definition.definition, source=definition.source)
        lines.append(f":gray[:small[{escape_markdown(said)}]]")
    if metric.reference is not None:
        lines.append(f":gray[:small[{escape_markdown(_describe_source(metric.reference, metric.unit))}]]")
    return "  \n".join(lines)


def _describe_source(reference: Reference, unit: str) -> str:
    words = text.Metrics
    population = words.REFERENCE_POPULATION.format(population=reference.population) if reference.population else ""
    return words.REFERENCE_FROM.format(
        range=format_reference(reference, unit),
        unit=format_unit(unit),
        basis=describe_basis(reference),
        source=reference.source,
        population=population,
    )
