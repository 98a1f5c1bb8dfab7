"""Learning the overstride verdict anew from the coach's own labels, beside what the shipped model does on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import InputError, StoreError
from runform.form.overstride_model import find_overstride_model, to_bytes
from runform.form.overstride_svm import CLASSES, describe_missing_labels, train_svm
from runform.form.phase_forms import align_phases
from runform.form.svm_validation import assess_margins
from runform.progress import Progress
from runform.record import read_record
from runform.sequences import EMBEDDING_DIM, PHASES
from runform.store.database import Database
from runform.store.embeddings import EmbeddingTable, load_run_embeddings
from runform.store.models import save_model
from runform.store.runs import load_summary

MOST_PHASES = 60
"""Runs whose phases make the mean of optimal runners: more change it little, and each is a file to read."""
_MANY_RUNS, _PERMUTATIONS, _FEW_PERMUTATIONS = 120, 199, 99


@dataclass(frozen=True)
class Retraining:
    """What came of it.

    Attributes:
        model_id: Of the stored model, which is not in use yet.
        own: What it does on the labelled runs, each judged by folds that had not seen its runner.
        shipped: What the shipped model, which has seen none of them, does on the same runs; empty where there is none.
    """

    model_id: str
    own: dict[str, Any]
    shipped: dict[str, Any]


def describe_readiness(db: Database, model_sha256: str) -> tuple[int, str]:
    """How many labelled runs there are, and what is missing to learn from them; empty when they suffice.

    Args:
        db: The coach's runs.
        model_sha256: Identity of the embeddings to learn from.
    """
    runs = load_run_embeddings(db, model_sha256)
    labelled = sum(label is not None for label in runs.labels)
    return labelled, describe_missing_labels(runs.labels, runs.athlete_ids)


def retrain(
    db: Database,
    models_dir: Path,
    model_sha256: str,
    progress: Progress | None = None,
    *,
    permutations: int | None = None,
) -> Retraining:
    """Train on every run that its raters agree on, measure, and store the model without using it.

    Args:
        db: The coach's runs and labels.
        models_dir: Where the shipped model may lie.
        model_sha256: Identity of the embeddings to learn from.
        progress: Told all along; its owner may cancel, and nothing is stored then.
        permutations: Of labels, behind the p value; None draws fewer where there are many runs.

    Raises:
        InputError: Too few labelled runs or runners.
        AnalysisCancelled: The owner of `progress` stopped it.
    """
    progress = progress or Progress()
    progress.enter("Reading the labelled runs", 0.0, 0.1)
    runs = load_run_embeddings(db, model_sha256)
    if missing := describe_missing_labels(runs.labels, runs.athlete_ids):
        raise InputError(missing, "Label more runs on the Labels page.")
    labelled = np.array([i for i, label in enumerate(runs.labels) if label is not None])
    reference = _read_phase_reference(db, runs, progress)
    progress.enter("Training and checking", 0.1, 0.85)
    model, _ = train_svm(
        runs.matrix,
        runs.labels,
        runs.athlete_ids,
        model_sha256=model_sha256,
        permutations=permutations or (_PERMUTATIONS if len(labelled) <= _MANY_RUNS else _FEW_PERMUTATIONS),
        phase_reference=reference,
        report=progress.report,
    )
    progress.enter("Asking the shipped model", 0.95, 0.05)
    shipped = _assess_shipped(models_dir, runs, labelled)
    figures = {"own": model.figures, "shipped": shipped}
    model_id = save_model(db, "overstride", model_sha256, to_bytes(model), figures, in_use=False)
    progress.report(1.0)
    return Retraining(model_id, model.figures, shipped)


def _assess_shipped(models_dir: Path, runs: EmbeddingTable, labelled: npt.NDArray[np.intp]) -> dict[str, Any]:
    """What the shipped model does on the labelled runs."""
    shipped = find_overstride_model(models_dir, runs.model_sha256)
    if shipped is None:
        return {}
    y = np.array([CLASSES.index(str(runs.labels[i])) for i in labelled], dtype=np.intp)
    groups = np.array([runs.athlete_ids[i] for i in labelled])
    return assess_margins(shipped.compute_margins(runs.matrix[labelled]), y, groups).as_dict()


def _read_phase_reference(db: Database, runs: EmbeddingTable, progress: Progress) -> npt.NDArray[np.float16]:
    """(10, 8704) mean phases of the runs labelled optimal; zeros where no record holds any."""
    optimal = [run for run, label in zip(runs.ids, runs.labels, strict=True) if label == CLASSES[0]]
    found = []
    chosen = _spread(optimal, MOST_PHASES)
    for number, run_id in enumerate(chosen, start=1):
        progress.report(number / len(chosen))
        try:
            phases = read_record(load_summary(db, run_id).folder).phases
        except StoreError:  # a damaged record is said on its own page; one of many does not stop the training
            continue
        if phases is not None:
            found.append(align_phases(phases).astype(np.float32))
    return np.mean(found, axis=0).astype(np.float16) if found else np.zeros((PHASES, EMBEDDING_DIM), dtype=np.float16)


def _spread(items: Sequence[str], most: int) -> Sequence[str]:
    """At most so many, evenly from first to last."""
    if len(items) <= most:
        return items
    return [items[round(place)] for place in np.linspace(0, len(items) - 1, most)]
