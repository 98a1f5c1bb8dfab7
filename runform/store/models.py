"""Classifiers trained from the user's own runs: each kept with what was measured, at most one of its kind in use."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from runform import __version__
from runform.errors import NotStoredError
from runform.store.database import Database, utc_now, with_utc

ModelKind = Literal["overstride", "efficiency"]

_COLUMNS = "id, kind, model_sha256, weights, figures, trained_at, version, in_use"


@dataclass(frozen=True)
class StoredModel:
    """A trained model.

    Attributes:
        id: Key.
        kind: What it judges.
        model_sha256: Identity of the embeddings, or other features, that it reads.
        weights: A safetensors file's bytes.
        figures: What was measured when it was trained.
        trained_at: UTC.
        version: Of RunForm that trained it.
        in_use: Whether it judges now.
    """

    id: str
    kind: ModelKind
    model_sha256: str
    weights: bytes
    figures: dict[str, Any]
    trained_at: datetime
    version: str
    in_use: bool


def save_model(
    db: Database, kind: ModelKind, model_sha256: str, weights: bytes, figures: dict[str, Any], *, in_use: bool
) -> str:
    """Store a trained model; one that is to be used takes the place of the one before.

    Returns:
        Its id.
    """
    model_id = uuid.uuid4().hex
    values = [model_id, kind, model_sha256, weights, json.dumps(figures), utc_now(), __version__, False]
    with db.write() as cursor:
        cursor.execute(f"INSERT INTO models ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        if in_use:
            use_model(db, model_id)
    return model_id


def use_model(db: Database, model_id: str) -> None:
    """Have this model judge from now on, and no other of its kind and features.

    Raises:
        NotStoredError: There is no such model.
    """
    with db.write() as cursor:
        row = cursor.execute("SELECT kind, model_sha256 FROM models WHERE id = ?", [model_id]).fetchone()
        if row is None:
            raise NotStoredError("This model is not in the database.", "Train it again.")
        cursor.execute("UPDATE models SET in_use = (id = ?) WHERE kind = ? AND model_sha256 = ?", [model_id, *row])


def stop_using_models(db: Database, kind: ModelKind, model_sha256: str) -> None:
    """Have none of these models judge, so that the shipped one does; they stay stored."""
    with db.write() as cursor:
        cursor.execute("UPDATE models SET in_use = FALSE WHERE kind = ? AND model_sha256 = ?", [kind, model_sha256])


def load_model_in_use(db: Database, kind: ModelKind, model_sha256: str) -> StoredModel | None:
    """The model of that kind and those features that judges now, or None."""
    found = _select(db, "WHERE kind = ? AND model_sha256 = ? AND in_use", [kind, model_sha256])
    return found[0] if found else None


def list_models(db: Database, kind: ModelKind) -> tuple[StoredModel, ...]:
    """All models of a kind, the newest first."""
    return _select(db, "WHERE kind = ?", [kind])


def _select(db: Database, where: str, values: list[Any]) -> tuple[StoredModel, ...]:
    with db.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM models {where} ORDER BY trained_at DESC, id", values).fetchall()
    return tuple(
        StoredModel(key, kind, features, bytes(weights), json.loads(figures), with_utc(at), version, in_use)
        for key, kind, features, weights, figures, at, version, in_use in rows
    )
