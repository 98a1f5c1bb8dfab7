"""What the labels and pros of today say of a stored run, beside what they said when it was analysed."""

from __future__ import annotations

import streamlit as st

from runform.form.overstride import combine
from runform.form.overstride_svm import TrainedSvm, describe_missing_labels, judge_svm, train_svm
from runform.form.similarity import ReferenceForm, rank_pros
from runform.results import Analysis, OverstrideVerdict, ProMatch
from runform.store.embeddings import EmbeddingTable, load_pro_embeddings, load_run_embeddings
from runform.ui import services


def judge_now(analysis: Analysis) -> OverstrideVerdict:
    """The verdict with the model that today's labels train; as stored for a run without a form."""
    if analysis.embedding is None:
        return analysis.overstride
    table = load_run_embeddings(services.database(), analysis.embedding.model_sha256)
    missing = describe_missing_labels(table.labels, table.athlete_ids)
    trained = None if missing else _train(analysis.embedding.model_sha256, _labelling(table), table)
    svm = judge_svm(analysis.embedding, trained, missing)
    return combine(analysis.overstride.geometry, svm, analysis.gait.checks)


def rank_now(analysis: Analysis) -> tuple[ProMatch, ...]:
    """Today's pros, most similar first; none for a run without a form."""
    if analysis.embedding is None:
        return ()
    sha256 = analysis.embedding.model_sha256
    table = load_run_embeddings(services.database(), sha256)
    pros = [
        ReferenceForm(pro.pro_id, pro.name, pro.vector, pro.view)
        for pro in load_pro_embeddings(services.database(), sha256)
    ]
    view = analysis.gait.view
    return rank_pros(analysis.embedding, pros, table.matrix, view=view, population_views=table.views)


Labelling = tuple[tuple[str, str, str | None], ...]


def _labelling(table: EmbeddingTable) -> Labelling:
    """What training depends on beside the embeddings: which runs, whose, with which label."""
    return tuple(zip(table.ids, table.athlete_ids, table.labels, strict=True))


@st.cache_resource(show_spinner=False, max_entries=2)
def _train(model_sha256: str, labelling: Labelling, _table: EmbeddingTable) -> TrainedSvm:  # noqa: ARG001 - a key
    """The model of these labels, trained again only when a label or a run changed."""
    return train_svm(_table.matrix, _table.labels, _table.athlete_ids, model_sha256=model_sha256)
