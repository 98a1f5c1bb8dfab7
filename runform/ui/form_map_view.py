"""The form map: which runs are on it, what colours them, and how far it may be trusted."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import streamlit as st

from runform.form.form_map import (
    MIN_POINTS,
    NeighbourPurity,
    compute_form_map,
    compute_neighbour_purity,
    reduce_forms,
)
from runform.report.figures import form_map_figure
from runform.sequences import FloatArray
from runform.store.embeddings import EmbeddingTable, load_run_embeddings
from runform.ui import components, router, run_access, services, text
from runform.ui.format import format_quantity

_PLOT = "form_map_plot"


def current_embeddings() -> EmbeddingTable | None:
    """The forms under the lifting model that most stored runs share, or None while no run has a form."""
    models = Counter(run.model_sha256 for run in run_access.stored_runs() if run.model_sha256 is not None)
    if not models:
        return None
    return load_run_embeddings(services.database(), models.most_common(1)[0][0])


def count_missing(table: EmbeddingTable | None) -> int:
    """How many more runs the map needs."""
    return max(0, MIN_POINTS - (0 if table is None else len(table)))


def describe_empty(table: EmbeddingTable | None) -> str:
    """Why there is no map yet."""
    return text.FormMap.EMPTY.format(minimum=MIN_POINTS, have=0 if table is None else len(table))


def show_map(table: EmbeddingTable, colour: str) -> None:
    """The map, and beside it how far nearness follows the chosen value; a clicked point opens its run.

    Args:
        table: At least `MIN_POINTS` runs.
        colour: A key of `text.FormMap.COLOURS`.
    """
    points = _place(services.settings().data_dir, table.ids, table)
    groups = group_runs(table, colour)
    plot, trust = st.columns([3, 1], gap="medium")
    with plot, st.container(border=True):
        event = st.plotly_chart(
            form_map_figure(
                points, table.ids, groups, hover=describe_runs(table), no_group=text.FormMap.NO_VALUE[colour]
            ),
            key=_PLOT,
            on_select="rerun",
            selection_mode="points",
            config=components.PLOTLY_CONFIG,
        )
        st.caption(text.FormMap.NOTE)
    with trust:
        _show_purity(compute_neighbour_purity(reduce_forms(table.matrix), groups))
    if selected := event["selection"]["points"]:
        router.open_run(selected[0]["customdata"][0])


def group_runs(table: EmbeddingTable, colour: str) -> list[str | None]:
    """The value that colours each run, None where it has none."""
    if colour == "athlete":
        return list(table.athlete_names)
    if colour == "verdict":
        return [text.Verdicts.SHORT[verdict] for verdict in table.verdicts]
    if colour == "view":
        return [text.Common.VIEWS[view] for view in table.views]
    return list(table.labels)


def describe_runs(table: EmbeddingTable) -> list[str]:
    """What is shown over each point."""
    return [
        f"{name}<br>{format_quantity(cadence, 'steps/min')}<br>{text.Verdicts.SHORT[verdict]}"
        for name, cadence, verdict in zip(table.athlete_names, table.cadences, table.verdicts, strict=True)
    ]


def _show_purity(purity: NeighbourPurity) -> None:
    """How often neighbours carry the same value, and how often chance would have it."""
    words = text.FormMap
    if math.isnan(purity.purity) or purity.chance in (0.0, 1.0):
        st.metric(words.PURITY, text.Common.NOT_MEASURED, border=True)
        st.caption(words.PURITY_NONE)
        return
    st.metric(
        words.PURITY,
        f"{100 * purity.purity:.0f} %",
        delta=words.PURITY_CHANCE.format(chance=f"{100 * purity.chance:.0f}"),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    st.caption(words.PURITY_HELP.format(k=purity.k))


@st.cache_resource(show_spinner=text.FormMap.DRAWING, max_entries=4)
def _place(data_dir: Path, ids: tuple[str, ...], _table: EmbeddingTable) -> FloatArray:  # noqa: ARG001 - the key
    """(N, 2) places on the map, computed again only when a run is added or deleted."""
    return compute_form_map(_table.matrix)
