"""The form map: which runs are on it, what colours them, and which are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from runform.form.form_map import MIN_POINTS, FormMap
from runform.report.figures import form_map_figure, form_map_number_figure
from runform.store.map_rows import MapRow, count_identities, list_left_out, list_map_rows
from runform.ui import components, form_map_selection, form_map_task, form_map_trust, services, text
from runform.ui.format import escape_markdown, format_moment, format_number

_PLOT = "form_map_plot"
_CHOSEN = "form_map_chosen"
_MANY = "form_map_many"
_RINGED = "form_map_ringed"

MOST_ATHLETES = 10
"""Athletes with a colour of their own; more could not be told apart."""
MOST_CHOSEN = 20
"""Runs in the list, whose first entry takes all that match what was typed; a box on the map may take more."""
_MOST_NAMED = 3

_PLOT_CONFIG: dict[str, Any] = components.PLOTLY_CONFIG | {
    "displayModeBar": True,
    "scrollZoom": True,
    "modeBarButtonsToRemove": ["toImage", "autoScale2d", "zoom2d"],
}


@dataclass(frozen=True)
class MapRuns:
    """The stored runs that one map can show.

    Attributes:
        model_sha256: Identity of their embeddings: the one most runs have; empty while no run has a form.
        rows: They, the oldest first.
        left_out: Athlete and clip of runs whose embeddings are of another identity.
    """

    model_sha256: str
    rows: tuple[MapRow, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> int:
        """How many more runs the map needs."""
        return max(0, MIN_POINTS - len(self.rows))


def find_runs() -> MapRuns:
    """The runs with embeddings of the identity that most stored runs have."""
    database = services.database()
    identities = count_identities(database)
    if not identities:
        return MapRuns("", (), ())
    chosen = next(iter(identities))
    left_out = list_left_out(database, chosen) if len(identities) > 1 else ()
    return MapRuns(chosen, list_map_rows(database, chosen), left_out)


def describe_empty(runs: MapRuns) -> str:
    """Why there is no map yet."""
    return text.FormMap.EMPTY.format(minimum=MIN_POINTS, have=len(runs.rows))


def show_left_out(runs: MapRuns) -> None:
    """Which runs cannot be on the map, and what to do about it; nothing where all are."""
    if runs.left_out:
        st.info(describe_left_out(runs.left_out), icon=":material/link_off:")


def describe_left_out(left_out: Sequence[tuple[str, str]]) -> str:
    """How many runs are of another identity, the first few by name, and the remedy."""
    words = text.FormMap
    names = ", ".join(escape_markdown(f"{athlete}: {clip}") for athlete, clip in left_out[:_MOST_NAMED])
    if len(left_out) > _MOST_NAMED:
        names = words.AND_MORE.format(names=names, n=len(left_out) - _MOST_NAMED)
    sentence = words.LEFT_OUT_ONE if len(left_out) == 1 else words.LEFT_OUT
    return sentence.format(n=len(left_out), names=names)


def show_map(runs: MapRuns, colour: str) -> None:
    """The map, how far its colours may be believed, and the runs chosen on it.

    Args:
        runs: At least `MIN_POINTS`.
        colour: A key of `text.FormMap.COLOURS`.
    """
    ids = [row.id for row in runs.rows]
    form_map = form_map_task.bring_up_to_date(runs.model_sha256, ids)
    show_left_out(runs)
    if form_map is None:
        return
    by_id = {row.id: row for row in runs.rows}
    rows = [by_id[run] for run in form_map.ids]
    plot, trust = st.columns([3, 1], gap="medium")
    # The test comes after the map, for with thousands of runs its shuffles take seconds; meanwhile the one of another
    # colouring must not stand beside this one.
    place = trust.empty()
    place.caption(text.MapTrust.TESTING)
    with plot:
        # A fragment: choosing runs draws these again, and not the whole page.
        st.fragment(_show_points)(form_map, rows, colour)
    with place.container():
        form_map_trust.show_trust(form_map, colour, read_values(rows, colour), [row.athlete_id for row in rows])
        _show_state(form_map, runs, colour, rows)


def _show_state(form_map: FormMap, runs: MapRuns, colour: str, rows: Sequence[MapRow]) -> None:
    """What is to be known of this map, and the button that lays it out anew."""
    words = text.FormMap
    if colour == "speed" and (unknown := sum(not np.isfinite(row.speed) for row in rows)):
        st.caption(words.SPEED_GREY.format(unknown=unknown, all=len(rows)))
    if missing := len(runs.rows) - len(rows):
        st.caption(words.MISSING.format(missing=missing))
    if placed := int(form_map.placed.sum()):
        sentence = words.PLACED_ONE if placed == 1 else words.PLACED
        st.caption(sentence.format(placed=placed, all=len(rows)))
        st.button(
            words.ANEW,
            key="form_map_anew",
            icon=":material/refresh:",
            help=words.ANEW_HELP,
            on_click=form_map_task.lay_out_anew,
            args=(runs.model_sha256, [row.id for row in runs.rows]),
        )


def _show_points(form_map: FormMap, rows: Sequence[MapRow], colour: str) -> None:
    """The figure, the list that does the same by keyboard, and what is chosen."""
    words = text.MapSelection
    labels = label_rows(rows)
    for key in (_CHOSEN, _MANY, _RINGED):  # a run may have been deleted since
        st.session_state[key] = [run for run in st.session_state.get(key, []) if run in labels]
    with st.container(border=True, key="form_map"):
        st.plotly_chart(
            make_figure(form_map, rows, colour, st.session_state[_RINGED]),
            key=_PLOT,
            on_select=_take_points,
            selection_mode=("points", "box", "lasso"),
            config=_PLOT_CONFIG,
        )
        st.caption(text.FormMap.NOTE)
    st.subheader(words.TITLE, anchor=False)
    st.multiselect(
        words.CHOOSE,
        list(reversed(labels)),
        format_func=labels.__getitem__,
        key=_CHOSEN,
        max_selections=MOST_CHOSEN,
        help=words.CHOOSE_HELP,
        placeholder=words.PLACEHOLDER,
        on_change=_take_list,
    )
    form_map_selection.show_selection(form_map, rows, st.session_state[_CHOSEN] or st.session_state[_MANY])


def _take_points() -> None:
    """What is selected on the map becomes what is chosen; more than two would not fit into the list."""
    points = st.session_state[_PLOT]["selection"]["points"]
    ids = list(dict.fromkeys(point["customdata"][0] for point in points if point.get("customdata")))
    few = len(ids) <= 2
    st.session_state[_CHOSEN], st.session_state[_MANY] = (ids, []) if few else ([], ids)


def _take_list() -> None:
    """What is chosen in the list is ringed on the map."""
    st.session_state[_RINGED] = list(st.session_state[_CHOSEN])
    st.session_state[_MANY] = []


def label_rows(rows: Sequence[MapRow]) -> dict[str, str]:
    """Run's id -> athlete, date and clip, no two alike: a list tells its options apart by what it shows."""
    labels: dict[str, str] = {}
    times: Counter[str] = Counter()
    for row in rows:
        label = text.Common.RUN_LABEL.format(
            athlete=row.athlete_name, date=format_moment(row.created_at), clip=row.clip_name
        )
        times[label] += 1
        labels[row.id] = label if times[label] == 1 else text.Common.SAME_LABEL.format(label=label, times=times[label])
    return labels


