"""A form beside what a database holds: the learned overstride model, and the pros."""

from __future__ import annotations

import math
import threading
from pathlib import Path

from runform.form.overstride import combine, judge_geometry
from runform.form.overstride_model import OverstrideModel, find_overstride_model, from_bytes
from runform.form.overstride_svm import judge_svm, refuse_svm
from runform.pro_ranking import ProRanker
from runform.results import Analysis, GaitReport, OverstrideVerdict, ProMatch, SvmOpinion
from runform.sequences import FormEmbedding, View
from runform.store.database import Database
from runform.store.models import load_model_in_use


class Comparison:
    """Compares forms with what a database holds now; one instance serves every thread.

    Args:
        db: The coach's models, runs and pros; None for none.
        models_dir: The user's models folder; RunForm's own is looked into after it.
    """

    def __init__(self, db: Database | None, models_dir: Path) -> None:
        self.ranker = None if db is None else ProRanker(db, models_dir)
        self._db = db
        self._models_dir = models_dir
        self._lock = threading.Lock()
        self._own: tuple[str, OverstrideModel] | None = None

    def judge(self, embedding: FormEmbedding | None) -> SvmOpinion:
        """The opinion of the learned model in use; refused, with the reason, for a clip without a form."""
        if embedding is None:
            return refuse_svm("This clip carries no running form to judge.")
        return judge_svm(embedding, self.find_model(embedding.model_sha256))

    def judge_analysis(self, analysis: Analysis) -> OverstrideVerdict:
        """The verdict of an analysed clip by today's limits and today's model."""
        return self.judge_clip(analysis.gait, analysis.embedding)

    def judge_clip(self, gait: GaitReport, embedding: FormEmbedding | None) -> OverstrideVerdict:
        """The verdict from the geometry at landing and the form together."""
        speed = math.nan if gait.speed is None else gait.speed.leg_lengths_per_s
        return combine(judge_geometry(gait.geometry, gait.checks, speed), self.judge(embedding), gait.checks)

    def find_model(self, model_sha256: str) -> OverstrideModel | None:
        """The model that judges embeddings of this identity: the coach's own where one is in use, else the shipped.

        Raises:
            WeightsError: It is damaged.
        """
        stored = None if self._db is None else load_model_in_use(self._db, "overstride", model_sha256)
        if stored is None:
            return find_overstride_model(self._models_dir, model_sha256)
        with self._lock:
            if self._own is None or self._own[0] != stored.id:
                self._own = (stored.id, from_bytes(stored.weights))
            return self._own[1]

    def rank(self, embedding: FormEmbedding | None, view: View) -> tuple[ProMatch, ...]:
        """Today's pros, most similar first, without reference runners; none for a clip without a form."""
        ranking = None if embedding is None or self.ranker is None else self.ranker.rank_best(embedding, view)
        if ranking is None:
            return ()
        return tuple(
            ProMatch(pro.pro_id, pro.name, pro.similarity, pro.percentile, centred=ranking.likeness != "raw")
            for pro in ranking.pros
            if pro.kind == "pro"
        )
