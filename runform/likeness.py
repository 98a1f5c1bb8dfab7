"""Likeness to an athlete of the database: learnt from stored runs, kept in the database, read from other runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runform.errors import InputError, NotStoredError
from runform.form.efficiency import train_likeness
from runform.form.likeness_model import LikenessModel, from_bytes, name_features, to_bytes
from runform.form.stride_denoising import prepare_strides
from runform.form.stride_forms import StrideForms, cut_strides
from runform.form.stride_population import load_population
from runform.results import Analysis
from runform.sequences import FloatArray
from runform.store.athletes import list_athletes
from runform.store.database import Database
from runform.store.models import load_model_in_use, save_model
from runform.store.names import name_key
from runform.store.runs import list_runs, load_run

SIDE_VIEWS = ("left", "right")


def train_for_athlete(db: Database, models_dir: Path, athlete_name: str) -> dict[str, Any]:
    """Learn likeness to an athlete from the stored side-view runs, and have it used from now on.

    Args:
        db: The database.
        models_dir: The user's models folder, looked into for the population first.
        athlete_name: As shown, whatever the case.

    Returns:
        The figures, as in `efficiency.TrainedLikeness`.

    Raises:
        NotStoredError: There is no such athlete.
        InputError: The stored runs of the athlete show too few strides from the side.
    """
    found = [athlete for athlete in list_athletes(db) if name_key(athlete.name) == name_key(athlete_name)]
    if not found:
        raise NotStoredError(f"No athlete is called {athlete_name}.", "Choose one that is stored.")
    runs = [run for run in list_runs(db, found[0].id) if run.view in SIDE_VIEWS and not run.refused]
    clips = [clip for run in runs if len(clip := cut_run(load_run(db, run.id).analysis))]
    trained = train_likeness(clips, load_population(models_dir))
    identity = name_athlete(found[0].id)
    save_model(db, "efficiency", identity, to_bytes(trained.model), trained.figures, in_use=True)
    return trained.figures


def load_likeness(db: Database, athlete_id: str) -> LikenessModel | None:
    """The model of likeness to this athlete that is in use, or None before one is trained.

    Raises:
        WeightsError: It is damaged.
    """
    stored = load_model_in_use(db, "efficiency", name_athlete(athlete_id))
    return None if stored is None else from_bytes(stored.weights)


def compute_likeness(model: LikenessModel, analysis: Analysis) -> FloatArray:
    """(N,) similarity of each stride of a run to the model's athlete.

    Raises:
        InputError: The run was refused, is not filmed from the side, or shows no whole stride.
    """
    strides = cut_run(analysis)
    if not len(strides):
        raise InputError("No whole stride of this run was seen.", "Film the runner longer, and whole.")
    return model.predict(prepare_strides(strides))


def cut_run(analysis: Analysis) -> StrideForms:
    """A run's strides.

    Raises:
        InputError: See `cut_strides`; and where a check refused the run.
    """
    if analysis.gait.refused:
        raise InputError("This run was refused, so it has no strides to compare.", "Choose another run.")
    return cut_strides(analysis.keypoints, analysis.gait.contacts, analysis.gait.view)


def name_athlete(athlete_id: str) -> str:
    """What models of likeness to this athlete are kept under."""
    return name_features(f"athlete:{athlete_id}")