def read_values(rows: Sequence[MapRow], colour: str) -> list[str | float | None]:
    """The value of each run that a colouring shows, None where it has none; speed in m/s, NaN where not known."""
    if colour == "athlete":
        return [row.athlete_id for row in rows]
    if colour == "verdict":
        return [text.Verdicts.SHORT[row.verdict] for row in rows]
    if colour == "view":
        return [text.Common.VIEWS[row.view] for row in rows]
    if colour == "speed":
        return [row.speed for row in rows]
    return [row.label for row in rows]


def make_figure(form_map: FormMap, rows: Sequence[MapRow], colour: str, ringed: Sequence[str]) -> go.Figure:
    """The map in one colouring."""
    words = text.FormMap
    hover = describe_points(rows, colour)
    if colour == "speed":
        return form_map_number_figure(
            form_map.positions,
            form_map.ids,
            np.array([row.speed for row in rows]),
            title=words.SPEED_BAR,
            name=words.SPEED_KNOWN,
            no_number=words.SPEED_UNKNOWN,
            hover=hover,
            highlight=ringed,
        )
    if colour == "athlete":
        groups, no_group = group_athletes(rows)
    else:
        groups = [value if isinstance(value, str) else None for value in read_values(rows, colour)]
        no_group = words.NO_VALUE[colour]
    return form_map_figure(form_map.positions, form_map.ids, groups, hover=hover, highlight=ringed, no_group=no_group)


def group_athletes(rows: Sequence[MapRow]) -> tuple[list[str | None], str]:
    """Each run's athlete by name, the most frequent ones only, and what the others are called together."""
    counts = Counter((row.athlete_id, row.athlete_name) for row in rows)
    named = dict(athlete for athlete, _ in counts.most_common(MOST_ATHLETES))
    others = len(counts) - len(named)
    groups = [named.get(row.athlete_id) for row in rows]
    return groups, text.FormMap.OTHER_ATHLETES.format(n=others) if others else text.FormMap.NO_VALUE["athlete"]


def describe_points(rows: Sequence[MapRow], colour: str) -> list[str]:
    """What is shown over each point: who, when, and what its colour says."""
    lines = []
    for row in rows:
        line = f"{row.athlete_name}<br>{format_moment(row.created_at)}"
        if colour == "speed":
            unit = text.Units.NAMES["m/s"]
            speed = format_number(row.speed, "m/s")
            line += f"<br>{speed} {unit}" if np.isfinite(row.speed) else f"<br>{text.FormMap.SPEED_UNKNOWN}"
        lines.append(line)
    return lines
