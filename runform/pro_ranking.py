"""The stored pros beside a run's form, by any of the three likenesses, among the stored runs."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from runform.form.form_space import FormSpace, find_form_space
from runform.form.measure import RAW, Likeness, Measure, measure_in_space
from runform.form.population import NOBODY, Comparables, Population
from runform.form.similarity import Ranking, ReferenceForm, centre_on, rank_pros
from runform.sequences import FormEmbedding, View
from runform.store.database import Database
from runform.store.embedding_cache import WHOLE, CachedRows, EmbeddingCache, Matrix, Reducer
from runform.store.embeddings import load_pro_embeddings

RefusalReason = Literal["no_pros", "no_space", "too_few"]
"""Why there is no ranking: no pro has a form of this identity, no form space was learnt for it, too few stored runs (or
all of them the same) to take their mean off."""


class ProRanker:
    """Ranks pros by what a database holds now; one instance serves every thread.

    Args:
        db: Pros and runs.
        models_dir: Where form spaces are looked for.
    """

    def __init__(self, db: Database, models_dir: Path) -> None:
        self._db = db
        self._models_dir = models_dir
        self._cache = EmbeddingCache(db)
        self._lock = threading.Lock()
        self._populations: dict[str, tuple[CachedRows, Population]] = {}
        self._space: tuple[FormSpace, Reducer] | None = None

    def rank(self, embedding: FormEmbedding, view: View, likeness: Likeness) -> Ranking | RefusalReason:
        """The pros, most similar first, or why there is no such ranking.

        Args:
            embedding: The run's form.
            view: From where the run was filmed.
            likeness: By which.

        Raises:
            InputError: An embedding is a zero vector.
            WeightsError: The form space's file is damaged.
            StoreError: The database cannot be read.
        """
        pros = self._load_pros(embedding.model_sha256)
        if not pros:
            return "no_pros"
        measured = self._measure(embedding, pros, view, likeness)
        if not isinstance(measured, tuple):
            return measured
        measure, others = measured
        return rank_pros(embedding, pros, measure, others, view)

    def rank_best(self, embedding: FormEmbedding, view: View) -> Ranking | None:
        """By the first likeness that there is: in the form space, centred, raw; None without pros."""
        order: tuple[Likeness, ...] = ("form_space", "centred", "raw")
        rankings = (self.rank(embedding, view, likeness) for likeness in order)
        return next((ranking for ranking in rankings if isinstance(ranking, Ranking)), None)

    def _load_pros(self, model_sha256: str) -> tuple[ReferenceForm, ...]:
        return tuple(
            ReferenceForm(pro.pro_id, pro.name, pro.vector, pro.view, pro.clip_id, pro.kind)
            for pro in load_pro_embeddings(self._db, model_sha256)
        )

    def _measure(
        self, embedding: FormEmbedding, pros: Sequence[ReferenceForm], view: View, likeness: Likeness
    ) -> tuple[Measure, Comparables] | RefusalReason:
        """How to measure, and the stored runs measured so."""
        if likeness == "form_space":
            space = find_form_space(self._models_dir, embedding.model_sha256)
            if space is None:
                return "no_space"
            measure = measure_in_space(space)
            place = measure.apply(embedding.vector)
            population = self._load_population(embedding.model_sha256, self._reduce_to(space))
            return measure, population.compare(place, view) if place.any() else NOBODY
        population = self._load_population(embedding.model_sha256, WHOLE)
        others = population.compare(embedding.vector.astype(float), view, centre=likeness == "centred")
        if likeness == "raw":
            return RAW, others
        centred = centre_on(others, embedding, pros)
        return "too_few" if centred is None else (centred, others)

    def _load_population(self, model_sha256: str, reducer: Reducer) -> Population:
        """The stored runs of today, kept with what comparing needs until a run comes or goes."""
        rows = self._cache.load(model_sha256, reducer)
        with self._lock:
            kept = self._populations.get(reducer.name)
            if kept is None or kept[0] is not rows:
                kept = rows, Population(rows.matrix, rows.views, rows.total)
                self._populations[reducer.name] = kept
            return kept[1]

    def _reduce_to(self, space: FormSpace) -> Reducer:
        """Rows are kept as their places in the space; another space is another reducer."""
        with self._lock:
            if self._space is None or self._space[0] is not space:
                name = hashlib.sha256(space.mean.tobytes() + space.basis.tobytes()).hexdigest()

                def project(matrix: Matrix) -> Matrix:
                    return space.project(matrix).astype("float32")

                self._space = space, Reducer(f"form space {name}", space.basis.shape[1], project)
            return self._space[1]
