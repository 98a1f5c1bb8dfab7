"""Two conditions of one athlete beside another athlete's strides: shoes, speeds, fresh and tired."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from runform.form.conditions import Comparison, compare_clips, compare_groups, compare_pairs
from runform.form.likeness_model import LikenessModel
from runform.likeness import compute_likeness
from runform.sequences import FloatArray
from runform.store.runs import RunSummary
from runform.ui import components, run_access, text
from runform.ui.efficiency_view import Reference
from runform.ui.format import escape_markdown


def show_conditions(model: LikenessModel, reference: Reference, runs: Sequence[RunSummary]) -> None:
    """Choose an athlete and two groups of runs, and see the difference with its interval and test."""
    words = text.Efficiency
    names = {run.athlete_id: run.athlete_name for run in runs}
    athlete = st.selectbox(words.ATHLETE, list(names), format_func=names.__getitem__, key="conditions_athlete")
    own = [run for run in runs if run.athlete_id == athlete]
    left, right = st.columns(2)
    with left:
        name_a = st.text_input(words.NAME_A, words.DEFAULT_A, key="condition_a") or words.DEFAULT_A
        a = _pick_runs(words.RUNS_A.format(name=name_a), own, "runs_a")
    with right:
        name_b = st.text_input(words.NAME_B, words.DEFAULT_B, key="condition_b") or words.DEFAULT_B
        b = _pick_runs(words.RUNS_B.format(name=name_b), own, "runs_b")
    pairs = st.toggle(words.PAIR, help=words.PAIR_HELP, key="pairs", disabled=len(a) < 2)
    if not a or not b:
        st.info(words.CHOOSE)
        return
    problem = find_problem(a, b, pairs=pairs)
    if problem is not None:
        components.show_problem(*problem)
        return
    of_a, of_b = ([compute_likeness(model, run_access.load(run.id).analysis) for run in group] for group in (a, b))
    result = compare(of_a, of_b, model.change_error, pairs=pairs)
    shown = words.INTERVAL.format(difference=result.difference, low=result.low, high=result.high)
    label = words.DIFFERENCE.format(a=escape_markdown(name_a), b=escape_markdown(name_b))
    st.metric(label, shown, border=True)
    st.markdown(conclude(result, escape_markdown(reference.name)))
    st.dataframe(_list_means(((name_a, a, of_a), (name_b, b, of_b))), hide_index=True)


def find_problem(a: Sequence[RunSummary], b: Sequence[RunSummary], *, pairs: bool) -> tuple[str, str] | None:
    """Why these runs cannot be compared, and what to do; None where they can."""
    words = text.Efficiency
    if {run.id for run in a} & {run.id for run in b}:
        return words.TWICE, words.TWICE_REMEDY
    if pairs and len(a) != len(b):
        return words.UNEVEN, words.UNEVEN_REMEDY
    if min(len(a), len(b)) == 1 and len(a) != len(b):
        return words.SINGLE_AGAINST_MANY, words.SINGLE_REMEDY
    return None


def compare(a: Sequence[FloatArray], b: Sequence[FloatArray], change_error: float, *, pairs: bool) -> Comparison:
    """The two conditions by what their runs allow.

    Args:
        a: Similarities of the strides of each run of the first condition, by date.
        b: Of the second.
        change_error: See `LikenessModel`.
        pairs: The runs come in pairs.
    """
    if len(a) == len(b) == 1:
        return compare_clips(a[0], b[0], change_error)
    means = [[float(strides.mean()) for strides in group] for group in (a, b)]
    return compare_pairs(*means) if pairs else compare_groups(*means)


def conclude(result: Comparison, name: str) -> str:
    """What may be concluded, in words."""
    words = text.Efficiency
    apart = result.low > 0 or result.high < 0
    if result.design == "pairs" and not math.isnan(result.p):
        return f"{(words.TELLS if result.p < 0.05 else words.TELLS_NOT).format(name=name)} " + words.PAIRS.format(
            n=result.n, p=result.p
        )
    design = {"pairs": words.FEW_PAIRS.format(n=result.n), "groups": words.GROUPS, "clips": words.CLIPS}
    return f"{(words.TELLS if apart else words.TELLS_NOT).format(name=name)} {design[result.design]}"


def _pick_runs(label: str, runs: Sequence[RunSummary], key: str) -> list[RunSummary]:
    """The chosen runs, the earliest first."""
    labels = run_access.label_runs(runs)
    chosen = st.multiselect(label, [run.id for run in runs], format_func=labels.__getitem__, key=key)
    return sorted((run for run in runs if run.id in chosen), key=lambda run: run.created_at)


def _list_means(
    conditions: Sequence[tuple[str, Sequence[RunSummary], Sequence[FloatArray]]],
) -> pd.DataFrame:
    words = text.Efficiency
    rows = [
        {
            words.COLUMN_CONDITION: name,
            words.COLUMN_RUN: run_access.label_run(run),
            words.COLUMN_MEAN: round(float(s.mean()), 2),
        }
        for name, runs, similarities in conditions
        for run, s in zip(runs, similarities, strict=True)
    ]
    return pd.DataFrame(rows)
