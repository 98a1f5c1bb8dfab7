"""Likeness to an athlete: whose, learnt from what, and of one run stride by stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from runform.form.conditions import summarise_run
from runform.form.likeness_model import LikenessModel, from_bytes
from runform.form.likeness_parts import Part, find_parts
from runform.form.stride_denoising import prepare_strides
from runform.likeness import SIDE_VIEWS, cut_run, name_athlete, train_for_athlete
from runform.report.likeness_figure import likeness_figure
from runform.store.models import StoredModel, load_model_in_use
from runform.store.runs import RunSummary
from runform.ui import components, run_access, services, text
from runform.ui.format import escape_markdown

_LEARN = "learn_strides"


@dataclass(frozen=True)
class Reference:
    """Whose strides others are compared with."""

    athlete_id: str
    name: str


def side_runs() -> tuple[RunSummary, ...]:
    """Stored runs whose strides can be compared, the latest first."""
    return tuple(run for run in run_access.stored_runs() if run.view in SIDE_VIEWS and not run.refused)


def pick_reference(runs: Sequence[RunSummary]) -> Reference:
    """A selectbox of the athletes who have such runs."""
    names = {run.athlete_id: run.athlete_name for run in runs}
    chosen = st.selectbox(
        text.Efficiency.REFERENCE,
        sorted(names, key=lambda key: names[key].casefold()),
        format_func=names.__getitem__,
        key="likeness_reference",
    )
    return Reference(chosen, names[chosen])


def show_learning(reference: Reference) -> LikenessModel | None:
    """What the model stands on and a button to learn it anew; where there is none, the button alone."""
    words = text.Efficiency
    name = escape_markdown(reference.name)
    stored = load_model_in_use(services.database(), "efficiency", name_athlete(reference.athlete_id))
    if stored is None:
        st.info(words.UNTRAINED_REMEDY.format(name=name), title=words.UNTRAINED.format(name=name))
    else:
        _show_figures(stored)
    label = words.LEARN if stored is None else words.LEARN_AGAIN
    if st.button(label.format(name=name), key=_LEARN, type="primary" if stored is None else "secondary"):
        with st.spinner(words.LEARNING):
            train_for_athlete(services.database(), services.settings().models_dir, reference.name)
        components.flash(words.LEARNT)
        st.rerun()
    return None if stored is None else from_bytes(stored.weights)


def show_run(model: LikenessModel, reference: Reference, runs: Sequence[RunSummary]) -> None:
    """One run: its mean with the interval, every stride, and what differs most."""
    words = text.Efficiency
    name = escape_markdown(reference.name)
    run = run_access.pick_run(runs)
    strides = cut_run(run_access.load(run.id).analysis)
    seen = prepare_strides(strides)
    likeness = summarise_run(model.predict(seen), model.clip_error)
    mean, spread, count = st.columns(3)
    value = words.VALUE.format(mean=likeness.mean, plus_minus=likeness.plus_minus)
    mean.metric(words.MEAN.format(name=name), value, border=True)
    spread.metric(words.SPREAD, f"{likeness.spread:.2f}", help=words.SPREAD_HELP, border=True)
    count.metric(words.STRIDES, len(strides), border=True)
    figure = likeness_figure(
        strides.start_s,
        likeness.strides,
        strides.sides,
        mean=likeness.mean,
        plus_minus=likeness.plus_minus,
        own=words.OWN.format(name=reference.name),
        other=words.OTHER,
    )
    st.plotly_chart(figure, key="likeness_figure", config=components.PLOTLY_CONFIG)
    if strides.dropped:
        reasons = (words.DROPPED_ONE.format(count=n, reason=reason) for reason, n in strides.dropped.items())
        st.caption(words.DROPPED.format(reasons=", ".join(reasons)))
    st.caption(words.NOTE.format(name=name))
    st.subheader(words.PARTS, anchor=False)
    st.markdown("\n".join(f"- {describe_part(part, name)}" for part in find_parts(model, seen)))
    st.caption(words.PARTS_NOTE)


def describe_part(part: Part, name: str) -> str:
    """One difference in words.

    Args:
        part: Which.
        name: The athlete's, as Markdown.
    """
    words = text.Efficiency
    role, _, what = part.segment.partition(" ")
    segment = words.SEGMENTS[role].format(part=what) if what else part.segment
    direction = words.DIRECTIONS.get(what or role, words.DIRECTION_OF_LIMB)[0 if part.degrees > 0 else 1]
    return words.PART.format(
        segment=segment[0].upper() + segment[1:],
        start=part.start,
        end=part.end,
        degrees=abs(part.degrees),
        direction=direction,
        name=name,
    )


def _show_figures(stored: StoredModel) -> None:
    figures = stored.figures
    st.caption(
        text.Efficiency.STANDS_ON.format(
            strides=figures["reference_strides"],
            clips=figures["reference_clips"],
            runners=figures["runners"],
            correlation=figures["correlation"],
            mae=figures["mae"],
        )
    )
