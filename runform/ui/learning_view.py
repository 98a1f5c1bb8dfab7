"""Learning the verdict anew from the coach's labels: what is there, the training, the comparison and the switch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from runform.form.overstride_svm import CHANCE_P
from runform.progress import Progress
from runform.retraining import describe_readiness, retrain
from runform.store.models import StoredModel, list_models, stop_using_models, use_model
from runform.ui import components, guard, run_access, services, text
from runform.ui.background import BackgroundTask
from runform.ui.format import escape_markdown, format_moment
from runform.ui.progress_bar import show_bar

_REFRESH_S = 0.5


class Training:
    """One training at a time, of the embeddings it was last asked for."""

    def __init__(self) -> None:
        self._model_sha256 = ""
        self.task = BackgroundTask("retraining", self._work)

    def begin(self, model_sha256: str) -> None:
        """Start it; one that runs goes on."""
        if self.task.status().state != "running":
            self._model_sha256 = model_sha256
        self.task.start()

    def _work(self, progress: Progress) -> None:
        retrain(services.database(), services.settings().models_dir, self._model_sha256, progress)


@st.cache_resource(show_spinner=False)
def _make_training(data_dir: Path) -> Training:  # noqa: ARG001 - the cache's key
    return Training()


def show_learning() -> None:
    """What judges now, what labels there are to learn from, and the way to learn and to switch."""
    words = text.Learning
    st.subheader(words.TITLE, anchor=False)
    model_sha256 = find_identity()
    if model_sha256 is None:
        st.caption(words.NO_RUNS)
        return
    models = [model for model in list_models(services.database(), "overstride") if model.model_sha256 == model_sha256]
    in_use = next((model for model in models if model.in_use), None)
    st.markdown(words.NOW_OWN.format(date=format_moment(in_use.trained_at)) if in_use else words.NOW_SHIPPED)
    labelled, missing = describe_readiness(services.database(), model_sha256)
    training = _make_training(services.settings().data_dir)
    if missing:
        st.info(escape_markdown(missing), icon=":material/label:")
    elif training.task.status().state == "running":
        with st.container(border=True, gap="small"):
            st.fragment(_show_running, run_every=_REFRESH_S)(training.task)
    else:
        _show_ended(training.task)
        st.button(
            words.TRAIN.format(n=labelled), icon=":material/model_training:", key="retrain",
            on_click=training.begin, args=(model_sha256,),
        )  # fmt: skip
    if models:
        show_comparison(models[0])
    if in_use is not None:
        st.button(words.USE_SHIPPED, key="use_shipped", on_click=components.attempt, args=(_use_shipped, model_sha256))


def find_identity() -> str | None:
    """Identity of the embeddings of the latest run that has a form."""
    return next((run.model_sha256 for run in run_access.stored_runs() if run.model_sha256 is not None), None)


def show_comparison(model: StoredModel) -> None:
    """The latest trained model beside the shipped one on the coach's own runs, and the switch."""
    words = text.Learning
    st.markdown(f"**{words.COMPARISON.format(date=format_moment(model.trained_at))}**")
    own, shipped = model.figures.get("own", {}), model.figures.get("shipped", {})
    st.dataframe(make_comparison(shipped, own), hide_index=True, key="model_comparison")
    st.caption(words.COMPARISON_NOTE)
    if not model.in_use:
        if own.get("permutation_p", 1.0) > CHANCE_P:
            st.warning(words.CHANCE, icon=":material/casino:")
        st.button(words.USE_OWN, key="use_own", on_click=components.attempt, args=(_use, model.id))


def make_comparison(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> pd.DataFrame:
    """A row for each figure, a column for each model; a figure that is not known is a dash."""
    words = text.Learning
    rows = [
        {words.COLUMN_FIGURE: label, words.COLUMN_SHIPPED: _format(shipped, key), words.COLUMN_OWN: _format(own, key)}
        for key, label in words.FIGURES.items()
    ]
    return pd.DataFrame(rows)


def _format(figures: Mapping[str, Any], key: str) -> str:
    if key == "accuracy" and key in figures:
        low, high = (100 * figures[f"accuracy_{end}"] for end in ("low", "high"))
        return f"{100 * figures[key]:.0f} % ({low:.0f} to {high:.0f} %)"
    if key == "confusion" and key in figures:
        (right_optimal, wrong_optimal), (wrong_overstride, right_overstride) = figures[key]
        return text.Learning.CONFUSION.format(
            optimal=f"{right_optimal}/{right_optimal + wrong_optimal}",
            overstride=f"{right_overstride}/{right_overstride + wrong_overstride}",
        )
    value = figures.get(key, math.nan)
    if isinstance(value, float):
        return text.Common.NONE if math.isnan(value) else f"{value:.2f}" if key != "permutation_p" else f"{value:.3f}"
    return str(value)


def _show_running(task: BackgroundTask) -> None:
    with guard.shown_errors():
        status = task.status()
        if status.state != "running":
            st.rerun()
        show_bar(status.stage or text.Learning.TRAINING, status.fraction, status.remaining_s)
        st.button(text.Common.CANCEL, key="cancel_retraining", icon=":material/close:", on_click=task.cancel)


def _show_ended(task: BackgroundTask) -> None:
    status = task.status()
    if status.state == "failed":
        components.show_problem(status.message, status.remedy)
    elif status.state == "cancelled":
        st.caption(text.Learning.CANCELLED)


def _use(model_id: str) -> None:
    use_model(services.database(), model_id)
    components.flash(text.Learning.USED_OWN)


def _use_shipped(model_sha256: str) -> None:
    stop_using_models(services.database(), "overstride", model_sha256)
    components.flash(text.Learning.USED_SHIPPED)
