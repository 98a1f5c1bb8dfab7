"""A form beside the stored ones: the SVM of the coach's labels, and the pros."""

from __future__ import annotations

import threading

from runform.form.overstride_svm import TrainedSvm, describe_missing_labels, judge_svm, refuse_svm, train_svm
from runform.form.similarity import ReferenceForm, rank_pros
from runform.results import ProMatch, SvmOpinion
from runform.sequences import FormEmbedding, View
from runform.store.database import Database
from runform.store.embeddings import EmbeddingTable, load_pro_embeddings, load_run_embeddings


class Comparison:
    """Compares forms with what a database holds now; one instance serves every thread.

    Args:
        db: Labelled runs and pros; None for none.
    """

    def __init__(self, db: Database | None) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._trained: tuple[object, TrainedSvm] | None = None

    def judge(self, embedding: FormEmbedding | None) -> SvmOpinion:
        """The SVM's opinion by today's labels; refused, with the reason, for a clip without a form."""
        if embedding is None:
            return refuse_svm("This clip carries no running form to judge.")
        if self._db is None:
            return judge_svm(embedding, None)
        runs = load_run_embeddings(self._db, embedding.model_sha256)
        missing = describe_missing_labels(runs.labels, runs.athlete_ids)
        return judge_svm(embedding, None if missing else self._train(runs, embedding.model_sha256), missing)

    def rank(self, embedding: FormEmbedding | None, view: View) -> tuple[ProMatch, ...]:
        """Today's pros, most similar first; none for a clip without a form."""
        if embedding is None or self._db is None:
            return ()
        runs = load_run_embeddings(self._db, embedding.model_sha256)
        pros = [
            ReferenceForm(pro_id=pro.pro_id, name=pro.name, vector=pro.vector, view=pro.view)
            for pro in load_pro_embeddings(self._db, embedding.model_sha256)
        ]
        return rank_pros(embedding, pros, runs.matrix, view=view, population_views=runs.views)

    def _train(self, runs: EmbeddingTable, model_sha256: str) -> TrainedSvm:
        """The SVM of these labelled runs, trained again only when a label or a run changed."""
        key = (model_sha256, tuple(zip(runs.ids, runs.labels, runs.athlete_ids, strict=True)))
        with self._lock:
            if self._trained is None or self._trained[0] != key:
                trained = train_svm(runs.matrix, runs.labels, runs.athlete_ids, model_sha256=model_sha256)
                self._trained = (key, trained)
            return self._trained[1]
